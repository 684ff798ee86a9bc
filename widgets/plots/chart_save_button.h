// The small Save button of a chart: a menu of PNG, SVG, PDF and CSV, and the choice of a file.
#pragma once

#include "core/base/result.h"
#include "widgets/controls/push_button.h"

#include <QPointer>

namespace halftone {

class Chart;

class ChartSaveButton : public PushButton {
    Q_OBJECT

public:
    // With several charts, the one file name gives one file each ("curves.png" -> "curves-training-loss.png").
    explicit ChartSaveButton(Chart* chart, QWidget* parent = nullptr);
    ChartSaveButton(std::vector<Chart*> charts, const QString& text, QWidget* parent = nullptr);

    // Where the choice of a file starts; the owner keeps it between sessions.
    void setFolder(const QString& folder);
    const QString& folder() const { return m_folder; }

    // Saves without asking, as the menu does after a file is chosen.
    Status saveTo(const QString& path);

signals:
    void folderChanged(const QString& folder);
    void saved(const QString& path);
    void failed(const QString& sentence);

private:
    void buildMenu();
    void follow(); // enabled as long as a chart shows something
    void chooseFile(const QString& ending);

    std::vector<QPointer<Chart>> m_charts;
    QString m_folder;
};

} // namespace halftone
