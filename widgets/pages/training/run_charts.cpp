// Gives each chart its curves and appends live points to them.
#include "widgets/pages/training/run_charts.h"

#include <QGridLayout>
#include <algorithm>
#include <set>

#include "widgets/controls/card.h"
#include "widgets/controls/hint_tip.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

constexpr const char* kSeries[] = {"loss", "test accuracy", "learning rate"};
constexpr std::string_view kWeightStep = "weight step ";

double shown(RunCharts::Kind kind, double value) { return kind == RunCharts::Accuracy ? 100 * value : value; }

std::vector<CurvePoint> pointsOf(const SeriesByName& series, const std::string& name, RunCharts::Kind kind)
{
    std::vector<CurvePoint> points;
    const auto found = series.find(name);
    if (found == series.end()) return points;
    for (const auto& point : found->second) points.push_back({point.epoch, shown(kind, point.value)});
    return points;
}

Role roleOfBits(int bits)
{
    if (bits >= kFullPrecision) return Role::BitFull;
    if (bits > 6) return Role::Bit8;
    return bits > 2 ? Role::Bit4 : Role::Bit2;
}

QString keyOfStep(const QString& run, const QString& layer) { return run + u'/' + layer; }

QString epochTip(const MetricWords& words) { return RunCharts::tr("%1, after each epoch, in percent.").arg(words.meaning); }

// "cross-entropy", or what is learnt from the full-precision network; its raw outputs have no temperature.
QString lossText(const DrawnRun* run, const MetricWords& words)
{
    const bool isDistilled = run && run->run.recipe && run->run.recipe->distillation.weight > 0;
    if (!isDistilled || &words == &metricWords(Task::Outputs)) return words.loss;
    return RunCharts::tr("distance from full precision, T = %1").arg(run->run.recipe->distillation.temperature);
}

} // namespace

RunCharts::RunCharts(QWidget* parent)
    : QWidget(parent)
{
    const std::array titles{tr("Training loss"), m_words->test, tr("Learning rate"), tr("Weight steps")};
    const std::array tips{tr("What training lowers, averaged over the updates since the last point; no unit."),
        epochTip(*m_words),
        tr("The largest of any tensor; it falls along a cosine. Dashed: what is planned."),
        tr("Distance of two neighbouring levels of a layer's weights, in the weights' own unit. The run learns them.")};
    auto* grid = new QGridLayout(this);
    const int gap = themeOf(this).space().gap;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(gap);
    for (std::size_t i = 0; i < m_charts.size(); ++i) {
        m_cards[i] = new Card(titles[i], this);
        m_cards[i]->setToolTip(tipText(titles[i], tips[i]));
        m_charts[i] = new CurveChart(m_cards[i]);
        m_charts[i]->setTitle(titles[i]);
        m_charts[i]->setMinimumHeight(120);
        m_cards[i]->body()->addWidget(m_charts[i], 1);
        grid->addWidget(m_cards[i], static_cast<int>(i / 2), static_cast<int>(i % 2));
        grid->setRowStretch(static_cast<int>(i / 2), i < 2 ? 21 : 20);
        grid->setColumnStretch(static_cast<int>(i % 2), 1);
        connect(m_charts[i], &CurveChart::curveClicked, this, [this](const QString& key) { emit runClicked(key.section(u'/', 0, 0)); });
    }
    m_charts[Loss]->setObjectName(u"lossChart"_s);
    m_charts[Accuracy]->setObjectName(u"accuracyChart"_s);
    m_charts[LearningRate]->setObjectName(u"rateChart"_s);
    m_charts[WeightSteps]->setObjectName(u"stepChart"_s);
    showOptions();
}

void RunCharts::setLayers(const LayerTable& table) { m_table = table; }

void RunCharts::setMetric(const MetricWords& words)
{
    if (m_words == &words) return;
    m_words = &words;
    m_cards[Accuracy]->setHeading(words.test);
    m_cards[Accuracy]->setToolTip(tipText(words.test, epochTip(words)));
    m_charts[Accuracy]->setTitle(words.test);
    showSubtitles();
}

void RunCharts::setFullPrecision(std::optional<double> accuracy)
{
    m_charts[Accuracy]->setReference(accuracy ? std::optional(100 * *accuracy) : std::nullopt, tr("full precision"));
}

void RunCharts::setRuns(const std::vector<DrawnRun>& runs)
{
    std::set<QString> keys;
    for (const auto& run : runs) keys.insert(run.run.key);
    for (std::size_t i = 0; i < m_charts.size(); ++i)
        for (const QString& key : m_charts[i]->keys()) {
            const bool isOfChosen = i != WeightSteps || (!runs.empty() && key.startsWith(runs.back().run.key));
            if (!keys.contains(key.section(u'/', 0, 0)) || !isOfChosen) m_charts[i]->removeCurve(key);
        }
    m_runs = runs;
    showOptions();
    for (const auto& run : m_runs) setRun(run);
    showSubtitles();
}

void RunCharts::setRun(const DrawnRun& run)
{
    const CurveStyle style{.label = run.run.title,
        .colour = run.isLive ? Role::Accent : run.colour,
        .chosen = run.isChosen,
        .live = run.isLive,
        .secondsPerEpoch = run.secondsPerEpoch};
    for (const Kind kind : {Loss, Accuracy, LearningRate}) {
        CurveStyle own = style;
        // Runs of one length have one schedule: a label for each would stand on the others.
        if (kind == LearningRate && !run.isChosen) std::swap(own.label, own.group);
        chart(kind)->setCurve(run.run.key, own);
        std::vector<CurvePoint> points = pointsOf(run.series, kSeries[kind], kind);
        // Evaluated at its end only: that is a point too.
        if (kind == Accuracy && points.empty() && run.run.accuracy && !run.isLive)
            points.push_back({static_cast<double>(run.run.epochsDone), shown(kind, *run.run.accuracy)});
        chart(kind)->setPoints(run.run.key, std::move(points));
    }
    setPlanned(run);
    if (run.isChosen) setWeightSteps(run);
}

int RunCharts::bitsOf(const DrawnRun& run, const QString& layer) const
{
    for (std::size_t i = 0; i < m_table.layers.size() && i < run.run.bits.layers.size(); ++i)
        if (layer == QString::fromStdString(m_table.layers[i].name)) return run.run.bits.layers[i].weight;
    return kFullPrecision;
}

void RunCharts::setWeightSteps(const DrawnRun& run)
{
    std::map<int, std::pair<double, QString>> labelled; // the highest line of each width carries its label
    for (const auto& [name, points] : run.series) {
        if (!name.starts_with(kWeightStep) || points.empty()) continue;
        const QString layer = QString::fromStdString(name.substr(kWeightStep.size()));
        const auto best = labelled.try_emplace(bitsOf(run, layer), points.back().value, layer).first;
        if (points.back().value > best->second.first) best->second = {points.back().value, layer};
    }
    for (const auto& [name, points] : run.series) {
        if (!name.starts_with(kWeightStep)) continue;
        const QString layer = QString::fromStdString(name.substr(kWeightStep.size()));
        const int bits = bitsOf(run, layer);
        const QString key = keyOfStep(run.run.key, layer);
        chart(WeightSteps)
            ->setCurve(key,
                {.label = labelled.contains(bits) && labelled[bits].second == layer ? bitName(bits) : QString(),
                    .colour = roleOfBits(bits),
                    .live = run.isLive,
                    .secondsPerEpoch = run.secondsPerEpoch,
                    .group = layer});
        chart(WeightSteps)->setPoints(key, pointsOf(run.series, name, WeightSteps));
    }
}

// What the schedule has in store, from the last point on.
void RunCharts::setPlanned(const DrawnRun& run)
{
    std::vector<CurvePoint> planned;
    const auto known = run.series.find("learning rate");
    const bool isUnfinished = run.isChosen && (run.isLive || run.run.state != RunState::Finished) && run.run.recipe;
    if (isUnfinished && known != run.series.end() && !known->second.empty()) {
        constexpr double kAssumedUpdates = 400;
        constexpr int kPieces = 60;
        const double perEpoch = run.updatesPerEpoch > 0 ? run.updatesPerEpoch : kAssumedUpdates;
        const double updates = perEpoch * static_cast<double>(run.run.epochs);
        const auto factor = [&](double epoch) { return rateFactor(*run.run.recipe, std::max(0.0, epoch * perEpoch - 1), updates); };
        const SeriesPoint last = known->second.back();
        const double now = factor(last.epoch);
        for (int i = 0; i <= kPieces && now > 0; ++i) {
            const double epoch = last.epoch + (static_cast<double>(run.run.epochs) - last.epoch) * i / kPieces;
            planned.push_back({epoch, last.value * factor(epoch) / now});
        }
    }
    chart(LearningRate)->setPlanned(run.run.key, std::move(planned), tr("planned"));
}

void RunCharts::append(const CurveSample& sample)
{
    const QString key = QString::fromStdString(sample.run);
    const DrawnRun* run = drawn(key);
    if (!run) return;
    for (const Kind kind : {Loss, Accuracy, LearningRate})
        if (sample.series == kSeries[kind]) chart(kind)->appendPoint(key, {sample.epoch, shown(kind, sample.value)});
    if (run->isChosen && sample.series.starts_with(kWeightStep)) {
        const QString layer = QString::fromStdString(sample.series.substr(kWeightStep.size()));
        const QString stepKey = keyOfStep(key, layer);
        // A curve that is new waits for setRuns, which knows its label.
        if (chart(WeightSteps)->keys().contains(stepKey)) chart(WeightSteps)->appendPoint(stepKey, {sample.epoch, sample.value});
    }
}

const DrawnRun* RunCharts::drawn(const QString& key) const
{
    const auto found = std::ranges::find_if(m_runs, [&](const DrawnRun& run) { return run.run.key == key; });
    return found == m_runs.end() ? nullptr : &*found;
}

void RunCharts::showSubtitles()
{
    const DrawnRun* chosen = m_runs.empty() ? nullptr : &m_runs.back();
    m_cards[Loss]->setSubtitle(lossText(chosen, *m_words));
    m_cards[Accuracy]->setSubtitle(u"%"_s);
    m_cards[LearningRate]->setSubtitle(tr("cosine, log scale"));
    m_cards[WeightSteps]->setSubtitle(chosen ? tr("%1, one line a layer").arg(chosen->run.title) : tr("one line a layer"));
    const bool hasTest = !chosen || chosen->series.contains("test accuracy") || chosen->isLive || chosen->run.state != RunState::Finished;
    m_cards[Accuracy]->setCaption(hasTest ? QString() : tr("%1 was evaluated at its end only").arg(chosen->run.title));
    const bool hasSteps = !chosen || chosen->isLive
        || std::ranges::any_of(chosen->series, [](const auto& one) { return one.first.starts_with(kWeightStep); });
    m_cards[WeightSteps]->setCaption(hasSteps ? QString() : tr("not recorded"));
    for (std::size_t i = 0; i < m_charts.size(); ++i)
        m_charts[i]->setTitle(m_charts[i]->title(), chosen ? chosen->run.title : QString());
}

void RunCharts::showOptions()
{
    double epochs = 1;
    m_highestRate = 0;
    for (const auto& run : m_runs) {
        epochs = std::max(epochs, static_cast<double>(run.run.epochs));
        if (const auto rates = run.series.find("learning rate"); rates != run.series.end())
            for (const auto& point : rates->second) m_highestRate = std::max(m_highestRate, point.value);
    }
    constexpr double kDecadesShown = 100; // a cosine falls to nothing: two decades tell its shape
    m_charts[Loss]->setOptions({.fromZero = true, .epochs = epochs});
    m_charts[Accuracy]->setOptions({.epochs = epochs});
    m_charts[LearningRate]->setOptions({.logarithmic = true,
        .lower = m_highestRate > 0 ? std::optional(m_highestRate / kDecadesShown) : std::nullopt,
        .epochs = epochs});
    m_charts[WeightSteps]->setOptions({.logarithmic = true, .epochs = epochs});
}

void RunCharts::setSmooth(bool smooth)
{
    for (CurveChart* chart : m_charts) chart->setSmooth(smooth);
}

void RunCharts::setAxis(CurveAxis axis)
{
    for (CurveChart* chart : m_charts) chart->setAxis(axis);
}

} // namespace halftone
