// Paints curves straight into the pixels of an image, a column at a time and antialiased, for many curves at once.
#include "widgets/plots/curve_raster.h"

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

// Value to row, with what toPixel() works out anew each time worked out once.
class RowOf {
public:
    explicit RowOf(const AxisScale& scale)
        : m_logarithmic(scale.logarithmic)
        , m_least(scale.logarithmic ? scale.lower : 0)
    {
        const double lower = m_logarithmic ? std::log(scale.lower) : scale.lower;
        const double upper = m_logarithmic ? std::log(scale.upper) : scale.upper;
        m_factor = (scale.to - scale.from) / (upper - lower);
        m_offset = scale.from - lower * m_factor;
    }
    float operator()(double value) const
    {
        const double place = m_logarithmic ? std::log(value > 0 ? value : m_least) : value;
        return static_cast<float>(std::clamp(m_offset + place * m_factor, -1e6, 1e6));
    }

private:
    bool m_logarithmic;
    double m_least;
    double m_factor = 0;
    double m_offset = 0;
};

// Both premultiplied; coverage from 0 to 256.
quint32 over(quint32 below, quint32 colour, quint32 coverage)
{
    const auto scaled = [](quint32 pixel, quint32 factor) {
        const quint32 even = ((pixel & 0xff00ffU) * factor >> 8) & 0xff00ffU;
        const quint32 odd = ((pixel >> 8) & 0xff00ffU) * factor & 0xff00ff00U;
        return even | odd;
    };
    const quint32 source = coverage == 256 ? colour : scaled(colour, coverage);
    return source + scaled(below, 256 - (source >> 24));
}

} // namespace

void CurveRaster::Span::include(float y)
{
    top = std::min(top, y);
    bottom = std::max(bottom, y);
}

CurveRaster::CurveRaster(const QSize& pixels)
    : m_image(pixels.expandedTo({1, 1}), QImage::Format_ARGB32_Premultiplied)
    , m_spans(static_cast<std::size_t>(m_image.width()))
{
    m_image.fill(Qt::transparent);
}

// The straight line between the middles of two columns, as the part of each column that it passes.
void CurveRaster::join(int from, float fromY, int to, float toY)
{
    const float slope = (toY - fromY) / static_cast<float>(to - from);
    for (int column = from; column <= to; ++column) {
        const float middle = fromY + slope * static_cast<float>(column - from);
        Span& span = m_spans[static_cast<std::size_t>(column)];
        span.include(column == from ? middle : middle - slope / 2);
        span.include(column == to ? middle : middle + slope / 2);
    }
}

void CurveRaster::add(const std::vector<CurveColumn>& columns, const AxisScale& y, const RasterStroke& stroke)
{
    std::fill(m_spans.begin(), m_spans.end(), Span{});
    const RowOf row(y);
    int lastColumn = -1;
    float lastY = 0;
    for (const CurveColumn& column : columns) {
        if (column.column < 0 || column.column >= m_image.width()) continue;
        if (column.extent.empty()) {
            lastColumn = -1;
            continue;
        }
        Span& span = m_spans[static_cast<std::size_t>(column.column)];
        span.include(row(column.extent.highest));
        span.include(row(column.extent.lowest));
        if (lastColumn >= 0) join(lastColumn, lastY, column.column, std::isfinite(column.first) ? row(column.first) : span.top);
        lastColumn = column.column;
        lastY = std::isfinite(column.last) ? row(column.last) : span.bottom;
    }
    const quint32 colour = qPremultiply(stroke.colour.rgba());
    const auto half = static_cast<float>(stroke.width / 2);
    for (int column = 0; column < m_image.width(); ++column) {
        const Span& span = m_spans[static_cast<std::size_t>(column)];
        if (span.top <= span.bottom) fill(column, {span.top - half, span.bottom + half}, colour);
    }
}

// Whole rows in the colour, the first and the last by the part that is covered.
void CurveRaster::fill(int column, const Span& span, quint32 premultiplied)
{
    const float top = std::max(span.top, 0.0F);
    const float bottom = std::min(span.bottom, static_cast<float>(m_image.height()));
    if (!(top < bottom)) return;
    const int first = static_cast<int>(top);
    const int last = std::min(m_image.height() - 1, static_cast<int>(bottom));
    const qsizetype stride = m_image.bytesPerLine() / 4;
    quint32* pixel = reinterpret_cast<quint32*>(m_image.bits()) + first * stride + column;
    const bool opaque = premultiplied >> 24 == 255;
    for (int row = first; row <= last; ++row, pixel += stride) {
        const float covered = std::min(bottom, static_cast<float>(row + 1)) - std::max(top, static_cast<float>(row));
        if (covered >= 1) *pixel = opaque ? premultiplied : over(*pixel, premultiplied, 256);
        else *pixel = over(*pixel, premultiplied, static_cast<quint32>(covered * 256));
    }
}

} // namespace halftone
