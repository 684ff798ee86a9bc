// RecentRow: one recent study with its strip of bits, what stands in it and when it was opened.
#pragma once

#include <QWidget>

#include "widgets/session/recent_studies.h"

namespace halftone {

class RecentRow : public QWidget {
    Q_OBJECT
public:
    explicit RecentRow(const RecentStudy& study, QWidget* parent = nullptr);

signals:
    void openRequested(const QString& path);
    void forgetRequested(const QString& path);
    void locateRequested(const QString& path);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QString m_path;
    bool m_exists = true;
    bool m_hovered = false;
};

} // namespace halftone
