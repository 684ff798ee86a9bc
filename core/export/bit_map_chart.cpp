// Strips of bit widths: one cell a layer, as wide as its share of MACs, filled as high as its width in bits.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/export/report_charts.h"
#include "core/export/report_look.h"
#include "core/export/report_numbers.h"

namespace halftone {
namespace {

constexpr double kStripHeight = 17;
constexpr double kStripPitch = 24;
constexpr double kHeadingHeight = 26;
constexpr double kNamesHeight = 20;
constexpr double kLeast = 4; // of a cell
constexpr double kCellGap = 1;
constexpr double kStageGap = 5;

struct Cell {
    double x = 0;
    double width = 0;
};

// "layer1" of "layer1.0.conv1".
std::string stageOf(const std::string& name) { return name.substr(0, name.find('.')); }

std::vector<Cell> layCells(const std::vector<ReportLayer>& layers, double left, double width)
{
    double macs = 0, gaps = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        macs += static_cast<double>(std::max<std::int64_t>(layers[i].macs, 0));
        if (i > 0) gaps += stageOf(layers[i].name) == stageOf(layers[i - 1].name) ? kCellGap : kStageGap;
    }
    // Every cell keeps a least width where there is room for it; what remains is shared by MACs.
    const auto count = static_cast<double>(layers.size());
    const double least = std::min(kLeast, std::max(0.0, width - gaps) / std::max(count, 1.0));
    const double shared = std::max(0.0, width - gaps - least * count);
    std::vector<Cell> cells;
    double x = left;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (i > 0) x += stageOf(layers[i].name) == stageOf(layers[i - 1].name) ? kCellGap : kStageGap;
        const double share = macs > 0 ? static_cast<double>(std::max<std::int64_t>(layers[i].macs, 0)) / macs : 1 / count;
        cells.push_back({x, least + shared * share});
        x += cells.back().width;
    }
    return cells;
}

void drawStrip(Svg& svg, const std::vector<ReportLayer>& layers, const std::vector<Cell>& cells,
    const ReportAssignment& assignment, double y)
{
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const int bits = assignment.weightBits[i];
        const bool full = bits <= 0 || bits > 8;
        // 8 bit fills the cell, 2 bit three tenths of it: a low cell stays a visible one.
        const double height = full ? kStripHeight : kStripHeight * (0.3 + 0.7 * (bits - 2) / 6.0);
        svg.beginGroup(
            fmt::format("{}\n{}, {} MACs", layers[i].name, bitTitle(bits), formatScaled(static_cast<double>(layers[i].macs))),
            bitClass(bits));
        svg.rectangle({cells[i].x, y}, cells[i].width, kStripHeight, "rest", 1);
        svg.rectangle({cells[i].x, y + kStripHeight - height}, cells[i].width, height, "cell", 1);
        svg.endGroup();
    }
}

bool isDrawable(const ReportAssignment& assignment, const std::vector<ReportLayer>& layers)
{
    return !layers.empty() && assignment.weightBits.size() == layers.size();
}

// Names of the stages above the strips, where they fit.
void drawStages(Svg& svg, const std::vector<ReportLayer>& layers, const std::vector<Cell>& cells)
{
    double free = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string stage = stageOf(layers[i].name);
        if (i > 0 && stage == stageOf(layers[i - 1].name)) continue;
        std::size_t last = i;
        while (last + 1 < layers.size() && stageOf(layers[last + 1].name) == stage) ++last;
        const double width = textWidth(stage, 11, true);
        const double end = cells[last].x + cells[last].width;
        // The last stage may be too narrow for its name, which then ends where the strip ends.
        const double x = last + 1 == layers.size() ? std::min(cells[i].x, end - width) : cells[i].x;
        if (x < free || (last + 1 < layers.size() && end - cells[i].x < width)) continue;
        svg.text({x, 12}, stage, "number quiet");
        free = x + width + 6;
    }
}

} // namespace

std::optional<Svg> bitMapChart(const ReportData& data)
{
    std::vector<std::string> metrics;
    std::size_t strips = 0;
    double widest = 0;
    for (const ReportAssignment& assignment : data.assignments) {
        if (!isDrawable(assignment, data.layers)) continue;
        ++strips;
        if (std::find(metrics.begin(), metrics.end(), assignment.metric) == metrics.end()) metrics.push_back(assignment.metric);
        if (!assignment.budget) widest = std::max(widest, textWidth(assignment.name, 11, true));
    }
    if (strips == 0) return std::nullopt;
    const double left = std::clamp(widest + 12, 64.0, 180.0);
    const double right = kChartWidth - 76;
    Svg svg(kChartWidth,
        kNamesHeight + kHeadingHeight * static_cast<double>(metrics.size()) + kStripPitch * static_cast<double>(strips),
        "Bit maps");
    const std::vector<Cell> cells = layCells(data.layers, left, right - left);
    drawStages(svg, data.layers, cells);
    double y = kNamesHeight;
    for (const std::string& metric : metrics) {
        svg.text({0, y + 15}, metric.empty() ? "Others" : methodLook(metric).title, "heading");
        y += kHeadingHeight;
        for (const ReportAssignment& assignment : data.assignments) {
            if (assignment.metric != metric || !isDrawable(assignment, data.layers)) continue;
            svg.text(
                {left - 12, y + 13}, assignment.budget ? formatPercent(*assignment.budget, 0) : assignment.name, "number end");
            drawStrip(svg, data.layers, cells, assignment, y);
            if (assignment.accuracy) svg.text({kChartWidth, y + 13}, formatPercent(*assignment.accuracy), "number end");
            y += kStripPitch;
        }
    }
    return svg;
}

std::optional<Svg> bitStrip(const std::vector<ReportLayer>& layers, const ReportAssignment& assignment, double width)
{
    if (!isDrawable(assignment, layers)) return std::nullopt;
    Svg svg(width, kStripHeight, "Bit map of " + assignment.name);
    drawStrip(svg, layers, layCells(layers, 0, width), assignment, 0);
    return svg;
}

} // namespace halftone
