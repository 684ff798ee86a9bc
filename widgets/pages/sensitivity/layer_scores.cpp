// Joins scores and layers.
#include "widgets/pages/sensitivity/layer_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>

namespace halftone {

namespace {

LayerGain gainOf(const SensitivityReport* report, GroupIndex group)
{
    if (!report) return {};
    const auto found = std::ranges::find(report->groups, group, &GroupScore::group);
    if (found == report->groups.end())
        return {.gain = {}, .reason = QCoreApplication::translate("Sensitivity", "the metric did not look at it")};
    if (!found->scored) return {.gain = {}, .reason = QString::fromStdString(found->reason)};
    return {.gain = found->gain, .reason = {}};
}

} // namespace

ScoreTable scoreTable(const StudyOverview& study, const std::array<QString, 2>& metrics, ScoreOrder order, int sortedColumn)
{
    ScoreTable table;
    std::array<const SensitivityReport*, 2> reports{};
    for (std::size_t c = 0; c < metrics.size(); ++c) {
        reports[c] = metrics[c].isEmpty() ? nullptr : study.scoresOf(metrics[c].toStdString());
        table.columns[c] = {.metric = metrics[c],
            .unit = reports[c] ? QString::fromStdString(reports[c]->unit) : QString(),
            .isScored = reports[c] != nullptr};
    }
    for (std::size_t g = 0; g < study.table.groups.size(); ++g) {
        const LinkedGroup& linked = study.table.groups[g];
        ScoredGroup group{.group = GroupIndex(static_cast<std::int64_t>(g)), .layers = linked.layers, .isEdge = linked.edge, .gains = {}};
        if (!linked.edge)
            for (std::size_t c = 0; c < metrics.size(); ++c) group.gains[c] = gainOf(reports[c], group.group);
        table.groups.push_back(std::move(group));
    }
    if (order == ScoreOrder::Sorted) {
        const auto column = static_cast<std::size_t>(sortedColumn);
        std::ranges::stable_sort(table.groups, std::greater<>(), [column](const ScoredGroup& group) {
            return group.gains[column].gain.value_or(-std::numeric_limits<double>::infinity());
        });
    }
    return table;
}

double scaleOf(const ScoreTable& table, int column, bool normalised)
{
    if (!normalised) return 1;
    double largest = 0;
    for (const auto& group : table.groups)
        largest = std::max(largest, std::abs(group.gains[static_cast<std::size_t>(column)].gain.value_or(0)));
    return largest > 0 ? 1 / largest : 1;
}

} // namespace halftone
