// Where things stand in a chart: scales, ticks on round numbers, and labels that keep clear of each other.
#pragma once

#include <string>
#include <vector>

namespace halftone {

// Maps [low, high] to [from, to] pixels; either may run backwards.
struct LinearScale {
    double low = 0, high = 1;
    double from = 0, to = 1;
    double operator()(double value) const { return from + (value - low) / (high - low) * (to - from); }
};

struct Tick {
    double value = 0;
    std::string label; // as many decimals as the step needs
};
// At most `count` + 1 ticks on multiples of 1, 2, 2.5 or 5 x 10^k within [low, high]. Empty unless low < high, both finite.
std::vector<Tick> roundTicks(double low, double high, int count);

// The range of `values` (those that are finite), widened by `margin` of its length at both ends; never of length 0.
struct Range {
    double low = 0, high = 1;
};
Range paddedRange(const std::vector<double>& values, double margin);

// Moves labels as little as possible (sum of distances) so that neighbours are `gap` apart and none lies within `gap` of an
// obstacle, inside [low, high]; their order stays that of `wanted`. Where there is no room for all, they are spread evenly.
std::vector<double> placeLabels(
    const std::vector<double>& wanted, double gap, Range range, const std::vector<double>& obstacles = {});

} // namespace halftone
