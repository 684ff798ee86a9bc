// Where the words of a frontier stand: names of series with leader lines, end points, points of other effort.
#pragma once

#include "widgets/plots/chart_words.h"
#include "widgets/plots/frontier_chart.h"

#include <QLineF>

namespace halftone {

inline constexpr double kEndRing = 9; // radius round the glyph of an end point

struct FrontierWords {
    std::vector<PlacedWords> words;
    std::vector<QLineF> leaders;
};

// Indices of a series' points in the order of cost; those that its line joins, or all.
enum class FrontierMembers { Joined, All };
std::vector<int> frontierLine(const FrontierChartData& data, int series, FrontierMembers members = FrontierMembers::Joined);
// Pixels that the names of the series take left of their first points.
double frontierLabelRoom(const FrontierChartData& data, const Theme& theme);
FrontierWords placeFrontierWords(const FrontierChartData& data, const ChartFrame& frame);

} // namespace halftone
