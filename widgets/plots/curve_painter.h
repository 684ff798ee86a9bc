// Draws curves: as lines of the painter while they are few or a file is written, else into an image, column by column.
#pragma once

#include "widgets/plots/curve_raster.h"

#include <QRectF>
#include <optional>

class QPainter;

namespace halftone {

struct CurveStroke {
    QColor colour;
    double width = 1.5;
};

class CurvePainter {
public:
    struct Options {
        QRectF plot; // curves are clipped to it
        std::size_t vertices = 0; // sum of vertexCount() over all curves of the picture
        bool saving = false; // lines whatever it takes
    };
    CurvePainter(QPainter& painter, const Options& options);
    CurvePainter(const CurvePainter&) = delete;
    CurvePainter& operator=(const CurvePainter&) = delete;
    ~CurvePainter(); // brings the image to the painter

    static std::size_t vertexCount(const CurvePyramid& curve, const QRectF& plot);

    // The x scale is in the units of the curve's points.
    struct Curve {
        const CurvePyramid& points;
        CurveReducer& reducer;
        AxisScale x;
        AxisScale y;
    };
    void paint(const Curve& curve, const CurveStroke& stroke);

private:
    void paintPoints(const Curve& curve);
    void paintColumns(const Curve& curve);

    QPainter& m_painter;
    QRectF m_area; // the plot and room for half a line's width
    double m_density = 1; // device pixels a pixel
    std::optional<CurveRaster> m_raster;
};

} // namespace halftone
