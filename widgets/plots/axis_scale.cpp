// Maps values to pixels, linearly or logarithmically, and chooses the ticks of an axis with their words.
#include "widgets/plots/axis_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace halftone {

namespace {

// Below this share of a step a value counts as standing on the tick (rounding of the division).
constexpr double kTickTolerance = 1e-9;
constexpr double kSmallestPositive = 1e-300;

double logOf(double value) { return std::log10(std::max(value, kSmallestPositive)); }

// 1, 2 or 5 times a power of ten, the smallest that is not below the given step.
double roundStep(double step)
{
    const double power = std::pow(10.0, std::floor(std::log10(step)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * power >= step * (1 - kTickTolerance)) return factor * power;
    }
    return 10 * power;
}

int decimalsOfStep(double step)
{
    for (int decimals = 0; decimals < 12; ++decimals) {
        const double scaled = step * std::pow(10.0, decimals);
        if (std::abs(scaled - std::nearbyint(scaled)) < 1e-6 * scaled) return decimals;
    }
    return 12;
}

QString powerText(double value)
{
    const int exponent = static_cast<int>(std::floor(logOf(value) + kTickTolerance));
    const double mantissa = value / std::pow(10.0, exponent);
    const double rounded = std::nearbyint(mantissa * 10) / 10;
    return QStringLiteral("%1e%2").arg(rounded, 0, 'g', 2).arg(exponent);
}

QString fixedText(double value, double step)
{
    const double shown = std::abs(value) < step * kTickTolerance ? 0 : value; // no "-0.0"
    return QString::number(shown, 'f', decimalsOfStep(step));
}

bool readsBetterAsPower(double largest, double step) { return largest >= 1e7 || step < 1e-4; }

std::vector<AxisTick> ticksAt(const AxisRange& range, double step)
{
    std::vector<AxisTick> ticks;
    const double first = std::ceil(range.lower / step - kTickTolerance);
    const double last = std::floor(range.upper / step + kTickTolerance);
    const bool power = readsBetterAsPower(std::max(std::abs(range.lower), std::abs(range.upper)), step);
    for (double i = first; i <= last && ticks.size() < 1000; ++i) {
        const double value = i * step;
        QString label = i == 0 ? QStringLiteral("0") : power ? QString::number(value, 'g', 3) : fixedText(value, step);
        if (i == 0 && !power) label = fixedText(0, step);
        ticks.push_back({value, label});
    }
    return ticks;
}

} // namespace

double AxisScale::toPixel(double value) const
{
    if (logarithmic) {
        const double share = (logOf(value > 0 ? value : lower) - logOf(lower)) / (logOf(upper) - logOf(lower));
        return from + share * (to - from);
    }
    return from + (value - lower) / (upper - lower) * (to - from);
}

double AxisScale::toValue(double pixel) const
{
    const double share = (pixel - from) / (to - from);
    if (logarithmic) return std::pow(10.0, logOf(lower) + share * (logOf(upper) - logOf(lower)));
    return lower + share * (upper - lower);
}

AxisRange drawableRange(double lower, double upper, bool logarithmic)
{
    if (!std::isfinite(lower) || !std::isfinite(upper)) return logarithmic ? AxisRange{0.1, 1} : AxisRange{0, 1};
    if (lower > upper) std::swap(lower, upper);
    if (logarithmic) {
        if (upper <= kSmallestPositive) return {0.1, 1};
        lower = lower > kSmallestPositive ? lower : upper / 1000; // from 0: three decades say enough
        if (upper / lower < 1.001) return {lower / 2, upper * 2};
        return {lower, upper};
    }
    const double least = std::max({std::abs(lower), std::abs(upper), 1e-12}) * 1e-9;
    if (upper - lower > least) return {lower, upper};
    const double half = lower == 0 ? 0.5 : std::abs(lower) * 0.05;
    return {lower - half, upper + half};
}

AxisRange paddedRange(double lower, double upper, bool logarithmic, double share)
{
    const AxisRange range = drawableRange(lower, upper, logarithmic);
    if (logarithmic) {
        const double factor = std::pow(range.upper / range.lower, share);
        return {range.lower / factor, range.upper * factor};
    }
    const double more = (range.upper - range.lower) * share;
    return {range.lower - more, range.upper + more};
}

std::vector<AxisTick> linearTicks(const AxisRange& range, int wanted)
{
    const AxisRange drawable = drawableRange(range.lower, range.upper, false);
    // One tick alone says nothing of the scale.
    std::vector<AxisTick> ticks;
    for (int count = std::max(wanted, 1); ticks.size() < 2 && count <= 16; count *= 2)
        ticks = ticksAt(drawable, roundStep((drawable.upper - drawable.lower) / count));
    return ticks;
}

std::vector<AxisTick> logarithmicTicks(const AxisRange& range, int wanted)
{
    const AxisRange drawable = drawableRange(range.lower, range.upper, true);
    const double lower = logOf(drawable.lower);
    const double upper = logOf(drawable.upper);
    const double decades = upper - lower;
    if (decades < 0.7) return linearTicks(drawable, wanted);
    std::vector<double> factors{1};
    if (decades * 3 <= wanted) factors = {1, 2, 5};
    else if (decades * 2 <= wanted) factors = {1, 3};
    const double stride = std::max(1.0, std::ceil(decades / std::max(wanted, 1)));
    const bool power = drawable.lower < 0.9e-3 || drawable.upper > 1e5;
    std::vector<AxisTick> ticks;
    for (double decade = std::floor(lower / stride) * stride; decade <= upper; decade += stride) {
        for (const double factor : factors) {
            const double value = factor * std::pow(10.0, decade);
            if (value < drawable.lower * (1 - 1e-6) || value > drawable.upper * (1 + 1e-6)) continue;
            ticks.push_back({value, power ? powerText(value) : QString::number(value, 'g', 6)});
        }
    }
    return ticks;
}

std::vector<AxisTick> secondsTicks(const AxisRange& range, int wanted)
{
    constexpr std::array kSteps = {1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0,
        21600.0, 43200.0, 86400.0};
    const AxisRange drawable = drawableRange(range.lower, range.upper, false);
    const double least = (drawable.upper - drawable.lower) / std::max(wanted, 1);
    const auto* found = std::find_if(kSteps.begin(), kSteps.end(), [least](double step) { return step >= least; });
    const double step = least < 1 ? roundStep(least) : found != kSteps.end() ? *found : roundStep(least / 86400) * 86400;
    std::vector<AxisTick> ticks = ticksAt(drawable, step);
    for (AxisTick& tick : ticks) {
        if (std::abs(tick.value) < kTickTolerance) tick.label = QStringLiteral("0");
        else tick.label = axisTimeText(tick.value);
    }
    return ticks;
}

QString axisTimeText(double seconds)
{
    const double size = std::abs(seconds);
    if (size < 60) return QStringLiteral("%1 s").arg(seconds, 0, 'g', 3);
    if (size < 3600) return QStringLiteral("%1 min").arg(seconds / 60, 0, 'g', 3);
    return QStringLiteral("%1 h").arg(seconds / 3600, 0, 'g', 4);
}

QString valueText(double value, double step)
{
    if (!std::isfinite(value)) return std::isnan(value) ? QStringLiteral("n/a") : QString::number(value);
    if (value == 0) return QStringLiteral("0");
    const double size = std::abs(value);
    if (size < 1e-3 || size >= 1e7) return powerText(value);
    const int decimals = std::clamp(decimalsOfStep(roundStep(step > 0 ? step : size / 100)), 0, 6);
    return QString::number(value, 'f', decimals);
}

} // namespace halftone
