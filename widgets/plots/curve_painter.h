// Draws reduced curves fast: antialiased lines while there are few pixels to think of, plain columns when there are many.
#pragma once

#include "widgets/plots/axis_scale.h"
#include "widgets/plots/curve_pyramid.h"

#include <QColor>
#include <QRectF>

class QPainter;

namespace halftone {

struct CurveStroke {
    QColor colour;
    double width = 1.5;
};

class CurvePainter {
public:
    // Curves are clipped to the plot. `vertices` is the sum of vertexCount() over all curves of the picture.
    CurvePainter(QPainter& painter, const QRectF& plot, std::size_t vertices);
    CurvePainter(const CurvePainter&) = delete;
    CurvePainter& operator=(const CurvePainter&) = delete;
    ~CurvePainter();

    // The work that a curve makes when it is drawn in full beauty.
    static std::size_t vertexCount(const CurvePyramid& curve, const QRectF& plot);

    // The x scale is in the units of the curve's points.
    void paint(const CurvePyramid& curve, const AxisScale& x, const AxisScale& y, const CurveStroke& stroke);

private:
    void paintPoints(const CurvePyramid& curve, const AxisScale& x, const AxisScale& y);
    void paintLine(const CurvePyramid& curve, const AxisScale& x, const AxisScale& y);
    void paintColumns(const CurvePyramid& curve, const AxisScale& x, const AxisScale& y, const CurveStroke& stroke);

    QPainter& m_painter;
    QRectF m_plot;
    bool m_smooth = true;
    double m_density = 1; // device pixels a pixel
};

} // namespace halftone
