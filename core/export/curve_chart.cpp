// Curves of training: labelled runs in their method's colour with their names at the right end, the others faint behind them.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <fmt/format.h>

#include "core/export/chart_scale.h"
#include "core/export/report_charts.h"
#include "core/export/report_look.h"
#include "core/export/report_numbers.h"

namespace halftone {
namespace {

constexpr double kHeight = 300;
constexpr double kTop = 26, kBottom = kHeight - 40, kLeft = 52;
constexpr std::size_t kMostPoints = 150; // of one line; more are averaged in equal runs
constexpr std::size_t kMostNames = 14; // that find room at the right end

bool isFinitePoint(const ReportCurvePoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

// What is drawn of a curve: its finite points, averaged in runs of equal length when there are too many.
std::vector<ReportCurvePoint> thinned(const std::vector<ReportCurvePoint>& points)
{
    std::vector<ReportCurvePoint> finite;
    std::copy_if(points.begin(), points.end(), std::back_inserter(finite), isFinitePoint);
    const std::size_t run = (finite.size() + kMostPoints - 1) / kMostPoints;
    if (run <= 1) return finite;
    std::vector<ReportCurvePoint> means;
    for (std::size_t from = 0; from < finite.size(); from += run) {
        const std::size_t to = std::min(from + run, finite.size());
        ReportCurvePoint mean;
        for (std::size_t i = from; i < to; ++i) {
            mean.x += finite[i].x / static_cast<double>(to - from);
            mean.y += finite[i].y / static_cast<double>(to - from);
        }
        means.push_back(mean);
    }
    return means;
}

struct Line {
    const ReportCurve* curve = nullptr;
    std::vector<ReportCurvePoint> points;
    bool named = false;
    int dash = 0; // tells lines of one colour apart
};

std::vector<Line> linesOf(const ReportCurves& curves)
{
    std::vector<Line> lines;
    std::size_t names = 0;
    std::map<std::string, int> linesOfColour;
    for (const ReportCurve& curve : curves.curves) {
        Line line{&curve, thinned(curve.points), curve.labelled && names < kMostNames};
        if (line.points.empty()) continue;
        if (line.named) {
            ++names;
            line.dash = linesOfColour[methodLook(curve.metric).colour]++ % 4;
        }
        lines.push_back(std::move(line));
    }
    std::stable_partition(lines.begin(), lines.end(), [](const Line& line) { return !line.named; });
    return lines;
}

void drawAxes(Svg& svg, const ReportCurves& curves, const LinearScale& toX, const LinearScale& toY)
{
    for (const Tick& tick : roundTicks(toY.low, toY.high, 5)) {
        svg.line({kLeft, toY(tick.value)}, {toX.to, toY(tick.value)}, "grid");
        svg.text({kLeft - 8, toY(tick.value) + 4}, tick.label, "number end");
    }
    svg.line({kLeft, kBottom}, {toX.to, kBottom}, "axis");
    for (const Tick& tick : roundTicks(toX.low, toX.high, 8)) {
        svg.line({toX(tick.value), kBottom}, {toX(tick.value), kBottom + 4}, "axis");
        svg.text({toX(tick.value), kBottom + 17}, tick.label, "number middle");
    }
    svg.text({kLeft, kTop - 12}, curves.yTitle, "");
    svg.text({toX.to, kHeight - 6}, curves.xTitle, "end");
}

std::string lookOf(const Line& line) { return methodLook(line.curve->metric).colour; }

void drawLine(Svg& svg, const Line& line, const LinearScale& toX, const LinearScale& toY)
{
    std::vector<SvgPoint> points;
    for (const ReportCurvePoint& point : line.points) points.push_back({toX(point.x), toY(point.y)});
    svg.beginGroup(line.curve->name);
    if (points.size() == 1)
        svg.circle(points.front(), 2.5, (line.named ? "mark full " : "mark hollow ") + lookOf(line));
    else
        svg.polyline(points, line.named ? fmt::format("series dash{} {}", line.dash, lookOf(line)) : "faint");
    svg.endGroup();
}

} // namespace

std::optional<Svg> curveChart(const ReportCurves& curves)
{
    const std::vector<Line> lines = linesOf(curves);
    if (lines.empty()) return std::nullopt;
    std::vector<double> xs, ys;
    double widest = 0;
    for (const Line& line : lines) {
        for (const ReportCurvePoint& point : line.points) {
            xs.push_back(point.x);
            ys.push_back(point.y);
        }
        if (line.named) widest = std::max(widest, textWidth(line.curve->name));
    }
    const double right = kChartWidth - (widest > 0 ? std::min(widest, 260.0) + 58 : 8);
    const Range x = paddedRange(xs, 0.01), y = paddedRange(ys, 0.06);
    const LinearScale toX{x.low, x.high, kLeft, right}, toY{y.low, y.high, kBottom, kTop};
    Svg svg(kChartWidth, kHeight, curves.title);
    drawAxes(svg, curves, toX, toY);
    std::vector<double> wanted;
    std::vector<const Line*> named;
    for (const Line& line : lines) {
        drawLine(svg, line, toX, toY);
        if (!line.named) continue;
        named.push_back(&line);
        wanted.push_back(toY(line.points.back().y));
    }
    const std::vector<double> placed = placeLabels(wanted, 15, {kTop, kBottom});
    for (std::size_t i = 0; i < named.size(); ++i) {
        const ReportCurvePoint& last = named[i]->points.back();
        svg.polyline({{toX(last.x) + 3, toY(last.y)}, {right + 14, placed[i]}, {right + 19, placed[i]}}, "leader");
        svg.line({right + 22, placed[i]}, {right + 46, placed[i]},
            fmt::format("series dash{} {}", named[i]->dash, lookOf(*named[i])));
        svg.text({right + 52, placed[i] + 4}, named[i]->curve->name, "series-label " + lookOf(*named[i]));
    }
    return svg;
}

} // namespace halftone
