// Which integer codes a quantized tensor may have at a width; the one place that says so.
#pragma once

#include <cstdint>

namespace halftone {

struct CodeRange {
    std::int32_t lowest = 0;
    std::int32_t highest = 0;
    bool operator==(const CodeRange&) const = default;
};

// 0 .. 2^b - 1 for values that are never negative, else -2^(b-1) .. 2^(b-1) - 1.
constexpr CodeRange codeRange(int bits, bool isUnsigned)
{
    if (isUnsigned) return {0, (1 << bits) - 1};
    return {-(1 << (bits - 1)), (1 << (bits - 1)) - 1};
}
// Weights are signed; at 2 bit `symmetric2` leaves -2 out, so that the codes are {-1, 0, 1}.
constexpr CodeRange weightCodeRange(int bits, bool symmetric2)
{
    CodeRange range = codeRange(bits, false);
    if (bits == 2 && symmetric2) range.lowest = -1;
    return range;
}

} // namespace halftone
