// The marks of methods in charts and legends: circle, diamond, square, triangles, cross.
#pragma once

#include "widgets/theme/theme.h"

#include <QPainterPath>

class QPainter;

namespace halftone {

// Centred on the origin, `across` wide; a cross is two open strokes.
QPainterPath markerPath(Marker marker, double across);

struct MarkerLook {
    QColor colour;
    QColor paper; // inside of a hollow mark
    bool filled = true;
    double across = 9;
    double lineWidth = 1.5;
};
void paintMarker(QPainter& painter, const QPointF& centre, Marker marker, const MarkerLook& look);

} // namespace halftone
