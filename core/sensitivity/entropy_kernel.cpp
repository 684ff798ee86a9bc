// The reference and the portable kernel, and the choice by what the processor can do.
#include "core/sensitivity/entropy_kernel.h"

#include <bit>
#include <cassert>

#include "core/sensitivity/entropy_kernel_parts.h"

namespace halftone {
namespace entropy {

bool countReference(std::span<const float> values, const CodeGrid& grid, CodeCounts& counts)
{
    for (const float value : values) {
        if (!std::isfinite(value)) return false;
        ++counts[static_cast<std::size_t>(exactIndex(value, grid))];
    }
    return true;
}

bool countPortable(std::span<const float> values, const CodeGrid& grid, CodeCounts& counts)
{
    if (!hasFastGrid(grid)) return countReference(values, grid, counts);
    constexpr std::size_t kBlock = 512;
    // Adding 1.5 * 2^23 rounds a float to an integer, half to even, and leaves it in the low bits; exact below 2^21.
    constexpr float kRounder = 0x1.8p23f;
    constexpr float kTooLarge = 0x1p21f;
    const FastGrid fast = fastGrid(grid);
    std::uint8_t indices[kBlock];
    IndexHistogram histogram;
    for (std::size_t first = 0; first < values.size(); first += kBlock) {
        const std::size_t count = std::min(kBlock, values.size() - first);
        const float* block = values.data() + first;
        std::int32_t unsure = 0; // without branches, so that the compiler makes vectors of it
        for (std::size_t i = 0; i < count; ++i) {
            const float steps = block[i] * fast.reciprocal;
            const float shifted = steps + kRounder;
            const float distance = std::abs(steps - (shifted - kRounder));
            unsure |= static_cast<std::int32_t>(!(distance <= fast.tieLimit))
                | static_cast<std::int32_t>(!(std::abs(steps) < kTooLarge));
            const auto code
                = static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(kRounder));
            indices[i] = static_cast<std::uint8_t>(std::min(std::max(code, grid.lowest), grid.highest) - grid.lowest);
        }
        if (unsure != 0 && !exactIndices(block, count, grid, indices)) return false;
        histogram.add(indices, count);
    }
    histogram.addTo(counts);
    return true;
}

} // namespace entropy

bool isSupported(EntropyKernel kernel)
{
    switch (kernel) {
    case EntropyKernel::Reference:
    case EntropyKernel::Portable:
        return true;
#if defined(__x86_64__)
    case EntropyKernel::Avx2:
        return __builtin_cpu_supports("avx2") != 0;
    case EntropyKernel::Avx512:
        return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0;
#else
    case EntropyKernel::Avx2:
    case EntropyKernel::Avx512:
        return false;
#endif
    }
    return false;
}

EntropyKernel fastestEntropyKernel()
{
    if (isSupported(EntropyKernel::Avx512)) return EntropyKernel::Avx512;
    return isSupported(EntropyKernel::Avx2) ? EntropyKernel::Avx2 : EntropyKernel::Portable;
}

bool countCodes(EntropyKernel kernel, std::span<const float> values, const CodeGrid& grid, CodeCounts& counts)
{
    assert(isSupported(kernel));
    assert(grid.scale > 0.0f && std::isfinite(grid.scale) && grid.highest >= grid.lowest && grid.highest - grid.lowest <= 255);
    using namespace entropy;
    const bool simd = hasFastGrid(grid) && fitsSignedByte(grid);
    switch (kernel) {
    case EntropyKernel::Reference:
        return countReference(values, grid, counts);
#if defined(__x86_64__)
    case EntropyKernel::Avx2:
        if (simd) return countAvx2(values, grid, counts);
        break;
    case EntropyKernel::Avx512:
        if (simd) return countAvx512(values, grid, counts);
        break;
#endif
    default:
        break;
    }
    return countPortable(values, grid, counts);
}

} // namespace halftone
