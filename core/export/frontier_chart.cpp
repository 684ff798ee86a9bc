// Accuracy against cost: a line per metric, intervals over seeds, dominated points hollow, references as rings and a dashed
// line.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/export/chart_scale.h"
#include "core/export/report_charts.h"
#include "core/export/report_look.h"
#include "core/export/report_numbers.h"

namespace halftone {
namespace {

constexpr double kHeight = 480;
constexpr double kTop = 26, kBottom = kHeight - 44, kLeft = 44, kRight = kChartWidth - 16;
constexpr double kLabelGap = 16;
constexpr double kLeader = 24; // from a series' name to its first point

struct Series {
    MethodLook look;
    std::vector<const ReportPoint*> points; // by rising cost
};

bool isDrawable(const ReportPoint& point) { return std::isfinite(point.costFraction) && std::isfinite(point.accuracy); }

std::vector<Series> seriesOf(const ReportFrontier& frontier)
{
    std::vector<std::string> order;
    std::map<std::string, Series> byMetric;
    for (const ReportPoint& point : frontier.points) {
        if (!isDrawable(point)) continue;
        if (byMetric.count(point.metric) == 0) {
            order.push_back(point.metric);
            byMetric[point.metric].look = methodLook(point.metric);
        }
        byMetric[point.metric].points.push_back(&point);
    }
    std::vector<Series> all;
    for (const std::string& metric : order) {
        Series& series = byMetric[metric];
        std::stable_sort(series.points.begin(), series.points.end(),
            [](const auto* a, const auto* b) { return a->costFraction < b->costFraction; });
        all.push_back(std::move(series));
    }
    // Baselines first, so that what is compared with them lies on top.
    std::stable_partition(all.begin(), all.end(), [](const Series& series) { return series.look.baseline; });
    return all;
}

std::string tipOf(const ReportFrontier& frontier, const ReportPoint& point)
{
    std::string tip = fmt::format("{}, budget {}\n{}, measured: {}", methodLook(point.metric).title,
        formatPercent(point.budget, 0), capitalised(frontier.metric), formatPercentInterval(point.accuracy, point.interval));
    for (std::size_t i = 0; i < point.accuracies.size(); ++i) {
        tip += i == 0 ? "\nBy seed: " : ", ";
        if (i < point.seeds.size()) tip += fmt::format("{}: ", point.seeds[i]);
        tip += formatPercent(point.accuracies[i]);
    }
    tip += fmt::format("\n{}, {}: {}{} of {}", frontier.costName, frontier.costIsMeasured ? "measured" : "estimated",
        frontier.costIsMeasured ? "" : "≈ ", formatPercent(point.costFraction, 1), frontier.costReference);
    if (point.cost > 0) tip += fmt::format(" ({} {})", formatScaled(point.cost), frontier.costUnit);
    tip += fmt::format("\n{} epochs{}", point.epochs, point.dominated ? "; dominated" : "; best at its cost");
    return tip;
}

class FrontierDrawing {
public:
    explicit FrontierDrawing(const ReportFrontier& frontier)
        : m_frontier(frontier)
        , m_series(seriesOf(frontier))
        , m_svg(kChartWidth, kHeight, capitalised(frontier.metric) + " against cost")
    {
        for (const ReportReference& reference : frontier.references) {
            if (std::isfinite(reference.accuracy) && (!reference.costFraction || std::isfinite(*reference.costFraction)))
                m_references.push_back(reference);
        }
    }

    std::optional<Svg> draw()
    {
        if (m_series.empty()) return std::nullopt;
        setScales();
        drawAxes();
        for (const Series& series : m_series) drawLine(series);
        drawReferences();
        drawNames();
        for (const Series& series : m_series) {
            for (const ReportPoint* point : series.points) drawInterval(series, *point);
        }
        for (const Series& series : m_series) {
            for (const ReportPoint* point : series.points) drawPoint(series, *point);
        }
        return m_svg;
    }

private:
    void setScales()
    {
        std::vector<double> costs, accuracies;
        for (const Series& series : m_series) {
            for (const ReportPoint* point : series.points) {
                costs.push_back(100 * point->costFraction);
                accuracies.insert(
                    accuracies.end(), {100 * (point->accuracy - point->interval), 100 * (point->accuracy + point->interval)});
            }
        }
        const Range spread = paddedRange(accuracies, 0);
        for (const ReportReference& reference : m_references) {
            if (reference.costFraction) costs.push_back(100 * *reference.costFraction);
            // What lies far below the points would squeeze them into a corner; it is drawn at the edge, with an arrow.
            if (100 * reference.accuracy >= spread.low - 1.2 * (spread.high - spread.low) - 1)
                accuracies.push_back(100 * reference.accuracy);
        }
        m_y = paddedRange(accuracies, 0.05);
        m_toY = {m_y.low, m_y.high, kBottom, kTop};
        m_x = paddedRange(costs, 0.03);
        m_toX = {m_x.low, m_x.high, kLeft, kRight};
        makeRoomForNames();
    }

    // The names stand left of the lowest points; the scale starts further left when they would not fit.
    void makeRoomForNames()
    {
        double widest = 0, firstCost = m_x.high;
        for (const Series& series : m_series) {
            widest = std::max(widest, textWidth(series.look.title, 12));
            firstCost = std::min(firstCost, 100 * series.points.front()->costFraction);
        }
        const double needed = widest + kLeader + 20;
        if (m_toX(firstCost) - kLeft < needed && needed < (kRight - kLeft) / 2) {
            const double perPixel = (m_x.high - firstCost) / (kRight - kLeft - needed);
            m_x.low = firstCost - needed * perPixel;
            m_toX.low = m_x.low;
        }
        m_namesEnd = m_toX(firstCost) - kLeader;
    }

    SvgPoint at(double costFraction, double accuracy) const { return {m_toX(100 * costFraction), m_toY(100 * accuracy)}; }

    void drawAxes()
    {
        for (const Tick& tick : roundTicks(m_y.low, m_y.high, 7)) {
            m_svg.line({kLeft, m_toY(tick.value)}, {kRight, m_toY(tick.value)}, "grid");
            m_svg.text({kLeft - 8, m_toY(tick.value) + 4}, tick.label, "number end");
        }
        m_svg.text({kLeft, kTop - 12}, "Test " + m_frontier.metric + ", %, measured", "");
        m_svg.line({kLeft, kBottom}, {kRight, kBottom}, "axis");
        for (const Tick& tick : roundTicks(m_x.low, m_x.high, 8)) {
            m_svg.line({m_toX(tick.value), kBottom}, {m_toX(tick.value), kBottom + 4}, "axis");
            m_svg.text({m_toX(tick.value), kBottom + 17}, tick.label, "number middle");
        }
        m_svg.text({kRight, kHeight - 8},
            fmt::format("{}, % of {}, {}", m_frontier.costName, m_frontier.costReference,
                m_frontier.costIsMeasured ? "measured" : "estimated"),
            "end");
    }

    void drawLine(const Series& series)
    {
        std::vector<SvgPoint> line;
        for (const ReportPoint* point : series.points) {
            if (point->epochs == m_frontier.epochs) line.push_back(at(point->costFraction, point->accuracy));
        }
        // At the highest level every method means the same network, so the lines meet there.
        for (const ReportReference& reference : m_references) {
            if (!line.empty() && reference.costFraction && m_toX(100 * *reference.costFraction) >= line.back().x
                && *reference.costFraction > 0.995)
                line.push_back(at(*reference.costFraction, reference.accuracy));
        }
        if (line.size() > 1) m_svg.polyline(line, "series " + series.look.colour);
    }

    void drawInterval(const Series& series, const ReportPoint& point)
    {
        if (!(point.interval > 0) || !std::isfinite(point.interval)) return;
        m_svg.line(at(point.costFraction, point.accuracy - point.interval),
            at(point.costFraction, point.accuracy + point.interval), "interval " + series.look.colour);
    }

    void drawPoint(const Series& series, const ReportPoint& point)
    {
        const SvgPoint centre = at(point.costFraction, point.accuracy);
        m_svg.beginGroup(tipOf(m_frontier, point), series.look.colour);
        const bool sameEffort = point.epochs == m_frontier.epochs;
        drawMarker(m_svg, series.look.marker, centre, series.look.colour, sameEffort && !point.dominated);
        if (!sameEffort) m_svg.line({centre.x - 8, centre.y + 9}, {centre.x + 8, centre.y + 9}, "otherEffort");
        m_svg.circle(centre, 9, "hit");
        m_svg.endGroup();
    }

    void drawReferences()
    {
        for (const ReportReference& reference : m_references) {
            const std::string value = formatPercentInterval(reference.accuracy, reference.interval);
            if (!reference.costFraction) {
                const double y = m_toY(100 * reference.accuracy);
                if (y > kBottom) continue;
                m_svg.line({kLeft, y}, {kRight, y}, "reference");
                m_svg.text({kRight, y - 5}, reference.name + " " + formatFixed(100 * reference.accuracy, 1), "end halo");
            } else {
                drawRing(reference, value);
            }
        }
    }

    void drawRing(const ReportReference& reference, const std::string& value)
    {
        const SvgPoint exact = at(*reference.costFraction, reference.accuracy);
        const bool below = exact.y > kBottom;
        const SvgPoint centre{exact.x, below ? kBottom - 16 : exact.y};
        const std::string look = bitClass(reference.bits);
        const std::string cost = formatPercent(*reference.costFraction, 1);
        m_svg.beginGroup(fmt::format("{}\nAccuracy, measured: {}\n{}: {}{}", reference.name, value, m_frontier.costName,
                             m_frontier.costIsMeasured ? "" : "≈ ", cost),
            look);
        m_svg.circle(centre, 9, "ring");
        drawBitGlyph(m_svg, reference.bits, {centre.x - 6, centre.y - 6});
        if (below)
            m_svg.text({centre.x + 14, centre.y + 4}, fmt::format("{} ↓ {}", reference.name, value), look + " halo");
        else if (centre.x > kRight - textWidth(reference.name, 11) - 18)
            m_svg.text({std::min(centre.x, kRight - textWidth(reference.name) / 2), centre.y + 24}, reference.name,
                look + " middle halo");
        else
            m_svg.text({centre.x + 14, centre.y + 4}, reference.name, look + " halo");
        m_svg.endGroup();
    }

    void drawNames()
    {
        std::vector<double> wanted, obstacles;
        double widest = 0;
        for (const Series& series : m_series) {
            wanted.push_back(m_toY(100 * series.points.front()->accuracy));
            widest = std::max(widest, textWidth(series.look.title, 12));
        }
        for (const ReportReference& reference : m_references) {
            if (!reference.costFraction) continue;
            const SvgPoint centre = at(*reference.costFraction, reference.accuracy);
            const double reach = 14 + textWidth(reference.name);
            if (centre.x - 12 < m_namesEnd && centre.x + reach > m_namesEnd - widest)
                obstacles.push_back(std::min(centre.y, kBottom - 16));
        }
        const std::vector<double> placed = placeLabels(wanted, kLabelGap, {kTop + 8, kBottom - 8}, obstacles);
        for (std::size_t i = 0; i < m_series.size(); ++i) {
            const Series& series = m_series[i];
            const SvgPoint point = at(series.points.front()->costFraction, series.points.front()->accuracy);
            m_svg.polyline({{m_namesEnd + 4, placed[i]}, {m_namesEnd + 10, placed[i]}, {point.x - 7, point.y}}, "leader");
            m_svg.text({m_namesEnd, placed[i] + 4}, series.look.title,
                fmt::format("series-label end halo {}{}", series.look.colour, series.look.baseline ? "" : " strong"));
        }
    }

    const ReportFrontier& m_frontier;
    std::vector<Series> m_series;
    std::vector<ReportReference> m_references;
    Svg m_svg;
    Range m_x, m_y;
    LinearScale m_toX, m_toY;
    double m_namesEnd = kLeft;
};

} // namespace

std::optional<Svg> frontierChart(const ReportFrontier& frontier) { return FrontierDrawing(frontier).draw(); }

} // namespace halftone
