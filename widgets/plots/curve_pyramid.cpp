// Points of a growing curve with the smallest and largest value of every block, so that any stretch is reduced in a few steps.
#include "widgets/plots/curve_pyramid.h"

#include <algorithm>
#include <cmath>

namespace halftone {

void CurveExtent::include(double value)
{
    if (!std::isfinite(value)) return;
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
}

void CurveExtent::include(const CurveExtent& other)
{
    lowest = std::min(lowest, other.lowest);
    highest = std::max(highest, other.highest);
}

void CurvePyramid::append(CurvePoint point)
{
    if (!std::isfinite(point.x)) return;
    if (!m_points.empty() && point.x <= m_points.back().x) truncate(lowerBound(point.x));
    m_points.push_back(point);
    buildFrom(m_points.size() - 1);
}

void CurvePyramid::assign(std::vector<CurvePoint> points)
{
    clear();
    std::erase_if(points, [](const CurvePoint& point) { return !std::isfinite(point.x); });
    std::stable_sort(points.begin(), points.end(), [](const CurvePoint& a, const CurvePoint& b) { return a.x < b.x; });
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i + 1 == points.size() || points[i + 1].x > points[i].x) m_points.push_back(points[i]);
    }
    buildFrom(0);
}

void CurvePyramid::clear()
{
    ++m_rewrites;
    m_points.clear();
    m_levels.clear();
    m_smallestPositive = std::numeric_limits<double>::infinity();
}

void CurvePyramid::truncate(std::size_t size)
{
    ++m_rewrites;
    m_points.resize(size);
    std::size_t levels = 0;
    for (std::size_t blocks = size; blocks > kFanOut; ++levels) {
        blocks = (blocks + kFanOut - 1) / kFanOut;
        m_levels[levels].resize(blocks);
    }
    m_levels.resize(levels); // a level that comes back is made as a whole
    m_smallestPositive = std::numeric_limits<double>::infinity();
    for (const CurvePoint& point : m_points) {
        if (point.y > 0 && std::isfinite(point.y)) m_smallestPositive = std::min(m_smallestPositive, point.y);
    }
    if (size > 0) buildFrom(size - 1);
}

// Makes the blocks again that hold points from the given one on. For one appended point these are eight values a level.
void CurvePyramid::buildFrom(std::size_t first)
{
    for (std::size_t i = first; i < m_points.size(); ++i) {
        if (m_points[i].y > 0 && std::isfinite(m_points[i].y)) m_smallestPositive = std::min(m_smallestPositive, m_points[i].y);
    }
    std::size_t below = m_points.size();
    for (std::size_t level = 0; below > kFanOut; ++level) {
        if (level == m_levels.size()) {
            m_levels.emplace_back();
            first = 0; // a new level is made as a whole
        }
        auto& blocks = m_levels[level];
        first /= kFanOut;
        blocks.resize((below + kFanOut - 1) / kFanOut);
        for (std::size_t block = first; block < blocks.size(); ++block) {
            CurveExtent extent;
            const std::size_t end = std::min(below, (block + 1) * kFanOut);
            for (std::size_t i = block * kFanOut; i < end; ++i) {
                if (level == 0) extent.include(m_points[i].y);
                else extent.include(m_levels[level - 1][i]);
            }
            blocks[block] = extent;
        }
        below = blocks.size();
    }
}

// Climbs while whole larger blocks fit, taking the loose ends of each level; a stretch of n points costs about 14 log8(n) steps.
CurveExtent CurvePyramid::extent(std::size_t first, std::size_t last) const
{
    CurveExtent result;
    last = std::min(last, m_points.size());
    if (first >= last) return result;
    if (m_levels.empty()) {
        while (first < last) result.include(m_points[first++].y);
        return result;
    }
    while (first < last && first % kFanOut != 0) result.include(m_points[first++].y);
    while (first < last && last % kFanOut != 0) result.include(m_points[--last].y);
    std::size_t level = 0;
    while (first < last) {
        first /= kFanOut;
        last /= kFanOut;
        if (level >= m_levels.size()) break;
        const auto& blocks = m_levels[level];
        if (level + 1 == m_levels.size()) {
            while (first < last) result.include(blocks[first++]);
            break;
        }
        while (first < last && first % kFanOut != 0) result.include(blocks[first++]);
        while (first < last && last % kFanOut != 0) result.include(blocks[--last]);
        ++level;
    }
    return result;
}

// From the guess it gallops towards the answer, then halves: the columns of a chart ask in order and hold about as many points each.
std::size_t CurvePyramid::lowerBound(double x, std::size_t from, std::size_t guess) const
{
    const std::size_t size = m_points.size();
    std::size_t low = std::min(from, size); // all before it lie below x
    std::size_t high = std::min(low + guess, size); // this one does not, once the galloping is over
    std::size_t step = 1;
    while (high < size && m_points[high].x < x) {
        low = high + 1;
        high = std::min(low + step, size);
        step *= 2;
    }
    while (high > low && !(m_points[high - std::min(step, high - low)].x < x)) {
        high -= std::min(step, high - low);
        step *= 2;
    }
    low = std::max(low, high - std::min(step, high - low));
    const auto begin = m_points.begin();
    const auto found = std::lower_bound(begin + static_cast<std::ptrdiff_t>(low), begin + static_cast<std::ptrdiff_t>(high), x,
        [](const CurvePoint& point, double value) { return point.x < value; });
    return static_cast<std::size_t>(found - begin);
}

} // namespace halftone
