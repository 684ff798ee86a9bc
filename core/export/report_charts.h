// The charts of a report; each answers nothing when the data holds nothing to draw.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/export/report_data.h"
#include "core/export/svg.h"

namespace halftone {

inline constexpr double kChartWidth = 1086; // of the page's cards

// Accuracy against cost; the metrics' lines carry their names at the low end.
std::optional<Svg> frontierChart(const ReportFrontier& frontier);

// Gains per linked group in network order, one column of bars a metric.
std::optional<Svg> sensitivityChart(const ReportData& data);

// Strips of the bit widths of every assignment, grouped by the metric that chose it; widths of cells are shares of MACs.
std::optional<Svg> bitMapChart(const ReportData& data);
// One strip without labels.
std::optional<Svg> bitStrip(const std::vector<ReportLayer>& layers, const ReportAssignment& assignment, double width);

// Curves over epochs; labelled ones carry their names at the right end, the others are faint.
std::optional<Svg> curveChart(const ReportCurves& curves);

// Signal to noise of every layer of an exported file.
std::optional<Svg> noiseChart(const ReportExport& exported);

} // namespace halftone
