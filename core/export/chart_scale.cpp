// Where things stand in a chart: scales, ticks on round numbers, and labels that keep clear of each other.
#include "core/export/chart_scale.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "core/export/report_numbers.h"

namespace halftone {
namespace {

struct Step {
    double size = 1;
    int decimals = 0;
};

// The smallest round step that makes at most `count` intervals of `length`.
Step roundStep(double length, int count)
{
    const double raw = length / count;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    const int magnitude = static_cast<int>(std::lround(std::log10(power)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        if (factor * power < raw * (1 - 1e-9)) continue;
        const int shift = factor == 10.0 ? magnitude + 1 : magnitude;
        return {factor * power, std::max(0, -shift + (factor == 2.5 ? 1 : 0))};
    }
    return {10 * power, std::max(0, -magnitude - 1)};
}

bool isFree(double position, double gap, const std::vector<double>& obstacles)
{
    return std::all_of(
        obstacles.begin(), obstacles.end(), [&](double obstacle) { return std::abs(position - obstacle) >= gap; });
}

} // namespace

std::vector<Tick> roundTicks(double low, double high, int count)
{
    std::vector<Tick> ticks;
    if (!(low < high) || !std::isfinite(low) || !std::isfinite(high) || !std::isfinite(high - low) || count < 1) return ticks;
    const Step step = roundStep(high - low, count);
    const double first = std::ceil(low / step.size - 1e-9);
    for (int i = 0; i <= count; ++i) {
        const double value = (first + i) * step.size;
        if (value > high + 1e-9 * step.size) break;
        ticks.push_back(
            {value, step.size >= 1e-6 && std::abs(value) < 1e9 ? formatFixed(value, step.decimals) : formatSignificant(value)});
    }
    return ticks;
}

Range paddedRange(const std::vector<double>& values, double margin)
{
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    if (low > high) return {};
    const double length = high - low;
    // A single value gets a hundredth of itself on either side.
    const double pad = length > 0 ? margin * length : std::max(std::abs(low) * 0.01, 1e-6);
    return {low - pad, high + pad};
}

std::vector<double> placeLabels(
    const std::vector<double>& wanted, double gap, Range range, const std::vector<double>& obstacles)
{
    const std::size_t count = wanted.size();
    const auto rows = static_cast<std::size_t>(std::max(0.0, std::floor(range.high - range.low))) + 1;
    const auto spacing = static_cast<std::size_t>(std::ceil(gap));
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });

    // best[k][row]: smallest sum of distances of the first k + 1 labels with the last at `row` or above it; from[k][row] is its
    // row.
    const double none = std::numeric_limits<double>::infinity();
    std::vector<std::vector<double>> best(count, std::vector<double>(rows, none));
    std::vector<std::vector<std::size_t>> from(count, std::vector<std::size_t>(rows, 0));
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t row = 0; row < rows; ++row) {
            const double position = range.low + static_cast<double>(row);
            double cost = isFree(position, gap, obstacles) ? std::abs(position - wanted[order[k]]) : none;
            if (k > 0) cost += row >= spacing ? best[k - 1][row - spacing] : none;
            const bool above = row > 0 && best[k][row - 1] <= cost;
            best[k][row] = above ? best[k][row - 1] : cost;
            from[k][row] = above ? from[k][row - 1] : row;
        }
    }

    std::vector<double> placed(count);
    if (count > 0 && best[count - 1][rows - 1] == none) {
        for (std::size_t k = 0; k < count; ++k)
            placed[order[k]]
                = range.low + (range.high - range.low) * (static_cast<double>(k) + 0.5) / static_cast<double>(count);
        return placed;
    }
    std::size_t row = rows - 1;
    for (std::size_t k = count; k-- > 0;) {
        const std::size_t at = from[k][row];
        placed[order[k]] = range.low + static_cast<double>(at);
        row = at >= spacing ? at - spacing : 0;
    }
    return placed;
}

} // namespace halftone
