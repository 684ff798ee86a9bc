// Reduces a curve to what its columns of pixels show, keeping every smallest and largest value.
#pragma once

#include "widgets/plots/curve_pyramid.h"

namespace halftone {

struct CurveColumn {
    int column = 0;
    double first = 0; // not finite where the points are not
    double last = 0;
    CurveExtent extent; // empty: no finite value in this column, the line is broken
};

struct ColumnRange {
    double lower = 0; // x at the left edge of column 0
    double upper = 1; // x at the right edge of the last column
    int columns = 0;
    bool operator==(const ColumnRange&) const = default;
};

// Only columns that hold points, in order. A point on an edge belongs to the column on its right.
std::vector<CurveColumn> reduceToColumns(const CurvePyramid& curve, const ColumnRange& range);

// Remembers the columns of a curve: while it only grows and the range stays, only the last column is made again.
class CurveReducer {
public:
    const std::vector<CurveColumn>& reduce(const CurvePyramid& curve, const ColumnRange& range);

private:
    ColumnRange m_range;
    std::uint64_t m_rewrites = 0;
    std::size_t m_lastFirst = 0; // index of the first point of the last column
    std::vector<CurveColumn> m_columns;
};

// A running mean in which a point's weight falls to 1/e over the given stretch of x, but not faster than over two points; points
// that are not finite are passed over.
class ExponentialMean {
public:
    explicit ExponentialMean(double stretch)
        : m_stretch(stretch)
    {
    }
    // The mean up to and with this point; NaN before the first finite one.
    double add(CurvePoint point);

private:
    double m_stretch;
    double m_lastX = 0;
    double m_sum = 0;
    double m_weight = 0;
};

} // namespace halftone
