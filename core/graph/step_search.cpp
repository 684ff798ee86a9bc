// The step of a uniform grid with the least square error: every interval for few values, sorted sums and a grid for many.
#include "core/graph/step_search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace halftone {
namespace {

// Order-preserving image of a float in the unsigned integers (negative numbers reversed), and back.
std::uint32_t keyOf(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return bits ^ ((bits & 0x80000000u) != 0 ? 0xffffffffu : 0x80000000u);
}
float valueOf(std::uint32_t key) { return std::bit_cast<float>(key ^ ((key & 0x80000000u) != 0 ? 0x80000000u : 0xffffffffu)); }

// Ascending. Three counting passes of 11 bits: a million values take about a tenth of std::sort's time.
std::vector<float> sortedFinite(std::span<const float> values)
{
    constexpr int kDigitBits = 11;
    constexpr std::uint32_t kDigits = 1u << kDigitBits;
    std::vector<std::uint32_t> keys;
    keys.reserve(values.size());
    std::array<std::vector<std::size_t>, 3> starts;
    starts.fill(std::vector<std::size_t>(kDigits + 1, 0));
    for (const float value : values) {
        if (!std::isfinite(value)) continue;
        const std::uint32_t key = keyOf(value);
        keys.push_back(key);
        for (std::size_t pass = 0; pass < 3; ++pass) ++starts[pass][((key >> (kDigitBits * pass)) & (kDigits - 1)) + 1];
    }
    std::vector<std::uint32_t> other(keys.size());
    for (std::size_t pass = 0; pass < 3; ++pass) {
        auto& next = starts[pass];
        for (std::size_t digit = 1; digit <= kDigits; ++digit) next[digit] += next[digit - 1];
        for (const std::uint32_t key : keys) other[next[(key >> (kDigitBits * pass)) & (kDigits - 1)]++] = key;
        keys.swap(other);
    }
    std::vector<float> sorted(keys.size());
    std::transform(keys.begin(), keys.end(), sorted.begin(), valueOf);
    return sorted;
}

// With codes c_i = clip(round(w_i / s)): E(s) = sum w^2 - 2 s A + s^2 B, A = sum w_i c_i, B = sum c_i^2.
struct Fit {
    double a = 0;
    double b = 0;
    double reduction(double step) const { return step * (2.0 * a - step * b); } // sum w^2 - E(s)
};

struct Candidate {
    double step = 0;
    double reduction = -1;
};

// As s falls, value w moves from code k - 1 to k at s = |w| / (k - 1/2).
struct Move {
    double step;
    double magnitude;
    int code;
};

// Between two moves all codes stand, and the best reduction with them is A^2 / B at s = A / B (rounding anew at that s only
// adds to it). Trying every interval is therefore exact. `fit` is the state before the first move.
Candidate sweep(std::vector<Move>& moves, Fit fit)
{
    std::sort(moves.begin(), moves.end(), [](const Move& x, const Move& y) { return x.step > y.step; });
    Candidate best;
    if (fit.b > 0.0) best = {fit.a / fit.b, fit.a * fit.a / fit.b};
    for (const Move& move : moves) {
        fit.a += move.magnitude;
        fit.b += 2.0 * move.code - 1.0;
        const double reduction = fit.a * fit.a / fit.b;
        if (reduction > best.reduction) best = {fit.a / fit.b, reduction};
    }
    return best;
}

Move moveOf(float value, int code)
{
    const double magnitude = std::abs(static_cast<double>(value));
    return {magnitude / (code - 0.5), magnitude, code};
}

class SortedValues {
public:
    SortedValues(std::span<const float> values, int lowest, int highest)
        : m_sorted(sortedFinite(values))
        , m_sums(m_sorted.size() + 1, 0.0)
        , m_lowest(lowest)
        , m_highest(highest)
    {
        for (std::size_t i = 0; i < m_sorted.size(); ++i) {
            m_sums[i + 1] = m_sums[i] + static_cast<double>(m_sorted[i]);
            m_absoluteSum += std::abs(static_cast<double>(m_sorted[i]));
        }
    }

    // A value counts towards every threshold (k + 1/2) s that it passes; a value on one errs the same on both sides.
    Fit fit(double step) const
    {
        Fit fit;
        for (int code = 1; code <= m_highest; ++code) {
            const std::size_t first = position((code - 0.5) * step);
            if (first == m_sorted.size()) break;
            fit.a += m_sums.back() - m_sums[first];
            fit.b += static_cast<double>(m_sorted.size() - first) * (2.0 * code - 1.0);
        }
        for (int code = 1; code <= -m_lowest; ++code) {
            const std::size_t count = position(-(code - 0.5) * step);
            if (count == 0) break;
            fit.a -= m_sums[count];
            fit.b += static_cast<double>(count) * (2.0 * code - 1.0);
        }
        return fit;
    }
    double reduction(double step) const { return fit(step).reduction(step); }

    // The best step of every interval that reaches into [low, high].
    Candidate bestBetween(double low, double high) const
    {
        std::vector<Move> moves;
        for (int code = 1; code <= m_highest; ++code) {
            const std::size_t last = position((code - 0.5) * high);
            for (std::size_t i = position((code - 0.5) * low); i < last; ++i) moves.push_back(moveOf(m_sorted[i], code));
        }
        for (int code = 1; code <= -m_lowest; ++code) {
            const std::size_t last = position(-(code - 0.5) * low);
            for (std::size_t i = position(-(code - 0.5) * high); i < last; ++i) moves.push_back(moveOf(m_sorted[i], code));
        }
        return sweep(moves, fit(high));
    }

    std::size_t count() const { return m_sorted.size(); }
    // The largest magnitude on a side that the range can represent; 0 when there is none.
    double largest() const
    {
        if (m_sorted.empty()) return 0.0;
        const double above = m_highest > 0 ? static_cast<double>(m_sorted.back()) : 0.0;
        const double below = m_lowest < 0 ? -static_cast<double>(m_sorted.front()) : 0.0;
        return std::max({above, below, 0.0});
    }
    double absoluteSum() const { return m_absoluteSum; }

private:
    std::size_t position(double threshold) const
    {
        const auto found = std::lower_bound(
            m_sorted.begin(), m_sorted.end(), threshold, [](float value, double t) { return static_cast<double>(value) < t; });
        return static_cast<std::size_t>(found - m_sorted.begin());
    }

    std::vector<float> m_sorted;
    std::vector<double> m_sums; // m_sums[i] is the sum of the i smallest
    double m_absoluteSum = 0;
    int m_lowest;
    int m_highest;
};

// Steps from where every code is zero (2 * largest) down to where none can win any more: the reduction is at most
// 2 s max|code| sum|w|. The ratio between steps is a fraction of the width of the dip (1 / max|code|) that values which
// already lie on a grid make.
std::vector<Candidate> coarseGrid(const SortedValues& values, double maxCode, double ratio)
{
    std::vector<Candidate> grid;
    double best = 0.0;
    for (double step = 2.0 * values.largest() * ratio; step * 2.0 * maxCode * values.absoluteSum() >= best; step /= ratio) {
        grid.push_back({step, values.reduction(step)});
        best = std::max(best, grid.back().reduction);
    }
    return grid;
}

// The best few local maxima of the grid: their order can change within one grid cell.
std::vector<Candidate> peaksOf(const std::vector<Candidate>& grid)
{
    std::vector<Candidate> peaks;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        const bool risesTo = i == 0 || grid[i].reduction >= grid[i - 1].reduction;
        const bool fallsFrom = i + 1 == grid.size() || grid[i].reduction >= grid[i + 1].reduction;
        if (risesTo && fallsFrom) peaks.push_back(grid[i]);
    }
    std::stable_sort(
        peaks.begin(), peaks.end(), [](const Candidate& x, const Candidate& y) { return x.reduction > y.reduction; });
    if (peaks.size() > 8) peaks.resize(8);
    return peaks;
}

Candidate bestOfEveryInterval(std::span<const float> values, int lowest, int highest)
{
    std::vector<Move> moves;
    for (const float value : values) {
        if (!std::isfinite(value)) continue;
        const int last = value > 0 ? highest : value < 0 ? -lowest : 0;
        for (int code = 1; code <= last; ++code) moves.push_back(moveOf(value, code));
    }
    return sweep(moves, {});
}

// Around the grid's peaks every interval is tried. The error is flat at its minimum and ripples: the fewer the values, the
// farther from the smooth optimum the best ripple may lie, so the highest peak is widened accordingly.
Candidate bestOfGrid(std::span<const float> values, int lowest, int highest)
{
    const SortedValues sorted(values, lowest, highest);
    if (sorted.largest() <= 0.0) return {};
    const double maxCode = std::max(-lowest, highest);
    const double ratio = 1.0 + std::min(0.01, 0.5 / maxCode);
    double reach = std::max(ratio, 1.0 + 0.04 * std::sqrt(32768.0 / static_cast<double>(sorted.count())));
    Candidate winner;
    for (const Candidate& peak : peaksOf(coarseGrid(sorted, maxCode, ratio))) {
        const Candidate refined = sorted.bestBetween(peak.step / reach, peak.step * reach);
        if (refined.reduction > winner.reduction) winner = refined;
        reach = ratio;
    }
    return winner;
}

} // namespace

float leastSquareErrorStep(std::span<const float> values, int lowest, int highest)
{
    assert(lowest <= 0 && highest >= 0 && lowest < highest);
    constexpr std::size_t kFewMoves = 1u << 15; // up to here every interval takes less time than the grid
    const auto maxCode = static_cast<std::size_t>(std::max(-lowest, highest));
    const bool few = values.size() <= kFewMoves / maxCode;
    const Candidate winner = few ? bestOfEveryInterval(values, lowest, highest) : bestOfGrid(values, lowest, highest);
    if (winner.reduction <= 0.0) return 1.0f;
    constexpr double kSmallest = std::numeric_limits<float>::min();
    constexpr double kLargest = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(winner.step, kSmallest, kLargest));
}

} // namespace halftone
