// Bars beside layer names in network order: sensitivity per linked group, and signal to noise of an exported file.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/export/chart_scale.h"
#include "core/export/report_charts.h"
#include "core/export/report_look.h"
#include "core/export/report_numbers.h"

namespace halftone {
namespace {

constexpr double kLine = 16; // height of one name
constexpr double kRowGap = 6;
constexpr double kHead = 46;
constexpr double kBarHeight = 9;
constexpr double kNameSize = 11;
constexpr double kMostForNames = 330;
constexpr double kValueWidth = 62;
constexpr double kLeastForColumn = 200;

struct Bar {
    std::optional<double> value;
    std::string instead; // where there is no value: why
    bool quiet = false; // nothing is missing: the row is not for this column
};
struct BarRow {
    std::vector<std::string> names; // several: linked layers, one bar
    std::vector<Bar> bars; // one a column
};
struct BarColumn {
    std::string title;
    std::string subtitle;
    std::string colour;
};

// -7 as raised digits.
std::string superscript(int value)
{
    static constexpr std::array<const char*, 10> kDigits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string raised = value < 0 ? "⁻" : "";
    for (const char digit : fmt::format("{}", std::abs(value))) raised += kDigits[static_cast<std::size_t>(digit - '0')];
    return raised;
}

std::string shortened(const std::string& name, double width)
{
    const auto fits = static_cast<std::size_t>(std::max(4.0, width / (kNameSize * 0.605)));
    if (textWidth(name, kNameSize, true) <= width || name.size() <= fits) return name;
    // The end of a layer's name tells more than its beginning. A cut inside a character must not leave half of it.
    std::size_t from = name.size() - (fits - 1);
    while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0) == 0x80) ++from;
    return "…" + name.substr(from);
}

class BarDrawing {
public:
    BarDrawing(std::string title, std::vector<BarColumn> columns, std::vector<BarRow> rows)
        : m_columns(std::move(columns))
        , m_rows(std::move(rows))
        , m_height(heightOf(m_rows))
        , m_svg(kChartWidth, m_height, std::move(title))
    {
        double widest = textWidth("Layer");
        for (const BarRow& row : m_rows) {
            for (const std::string& name : row.names) widest = std::max(widest, textWidth(name, kNameSize, true));
        }
        m_nameWidth = std::min(widest, kMostForNames);
        m_left = m_nameWidth + 28;
        m_columnWidth = (kChartWidth - m_left) / static_cast<double>(m_columns.size());
    }

    Svg draw()
    {
        m_svg.text({0, 12}, "Layer", "heading");
        for (std::size_t i = 0; i < m_columns.size(); ++i) drawColumn(i);
        double y = kHead;
        for (const BarRow& row : m_rows) {
            drawNames(row, y);
            y += rowHeight(row);
        }
        return m_svg;
    }

private:
    static double rowHeight(const BarRow& row) { return kLine * static_cast<double>(row.names.size()) + kRowGap; }
    static double heightOf(const std::vector<BarRow>& rows)
    {
        double height = kHead + 4;
        for (const BarRow& row : rows) height += rowHeight(row);
        return height;
    }

    void drawNames(const BarRow& row, double y)
    {
        for (std::size_t i = 0; i < row.names.size(); ++i) {
            const std::string shown = shortened(row.names[i], m_nameWidth);
            if (shown != row.names[i]) m_svg.beginGroup(row.names[i]);
            m_svg.text({0, y + kRowGap / 2 + kLine * static_cast<double>(i) + 12}, shown, "number");
            if (shown != row.names[i]) m_svg.endGroup();
        }
        if (row.names.size() < 2) return;
        const double top = y + kRowGap / 2 + 8;
        const double bottom = top + kLine * static_cast<double>(row.names.size() - 1);
        m_svg.beginGroup("Linked: these layers read the same tensor, so they are one decision");
        m_svg.polyline(
            {{m_nameWidth + 6, top}, {m_nameWidth + 11, top}, {m_nameWidth + 11, bottom}, {m_nameWidth + 6, bottom}}, "link");
        m_svg.endGroup();
    }

    Range rangeOf(std::size_t column) const
    {
        Range range{0, 0};
        for (const BarRow& row : m_rows) {
            const std::optional<double>& value = row.bars[column].value;
            if (value) range = {std::min(range.low, *value), std::max(range.high, *value)};
        }
        return range.low < range.high ? range : Range{0, 1};
    }

    // One column's numbers share a power of ten, where it is not a plain one, and a count of decimals, so that they line up.
    struct Axis {
        LinearScale toX; // of values divided by `unit`
        double unit = 1;
        int exponent = 0;
        int decimals = 2;
    };

    Axis axisOf(std::size_t column, double left, double right) const
    {
        const Range range = rangeOf(column);
        const double largest = std::max(std::abs(range.low), std::abs(range.high));
        Axis axis;
        const int magnitude = static_cast<int>(std::floor(std::log10(largest)));
        if (magnitude < -2 || magnitude > 5) {
            axis.exponent = std::clamp(magnitude, -300, 300);
            axis.unit = std::pow(10, axis.exponent);
        } else {
            axis.decimals = std::max(2 - magnitude, 0);
        }
        axis.toX = {range.low / axis.unit, range.high / axis.unit, left, right};
        return axis;
    }

    void drawColumn(std::size_t index)
    {
        const BarColumn& column = m_columns[index];
        const double left = m_left + m_columnWidth * static_cast<double>(index);
        const double right = left + m_columnWidth - kValueWidth - 16;
        const Axis axis = axisOf(index, left, right);
        const LinearScale& toX = axis.toX;
        const std::string power = axis.exponent == 0 ? std::string() : "10" + superscript(axis.exponent) + " ";
        m_svg.text({left, 12}, column.title, "heading series-label " + column.colour);
        m_svg.text({left + textWidth(column.title, 15) + 8, 12}, power + column.subtitle, "");
        for (const Tick& tick : roundTicks(toX.low, toX.high, m_columnWidth > 300 ? 5 : 4)) {
            m_svg.line({toX(tick.value), kHead - 6}, {toX(tick.value), m_height}, tick.value == 0 ? "zero" : "grid");
            m_svg.text({toX(tick.value), kHead - 12}, tick.label, "number middle");
        }
        double y = kHead;
        for (const BarRow& row : m_rows) {
            drawBar(row, column, row.bars[index], axis, y + rowHeight(row) / 2);
            y += rowHeight(row);
        }
    }

    void drawBar(const BarRow& row, const BarColumn& column, const Bar& bar, const Axis& axis, double middle)
    {
        const LinearScale& toX = axis.toX;
        if (bar.value) {
            const double zero = toX(0), end = toX(*bar.value / axis.unit);
            m_svg.beginGroup(fmt::format("{}\n{}: {} ({})", fmt::join(row.names, " + "), column.title,
                                 formatSignificant(*bar.value, 4), column.subtitle),
                column.colour);
            m_svg.rectangle(
                {std::min(zero, end), middle - kBarHeight / 2}, std::max(std::abs(end - zero), 1.0), kBarHeight, "bar");
            m_svg.endGroup();
            m_svg.text({toX.to + kValueWidth, middle + 4}, formatFixed(*bar.value / axis.unit, axis.decimals), "number end");
            return;
        }
        if (bar.quiet) {
            m_svg.text({toX.from + 6, middle + 4}, bar.instead, "quiet");
            return;
        }
        const double width = toX.to - toX.from;
        m_svg.beginGroup(fmt::format("{}\n{}: {}", fmt::join(row.names, " + "), column.title, bar.instead));
        m_svg.rectangle({toX.from, middle - 7}, width, 14, "missing");
        const std::string words = textWidth(bar.instead) + 12 <= width ? bar.instead : "Not scored";
        m_svg.text({toX.from + 6, middle + 4}, words, "");
        for (double x = toX.from + 12 + textWidth(words); x + 14 <= toX.to; x += 6)
            m_svg.line({x, middle + 7}, {x + 14, middle - 7}, "hatch");
        m_svg.endGroup();
        m_svg.text({toX.to + kValueWidth, middle + 4}, "n/a", "number end quiet");
    }

    std::vector<BarColumn> m_columns;
    std::vector<BarRow> m_rows;
    double m_height;
    Svg m_svg;
    double m_nameWidth = 0, m_left = 0, m_columnWidth = 0;
};

// The bar of one group in one metric.
Bar scoreBar(const ReportSensitivity& metric, const std::string& group)
{
    for (const ReportScore& score : metric.scores) {
        if (score.group != group) continue;
        if (score.scored && std::isfinite(score.gain)) return {score.gain, {}, false};
        return {std::nullopt, "Not scored" + (score.reason.empty() ? std::string() : ": " + score.reason), false};
    }
    return {std::nullopt, "Not scored yet", false};
}

bool isScored(const ReportSensitivity& metric, const std::string& group)
{
    return std::any_of(
        metric.scores.begin(), metric.scores.end(), [&](const ReportScore& score) { return score.group == group; });
}

std::vector<BarRow> groupRows(const ReportData& data)
{
    std::vector<BarRow> rows;
    std::map<std::string, std::size_t> rowOfGroup;
    for (const ReportLayer& layer : data.layers) {
        const auto [known, isNew] = rowOfGroup.try_emplace(layer.group, rows.size());
        if (!isNew && !layer.group.empty()) {
            rows[known->second].names.push_back(layer.name);
            continue;
        }
        BarRow row{{layer.name}, {}};
        for (std::size_t i = 0; i < data.sensitivity.size(); ++i) {
            // Every layer at the edge says it once, in the first column.
            if (layer.edge && !isScored(data.sensitivity[i], layer.group))
                row.bars.push_back({std::nullopt, i == 0 ? "first or last layer, 8 bit: outside the choice" : "", true});
            else
                row.bars.push_back(scoreBar(data.sensitivity[i], layer.group));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

std::optional<Svg> sensitivityChart(const ReportData& data)
{
    if (data.sensitivity.empty() || data.layers.empty()) return std::nullopt;
    std::vector<BarColumn> columns;
    const auto most = static_cast<std::size_t>((kChartWidth - kMostForNames) / kLeastForColumn);
    for (const ReportSensitivity& metric : data.sensitivity) {
        const MethodLook look = methodLook(metric.metric);
        columns.push_back({look.title, metric.unit, look.colour});
    }
    std::vector<BarRow> rows = groupRows(data);
    if (columns.size() > most) {
        columns.resize(most); // the table of layers has them all
        for (BarRow& row : rows) row.bars.resize(most);
    }
    return BarDrawing("Sensitivity of each linked group", std::move(columns), std::move(rows)).draw();
}

std::optional<Svg> noiseChart(const ReportExport& exported)
{
    if (exported.noise.empty()) return std::nullopt;
    std::vector<BarRow> rows;
    for (const ReportLayerNoise& noise : exported.noise) {
        Bar bar{noise.signalToNoise, {}, false};
        if (!std::isfinite(noise.signalToNoise)) bar = {std::nullopt, noise.signalToNoise > 0 ? "equal" : "n/a", true};
        rows.push_back({{noise.layer}, {bar}});
    }
    return BarDrawing(
        "Signal to noise of each layer", {{"Signal to noise", "dB, file against network, measured", "sEagl"}}, std::move(rows))
        .draw();
}

} // namespace halftone
