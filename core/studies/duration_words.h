// Estimated durations in words, for the notes that stages give before long work.
#pragma once

#include <cmath>
#include <string>

namespace halftone {

// Rounded up: "40 s", "12 min".
inline std::string durationInWords(double seconds)
{
    constexpr double kShownInSeconds = 90;
    if (seconds < kShownInSeconds) return std::to_string(static_cast<int>(std::ceil(seconds))) + " s";
    return std::to_string(static_cast<int>(std::ceil(seconds / 60))) + " min";
}

} // namespace halftone
