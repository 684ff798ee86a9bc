// Maps values to pixels, linearly or logarithmically, and chooses the ticks of an axis with their words.
#pragma once

#include <QString>
#include <vector>

namespace halftone {

struct AxisTick {
    double value = 0;
    QString label;
    bool operator==(const AxisTick&) const = default;
};

// Pixels run from `from` (at `lower`) to `to` (at `upper`); `to` is the smaller one on an upright axis.
struct AxisScale {
    double lower = 0;
    double upper = 1;
    bool logarithmic = false;
    double from = 0;
    double to = 1;

    // On a logarithmic axis zero and negative values stand at the lower end.
    double toPixel(double value) const;
    double toValue(double pixel) const;
};

enum class AxisUnits { Plain, Seconds }; // Seconds are written as 40 s, 5 min, 2 h

struct AxisRange {
    double lower = 0;
    double upper = 1;
    bool operator==(const AxisRange&) const = default;
};

// A range that can be drawn, whatever comes in (empty, reversed, one value, not finite, no positive value on a logarithmic axis).
AxisRange drawableRange(double lower, double upper, bool logarithmic);
// The same, with a share of the span (of the decades on a logarithmic axis) added at both ends.
AxisRange paddedRange(double lower, double upper, bool logarithmic, double share);

// About `wanted` round values within the range, all written with the same number of digits.
std::vector<AxisTick> linearTicks(const AxisRange& range, int wanted);
// 1e-3, 1e-2; between few decades also 0.03, 0.1, 0.3.
std::vector<AxisTick> logarithmicTicks(const AxisRange& range, int wanted);
std::vector<AxisTick> secondsTicks(const AxisRange& range, int wanted);
// A duration in one unit: "45 s", "12 min", "1.5 h".
QString axisTimeText(double seconds);
// A value in as few digits as tell it apart at the given step: 0.25 at step 0.05, 1.2e-4 where plain digits would be long.
QString valueText(double value, double step);

} // namespace halftone
