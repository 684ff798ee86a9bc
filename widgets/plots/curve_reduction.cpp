// Reduces a curve to what its columns of pixels show, keeping every smallest and largest value.
#include "widgets/plots/curve_reduction.h"

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

// Adds the columns of the points from index `first` on, which lie in or behind column `column`; answers where the last one begins.
std::size_t appendColumns(std::vector<CurveColumn>& result, const CurvePyramid& curve, const ColumnRange& range, std::size_t first, int column)
{
    const auto& points = curve.points();
    const double width = (range.upper - range.lower) / range.columns;
    std::size_t lastFirst = first;
    std::size_t guess = 1;
    for (; column < range.columns && first < points.size(); ++column) {
        // The last column takes the point that stands on its right edge too.
        const double edge = column + 1 == range.columns ? std::nextafter(range.upper, INFINITY) : range.lower + (column + 1) * width;
        const std::size_t last = curve.lowerBound(edge, first, guess);
        guess = last - first;
        if (last == first) continue;
        result.push_back({column, points[first].y, points[last - 1].y, curve.extent(first, last)});
        lastFirst = first;
        first = last;
    }
    return lastFirst;
}

bool isEmptyRange(const CurvePyramid& curve, const ColumnRange& range)
{
    return curve.empty() || range.columns <= 0 || !(range.upper > range.lower);
}

} // namespace

std::vector<CurveColumn> reduceToColumns(const CurvePyramid& curve, const ColumnRange& range)
{
    std::vector<CurveColumn> result;
    if (isEmptyRange(curve, range)) return result;
    result.reserve(static_cast<std::size_t>(range.columns));
    appendColumns(result, curve, range, curve.lowerBound(range.lower), 0);
    return result;
}

const std::vector<CurveColumn>& CurveReducer::reduce(const CurvePyramid& curve, const ColumnRange& range)
{
    if (m_columns.empty() || !(range == m_range) || curve.rewrites() != m_rewrites) {
        m_columns.clear();
        m_range = range;
        m_rewrites = curve.rewrites();
        if (!isEmptyRange(curve, range)) m_lastFirst = appendColumns(m_columns, curve, range, curve.lowerBound(range.lower), 0);
        return m_columns;
    }
    const int column = m_columns.back().column;
    m_columns.pop_back();
    m_lastFirst = appendColumns(m_columns, curve, range, m_lastFirst, column);
    return m_columns;
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
