// Points of a growing curve with the smallest and largest value of every block, so that any stretch is reduced in a few steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace halftone {

struct CurvePoint {
    double x = 0;
    double y = 0;
    bool operator==(const CurvePoint&) const = default;
};

// What a stretch of a curve needs to be drawn in one column of pixels. Values that are not finite are left out.
struct CurveExtent {
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -std::numeric_limits<double>::infinity();
    bool empty() const { return lowest > highest; }
    void include(double value);
    void include(const CurveExtent& other);
    bool operator==(const CurveExtent&) const = default;
};

class CurvePyramid {
public:
    // A point that does not lie beyond the last one replaces everything from its x on: a run that was resumed goes over the same
    // steps again. A point whose x is not finite is left out.
    void append(CurvePoint point);
    // Sorted by x first; of points at one x the last stays.
    void assign(std::vector<CurvePoint> points);
    void clear();

    const std::vector<CurvePoint>& points() const { return m_points; }
    std::size_t size() const { return m_points.size(); }
    bool empty() const { return m_points.empty(); }

    // Of the points with indices from `first` to before `last`.
    CurveExtent extent(std::size_t first, std::size_t last) const;
    CurveExtent extent() const { return extent(0, m_points.size()); }
    double smallestPositive() const { return m_smallestPositive; } // infinity when there is none
    // Index of the first point whose x is not below the given one. All points before `from` are known to lie below it; `guess` says
    // about how many points further the answer lies.
    std::size_t lowerBound(double x, std::size_t from = 0, std::size_t guess = 0) const;
    // Changes whenever points that were there are replaced, not when points are added behind them.
    std::uint64_t rewrites() const { return m_rewrites; }

private:
    static constexpr std::size_t kFanOut = 8; // points a block, blocks a larger block

    void truncate(std::size_t size);
    void buildFrom(std::size_t first);

    std::vector<CurvePoint> m_points;
    std::vector<std::vector<CurveExtent>> m_levels; // level 0: blocks of 8 points, level 1: of 64, ...
    double m_smallestPositive = std::numeric_limits<double>::infinity();
    std::uint64_t m_rewrites = 0;
};

} // namespace halftone
