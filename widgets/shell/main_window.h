// MainWindow: puts rail, bars and pages together. It knows no page's inside: pages talk to the session, and so does it.
#pragma once

#include <array>

#include <QWidget>

#include "widgets/shell/page.h"
#include "widgets/shell/views.h"

class QStackedWidget;

namespace halftone {

class CommandPalette;
class NoticeBar;
class Rail;

class MainWindow : public QWidget {
    Q_OBJECT
public:
    explicit MainWindow(Session& session, QWidget* parent = nullptr);

    View currentView() const;
    void showView(View view);
    // Pages are made when they are first shown, so that the window stands at once.
    Page* page(View view);

signals:
    void themeRequested();
    void viewShown(halftone::View view);

protected:
    void paintEvent(QPaintEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void addShortcuts();
    void showResults();
    void opened();
    std::vector<PaletteAction> paletteActions(const QString& typed);

    Session& m_session;
    Rail* m_rail = nullptr;
    QStackedWidget* m_stack = nullptr;
    NoticeBar* m_notice = nullptr;
    CommandPalette* m_palette = nullptr;
    std::array<Page*, kViews.size()> m_pages{};
};

} // namespace halftone
