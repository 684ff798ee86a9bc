// Draws curves: as lines of the painter while they are few or a file is written, else into an image, column by column.
#include "widgets/plots/curve_painter.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

// Strokes of the painter look best at corners, but cost about 3 microseconds a vertex.
constexpr std::size_t kMostVertices = 1500;
constexpr int kVerticesOfColumn = 4; // first, lowest, highest, last
constexpr double kRoom = 2; // pixels round the plot
constexpr double kLonePoint = 2; // radius in pixels, without the stroke

int columnsOf(const QRectF& plot) { return std::max(1, static_cast<int>(plot.width())); }

AxisScale shifted(AxisScale scale, double origin, double density)
{
    scale.from = (scale.from - origin) * density;
    scale.to = (scale.to - origin) * density;
    return scale;
}

} // namespace

CurvePainter::CurvePainter(QPainter& painter, const Options& options)
    : m_painter(painter)
    , m_area(options.plot.adjusted(-kRoom, -kRoom, kRoom, kRoom).toAlignedRect())
{
    m_painter.save();
    m_painter.setClipRect(m_area, Qt::IntersectClip);
    m_painter.setRenderHint(QPainter::Antialiasing);
    if (options.saving || options.vertices <= kMostVertices) return;
    m_density = painter.device()->devicePixelRatioF();
    m_raster.emplace((m_area.size() * m_density).toSize());
}

CurvePainter::~CurvePainter()
{
    if (m_raster) m_painter.drawImage(m_area, m_raster->image());
    m_painter.restore();
}

std::size_t CurvePainter::vertexCount(const CurvePyramid& curve, const QRectF& plot)
{
    return std::min(curve.size(), static_cast<std::size_t>(kVerticesOfColumn * columnsOf(plot)));
}

void CurvePainter::paint(const Curve& curve, const CurveStroke& stroke)
{
    if (curve.points.empty()) return;
    if (m_raster) {
        const AxisScale x = shifted(curve.x, m_area.left(), m_density);
        const int columns = m_raster->image().width();
        const auto& reduced = curve.reducer.reduce(curve.points, {x.toValue(0), x.toValue(columns), columns});
        m_raster->add(reduced, shifted(curve.y, m_area.top(), m_density), {stroke.colour, stroke.width * m_density});
        return;
    }
    m_painter.setPen(QPen(stroke.colour, stroke.width, Qt::SolidLine, Qt::RoundCap, Qt::BevelJoin));
    m_painter.setBrush(Qt::NoBrush);
    if (curve.points.size() > vertexCount(curve.points, m_area)) paintColumns(curve);
    else paintPoints(curve);
}

void CurvePainter::paintPoints(const Curve& curve)
{
    QPolygonF line;
    const auto flush = [&] {
        if (line.size() == 1) { // a stroke without length would be a speck
            m_painter.setBrush(m_painter.pen().color());
            m_painter.drawEllipse(line.front(), kLonePoint, kLonePoint);
            m_painter.setBrush(Qt::NoBrush);
        }
        if (line.size() > 1) m_painter.drawPolyline(line);
        line.clear();
    };
    for (const CurvePoint& point : curve.points.points()) {
        if (std::isfinite(point.y)) line.append({curve.x.toPixel(point.x), curve.y.toPixel(point.y)});
        else flush();
    }
    flush();
}

void CurvePainter::paintColumns(const Curve& curve)
{
    const int columns = columnsOf(m_area);
    const ColumnRange range{curve.x.toValue(m_area.left()), curve.x.toValue(m_area.right()), columns};
    QPolygonF line;
    for (const CurveColumn& column : reduceToColumns(curve.points, range)) {
        if (column.extent.empty()) {
            m_painter.drawPolyline(line);
            line.clear();
            continue;
        }
        const double middle = m_area.left() + column.column + 0.5;
        const bool rising = !(column.last < column.first);
        if (std::isfinite(column.first)) line.append({middle, curve.y.toPixel(column.first)});
        line.append({middle, curve.y.toPixel(rising ? column.extent.lowest : column.extent.highest)});
        line.append({middle, curve.y.toPixel(rising ? column.extent.highest : column.extent.lowest)});
        if (std::isfinite(column.last)) line.append({middle, curve.y.toPixel(column.last)});
    }
    m_painter.drawPolyline(line);
}

} // namespace halftone
