// Builds the sensitivity view and keeps it with the study, the selection and the queue.
#include "widgets/pages/sensitivity/sensitivity_page.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <algorithm>

#include "core/sensitivity/all_metrics.h"
#include "widgets/controls/card.h"
#include "widgets/controls/hint_tip.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/sensitivity/agreement.h"
#include "widgets/pages/sensitivity/metric_state.h"
#include "widgets/pages/sensitivity/sensitivity_chart.h"
#include "widgets/plots/chart_save_button.h"
#include "widgets/plots/scatter_chart.h"
#include "widgets/session/time_estimates.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

constexpr int kRightShare = 44; // percent of the width

} // namespace

SensitivityPage::SensitivityPage(Session& session, QWidget* parent)
    : Page(session, parent)
    , m_estimates(new TimeEstimates(session, this))
{
    setObjectName(u"sensitivityPage"_s);
    const Spacing& space = themeOf(this).space();
    m_stack = new QStackedWidget;
    m_empty = new StatePanel;
    m_empty->setObjectName(u"empty"_s);
    m_empty->showEmpty({.iconName = u"sensitivity"_s,
        .title = tr("No study is open"),
        .sentence = tr("Open a study or try the demo. How sensitive its layers are to fewer bits appears here."),
        .button = tr("Go to Start")});
    connect(m_empty, &StatePanel::actionChosen, this, [this](int) { this->session().show(View::Start); });
    auto* contents = new QWidget;
    auto* row = new QHBoxLayout(contents);
    row->setContentsMargins(space.page, space.card - 2, space.page, space.page);
    row->setSpacing(space.page);
    row->addWidget(buildLeft(), 100 - kRightShare);
    row->addWidget(buildRight(), kRightShare);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(contents);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);
    connectSession();
    takeOverview();
}

SensitivityPage::~SensitivityPage() = default;

QWidget* SensitivityPage::buildLeft()
{
    const Spacing& space = themeOf(this).space();
    auto* left = new QWidget;
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space.gap);
    auto* head = new QHBoxLayout;
    head->setSpacing(space.gap);
    head->addWidget(makeLabel(tr("Sensitivity"), TextStyle::Title, Role::Ink));
    m_order = new SegmentedControl({tr("Network order"), tr("Sorted")});
    m_order->setObjectName(u"order"_s);
    m_order->setAccessibleName(tr("Order of the layers"));
    m_order->setChoiceTip(1, tr("By falling gain of the first metric; layers without a score come last"));
    m_scale = new SegmentedControl({tr("Raw"), tr("Normalised")});
    m_scale->setObjectName(u"scale"_s);
    m_scale->setAccessibleName(tr("Scale of the gains"));
    m_scale->setChoiceTip(1, tr("Each gain over the largest one of its metric, so that metrics of different units can be read side by side"));
    head->addWidget(m_order);
    head->addWidget(m_scale);
    head->addStretch(1);
    m_chart = new SensitivityChart;
    m_chart->setTitle(tr("Sensitivity"));
    auto* save = new ChartSaveButton({m_chart}, tr("Save chart"));
    save->setObjectName(u"saveChart"_s);
    head->addWidget(save);
    column->addLayout(head);
    auto* card = new Card;
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* paper = new QWidget;
    setSurface(*paper, Surface::Panel);
    auto* rows = new QVBoxLayout(paper);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(m_chart, 1);
    scroll->setWidget(paper);
    card->body()->addWidget(scroll, 1);
    QLabel* note = makeSentence(
        tr("Linked layers read one tensor and are one decision: their gain belongs to the group and is drawn once, across its rows."),
        TextStyle::Caption, Role::Ink3);
    card->body()->addWidget(note);
    column->addWidget(card, 1);
    connect(m_order, &SegmentedControl::chosen, this, &SensitivityPage::showScores);
    connect(m_scale, &SegmentedControl::chosen, this, &SensitivityPage::showScores);
    connect(m_chart, &Chart::pointClicked, this, [this](int layer) { session().selectLayer(layer); });
    connect(save, &ChartSaveButton::failed, &session(), &Session::failed);
    connect(save, &ChartSaveButton::saved, &session(), [this](const QString& path) { emit session().noted(tr("Saved %1.").arg(path)); });
    return left;
}

QWidget* SensitivityPage::buildRight()
{
    const Spacing& space = themeOf(this).space();
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, space.control + space.gap, 0, 0); // below the heading's row at the left
    column->setSpacing(space.gap);
    column->addWidget(buildAgreement(), 1);
    column->addWidget(buildMetrics());
    return right;
}

Card* SensitivityPage::buildAgreement()
{
    const Spacing& space = themeOf(this).space();
    auto* card = new Card(tr("Agreement"));
    m_first = new QComboBox;
    m_first->setObjectName(u"firstMetric"_s);
    m_first->setAccessibleName(tr("Metric at the left and across"));
    m_second = new QComboBox;
    m_second->setObjectName(u"secondMetric"_s);
    m_second->setAccessibleName(tr("Metric at the right and upwards"));
    card->addHeaderWidget(m_first);
    card->addHeaderWidget(makeLabel(tr("with"), TextStyle::Small, Role::Ink3));
    card->addHeaderWidget(m_second);
    m_noAgreement = makeSentence(tr("Score two metrics to see how far they agree."), TextStyle::Small, Role::Ink2);
    m_noAgreement->setAlignment(Qt::AlignCenter);
    card->body()->addWidget(m_noAgreement, 1);
    m_agreement = new QWidget;
    auto* row = new QHBoxLayout(m_agreement);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space.page);
    m_scatter = new ScatterChart;
    m_scatter->setObjectName(u"scatter"_s);
    m_scatter->setTitle(tr("Agreement of metrics"));
    row->addWidget(m_scatter, 3);
    auto* words = new QVBoxLayout;
    words->setSpacing(space.grid);
    QLabel* caption = makeLabel(tr("Rank correlation, Spearman"), TextStyle::Small, Role::Ink3);
    caption->setToolTip(tipText(tr("Rank correlation"),
        tr("1: both metrics put the groups in the same order; 0: no relation; −1: the reverse. Spearman's, without a unit.")));
    m_correlation = makeLabel({}, TextStyle::Display, Role::Ink);
    m_correlation->setObjectName(u"correlation"_s);
    m_coverage = makeSentence({}, TextStyle::Small, Role::Ink2);
    m_coverage->setObjectName(u"coverage"_s);
    m_selections = makeSentence({}, TextStyle::Small, Role::Ink2);
    m_selections->setObjectName(u"selections"_s);
    m_selections->setToolTip(tipText(tr("Selections"),
        tr("What the exact solver chooses by each of the two metrics, with the budget, cost, widths and pins of the Bits view.")));
    words->addWidget(caption);
    words->addWidget(m_correlation);
    words->addWidget(m_coverage);
    words->addWidget(m_selections);
    words->addStretch(1);
    row->addLayout(words, 2);
    card->body()->addWidget(m_agreement, 1);
    connect(m_first, &QComboBox::activated, this, &SensitivityPage::showScores);
    connect(m_second, &QComboBox::activated, this, &SensitivityPage::showScores);
    connect(m_scatter, &Chart::pointClicked, this, [this](int dot) { session().selectLayer(m_layerOfDot[static_cast<std::size_t>(dot)]); });
    return card;
}

Card* SensitivityPage::buildMetrics()
{
    auto* card = new Card(tr("Metrics"));
    card->setCaption(tr("time is an estimate until a metric has run"));
    bool isFirst = true;
    for (const MetricInfo& info : allMetrics()) {
        if (!isFirst) card->body()->addWidget(makeRule());
        isFirst = false;
        auto* row = new MetricRow(metricState(metricOf(info)));
        card->body()->addWidget(row);
        m_metricRows.push_back(row);
        Session& all = session();
        connect(row, &MetricRow::scoreRequested, this, &SensitivityPage::score);
        connect(row, &MetricRow::pauseRequested, &all, &Session::pauseJob);
        connect(row, &MetricRow::resumeRequested, &all, &Session::resumeJob);
        connect(row, &MetricRow::stopRequested, &all, &Session::stopJob);
        connect(row, &MetricRow::retryRequested, &all, &Session::retryJob);
        connect(row, &MetricRow::removeRequested, &all, &Session::removeJob);
    }
    m_warning = makeSentence({}, TextStyle::Small, Role::Warn);
    m_warning->setObjectName(u"warning"_s);
    card->body()->addWidget(m_warning);
    return card;
}

void SensitivityPage::connectSession()
{
    Session& all = session();
    connect(&all, &Session::overviewChanged, this, &SensitivityPage::takeOverview);
    connect(&all, &Session::closed, this, &SensitivityPage::takeOverview);
    connect(&all, &Session::jobsChanged, this, &SensitivityPage::showMetrics);
    connect(&all, &Session::jobProgressed, this, [this](qint64) { showMetrics(); });
    connect(&all, &Session::layerSelected, this, &SensitivityPage::showSelection);
    connect(&all.bits(), &BitDocument::changed, this, [this] {
        showBits();
        showAgreement();
    });
    connect(m_estimates, &TimeEstimates::arrived, this, &SensitivityPage::showMetrics);
}

void SensitivityPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    showMetrics(); // estimates are asked for when somebody looks
    showAgreement();
}

void SensitivityPage::takeOverview()
{
    m_stack->setCurrentIndex(session().isOpen() ? 1 : 0);
    fillPickers();
    showBits();
    showScores();
    showMetrics();
    showSelection(session().selectedLayer());
}

// Scored metrics first, in the order of the list; those that are not scored can be looked at too.
void SensitivityPage::fillPickers()
{
    const auto chosen = chosenMetrics();
    QStringList names;
    const StudyOverview* study = session().overview();
    for (const bool scored : {true, false})
        for (const MetricInfo& info : allMetrics())
            if ((study && study->scoresOf(info.name)) == scored) names << metricOf(info);
    if (study)
        for (const auto& record : study->scores) // of another version: shown, though it cannot be made here
            if (const QString name = QString::fromStdString(record.report.metric); !names.contains(name)) names << name;
    int place = 0;
    for (QComboBox* picker : {m_first, m_second}) {
        picker->clear();
        for (const QString& name : names) picker->addItem(Theme::metricName(name), name);
        const int kept = picker->findData(chosen[static_cast<std::size_t>(place)]);
        picker->setCurrentIndex(kept >= 0 ? kept : std::min(place, picker->count() - 1));
        ++place;
    }
}

std::array<QString, 2> SensitivityPage::chosenMetrics() const
{
    return {m_first->currentData().toString(), m_second->currentData().toString()};
}

void SensitivityPage::showScores()
{
    const StudyOverview* study = session().overview();
    const auto order = m_order->current() == 1 ? ScoreOrder::Sorted : ScoreOrder::Network;
    m_chart->setScores(study ? scoreTable(*study, chosenMetrics(), order) : ScoreTable{}, m_scale->current() == 1);
    showSelection(session().selectedLayer());
    showAgreement();
}

void SensitivityPage::showBits()
{
    std::vector<SensitivityLayer> layers;
    if (const StudyOverview* study = session().overview(); study && !session().bits().isEmpty())
        for (std::size_t i = 0; i < study->table.layers.size(); ++i)
            layers.push_back({.name = QString::fromStdString(study->table.layers[i].name),
                .bits = session().bits().bitsOf(LayerIndex(static_cast<std::int64_t>(i)))});
    m_chart->setLayers(std::move(layers));
}

void SensitivityPage::showAgreement()
{
    const StudyOverview* study = session().overview();
    const auto [first, second] = chosenMetrics();
    const auto* a = study ? study->scoresOf(first.toStdString()) : nullptr;
    const auto* b = study ? study->scoresOf(second.toStdString()) : nullptr;
    m_agreement->setVisible(a && b);
    m_noAgreement->setVisible(!a || !b);
    if (!a || !b || !isVisible()) return;
    ScatterData scatter{.xTitle = Theme::metricName(first) + u", "_s + QString::fromStdString(a->unit),
        .yTitle = Theme::metricName(second) + u", "_s + QString::fromStdString(b->unit)};
    m_layerOfDot.clear();
    for (const auto& group : scoreTable(*study, {first, second}, ScoreOrder::Network).groups) {
        if (!group.gains[0].gain || !group.gains[1].gain) continue;
        scatter.points.push_back({.x = *group.gains[0].gain,
            .y = *group.gains[1].gain,
            .label = QString::fromStdString(study->table.group(group.group).name)});
        m_layerOfDot.push_back(static_cast<int>(group.layers.front().value));
    }
    m_scatter->setData(std::move(scatter));
    showSelection(session().selectedLayer());
    const Agreement agreement = agreementOf(*study, first, second, session().bits().choices());
    m_correlation->setText(agreement.correlation ? numberText(*agreement.correlation, 2) : QString(kNoValue));
    m_coverage->setText(agreement.coverage);
    m_selections->setText(agreement.selections);
}

void SensitivityPage::showSelection(int layer)
{
    m_chart->setSelectedPoint(layer);
    const StudyOverview* study = session().overview();
    int dot = -1;
    if (study && layer >= 0 && layer < static_cast<int>(study->table.layers.size())) {
        const auto& group = study->table.group(study->table.layers[static_cast<std::size_t>(layer)].group);
        const auto found = std::ranges::find(m_layerOfDot, static_cast<int>(group.layers.front().value));
        if (found != m_layerOfDot.end()) dot = static_cast<int>(found - m_layerOfDot.begin());
    }
    m_scatter->setSelectedPoint(dot);
}

MetricState SensitivityPage::metricState(const QString& metric) const
{
    return stateOfMetric(session(), metric, isVisible() ? m_estimates : nullptr);
}

void SensitivityPage::showMetrics()
{
    bool isIncomplete = false;
    for (MetricRow* row : m_metricRows) row->setState(metricState(row->state().metric));
    if (const StudyOverview* study = session().overview())
        for (const auto& record : study->scores)
            isIncomplete = isIncomplete || std::ranges::count(record.report.groups, false, &GroupScore::scored) > 0;
    m_warning->setVisible(isIncomplete);
    m_warning->setText(tr("A layer without a score is not a robust one: the solver keeps it at the higher width, unless you place it."));
}

void SensitivityPage::score(const QString& metric)
{
    session().enqueue(scoreArguments(metric), tr("Score by %1").arg(Theme::metricName(metric)));
}

std::vector<PaletteAction> SensitivityPage::actions(const QString& typed)
{
    std::vector<PaletteAction> all;
    const auto add = [&](const QString& title, const QString& icon, std::function<void()> run) {
        if (title.contains(typed, Qt::CaseInsensitive)) all.push_back({title, icon, {}, std::move(run)});
    };
    if (!session().isOpen()) return all;
    for (const MetricRow* row : m_metricRows) {
        const MetricState& state = row->state();
        if (state.isScored || state.job != 0) continue;
        const QString time = state.time.isEmpty() ? QString() : u", "_s + state.time;
        add(tr("Score by %1%2").arg(state.title, time), u"sensitivity"_s, [this, metric = state.metric] { score(metric); });
    }
    const auto choose = [this](SegmentedControl* control, int index) {
        control->setCurrent(index);
        showScores();
    };
    add(m_order->current() == 0 ? tr("Sort layers by sensitivity") : tr("Show layers in network order"), u"sort"_s,
        [this, choose] { choose(m_order, 1 - m_order->current()); });
    add(m_scale->current() == 0 ? tr("Normalise the scores") : tr("Show raw scores"), u"chart"_s,
        [this, choose] { choose(m_scale, 1 - m_scale->current()); });
    return all;
}

} // namespace halftone
