// Accuracy against cost: a series for each metric, intervals, the best at their cost filled, end points as rings.
#include "widgets/plots/frontier_chart.h"

#include "widgets/plots/chart_words.h"
#include "widgets/plots/csv_writer.h"
#include "widgets/plots/frontier_words.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/markers.h"
#include "widgets/theme/theme_host.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr double kPaddingX = 0.04; // of the span
constexpr double kPaddingY = 0.05;
constexpr double kBaselineOpacity = 0.55; // of the lines of baselines
constexpr double kHoverRing = 8;
constexpr double kSelectedRing = 11;

QString seriesLabel(const FrontierSeries& series)
{
    return series.label.isEmpty() ? Theme::metricName(series.metric) : series.label;
}

bool isDrawable(const FrontierMark& point) { return std::isfinite(point.cost) && std::isfinite(point.accuracy); }

} // namespace

FrontierChart::FrontierChart(QWidget* parent)
    : Chart(parent)
{
}

FrontierChart::~FrontierChart() = default;

void FrontierChart::setData(FrontierChartData data)
{
    m_data = std::move(data);
    for (FrontierMark& point : m_data.points) {
        if (point.series >= static_cast<int>(m_data.series.size())) point.series = -1;
    }
    if (m_data.joinsAt >= static_cast<int>(m_data.points.size())) m_data.joinsAt = -1;
    dataChanged();
}

const FrontierChartData& FrontierChart::data() const { return m_data; }
int FrontierChart::pointCount() const { return static_cast<int>(m_data.points.size()); }
QSize FrontierChart::sizeHint() const { return {860, 460}; }
std::vector<QRectF> FrontierChart::labelRectangles() const { return placesOf(placeFrontierWords(m_data, frame()).words); }

ChartLayout FrontierChart::layoutFor(const QSizeF& size) const
{
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    double cheapest = low;
    double dearest = high;
    const auto include = [&](double accuracy) {
        low = std::min(low, accuracy);
        high = std::max(high, accuracy);
    };
    for (const FrontierMark& point : m_data.points) {
        if (!isDrawable(point)) continue;
        include(point.accuracy);
        include(point.low.value_or(point.accuracy));
        include(point.high.value_or(point.accuracy));
        cheapest = std::min(cheapest, point.cost);
        dearest = std::max(dearest, point.cost);
    }
    if (m_data.reference) include(*m_data.reference);
    ChartLayout layout;
    layout.y.range = paddedRange(low, high, false, kPaddingY);
    layout.y.ticks = linearTicks(layout.y.range, std::max(2, static_cast<int>(size.height() / 62)));
    layout.y.title = m_data.accuracyTitle;
    layout.margins = QMargins(tickWidth(layout.y.ticks) + 12, 14, 16, 48);
    layout.x.range = paddedRange(cheapest, dearest, false, kPaddingX);
    const double width = std::max(1.0, size.width() - layout.margins.left() - layout.margins.right());
    const double room = std::min(frontierLabelRoom(m_data, themeOf(this)), 0.4 * width);
    // The first point of a series stands far enough right for the words before it.
    double first = std::numeric_limits<double>::infinity();
    for (const FrontierMark& point : m_data.points) {
        if (point.series >= 0 && point.otherEffort.isEmpty() && isDrawable(point)) first = std::min(first, point.cost);
    }
    if (std::isfinite(first)) {
        const double lower = first - (layout.x.range.upper - first) * room / (width - room);
        layout.x.range.lower = std::min(layout.x.range.lower, lower);
    }
    layout.x.ticks = linearTicks(layout.x.range, std::max(2, static_cast<int>(width / 140)));
    std::erase_if(layout.x.ticks, [&](const AxisTick& tick) { return tick.value < 0 && cheapest >= 0; });
    layout.x.title = m_data.costTitle;
    layout.x.titlePlace = TitlePlace::Below;
    return layout;
}

QPointF FrontierChart::markPosition(int index, const ChartFrame& frame) const
{
    const FrontierMark& point = m_data.points[static_cast<std::size_t>(index)];
    return {frame.x.toPixel(point.cost), frame.y.toPixel(point.accuracy)};
}

void FrontierChart::paintMarks(QPainter& painter, const ChartFrame& frame) const
{
    if (m_data.reference) {
        paintLevel(painter, {frame.y.toPixel(*m_data.reference), m_data.referenceLabel, Role::Axis, frame.plot}, frame.theme);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const FrontierWords words = placeFrontierWords(m_data, frame);
    paintSeries(painter, frame);
    painter.setPen(QPen(frame.theme.colour(Role::Axis), 1));
    for (const QLineF& leader : words.leaders) painter.drawLine(leader);
    for (const PlacedWords& one : words.words) paintWords(painter, one, frame.theme);
    // Baselines first, metrics over them, what is best on top.
    for (const int pass : {0, 1, 2}) {
        for (const FrontierMark& point : m_data.points) {
            const bool baseline = point.series >= 0 && !m_data.series[static_cast<std::size_t>(point.series)].isMetric;
            const int wanted = point.best || point.series < 0 ? 2 : baseline ? 0 : 1;
            if (wanted == pass && isDrawable(point)) paintPoint(painter, frame, point);
        }
    }
}

void FrontierChart::paintSeries(QPainter& painter, const ChartFrame& frame) const
{
    for (std::size_t s = m_data.series.size(); s-- > 0;) {
        QPolygonF line;
        for (const int index : frontierLine(m_data, static_cast<int>(s))) line.append(markPosition(index, frame));
        if (line.size() > 1 && m_data.joinsAt >= 0) line.append(markPosition(m_data.joinsAt, frame));
        QColor colour = frame.theme.series(m_data.series[s].metric);
        const bool metric = m_data.series[s].isMetric;
        if (!metric) colour.setAlphaF(static_cast<float>(kBaselineOpacity));
        painter.setPen(QPen(colour, metric ? frame.theme.chart().lineWidth : 1));
        painter.drawPolyline(line);
    }
}

void FrontierChart::paintPoint(QPainter& painter, const ChartFrame& frame, const FrontierMark& point) const
{
    const QPointF at(frame.x.toPixel(point.cost), frame.y.toPixel(point.accuracy));
    const QColor paper = frame.theme.colour(Role::Panel);
    if (point.series < 0) {
        const BitLook look = bitLook(point.endBits, frame.theme);
        painter.setPen(QPen(look.edge, 1.2));
        painter.setBrush(paper);
        painter.drawEllipse(at, kEndRing, kEndRing);
        paintBitGlyph(painter, QRectF(at.x() - 6, at.y() - 6, 12, 12), point.endBits, frame.theme);
        return;
    }
    const FrontierSeries& series = m_data.series[static_cast<std::size_t>(point.series)];
    const QColor colour = frame.theme.series(series.metric);
    if (point.low && point.high) {
        QColor bar = colour;
        if (!point.best) bar.setAlphaF(0.7F);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(bar, frame.theme.chart().errorBarWidth));
        painter.drawLine(QPointF(at.x(), frame.y.toPixel(*point.low)), QPointF(at.x(), frame.y.toPixel(*point.high)));
        painter.setRenderHint(QPainter::Antialiasing);
    }
    const bool other = !point.otherEffort.isEmpty();
    MarkerLook look;
    look.colour = colour;
    look.paper = paper;
    look.filled = point.best && !other;
    look.across = frame.theme.chart().marker;
    look.lineWidth = look.filled ? 1.2 : 1.3;
    if (!series.isMetric) look.across -= 1;
    paintMarker(painter, at, frame.theme.marker(series.metric), look);
    if (!other) return;
    QPen dotted(colour, 1.5);
    dotted.setDashPattern({1, 1.4});
    dotted.setCapStyle(Qt::FlatCap);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(dotted);
    painter.drawLine(at + QPointF(-8, 10), at + QPointF(9, 10));
    painter.setRenderHint(QPainter::Antialiasing);
}

void FrontierChart::paintOverlay(QPainter& painter, const ChartFrame& frame) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    if (selectedPoint() >= 0) {
        painter.setPen(QPen(frame.theme.colour(Role::Accent), frame.theme.chart().selectedRing));
        painter.drawEllipse(markPosition(selectedPoint(), frame), kSelectedRing, kSelectedRing);
    }
    const int hovered = hoveredPoint();
    if (hovered < 0) return;
    const QPointF at = markPosition(hovered, frame);
    const FrontierMark& point = m_data.points[static_cast<std::size_t>(hovered)];
    QPen drop(frame.theme.colour(Role::Axis), 1);
    drop.setDashPattern({2, 3});
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(drop);
    painter.drawLine(at + QPointF(0, kHoverRing), QPointF(at.x(), frame.plot.bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    if (point.series >= 0) {
        painter.setPen(QPen(frame.theme.series(m_data.series[static_cast<std::size_t>(point.series)].metric), 1));
        painter.drawEllipse(at, kHoverRing, kHoverRing);
    }
    Chart::paintOverlay(painter, frame);
}

ChartTip FrontierChart::tipOf(int index) const
{
    const FrontierMark& point = m_data.points[static_cast<std::size_t>(index)];
    if (!point.tip.empty()) return point.tip;
    const QString name = point.series >= 0 ? seriesLabel(m_data.series[static_cast<std::size_t>(point.series)]) : point.label;
    return {name, {{m_data.accuracyTitle, valueText(point.accuracy, 0.1)}, {tr("Cost"), valueText(point.cost, 0.1)}}};
}

// Left and Right stay on a series and lead from its ends to the end points; Up and Down change the series.
int FrontierChart::pointFrom(int index, Qt::Key key) const
{
    if (index < 0 || (key != Qt::Key_Left && key != Qt::Key_Right)) return Chart::pointFrom(index, key);
    const int series = m_data.points[static_cast<std::size_t>(index)].series;
    const std::vector<int> line = frontierLine(m_data, series, FrontierMembers::All);
    const auto here = std::find(line.begin(), line.end(), index);
    if (series < 0 || here == line.end()) return Chart::pointFrom(index, key);
    if (key == Qt::Key_Left) return here == line.begin() ? Chart::pointFrom(index, key) : *(here - 1);
    if (here + 1 != line.end()) return *(here + 1);
    return m_data.joinsAt >= 0 ? m_data.joinsAt : Chart::pointFrom(index, key);
}

void FrontierChart::writeCsv(CsvWriter& csv) const
{
    csv.header({QStringLiteral("series"), QStringLiteral("label"), QStringLiteral("cost"), m_data.accuracyName,
        QStringLiteral("low"), QStringLiteral("high"), QStringLiteral("best at its cost"), QStringLiteral("other effort")});
    for (const FrontierMark& point : m_data.points) {
        const bool end = point.series < 0;
        csv.text(end ? QString() : seriesLabel(m_data.series[static_cast<std::size_t>(point.series)])).text(point.label);
        csv.number(point.cost).number(point.accuracy);
        csv.number(point.low.value_or(std::nan(""))).number(point.high.value_or(std::nan("")));
        csv.text(point.best ? QStringLiteral("yes") : QStringLiteral("no")).text(point.otherEffort).endRow();
    }
    if (!m_data.reference) return;
    csv.text({}).text(m_data.referenceLabel).text({}).number(*m_data.reference).text({}).text({}).text({}).text({}).endRow();
}

QString FrontierChart::summary() const
{
    const auto best = std::count_if(m_data.points.begin(), m_data.points.end(), [](const FrontierMark& point) { return point.best; });
    return tr("%1 points in %2 series, %3 best at their cost")
        .arg(m_data.points.size())
        .arg(m_data.series.size())
        .arg(best);
}

} // namespace halftone
