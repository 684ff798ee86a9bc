// The points of the frontier in words, and as the chart's data.
#pragma once

#include <QString>

#include "core/studies/frontier_points.h"
#include "widgets/plots/frontier_chart.h"

namespace halftone {

QString pointTitle(const StudyPoint& point); // "EAGL, budget 75 %", "All 4 bit", "mine, fine-tuned"
QString shortPointTitle(const StudyPoint& point); // "EAGL 75 %"
// A name to save its assignment under ("eagl75"), free in the study; of an end the width itself, which needs no saving.
QString nameForSaving(const StudyOverview& study, const StudyPoint& point);
bool needsSaving(const StudyPoint& point);

QString epochsText(std::int64_t epochs); // "5 epochs"
QString seedsText(const std::vector<std::uint64_t>& seeds); // "seed 0", "seeds 0, 1, 2"
QString startText(const StudyOverview& study, const TrainingEffort& effort); // "base 4 bit", "pretrained"
// Empty when it may be compared: "5 epochs, 1 seed: other effort".
QString otherEffortText(const StudyOverview& study, const StudyPoint& point);
// "30 epochs each, 10,000 test images"
QString effortText(const TrainingEffort& effort);

// The same point after the study was read anew.
QString pointKey(const StudyPoint& point);
FrontierChartData chartDataOf(const StudyOverview& study, const StudyPoints& points, const CostModel& axis);
QString axisTitle(const CostModel& axis);
QString costText(const CostModel& axis, double cost); // with its unit: "0.419 G", "83.5 KiB"

} // namespace halftone
