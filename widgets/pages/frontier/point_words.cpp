// Titles, efforts and tips of the frontier's points.
#include "widgets/pages/frontier/point_words.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

#include "core/cost/all_cost_models.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/theme.h"

namespace halftone {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("FrontierPoints", text); }

QString budgetText(double budget) { return QStringLiteral("%1 %").arg(QString::number(100 * budget, 'g', 3)); }

QString runName(const StudyPoint& point)
{
    if (!point.assignmentName.empty()) return QString::fromStdString(point.assignmentName);
    return tr("run %1").arg(point.runs.empty() ? 0 : point.runs.front());
}

bool isBaseline(const std::string& metric)
{
    return metric == "uniform" || metric == "first-to-last" || metric == "last-to-first" || metric == "random";
}

ChartTip tipOf(const StudyOverview& study, const StudyPoint& point, const CostModel& axis)
{
    const auto seeds = static_cast<std::int64_t>(point.values.size());
    ChartTip tip{.title = pointTitle(point)};
    const auto interval = seeds > 1 ? std::optional(point.interval) : std::nullopt;
    tip.rows.push_back({tr("%1, %2").arg(metricWords(study.task).title, plural(seeds, tr("seed"), tr("seeds"))), accuracyText(point.mean, interval)});
    tip.rows.push_back({axisTitle(axis), percentText(point.costFraction)});
    if (axis.name() != "bops")
        tip.rows.push_back({tr("Bit operations"), bitOperationsText(totalCost(bitOperationsCost(), study.table, point.assignment))});
    if (axis.name() != "size")
        tip.rows.push_back({tr("Size"), sizeText(totalCost(weightBytesCost(), study.table, point.assignment))});
    if (const QString other = otherEffortText(study, point); !other.isEmpty()) tip.rows.push_back({tr("Training"), other});
    return tip;
}

} // namespace

QString pointTitle(const StudyPoint& point)
{
    switch (point.kind) {
    case PointKind::Method:
        return tr("%1, budget %2").arg(Theme::metricName(QString::fromStdString(point.metric)), budgetText(point.budget));
    case PointKind::End:
        return tr("All %1 bit").arg(point.endBits);
    case PointKind::Run:
        break;
    }
    return tr("%1, fine-tuned").arg(runName(point));
}

QString shortPointTitle(const StudyPoint& point)
{
    switch (point.kind) {
    case PointKind::Method:
        return QStringLiteral("%1 %2").arg(Theme::metricName(QString::fromStdString(point.metric)), budgetText(point.budget));
    case PointKind::End:
        return tr("all %1 bit").arg(point.endBits);
    case PointKind::Run:
        break;
    }
    return runName(point);
}

bool needsSaving(const StudyPoint& point) { return point.kind != PointKind::End && point.assignmentName.empty(); }

QString nameForSaving(const StudyOverview& study, const StudyPoint& point)
{
    if (point.kind == PointKind::End) return QString::number(point.endBits);
    if (!point.assignmentName.empty()) return QString::fromStdString(point.assignmentName);
    QString name = point.kind == PointKind::Method
        ? QString::fromStdString(point.metric) + QString::number(std::lround(100 * point.budget))
        : QStringLiteral("run%1").arg(point.runs.empty() ? 0 : point.runs.front());
    const QString plain = name;
    for (int more = 2; study.assignment(name.toStdString()); ++more) name = QStringLiteral("%1-%2").arg(plain).arg(more);
    return name;
}

QString epochsText(std::int64_t epochs) { return plural(epochs, tr("epoch"), tr("epochs")); }

QString seedsText(const std::vector<std::uint64_t>& seeds)
{
    QStringList all;
    for (const std::uint64_t seed : seeds) all << QString::number(seed);
    return (all.size() == 1 ? tr("seed %1") : tr("seeds %1")).arg(all.join(QStringLiteral(", ")));
}

QString startText(const StudyOverview& study, const TrainingEffort& effort)
{
    if (effort.start == "random") return tr("random weights");
    if (!effort.start.starts_with("run ")) return QString::fromStdString(effort.start);
    const auto run = std::ranges::find(study.runs, effort.start.substr(4), &RunRecord::key);
    if (run == study.runs.end()) return tr("a run no longer here");
    if (run->kind != "base") return tr("run %1").arg(run->id);
    const auto bits = assignmentFromText(run->assignmentBits);
    const int width = bits.ok() && bits->layers.size() > 1 ? bits->layers[bits->layers.size() / 2].weight : 0;
    return tr("base %1 bit, %2").arg(width).arg(epochsText(effortOf(*run).epochs));
}

QString otherEffortText(const StudyOverview& study, const StudyPoint& point)
{
    if (point.otherEffort.empty()) return {};
    const auto seeds = static_cast<std::int64_t>(point.values.size());
    QStringList parts{epochsText(point.effort.epochs), plural(seeds, tr("seed"), tr("seeds"))};
    for (const EffortAspect aspect : point.otherEffort) {
        if (aspect == EffortAspect::Recipe) parts << tr("other recipe");
        if (aspect == EffortAspect::Start) parts << tr("from %1").arg(startText(study, point.effort));
        if (aspect == EffortAspect::Images)
            parts << QStringLiteral("%1 %2").arg(wholeText(point.effort.images), QString::fromStdString(point.effort.evaluatedOn));
    }
    return tr("%1: other effort").arg(parts.join(QStringLiteral(", ")));
}

QString effortText(const TrainingEffort& effort)
{
    return tr("%1 each, %2 %3")
        .arg(epochsText(effort.epochs), wholeText(effort.images), QString::fromStdString(effort.evaluatedOn));
}

QString pointKey(const StudyPoint& point)
{
    return QStringLiteral("%1|%2|%3|%4|%5|%6")
        .arg(static_cast<int>(point.kind))
        .arg(QString::fromStdString(point.metric))
        .arg(point.budget)
        .arg(point.kind == PointKind::Run ? QString::fromStdString(toText(point.assignment)) : QString())
        .arg(point.effort.epochs)
        .arg(QString::fromStdString(point.effort.start));
}

FrontierChartData chartDataOf(const StudyOverview& study, const StudyPoints& points, const CostModel& axis)
{
    FrontierChartData data;
    const auto seriesOf = [&](const std::string& metric) {
        const QString name = QString::fromStdString(metric);
        const auto known = std::ranges::find(data.series, name, &FrontierSeries::metric);
        if (known != data.series.end()) return static_cast<int>(known - data.series.begin());
        data.series.push_back({.metric = name, .label = {}, .isMetric = !isBaseline(metric)});
        return static_cast<int>(data.series.size()) - 1;
    };
    for (const StudyPoint& point : points.points) {
        FrontierMark mark{.cost = 100 * point.costFraction, .accuracy = 100 * point.mean, .best = point.best};
        if (point.values.size() > 1) {
            mark.low = 100 * (point.mean - point.interval);
            mark.high = 100 * (point.mean + point.interval);
        }
        if (point.kind == PointKind::End) {
            mark.endBits = point.endBits;
            mark.label = shortPointTitle(point);
            if (point.endBits == points.highestBits && point.otherEffort.empty()) data.joinsAt = static_cast<int>(data.points.size());
        } else {
            mark.series = seriesOf(point.kind == PointKind::Method ? point.metric : point.metric.empty() ? "own" : point.metric);
            mark.joined = point.kind == PointKind::Method;
            if (point.kind == PointKind::Run) mark.label = shortPointTitle(point);
        }
        if (const QString other = otherEffortText(study, point); !other.isEmpty())
            mark.otherEffort = QStringLiteral("%1, %2").arg(shortPointTitle(point), other);
        mark.tip = tipOf(study, point, axis);
        data.points.push_back(std::move(mark));
    }
    data.costTitle = tr("%1, % of all %2 bit")
                         .arg(axisTitle(axis))
                         .arg(points.highestBits);
    data.accuracyTitle = tr("%1, %").arg(metricWords(study.task).test);
    data.accuracyName = metricWords(study.task).name;
    if (points.fullPrecision) {
        data.reference = 100 * *points.fullPrecision;
        data.referenceLabel = tr("full precision %1").arg(numberText(*data.reference, 1));
    }
    return data;
}

QString axisTitle(const CostModel& axis)
{
    if (axis.name() == "linear") return tr("Linear cost");
    if (axis.name() == "bops") return tr("Bit operations");
    if (axis.name() == "size") return tr("Size");
    return QString::fromStdString(std::string(axis.title()));
}

QString costText(const CostModel& axis, double cost)
{
    if (axis.name() == "size") return sizeText(cost);
    return bitOperationsText(cost);
}

} // namespace halftone
