// Builds the training view and does what its buttons say.
#include "widgets/pages/training/training_page.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>

#include "widgets/controls/card.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/tables.h"
#include "widgets/controls/text_label.h"
#include "widgets/pages/training/history_list.h"
#include "widgets/pages/training/new_run_form.h"
#include "widgets/pages/training/queue_panel.h"
#include "widgets/plots/chart_save_button.h"
#include "widgets/session/time_estimates.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLeftWidth = 320;
constexpr int kSoonMs = 40;

} // namespace

TrainingPage::TrainingPage(Session& session, QWidget* parent)
    : Page(session, parent)
    , m_estimates(new TimeEstimates(session, this))
    , m_historyModel(new HistoryModel(this))
    , m_tableModel(new RunTableModel(this))
{
    setObjectName(u"trainingPage"_s);
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    build();
    connectSession();
    connectQueue();
    connect(&m_soon, &QTimer::timeout, this, &TrainingPage::showRuns);
    takeStudy();
}

TrainingPage::~TrainingPage() = default;

void TrainingPage::build()
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_left = buildLeft();
    row->addWidget(m_left);
    row->addWidget(makeRule(Qt::Vertical));
    m_right = new QStackedWidget;
    m_empty = new StatePanel;
    m_empty->setObjectName(u"empty"_s);
    connect(m_empty, &StatePanel::actionChosen, this, [this](int) {
        if (!session().isOpen()) this->session().show(View::Start);
        else if (this->session().overview()->assignments.empty()) this->session().show(View::Bits);
        else newRun(QString::fromStdString(this->session().overview()->assignments.back().name));
    });
    m_right->addWidget(m_empty);
    m_right->addWidget(buildRight());
    row->addWidget(m_right, 1);
}

QWidget* TrainingPage::buildLeft()
{
    const Spacing& space = themeOf(this).space();
    auto* left = new QWidget;
    setSurface(*left, Surface::Panel);
    left->setFixedWidth(kLeftWidth);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, space.card - 2, 0, space.card);
    column->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(space.page, 0, space.card, space.grid);
    head->addWidget(makeLabel(tr("Training"), TextStyle::Title, Role::Ink));
    head->addStretch(1);
    m_newRun = new PushButton(tr("New run"));
    m_newRun->setIconName(u"plus"_s);
    m_newRun->setObjectName(u"newRun"_s);
    m_newRun->setToolTip(tr("Fine-tune an assignment (N)"));
    head->addWidget(m_newRun);
    column->addLayout(head);
    m_form = new NewRunForm(session(), *m_estimates);
    m_form->hide();
    column->addWidget(m_form);
    buildQueue(*left);
    buildHistory(*left);
    connect(m_newRun, &QPushButton::clicked, this, [this] {
        if (m_form->isVisible()) m_form->hide();
        else newRun();
    });
    connect(m_form, &NewRunForm::startRequested, this, &TrainingPage::start);
    connect(m_form, &NewRunForm::cancelled, this, [this] {
        m_form->hide();
        m_newRun->setFocus(Qt::OtherFocusReason);
    });
    auto* shortcut = new QShortcut(QKeySequence(u"N"_s), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, [this] { newRun(); });
    return left;
}

void TrainingPage::buildQueue(QWidget& left)
{
    const Spacing& space = themeOf(this).space();
    auto* column = static_cast<QVBoxLayout*>(left.layout());
    auto* head = new QHBoxLayout;
    head->setContentsMargins(space.card, space.grid, space.card, space.grid);
    head->addWidget(makeLabel(tr("Queue"), TextStyle::Heading, Role::Ink));
    head->addStretch(1);
    m_queueSummary = makeLabel({}, TextStyle::Small, Role::Ink3);
    head->addWidget(m_queueSummary);
    column->addLayout(head);
    m_nothingWaits = makeSentence(tr("Nothing is waiting."), TextStyle::Small, Role::Ink3);
    m_nothingWaits->setContentsMargins(space.card, 0, space.card, space.grid);
    column->addWidget(m_nothingWaits);
    m_queue = new QueuePanel;
    m_queueScroll = new QScrollArea;
    m_queueScroll->setFrameShape(QFrame::NoFrame);
    m_queueScroll->setWidgetResizable(true);
    m_queueScroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_queueScroll->setFocusPolicy(Qt::NoFocus);
    auto* holder = new QWidget;
    setSurface(*holder, Surface::Panel);
    auto* rows = new QVBoxLayout(holder);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(m_queue);
    rows->addStretch(1);
    m_queueScroll->setWidget(holder);
    column->addWidget(m_queueScroll);
}

void TrainingPage::buildHistory(QWidget& left)
{
    const Spacing& space = themeOf(this).space();
    auto* column = static_cast<QVBoxLayout*>(left.layout());
    auto* head = new QHBoxLayout;
    head->setContentsMargins(space.card, space.page, space.card, space.grid);
    head->setSpacing(space.grid);
    head->addWidget(makeLabel(tr("History"), TextStyle::Heading, Role::Ink));
    head->addStretch(1);
    m_filter = new SearchField(tr("Filter"));
    m_filter->setObjectName(u"filter"_s);
    m_filter->setFixedWidth(140);
    m_filter->setToolTip(tr("Words of the name, the kind or the state: \"eagl failed\""));
    m_historyHint = makeLabel(tr("tick to draw"), TextStyle::Small, Role::Ink3);
    head->addWidget(m_historyHint);
    head->addWidget(m_filter);
    column->addLayout(head);
    column->addWidget(makeRule());
    m_history = new HistoryList(*m_historyModel);
    QSizePolicy place = m_history->sizePolicy();
    place.setRetainSizeWhenHidden(true); // without runs the column stays as it is
    m_history->setSizePolicy(place);
    column->addWidget(m_history, 1);
    QLabel* foot = makeSentence(
        tr("Runs go on while you use the other views. A run that was cut off goes on from its last epoch."), TextStyle::Small, Role::Ink3);
    foot->setContentsMargins(space.card, space.grid, space.card, 0);
    column->addWidget(foot);
    connect(m_filter, &QLineEdit::textChanged, m_history, &HistoryList::setFilter);
    connect(m_history, &HistoryList::chosen, this, [this](const QString& key) { chooseRun(key, true); });
    connect(m_historyModel, &HistoryModel::ticked, this, &TrainingPage::tick);
}

QWidget* TrainingPage::buildRight()
{
    const Spacing& space = themeOf(this).space();
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(space.page, space.card - 2, space.page, space.page);
    column->setSpacing(space.gap);
    column->addWidget(buildHeader());
    m_notice = new Card;
    m_notice->setObjectName(u"notice"_s);
    m_noticePanel = new StatePanel;
    m_notice->body()->addWidget(m_noticePanel);
    m_notice->hide();
    column->addWidget(m_notice);
    m_charts = new RunCharts;
    column->addWidget(m_charts, 1);
    buildTable(*right);
    connect(m_noticePanel, &StatePanel::actionChosen, this, &TrainingPage::actOnNotice);
    connect(m_charts, &RunCharts::runClicked, this, [this](const QString& key) { chooseRun(key, true); });
    connect(m_axis, &SegmentedControl::chosen, this,
        [this](int index) { m_charts->setAxis(index == 0 ? CurveAxis::Epochs : CurveAxis::Time); });
    connect(m_smooth, &QAbstractButton::toggled, m_charts, &RunCharts::setSmooth);
    auto* save = new ChartSaveButton(m_charts->charts(), tr("Save charts"));
    save->setObjectName(u"saveCharts"_s);
    static_cast<QHBoxLayout*>(m_axis->parentWidget()->layout())->addWidget(save);
    connect(save, &ChartSaveButton::failed, &session(), &Session::failed);
    connect(save, &ChartSaveButton::saved, &session(), [this](const QString& path) { emit session().noted(tr("Saved %1.").arg(path)); });
    return right;
}

QWidget* TrainingPage::buildHeader()
{
    const Spacing& space = themeOf(this).space();
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space.grid);
    m_runName = new ElidedLabel({}, TextStyle::NumberBody, Role::Ink);
    m_runName->setObjectName(u"runName"_s);
    m_runText = new ElidedLabel({}, TextStyle::Small, Role::Ink3);
    m_runText->setElideMode(Qt::ElideRight);
    m_runText->setObjectName(u"runText"_s);
    m_goOn = new PushButton(QString());
    m_goOn->setIconName(u"play"_s);
    m_goOn->setObjectName(u"goOn"_s);
    m_goOn->hide();
    m_axis = new SegmentedControl({tr("Epochs"), tr("Time")});
    m_axis->setObjectName(u"axis"_s);
    m_axis->setAccessibleName(tr("Horizontal axis"));
    m_axis->setChoiceTip(1, tr("Time of training, by the mean time of an epoch of each run"));
    m_smooth = new Switch(tr("Smooth"));
    m_smooth->setObjectName(u"smooth"_s);
    m_smooth->setToolTip(tr("Draw a moving average over half an epoch above the points themselves"));
    row->addWidget(m_runName);
    row->addWidget(m_runText, 1);
    row->addWidget(m_goOn);
    row->addWidget(m_axis);
    row->addSpacing(space.grid);
    row->addWidget(m_smooth);
    row->addSpacing(space.grid);
    connect(m_goOn, &QPushButton::clicked, this, [this] { goOn(0); });
    return header;
}

void TrainingPage::buildTable(QWidget& right)
{
    auto* card = new Card;
    card->setFlush(true);
    m_table = new QTableView;
    m_table->setObjectName(u"runTable"_s);
    m_table->setAccessibleName(tr("Drawn runs"));
    m_table->setModel(m_tableModel);
    setUpTable(*m_table, {.lastLine = false, .edgePadding = themeOf(this).space().card});
    m_table->setSortingEnabled(false);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionsClickable(false);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(RunTableModel::Bits, QHeaderView::Stretch);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    card->body()->addWidget(m_table);
    right.layout()->addWidget(card);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        chooseRun(m_tableModel->rows()[static_cast<std::size_t>(index.row())].key, true);
    });
}

void TrainingPage::newRun(const QString& assignment)
{
    if (!session().isOpen()) return;
    m_form->show();
    if (!assignment.isEmpty()) m_form->setAssignment(assignment);
    m_form->focusFirst();
}

void TrainingPage::start()
{
    const QStringList arguments = m_form->arguments();
    if (arguments.isEmpty() || session().enqueue(arguments, m_form->title()) == 0) return;
    m_followsLive = true;
    m_form->hide();
    m_newRun->setFocus(Qt::OtherFocusReason);
}

void TrainingPage::goOn(double learningRate)
{
    const RunFacts* run = findRun(m_runs, m_chosen);
    if (!run || !session().isOpen()) return;
    QStringList arguments;
    for (const auto& word : argumentsOf(*run, *session().overview())) arguments << QString::fromStdString(word);
    if (arguments.isEmpty()) return;
    if (learningRate > 0) {
        if (const auto before = arguments.indexOf(u"--lr"_s); before >= 0) arguments.remove(before, 2);
        arguments << u"--lr"_s << QString::number(learningRate, 'g', 6);
    }
    if (session().enqueue(arguments, tr("Fine-tune %1").arg(run->title)) != 0) m_followsLive = true;
}

void TrainingPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    fitQueue();
}

std::vector<PaletteAction> TrainingPage::actions(const QString& typed)
{
    std::vector<PaletteAction> all;
    const auto add = [&](const QString& title, const QString& icon, std::function<void()> run, const QString& keys = {}) {
        if (title.contains(typed, Qt::CaseInsensitive)) all.push_back({title, icon, keys, std::move(run)});
    };
    if (!session().isOpen()) return all;
    add(tr("New run"), u"plus"_s, [this] { newRun(); }, u"N"_s);
    for (const auto& record : session().overview()->assignments) {
        const QString name = QString::fromStdString(record.name);
        add(tr("Fine-tune %1").arg(name), u"training"_s, [this, name] { newRun(name); });
    }
    for (const QueueEntry& entry : queueEntries(session(), *m_estimates, liveRun())) {
        if (entry.state == JobState::Running) add(tr("Pause %1").arg(entry.name), u"pause"_s, [this, id = entry.id] { session().pauseJob(id); });
        if (entry.state == JobState::Paused) add(tr("Go on with %1").arg(entry.name), u"play"_s, [this, id = entry.id] { session().resumeJob(id); });
        if (entry.hasBegun) add(tr("Stop %1").arg(entry.name), u"stop"_s, [this, id = entry.id] { session().stopJob(id); });
        if (entry.state == JobState::Failed) add(tr("Retry %1").arg(entry.name), u"retry"_s, [this, id = entry.id] { session().retryJob(id); });
    }
    add(m_smooth->isChecked() ? tr("Show curves as they are") : tr("Smooth the curves"), u"chart"_s, [this] { m_smooth->toggle(); });
    for (const auto& run : m_runs) {
        if (typed.isEmpty()) break; // all runs of a big study would bury the rest
        add(tr("Show run %1").arg(run.title), u"training"_s, [this, key = run.key] { chooseRun(key, true); });
    }
    return all;
}

} // namespace halftone
