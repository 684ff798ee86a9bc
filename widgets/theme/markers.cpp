// Shapes and painting of the methods' marks.
#include "widgets/theme/markers.h"

#include <QPainter>

namespace halftone {

QPainterPath markerPath(Marker marker, double across)
{
    const double r = across / 2;
    QPainterPath path;
    switch (marker) {
    case Marker::Circle:
        path.addEllipse(QPointF(), r, r);
        break;
    case Marker::Diamond: {
        const double reach = r * 1.22; // looks as large as the circle
        path.addPolygon(QPolygonF{{0, -reach}, {reach, 0}, {0, reach}, {-reach, 0}});
        path.closeSubpath();
        break;
    }
    case Marker::Square:
        path.addRect(QRectF(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8));
        break;
    case Marker::TriangleUp:
        path.addPolygon(QPolygonF{{0, -r * 1.1}, {r * 1.1, r * 0.85}, {-r * 1.1, r * 0.85}});
        path.closeSubpath();
        break;
    case Marker::TriangleDown:
        path.addPolygon(QPolygonF{{0, r * 1.1}, {r * 1.1, -r * 0.85}, {-r * 1.1, -r * 0.85}});
        path.closeSubpath();
        break;
    case Marker::Cross: {
        const double reach = r * 0.75;
        path.moveTo(-reach, -reach);
        path.lineTo(reach, reach);
        path.moveTo(-reach, reach);
        path.lineTo(reach, -reach);
        break;
    }
    }
    return path;
}

void paintMarker(QPainter& painter, const QPointF& centre, Marker marker, const MarkerLook& look)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(centre);
    painter.setPen(QPen(look.colour, look.lineWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    if (marker == Marker::Cross) painter.setBrush(Qt::NoBrush);
    else painter.setBrush(look.filled ? look.colour : look.paper);
    // The stroke stands half outside of the path; the mark as a whole is `across` wide.
    painter.drawPath(markerPath(marker, look.across - look.lineWidth));
    painter.restore();
}

} // namespace halftone
