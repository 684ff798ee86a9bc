// Reduces a curve to what its columns of pixels show, keeping every smallest and largest value.
#include "widgets/plots/curve_reduction.h"

#include <algorithm>
#include <cmath>

namespace halftone {

std::vector<CurveColumn> reduceToColumns(const CurvePyramid& curve, const ColumnRange& range)
{
    std::vector<CurveColumn> result;
    if (curve.empty() || range.columns <= 0 || !(range.upper > range.lower)) return result;
    result.reserve(static_cast<std::size_t>(range.columns));
    const auto& points = curve.points();
    const double width = (range.upper - range.lower) / range.columns;
    std::size_t first = curve.lowerBound(range.lower);
    for (int column = 0; column < range.columns && first < points.size(); ++column) {
        // The last column takes the point that stands on its right edge too.
        const double edge = column + 1 == range.columns ? std::nextafter(range.upper, INFINITY) : range.lower + (column + 1) * width;
        const std::size_t last = curve.lowerBound(edge, first);
        if (last == first) continue;
        result.push_back({column, points[first].y, points[last - 1].y, curve.extent(first, last)});
        first = last;
    }
    return result;
}

double ExponentialMean::add(CurvePoint point)
{
    if (std::isfinite(point.y)) {
        const double step = point.x - m_lastX;
        const double fade = m_weight > 0 && step > 0 ? std::exp(-step / std::max(m_stretch, 2 * step)) : 0;
        m_sum = m_sum * fade + point.y;
        m_weight = m_weight * fade + 1;
        m_lastX = point.x;
    }
    return m_weight > 0 ? m_sum / m_weight : std::nan("");
}

} // namespace halftone
