// Numbers as a report prints them; every one that is not finite reads "n/a".
#include "core/export/report_numbers.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace halftone {
namespace {

const char* const kNotANumber = "n/a";

std::string withoutNegativeZero(std::string text)
{
    const bool isZero = text.find_first_of("123456789") == std::string::npos;
    return isZero && text.starts_with('-') ? text.substr(1) : text;
}

// Commas into the digits before the point.
std::string grouped(const std::string& digits)
{
    const std::size_t first = digits.starts_with('-') ? 1 : 0;
    const std::size_t point = std::min(digits.find('.'), digits.size());
    std::string text = digits;
    for (std::size_t at = point; at > first + 3; at -= 3) text.insert(at - 3, ",");
    return text;
}

// Decimals that leave `digits` significant ones.
int decimalsFor(double value, int digits)
{
    const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-9));
    return std::max(0, digits - 1 - magnitude);
}

} // namespace

std::string formatCount(std::int64_t value) { return grouped(fmt::format("{}", value)); }

std::string formatFixed(double value, int decimals)
{
    if (!std::isfinite(value)) return kNotANumber;
    return grouped(withoutNegativeZero(fmt::format("{:.{}f}", value, decimals)));
}

std::string formatSignificant(double value, int digits)
{
    if (!std::isfinite(value)) return kNotANumber;
    if (value == 0) return "0";
    const double size = std::abs(value);
    if (size < 1e-4 || size >= 1e9) return fmt::format("{:.{}e}", value, digits - 1);
    return formatFixed(value, decimalsFor(value, digits));
}

std::string formatScaled(double value, int digits)
{
    if (!std::isfinite(value)) return kNotANumber;
    static constexpr std::array<const char*, 5> kUnits{"", " k", " M", " G", " T"};
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    if (unit == 0 && value == std::floor(value)) return formatFixed(value, 0);
    // 999.6 k became 0.9996 M, which reads 1.00 M: the digits are those of the rounded number.
    const double size = std::max(std::abs(value), 1.0);
    return (std::abs(value) < 0.9995 ? formatSignificant(value, digits) : formatFixed(value, decimalsFor(size, digits)))
        + kUnits[unit];
}

std::string formatPercent(double fraction, int decimals)
{
    return std::isfinite(fraction) ? formatFixed(100 * fraction, decimals) + " %" : kNotANumber;
}

std::string formatPercentInterval(double fraction, double halfWidth, int decimals)
{
    if (!std::isfinite(fraction)) return kNotANumber;
    if (!(halfWidth > 0) || !std::isfinite(halfWidth)) return formatPercent(fraction, decimals);
    return formatFixed(100 * fraction, decimals) + " ±" + formatFixed(100 * halfWidth, decimals) + " %";
}

std::string formatSeconds(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return kNotANumber;
    if (seconds < 0.9995) return formatFixed(1000 * seconds, seconds < 0.01 ? 1 : 0) + " ms";
    if (seconds < 99.5) return formatFixed(seconds, seconds < 9.95 ? 1 : 0) + " s";
    const auto minutes = static_cast<std::int64_t>(std::llround(seconds / 60));
    if (minutes < 60) return formatCount(minutes) + " min";
    return formatCount(minutes / 60) + " h " + formatCount(minutes % 60) + " min";
}

std::string capitalised(std::string words)
{
    const auto isCapital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (!words.empty() && words[0] >= 'a' && words[0] <= 'z' && std::none_of(words.begin(), words.end(), isCapital))
        words[0] = static_cast<char>(words[0] - 'a' + 'A');
    return words;
}

} // namespace halftone
