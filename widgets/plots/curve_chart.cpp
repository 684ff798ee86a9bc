// Curves that grow while a network is trained: up to fifty of a hundred thousand points each, labelled at their ends.
#include "widgets/plots/curve_chart.h"

#include "widgets/plots/chart_words.h"
#include "widgets/plots/csv_writer.h"
#include "widgets/plots/curve_chart_content.h"
#include "widgets/plots/curve_painter.h"
#include "widgets/theme/theme_host.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr int kLiveInterval = 33; // milliseconds between repaints while points arrive
constexpr double kPadding = 0.05; // of the span of the values
constexpr double kFaint = 0.25; // opacity of the points under their mean
constexpr double kHitDistance = 10;
constexpr double kKeyStep = 0.02; // of the axis

} // namespace

CurveChart::CurveChart(QWidget* parent)
    : Chart(parent)
    , m_content(std::make_unique<Content>())
{
    setRepaintInterval(kLiveInterval);
}

CurveChart::~CurveChart() = default;

void CurveChart::setOptions(const CurveChartOptions& options)
{
    if (options == m_content->options) return;
    const bool otherMean = options.smoothingEpochs != m_content->options.smoothingEpochs;
    m_content->options = options;
    for (Curve& curve : m_content->curves) {
        if (otherMean) curve.running = ExponentialMean(options.smoothingEpochs);
        if (otherMean && m_content->smooth) curve.computeMean(options.smoothingEpochs);
    }
    dataChanged();
}

const CurveChartOptions& CurveChart::options() const { return m_content->options; }

CurveChart::Curve& CurveChart::curve(const QString& key)
{
    if (Curve* found = m_content->find(key)) return *found;
    m_content->curves.push_back({});
    m_content->curves.back().key = key;
    m_content->curves.back().running = ExponentialMean(m_content->options.smoothingEpochs);
    return m_content->curves.back();
}

void CurveChart::setCurve(const QString& key, const CurveStyle& style)
{
    Curve& one = curve(key);
    if (one.style == style) return;
    one.style = style;
    dataChanged();
}

void CurveChart::setPoints(const QString& key, std::vector<CurvePoint> points)
{
    Curve& one = curve(key);
    one.raw.assign(std::move(points));
    if (m_content->smooth) one.computeMean(m_content->options.smoothingEpochs);
    dataChanged();
}

void CurveChart::appendPoint(const QString& key, CurvePoint point)
{
    Curve& one = curve(key);
    const bool beyond = one.raw.empty() || point.x > one.raw.points().back().x;
    one.raw.append(point);
    if (m_content->smooth) {
        if (beyond) one.extendMean();
        else one.computeMean(m_content->options.smoothingEpochs);
    }
    dataChanged();
}

void CurveChart::setPlanned(const QString& key, std::vector<CurvePoint> points, const QString& label)
{
    Curve& one = curve(key);
    one.planned.assign(std::move(points));
    one.plannedLabel = label;
    dataChanged();
}

void CurveChart::removeCurve(const QString& key)
{
    std::erase_if(m_content->curves, [&key](const Curve& one) { return one.key == key; });
    dataChanged();
}

void CurveChart::clear()
{
    m_content->curves.clear();
    dataChanged();
}

QStringList CurveChart::keys() const
{
    QStringList keys;
    for (const Curve& one : m_content->curves) keys << one.key;
    return keys;
}

const std::vector<CurvePoint>& CurveChart::points(const QString& key) const
{
    static const std::vector<CurvePoint> kNone;
    const Curve* found = m_content->find(key);
    return found ? found->raw.points() : kNone;
}

void CurveChart::setReference(std::optional<double> value, const QString& label)
{
    m_content->reference = value && std::isfinite(*value) ? value : std::nullopt;
    m_content->referenceLabel = label;
    dataChanged();
}

void CurveChart::setSmooth(bool smooth)
{
    if (smooth == m_content->smooth) return;
    m_content->smooth = smooth;
    for (Curve& one : m_content->curves) {
        if (smooth) one.computeMean(m_content->options.smoothingEpochs);
        else one.mean.clear();
    }
    dataChanged();
}

bool CurveChart::isEmpty() const
{
    return std::ranges::all_of(m_content->curves, [](const Curve& one) { return one.raw.empty(); });
}

bool CurveChart::isSmooth() const { return m_content->smooth; }

void CurveChart::setAxis(CurveAxis axis)
{
    m_content->axis = axis;
    m_content->cursor.reset();
    dataChanged();
}

std::vector<QRectF> CurveChart::labelRectangles() const { return placesOf(m_content->placeLabels(frame())); }

ChartLayout CurveChart::layoutFor(const QSizeF& size) const
{
    const CurveChartOptions& options = m_content->options;
    ChartLayout layout;
    layout.margins = QMargins(0, 12, 12, 26);
    layout.y.logarithmic = options.logarithmic;
    layout.y.title = options.valueTitle;
    layout.y.range = m_content->valueRange(kPadding);
    const int rows = std::max(2, static_cast<int>((size.height() - 38) / 44));
    layout.y.ticks = options.logarithmic ? logarithmicTicks(layout.y.range, rows) : linearTicks(layout.y.range, rows);
    layout.margins.setLeft(tickWidth(layout.y.ticks) + 10);
    layout.margins.setRight(m_content->labelMargin(themeOf(this), size.width()));
    layout.x.range = m_content->horizontalRange();
    const double width = size.width() - layout.margins.left() - layout.margins.right();
    const bool time = m_content->axis == CurveAxis::Time;
    const int columns = std::max(2, static_cast<int>(width / (time ? 70 : 90)));
    layout.x.ticks = time ? secondsTicks(layout.x.range, columns) : linearTicks(layout.x.range, columns);
    layout.x.title = options.horizontalTitle;
    return layout;
}

void CurveChart::paintMarks(QPainter& painter, const ChartFrame& frame) const
{
    const Content& content = *m_content;
    if (content.reference) {
        paintLevel(painter, {frame.y.toPixel(*content.reference), content.referenceLabel, Role::Axis, frame.plot}, frame.theme);
    }
    content.paintPlanned(painter, frame);
    std::size_t vertices = 0;
    for (const Curve& one : content.curves) {
        vertices += CurvePainter::vertexCount(one.raw, frame.plot) * (content.smooth ? 2 : 1);
    }
    {
        CurvePainter lines(painter, {frame.plot, vertices, frame.saving});
        const ChartLook& look = frame.theme.chart();
        for (const Curve* one : content.inPaintOrder()) {
            const QColor colour = frame.theme.colour(one->style.colour);
            QColor faint = colour;
            faint.setAlphaF(kFaint);
            const double width = one->style.chosen ? look.focusLineWidth : look.lineWidth;
            lines.paint({one->raw, one->rawColumns, content.scaleOf(*one, frame), frame.y},
                {content.smooth ? faint : colour, content.smooth ? 1 : width});
        }
        for (const Curve* one : content.inPaintOrder()) {
            const double width = one->style.chosen ? look.focusLineWidth : look.lineWidth;
            lines.paint({one->mean, one->meanColumns, content.scaleOf(*one, frame), frame.y},
                {frame.theme.colour(one->style.colour), width});
        }
    }
    content.paintEnds(painter, frame);
    for (const PlacedWords& words : content.placeLabels(frame)) paintWords(painter, words, frame.theme);
}

void CurveChart::paintOverlay(QPainter& painter, const ChartFrame& frame) const
{
    const Content& content = *m_content;
    if (!content.cursor) return;
    const double x = frame.x.toPixel(*content.cursor);
    QPen pen(frame.theme.colour(Role::Axis), 1);
    pen.setDashPattern({2, 3});
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(pen);
    painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    for (const CurveReading& reading : content.readings(frame)) {
        painter.setBrush(frame.theme.colour(reading.curve->style.colour));
        painter.drawEllipse(reading.place, 3, 3);
    }
    paintTipAt(painter, content.tipAt(frame), {x, content.cursorY}, frame);
}

void CurveChart::writeCsv(CsvWriter& csv) const
{
    csv.header({QStringLiteral("curve"), QStringLiteral("kind"), QStringLiteral("epoch"), QStringLiteral("value"),
        QStringLiteral("smoothed")});
    for (const Curve& one : m_content->curves) {
        const auto& means = one.mean.points();
        for (std::size_t i = 0; i < one.raw.size(); ++i) {
            const CurvePoint& point = one.raw.points()[i];
            csv.text(one.name()).text(QStringLiteral("measured")).number(point.x).number(point.y);
            csv.number(i < means.size() ? means[i].y : std::nan("")).endRow();
        }
        for (const CurvePoint& point : one.planned.points()) {
            csv.text(one.name()).text(QStringLiteral("planned")).number(point.x).number(point.y).text({}).endRow();
        }
    }
    if (!m_content->reference) return;
    csv.text(m_content->referenceLabel).text(QStringLiteral("reference")).text({}).number(*m_content->reference).text({}).endRow();
}

QString CurveChart::summary() const
{
    QStringList parts;
    parts << tr("%n curves", nullptr, static_cast<int>(m_content->curves.size()));
    for (const Curve& one : m_content->curves) {
        if (one.raw.empty() || parts.size() > 6) continue;
        const CurvePoint& last = one.raw.points().back();
        parts << tr("%1: %2 at epoch %3").arg(one.name(), valueText(last.y, 0), valueText(last.x, 0.1));
    }
    return parts.join(QStringLiteral(". "));
}

void CurveChart::hoverAt(const std::optional<QPointF>& position)
{
    const ChartFrame now = frame();
    std::optional<double> cursor;
    if (position && now.plot.contains(*position)) {
        cursor = now.x.toValue(position->x());
        m_content->cursorY = position->y();
    }
    if (cursor == m_content->cursor && !cursor) return;
    m_content->cursor = cursor;
    overlayChanged();
}

bool CurveChart::keyWithoutPoints(Qt::Key key)
{
    const ChartFrame now = frame();
    const double span = now.x.upper - now.x.lower;
    const double here = m_content->cursor.value_or(now.x.upper);
    if (key == Qt::Key_Escape && m_content->cursor) m_content->cursor.reset();
    else if (key == Qt::Key_Left) m_content->cursor = std::max(now.x.lower, here - kKeyStep * span);
    else if (key == Qt::Key_Right) m_content->cursor = std::min(now.x.upper, here + kKeyStep * span);
    else if (key == Qt::Key_Home) m_content->cursor = now.x.lower;
    else if (key == Qt::Key_End) m_content->cursor = now.x.upper;
    else return false;
    m_content->cursorY = now.plot.center().y();
    setAccessibleDescription(m_content->cursor ? m_content->tipAt(now).spoken() : summary());
    overlayChanged();
    return true;
}

void CurveChart::mouseReleaseEvent(QMouseEvent* event)
{
    Chart::mouseReleaseEvent(event);
    if (event->button() != Qt::LeftButton || !m_content->cursor) return;
    const Curve* nearest = nullptr;
    double nearestDistance = kHitDistance;
    for (const CurveReading& reading : m_content->readings(frame())) {
        const double distance = std::abs(reading.place.y() - event->position().y());
        if (distance > nearestDistance) continue;
        nearest = reading.curve;
        nearestDistance = distance;
    }
    if (nearest) emit curveClicked(nearest->key);
}

} // namespace halftone
