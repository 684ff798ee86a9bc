// Draws reduced curves fast: antialiased lines while there are few pixels to think of, plain columns when there are many.
#include "widgets/plots/curve_painter.h"

#include "widgets/plots/curve_reduction.h"

#include <QPainter>
#include <QVarLengthArray>

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

// Above this many vertices in one picture lines are no longer antialiased; 20,000 take about 10 ms on one core.
constexpr std::size_t kSmoothVertices = 12000;
constexpr int kVerticesOfColumn = 4; // first, lowest, highest, last

int columnsOf(const QRectF& plot) { return std::max(1, static_cast<int>(plot.width())); }

bool isDense(const CurvePyramid& curve, const QRectF& plot)
{
    return curve.size() > static_cast<std::size_t>(kVerticesOfColumn * columnsOf(plot));
}

} // namespace

CurvePainter::CurvePainter(QPainter& painter, const QRectF& plot, std::size_t vertices)
    : m_painter(painter)
    , m_plot(plot)
    , m_smooth(vertices <= kSmoothVertices)
{
    m_painter.save();
    m_painter.setClipRect(plot.adjusted(-2, -2, 2, 2), Qt::IntersectClip);
    m_painter.setRenderHint(QPainter::Antialiasing, m_smooth);
    if (const QPaintDevice* device = painter.device()) m_density = device->devicePixelRatioF();
}

CurvePainter::~CurvePainter() { m_painter.restore(); }

std::size_t CurvePainter::vertexCount(const CurvePyramid& curve, const QRectF& plot)
{
    return std::min(curve.size(), static_cast<std::size_t>(kVerticesOfColumn * columnsOf(plot)));
}

void CurvePainter::paint(const CurvePyramid& curve, const AxisScale& x, const AxisScale& y, const CurveStroke& stroke)
{
    if (curve.empty()) return;
    if (!m_smooth && curve.size() > m_plot.width()) {
        paintColumns(curve, x, y, stroke);
        return;
    }
    QPen pen(stroke.colour, m_smooth ? stroke.width : std::max(1.0, std::floor(stroke.width)), Qt::SolidLine, Qt::RoundCap, Qt::BevelJoin);
    m_painter.setPen(pen);
    m_painter.setBrush(Qt::NoBrush);
    if (isDense(curve, m_plot)) paintLine(curve, x, y);
    else paintPoints(curve, x, y);
}

void CurvePainter::paintPoints(const CurvePyramid& curve, const AxisScale& x, const AxisScale& y)
{
    QPolygonF line;
    const auto flush = [&] {
        if (line.size() == 1) m_painter.drawPoint(line.front());
        else if (line.size() > 1) m_painter.drawPolyline(line);
        line.clear();
    };
    for (const CurvePoint& point : curve.points()) {
        if (std::isfinite(point.y)) line.append({x.toPixel(point.x), y.toPixel(point.y)});
        else flush();
    }
    flush();
}

void CurvePainter::paintLine(const CurvePyramid& curve, const AxisScale& x, const AxisScale& y)
{
    const int columns = columnsOf(m_plot);
    QPolygonF line;
    for (const CurveColumn& column : reduceToColumns(curve, {x.lower, x.upper, columns})) {
        if (column.extent.empty()) {
            m_painter.drawPolyline(line);
            line.clear();
            continue;
        }
        const double middle = m_plot.left() + column.column + 0.5;
        const bool rising = !(column.last < column.first);
        if (std::isfinite(column.first)) line.append({middle, y.toPixel(column.first)});
        line.append({middle, y.toPixel(rising ? column.extent.lowest : column.extent.highest)});
        line.append({middle, y.toPixel(rising ? column.extent.highest : column.extent.lowest)});
        if (std::isfinite(column.last)) line.append({middle, y.toPixel(column.last)});
    }
    m_painter.drawPolyline(line);
}

// One upright bar for each column of device pixels, long enough to meet the bar before it; what lies between bars that are not
// neighbours is a line.
void CurvePainter::paintColumns(const CurvePyramid& curve, const AxisScale& x, const AxisScale& y, const CurveStroke& stroke)
{
    const double pixel = 1 / m_density;
    const double thick = std::max(pixel, std::floor(stroke.width * m_density) * pixel);
    const int columns = std::max(1, static_cast<int>(m_plot.width() * m_density));
    QVarLengthArray<QRectF, 2048> bars;
    QVarLengthArray<QLineF, 64> lines;
    int lastColumn = -2;
    double lastY = 0;
    for (const CurveColumn& column : reduceToColumns(curve, {x.lower, x.upper, columns})) {
        if (column.extent.empty()) {
            lastColumn = -2;
            continue;
        }
        const double left = m_plot.left() + column.column * pixel;
        double top = y.toPixel(column.extent.highest);
        double bottom = y.toPixel(column.extent.lowest);
        const double first = std::isfinite(column.first) ? y.toPixel(column.first) : top;
        if (column.column == lastColumn + 1) {
            top = std::min(top, lastY);
            bottom = std::max(bottom, lastY);
        } else if (lastColumn >= 0) {
            lines.append({m_plot.left() + lastColumn * pixel, lastY, left, first});
        }
        const double height = std::max(thick, std::round((bottom - top) / pixel) * pixel);
        bars.append({left, std::round(top / pixel) * pixel, thick, height});
        lastColumn = column.column;
        lastY = std::isfinite(column.last) ? y.toPixel(column.last) : bottom;
    }
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(stroke.colour);
    m_painter.drawRects(bars.constData(), static_cast<int>(bars.size()));
    m_painter.setPen(QPen(stroke.colour, thick));
    m_painter.drawLines(lines.constData(), static_cast<int>(lines.size()));
}

} // namespace halftone
