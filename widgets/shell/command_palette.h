// CommandPalette (Ctrl+K): type what should be found or done; Enter does it.
#pragma once

#include <functional>
#include <vector>

#include <QFrame>
#include <QPointer>

#include "widgets/shell/page.h"

class QListWidget;

namespace halftone {

class SearchField;

class CommandPalette : public QFrame {
    Q_OBJECT
public:
    using Source = std::function<std::vector<PaletteAction>(const QString& typed)>;
    CommandPalette(Source source, QWidget* parent);

    void open(const QString& typed = {}); // over its parent, below the top bar
    void shut();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void place();
    void fill();
    void run(int row);

    Source m_source;
    std::vector<PaletteAction> m_actions;
    SearchField* m_field = nullptr;
    QPointer<QWidget> m_before; // had the focus when the palette was opened, and gets it back
    QListWidget* m_list = nullptr;
};

} // namespace halftone
