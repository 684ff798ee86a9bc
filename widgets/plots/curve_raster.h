// Paints curves straight into the pixels of an image, a column at a time and antialiased, for many curves at once.
#pragma once

#include "widgets/plots/axis_scale.h"
#include "widgets/plots/curve_reduction.h"

#include <QColor>
#include <QImage>

namespace halftone {

struct RasterStroke {
    QColor colour;
    double width = 1.5; // pixels of the image
};

class CurveRaster {
public:
    explicit CurveRaster(const QSize& pixels);
    const QImage& image() const { return m_image; }

    // The columns are those of the image; `y` leads to its rows.
    void add(const std::vector<CurveColumn>& columns, const AxisScale& y, const RasterStroke& stroke);

private:
    struct Span {
        float top = 1e9F;
        float bottom = -1e9F;
        void include(float y);
    };

    void join(int from, float fromY, int to, float toY);
    void fill(int column, const Span& span, quint32 premultiplied);

    QImage m_image;
    std::vector<Span> m_spans; // of one curve, a column each
};

} // namespace halftone
