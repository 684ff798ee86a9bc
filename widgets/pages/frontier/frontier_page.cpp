// The Frontier view's parts and how they follow the session.
#include "widgets/pages/frontier/frontier_page.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/cost/all_cost_models.h"
#include "widgets/controls/card.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/frontier/add_points_form.h"
#include "widgets/pages/frontier/bit_maps_card.h"
#include "widgets/pages/frontier/comparison_card.h"
#include "widgets/pages/frontier/finetune_form.h"
#include "widgets/pages/frontier/frontier_legend.h"
#include "widgets/pages/frontier/point_panel.h"
#include "widgets/pages/frontier/point_words.h"
#include "widgets/plots/chart_save_button.h"
#include "widgets/plots/frontier_chart.h"
#include "widgets/session/estimate_caption.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kThroughput = 3; // place of the axis that is not there
constexpr double kUsualBudget = 0.75; // the point that is looked at first
constexpr const char* kAxes[] = {"linear", "bops", "size"};

} // namespace

FrontierPage::FrontierPage(Session& session, QWidget* parent)
    : Page(session, parent)
    , m_estimate(new EstimateCaption(session, this))
{
    setObjectName(QStringLiteral("frontierPage"));
    const Spacing& space = themeOf(this).space();
    auto* outer = new QHBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* left = new QVBoxLayout;
    left->setContentsMargins(space.page, 14, space.page, space.page);
    left->setSpacing(space.gap);
    left->addWidget(buildToolbar());
    m_form = new AddPointsForm(session);
    m_form->hide();
    left->addWidget(m_form);
    buildState();
    m_work = new ComparisonCard(session);
    m_work->hide();
    left->addWidget(m_work);
    left->addWidget(buildChart(), 1);
    m_maps = new BitMapsCard;
    left->addWidget(m_maps);
    outer->addLayout(left, 1);
    m_panel = new PointPanel(session);
    outer->addWidget(m_panel);

    connect(m_maps, &BitMapsCard::chosen, this, &FrontierPage::select);
    connect(m_form, &AddPointsForm::startRequested, this, &FrontierPage::startComparison);
    connect(m_form, &AddPointsForm::cancelled, this, [this] { showForm(false); });
    connect(m_panel, &PointPanel::loadRequested, this, &FrontierPage::load);
    connect(m_panel, &PointPanel::finetuneRequested, this, &FrontierPage::finetune);
    connect(m_panel, &PointPanel::exportRequested, this, &FrontierPage::exportPoint);
    connect(m_estimate, &EstimateCaption::told, this, [this](const QString& caption) {
        m_time = caption;
        showState();
    });
    connect(&session, &Session::overviewChanged, this, &FrontierPage::changed);
    connect(&session, &Session::closed, this, &FrontierPage::changed);
    connect(&session, &Session::jobsChanged, this, &FrontierPage::showState);
    connect(&session, &Session::jobProgressed, this, &FrontierPage::showState);
    changed();
}

QWidget* FrontierPage::buildToolbar()
{
    const Spacing& space = themeOf(this).space();
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space.grid);
    row->addWidget(makeLabel(tr("Frontier"), TextStyle::Title));
    row->addSpacing(space.gap);
    row->addWidget(makeLabel(tr("Cost axis"), TextStyle::Small, Role::Ink2));
    m_axisChoice = new SegmentedControl({tr("Linear"), tr("Bit operations"), tr("Size"), tr("Measured throughput")});
    m_axisChoice->setObjectName(QStringLiteral("costAxis"));
    m_axisChoice->setAccessibleName(tr("Cost axis"));
    m_axisChoice->setChoiceTip(0, tr("MACs times bit width: throughput doubles when the width halves."));
    m_axisChoice->setChoiceTip(1, tr("MACs times weight bits times activation bits."));
    m_axisChoice->setChoiceTip(2, tr("Bytes of the weights, packed to their widths."));
    m_axisChoice->setChoiceTip(kThroughput, tr("This version measures no throughput, so there is nothing to draw here yet."));
    m_axisChoice->setChoiceEnabled(kThroughput, false);
    connect(m_axisChoice, &SegmentedControl::chosen, this, &FrontierPage::setAxis);
    row->addWidget(m_axisChoice);
    row->addStretch(1);
    m_chart = new FrontierChart;
    m_chart->setObjectName(QStringLiteral("frontierChart"));
    auto* save = new ChartSaveButton({m_chart}, tr("Save chart"));
    connect(save, &ChartSaveButton::failed, this, [this](const QString& sentence) { emit session().failed(sentence); });
    row->addWidget(save);
    row->addSpacing(space.grid);
    m_add = new PushButton(tr("Add points"));
    m_add->setObjectName(QStringLiteral("addPoints"));
    m_add->setCheckable(true);
    connect(m_add, &QPushButton::clicked, this, &FrontierPage::showForm);
    row->addWidget(m_add);
    return bar;
}

QWidget* FrontierPage::buildChart()
{
    m_chartCard = new Card(tr("%1 against cost").arg(metricWords(nullptr).title));
    m_legend = new FrontierLegend;
    m_chartCard->addHeaderWidget(m_legend);
    m_chartStack = new QStackedWidget;
    m_chartStack->addWidget(m_chart);
    m_chartStack->addWidget(m_state);
    m_chartCard->body()->addWidget(m_chartStack, 1);
    connect(m_chart, &Chart::pointClicked, this, &FrontierPage::select);
    return m_chartCard;
}

void FrontierPage::buildState()
{
    m_state = new StatePanel;
    m_state->setObjectName(QStringLiteral("frontierState"));
    connect(m_state, &StatePanel::actionChosen, this, [this](int action) {
        if (action == 0) startComparison(defaultComparison());
        if (action == 1) showForm(true);
    });
}

void FrontierPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (m_stale) update();
}

void FrontierPage::changed()
{
    m_stale = true;
    if (isVisible()) update();
}

void FrontierPage::update()
{
    m_stale = false;
    const QString before = m_selected >= 0 ? pointKey(m_points.points[static_cast<std::size_t>(m_selected)]) : QString();
    m_points = session().isOpen() ? studyPoints(*session().overview(), axis()) : StudyPoints{};
    m_selected = -1;
    double nearest = 2;
    for (std::size_t i = 0; i < m_points.points.size(); ++i) {
        const StudyPoint& point = m_points.points[i];
        if (!before.isEmpty() && pointKey(point) == before) {
            m_selected = static_cast<int>(i);
            break;
        }
        const double distance = std::abs(point.budget - kUsualBudget) + (point.best ? 0 : 1);
        if (before.isEmpty() && distance < nearest) {
            nearest = distance;
            m_selected = static_cast<int>(i);
        }
    }
    showChart();
    select(m_selected);
    showState();
}

const CostModel& FrontierPage::axis() const { return **findCostModel(kAxes[m_axisIndex]); }

void FrontierPage::setAxis(int index)
{
    if (index >= kThroughput) return;
    m_axisIndex = index;
    update();
}

void FrontierPage::showChart()
{
    m_add->setEnabled(session().isOpen());
    m_axisChoice->setEnabled(session().isOpen());
    const bool any = !m_points.points.empty();
    m_legend->setVisible(any);
    m_legend->setSeeds(static_cast<int>(m_points.seeds));
    m_chartCard->setSubtitle(any ? effortText(m_points.effort) : QString());
    m_chartCard->setHeading(tr("%1 against cost").arg(metricWords(session().overview()).title));
    m_chart->setTitle(m_chartCard->heading(), any ? effortText(m_points.effort) : QString());
    m_chart->setData(any ? chartDataOf(*session().overview(), m_points, axis()) : FrontierChartData{});
}

void FrontierPage::select(int index)
{
    m_selected = index < static_cast<int>(m_points.points.size()) ? index : -1;
    m_chart->setSelectedPoint(m_selected);
    m_panel->setPoint(m_points, m_selected);
    m_panel->setVisible(!m_points.points.empty());
    m_maps->setPoints(session().overview(), m_points, m_selected);
}

void FrontierPage::showForm(bool shown)
{
    m_add->setChecked(shown);
    m_form->setVisible(shown);
    if (shown) m_form->startFrom(m_points);
}

void FrontierPage::startComparison(const QStringList& arguments)
{
    showForm(false);
    if (arguments.isEmpty() || !session().isOpen()) return;
    if (const auto failed = comparisonJob(session()); failed && failed->state == JobState::Failed) session().removeJob(failed->id);
    session().enqueue(arguments, tr("Compare methods"));
}

void FrontierPage::showState()
{
    if (!isVisible()) {
        m_stale = true;
        return;
    }
    const auto job = comparisonJob(session());
    const bool any = !m_points.points.empty();
    m_work->setVisible(job.has_value());
    m_chartCard->setVisible(any || !job || job->state != JobState::Failed);
    m_chartStack->setCurrentIndex(any ? 0 : 1);
    if (job) m_work->showJob(*job, static_cast<std::int64_t>(m_points.points.size()));
    if (any || !session().isOpen()) return m_estimate->ask({});
    const QString shown = job ? QStringLiteral("working") : QStringLiteral("empty ") + m_time;
    const bool same = std::exchange(m_stateShown, shown) == shown;
    if (!job) m_estimate->ask(defaultComparison());
    if (same) return;
    if (job) {
        m_state->showEmpty({.iconName = QStringLiteral("frontier"),
            .title = tr("Points come as they are measured"),
            .sentence = tr("The first one stands here as soon as its training ends.")});
        return;
    }
    m_state->showEmpty({.iconName = QStringLiteral("frontier"),
        .title = tr("No points yet"),
        .sentence = tr("%1 against cost: every metric and baseline at five budgets, trained alike. Or fine-tune an assignment in Bits; its point appears here too.")
                         .arg(metricWords(session().overview()).title),
        .button = tr("Compare methods"),
        .caption = m_time,
        .secondButton = tr("Choose…")});
}

void FrontierPage::load()
{
    const StudyPoint* point = m_panel->point();
    if (!point) return;
    session().bits().load(point->assignment, shortPointTitle(*point));
    session().show(View::Bits);
}

void FrontierPage::withName(std::function<void(const QString& name)> then)
{
    const StudyPoint* point = m_panel->point();
    if (!point) return;
    const QString name = nameForSaving(*session().overview(), *point);
    if (!needsSaving(*point)) return then(name);
    const QStringList arguments{QStringLiteral("assign"), QStringLiteral("STUDY"), name, QStringLiteral("--bits"),
        QString::fromStdString(toText(point->assignment))};
    session().noteCommand(arguments);
    session().ask(arguments, this, [this, name, then = std::move(then)](const Result<std::string>& answer) {
        if (!answer.ok()) {
            emit session().failed(QString::fromStdString(answer.error().message));
            return;
        }
        session().refresh();
        then(name);
    });
}

void FrontierPage::finetune(const QStringList& arguments)
{
    withName([this, arguments](const QString& name) { session().enqueue(arguments, tr("Fine-tune %1").arg(name)); });
}

void FrontierPage::exportPoint()
{
    withName([this](const QString& name) { session().showExport(name); });
}

std::vector<PaletteAction> FrontierPage::actions(const QString& typed)
{
    std::vector<PaletteAction> found;
    if (!session().isOpen()) return found;
    const auto offer = [&](const QString& title, const QString& iconName, std::function<void()> run) {
        if (title.contains(typed, Qt::CaseInsensitive)) found.push_back({.title = title, .icon = iconName, .shortcut = {}, .run = std::move(run)});
    };
    offer(tr("Add points to the frontier"), QStringLiteral("plus"), [this] { showForm(true); });
    for (int i = 0; i < kThroughput; ++i)
        if (i != m_axisIndex)
            offer(tr("Frontier against %1").arg(m_axisChoice->text(i).toLower()), QStringLiteral("frontier"), [this, i] {
                m_axisChoice->setCurrent(i);
                setAxis(i);
            });
    for (std::size_t i = 0; i < m_points.points.size(); ++i) {
        const QString title = pointTitle(m_points.points[i]);
        offer(tr("Select %1").arg(title), QStringLiteral("target"), [this, i] { select(static_cast<int>(i)); });
        if (!typed.isEmpty())
            offer(tr("Load %1 into Bits").arg(title), QStringLiteral("bits"), [this, i] {
                select(static_cast<int>(i));
                load();
            });
    }
    return found;
}

} // namespace halftone
