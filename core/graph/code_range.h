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

// The fewest bits, at least 2, whose codes include the range. Where 8 bits of signed or unsigned codes do not reach, a zero point has
// shifted them, and their number tells; more than 8 when there are too many.
constexpr int bitsFor(CodeRange range)
{
    for (int bits = 2; bits <= 8; ++bits) {
        const CodeRange usual = codeRange(bits, range.lowest >= 0);
        if (range.lowest >= usual.lowest && range.highest <= usual.highest) return bits;
    }
    int bits = 2;
    while (bits < 31 && std::int64_t{range.highest} - range.lowest >= std::int64_t{1} << bits) ++bits;
    return bits;
}

} // namespace halftone
