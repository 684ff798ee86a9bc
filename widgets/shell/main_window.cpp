// The window's frame, its shortcuts, and what the command palette offers everywhere.
#include "widgets/shell/main_window.h"

#include <QCloseEvent>
#include <QGridLayout>
#include <QPainter>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "widgets/shell/all_pages.h"
#include "widgets/shell/command_palette.h"
#include "widgets/shell/notice_bar.h"
#include "widgets/shell/rail.h"
#include "widgets/shell/status_bar.h"
#include "widgets/shell/top_bar.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr QSize kSmallest(1280, 800);

} // namespace

MainWindow::MainWindow(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Halftone"));
    setWindowIcon(programIcon());
    setMinimumSize(kSmallest);
    setFocusPolicy(Qt::ClickFocus);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(0);
    auto* topBar = new TopBar(session);
    m_rail = new Rail;
    m_notice = new NoticeBar;
    m_stack = new QStackedWidget;
    auto* middle = new QVBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_notice);
    middle->addWidget(m_stack, 1);
    grid->addWidget(topBar, 0, 0, 1, 2);
    grid->addWidget(m_rail, 1, 0);
    grid->addLayout(middle, 1, 1);
    grid->addWidget(new StatusBar(session), 2, 0, 1, 2);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(1, 1);
    m_rail->setFixedWidth(themeOf(this).space().rail);
    m_palette = new CommandPalette([this](const QString& typed) { return paletteActions(typed); }, this);

    connect(topBar, &TopBar::paletteRequested, this, [this] { m_palette->open(); });
    connect(topBar, &TopBar::themeRequested, this, &MainWindow::themeRequested);
    connect(m_rail, &Rail::chosen, this, &MainWindow::showView);
    connect(&session, &Session::viewRequested, this, &MainWindow::showView);
    connect(&session, &Session::opened, this, &MainWindow::opened);
    connect(&session, &Session::overviewChanged, this, &MainWindow::showResults);
    connect(&session, &Session::closed, this, &MainWindow::showResults);
    connect(&session, &Session::failed, this,
        [this](const QString& sentence) { m_notice->tell(sentence, NoticeBar::Tone::Failed); });
    connect(&session, &Session::noted, this,
        [this](const QString& sentence) { m_notice->tell(sentence, NoticeBar::Tone::Note); });
    addShortcuts();
    showView(View::Start);
    showResults();
}

View MainWindow::currentView() const { return m_rail->current(); }

Page* MainWindow::page(View view)
{
    Page*& page = m_pages[static_cast<std::size_t>(view)];
    if (!page) {
        page = makePage(view, m_session, m_stack);
        m_stack->addWidget(page);
    }
    return page;
}

void MainWindow::showView(View view)
{
    if (!m_session.isOpen() && view != View::Start) return;
    m_stack->setCurrentWidget(page(view));
    m_rail->setCurrent(view);
    page(view)->setFocus();
    emit viewShown(view);
}

void MainWindow::addShortcuts()
{
    for (std::size_t i = 0; i < kViews.size(); ++i) {
        auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i)), this);
        connect(shortcut, &QShortcut::activated, this, [this, i] { showView(kViews[i].view); });
    }
    QUndoStack& undo = m_session.bits().undoStack();
    connect(new QShortcut(QKeySequence::Undo, this), &QShortcut::activated, &undo, &QUndoStack::undo);
    connect(new QShortcut(QKeySequence::Redo, this), &QShortcut::activated, &undo, &QUndoStack::redo);
    connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_K), this), &QShortcut::activated, this, [this] { m_palette->open(); });
    connect(new QShortcut(QKeySequence::Quit, this), &QShortcut::activated, this, &QWidget::close);
}

void MainWindow::opened()
{
    m_notice->hide();
    setWindowTitle(tr("%1 · Halftone").arg(m_session.studyName()));
    if (currentView() == View::Start) showView(View::Model);
}

void MainWindow::showResults()
{
    const StudyOverview* study = m_session.overview();
    m_rail->setEnabledFrom(study != nullptr);
    m_rail->setDone(View::Model, study != nullptr);
    m_rail->setDone(View::Sensitivity, study && !study->scores.empty());
    m_rail->setDone(View::Bits, study && !study->assignments.empty());
    const auto isFinished = [](const RunRecord& run) { return run.state == RunState::Finished; };
    m_rail->setDone(View::Training, study && std::ranges::any_of(study->runs, isFinished));
    m_rail->setDone(View::Frontier, study && study->frontier.has_value());
    const auto hasPassed = [](const ExportRecord& record) { return record.passed; };
    m_rail->setDone(View::Export, study && std::ranges::any_of(study->exports, hasPassed));
    if (!study) {
        setWindowTitle(tr("Halftone"));
        showView(View::Start);
    }
}

std::vector<PaletteAction> MainWindow::paletteActions(const QString& typed)
{
    std::vector<PaletteAction> found;
    for (const ViewInfo& view : kViews) { // the current page's own first
        Page* page = m_pages[static_cast<std::size_t>(view.view)];
        if (!page || (view.view != currentView() && typed.isEmpty())) continue;
        auto actions = page->actions(typed);
        found.insert(view.view == currentView() ? found.begin() : found.end(), actions.begin(), actions.end());
    }
    for (std::size_t i = 0; i < kViews.size(); ++i) {
        const QString title = tr("Go to %1").arg(viewName(kViews[i]));
        if (!title.contains(typed, Qt::CaseInsensitive) || (!m_session.isOpen() && i > 0)) continue;
        found.push_back({title, QString::fromUtf8(kViews[i].icon), tr("Ctrl %1").arg(i + 1), [this, i] { showView(kViews[i].view); }});
    }
    const QString theme = tr("Switch between light and dark");
    if (theme.contains(typed, Qt::CaseInsensitive))
        found.push_back({theme, QStringLiteral("theme"), {}, [this] { emit themeRequested(); }});
    const QString close = tr("Close the study");
    if (m_session.isOpen() && close.contains(typed, Qt::CaseInsensitive))
        found.push_back({close, QStringLiteral("close"), {}, [this] { m_session.close(); }});
    return found;
}

void MainWindow::paintEvent(QPaintEvent*)
{
    QPainter(this).fillRect(rect(), themeOf(this).colour(Role::Window));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_session.close(); // the running job goes on from its last checkpoint when the study is opened again
    event->accept();
}

} // namespace halftone
