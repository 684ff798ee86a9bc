// One quantity against another, a dot each for many layers; a dot can be chosen and then carries its name.
#include "widgets/plots/scatter_chart.h"

#include "widgets/plots/chart_words.h"
#include "widgets/plots/csv_writer.h"
#include "widgets/plots/curve_pyramid.h"
#include "widgets/plots/label_layout.h"
#include "widgets/theme/theme_host.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr double kPadding = 0.07;
constexpr double kRadius = 4;
constexpr double kSelectedRing = 8;

bool isDrawable(const ScatterPoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

AxisRange rangeOf(const std::vector<ScatterPoint>& points, double ScatterPoint::* value, bool logarithmic)
{
    CurveExtent extent;
    for (const ScatterPoint& point : points) {
        if (isDrawable(point) && (!logarithmic || point.*value > 0)) extent.include(point.*value);
    }
    return paddedRange(extent.lowest, extent.highest, logarithmic, kPadding);
}

std::vector<AxisTick> ticksOf(const AxisRange& range, bool logarithmic, double pixels, double apart)
{
    const int wanted = std::max(2, static_cast<int>(pixels / apart));
    return logarithmic ? logarithmicTicks(range, wanted) : linearTicks(range, wanted);
}

} // namespace

ScatterChart::ScatterChart(QWidget* parent)
    : Chart(parent)
{
}

ScatterChart::~ScatterChart() = default;

void ScatterChart::setData(ScatterData data)
{
    m_data = std::move(data);
    dataChanged();
}

const ScatterData& ScatterChart::data() const { return m_data; }
int ScatterChart::pointCount() const { return static_cast<int>(m_data.points.size()); }

ChartLayout ScatterChart::layoutFor(const QSizeF& size) const
{
    ChartLayout layout;
    layout.y.logarithmic = m_data.logarithmicY;
    layout.y.range = rangeOf(m_data.points, &ScatterPoint::y, m_data.logarithmicY);
    layout.y.ticks = ticksOf(layout.y.range, m_data.logarithmicY, size.height(), 46);
    layout.y.title = m_data.yTitle;
    layout.margins = QMargins(tickWidth(layout.y.ticks) + 10, 14, 12, 26);
    layout.x.logarithmic = m_data.logarithmicX;
    layout.x.range = rangeOf(m_data.points, &ScatterPoint::x, m_data.logarithmicX);
    layout.x.ticks = ticksOf(layout.x.range, m_data.logarithmicX, size.width(), 70);
    layout.x.title = m_data.xTitle;
    return layout;
}

QPointF ScatterChart::markPosition(int index, const ChartFrame& frame) const
{
    const ScatterPoint& point = m_data.points[static_cast<std::size_t>(index)];
    return {frame.x.toPixel(point.x), frame.y.toPixel(point.y)};
}

void ScatterChart::paintMarks(QPainter& painter, const ChartFrame& frame) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(frame.theme.colour(Role::Panel), 1));
    QColor dot = frame.theme.colour(Role::Ink2);
    dot.setAlphaF(0.85F);
    painter.setBrush(dot);
    for (int i = 0; i < pointCount(); ++i) {
        if (isDrawable(m_data.points[static_cast<std::size_t>(i)])) painter.drawEllipse(markPosition(i, frame), kRadius, kRadius);
    }
    if (frame.saving && selectedPoint() >= 0) paintName(painter, selectedPoint(), frame);
}

void ScatterChart::paintName(QPainter& painter, int index, const ChartFrame& frame) const
{
    const ScatterPoint& point = m_data.points[static_cast<std::size_t>(index)];
    if (!isDrawable(point) || point.label.isEmpty()) return;
    const QFont font = frame.theme.font(TextStyle::NumberCaption);
    BesideOptions options{markPosition(index, frame), wordsSize(point.label, font), 13, frame.whole.adjusted(2, 2, -2, -2)};
    std::vector<QRectF> obstacles;
    for (int i = 0; i < pointCount(); ++i) {
        const QPointF at = markPosition(i, frame);
        obstacles.push_back({at.x() - kRadius, at.y() - kRadius, 2 * kRadius, 2 * kRadius});
    }
    QRectF place = placeBeside(options, obstacles);
    if (place.isNull()) place = placeBeside(options, {}); // over other dots rather than not at all
    paintWords(painter, {place, point.label, Role::Ink, font, {}}, frame.theme);
}

void ScatterChart::paintOverlay(QPainter& painter, const ChartFrame& frame) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const int selected = selectedPoint();
    if (selected >= 0 && isDrawable(m_data.points[static_cast<std::size_t>(selected)])) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(frame.theme.colour(Role::Accent), frame.theme.chart().selectedRing));
        painter.drawEllipse(markPosition(selected, frame), kSelectedRing, kSelectedRing);
        paintName(painter, selected, frame);
    }
    const int hovered = hoveredPoint();
    if (hovered < 0) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(frame.theme.colour(Role::Ink), 1));
    painter.drawEllipse(markPosition(hovered, frame), kRadius + 2.5, kRadius + 2.5);
    Chart::paintOverlay(painter, frame);
}

ChartTip ScatterChart::tipOf(int index) const
{
    const ScatterPoint& point = m_data.points[static_cast<std::size_t>(index)];
    if (!point.tip.empty()) return point.tip;
    return {point.label, {{m_data.xTitle, valueText(point.x, 0)}, {m_data.yTitle, valueText(point.y, 0)}}};
}

void ScatterChart::writeCsv(CsvWriter& csv) const
{
    csv.header({QStringLiteral("name"), m_data.xTitle, m_data.yTitle});
    for (const ScatterPoint& point : m_data.points) csv.text(point.label).number(point.x).number(point.y).endRow();
}

QString ScatterChart::summary() const
{
    return tr("%n points, %1 against %2", nullptr, pointCount()).arg(m_data.yTitle, m_data.xTitle);
}

} // namespace halftone
