// The AVX2 kernel: 32 codes at a time as bytes, sixteen bins counted in two-, four- and eight-bit fields.
#include "core/sensitivity/entropy_kernel_parts.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Only these functions may use AVX2; the rest of the program runs on any x86-64.
#define HALFTONE_AVX2 __attribute__((target("avx2"), always_inline)) inline

namespace halftone::entropy {
namespace {

constexpr std::size_t kStep = 32; // values that make one vector of code bytes

struct Constants {
    __m256 reciprocal;
    __m256i tieLimit; // shifted left once, like the distances
    __m256i lowest;
    __m256i highest;
};

HALFTONE_AVX2 Constants constantsOf(const CodeGrid& grid)
{
    const FastGrid fast = fastGrid(grid);
    return {_mm256_set1_ps(fast.reciprocal), _mm256_slli_epi32(_mm256_castps_si256(_mm256_set1_ps(fast.tieLimit)), 1),
        _mm256_set1_epi8(static_cast<char>(grid.lowest)), _mm256_set1_epi8(static_cast<char>(grid.highest))};
}

// Rounds 8 values and widens `farthest`: the bits of |q - round(q)|, shifted left once to drop the sign. Overflow converts
// to INT_MIN and NaN to NaN, both farther than any limit.
HALFTONE_AVX2 __m256i rounded(const float* values, const Constants& c, __m256i& farthest)
{
    const __m256 steps = _mm256_mul_ps(_mm256_loadu_ps(values), c.reciprocal);
    const __m256i codes = _mm256_cvtps_epi32(steps);
    const __m256 distance = _mm256_sub_ps(steps, _mm256_cvtepi32_ps(codes));
    farthest = _mm256_max_epu32(farthest, _mm256_slli_epi32(_mm256_castps_si256(distance), 1));
    return codes;
}

// The indices (code - lowest) of 32 values, in an order of the packing's own. `ok` becomes false at a value not finite.
HALFTONE_AVX2 __m256i indicesOf(const float* values, const CodeGrid& grid, const Constants& c, bool& ok)
{
    __m256i farthest = _mm256_setzero_si256();
    const __m256i a = rounded(values, c, farthest);
    const __m256i b = rounded(values + 8, c, farthest);
    const __m256i d = rounded(values + 16, c, farthest);
    const __m256i e = rounded(values + 24, c, farthest);
    const __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(d, e));
    const __m256i codes = _mm256_min_epi8(_mm256_max_epi8(packed, c.lowest), c.highest);
    __m256i indices = _mm256_sub_epi8(codes, c.lowest);
    const __m256i within = _mm256_cmpeq_epi32(_mm256_max_epu32(farthest, c.tieLimit), c.tieLimit);
    if (_mm256_movemask_epi8(within) != -1) [[unlikely]] {
        alignas(32) std::uint8_t exact[kStep] = {};
        ok = exactIndices(values, kStep, grid, exact) && ok;
        indices = _mm256_load_si256(reinterpret_cast<const __m256i*>(exact));
    }
    return indices;
}

// Counts of sixteen bins. A byte of the l-th table's sum holds bins 4l..4l+3 in fields of two bits: three indices fill a
// field, five such sums a field of four bits, seventeen of those a byte. 3 * 5 * 17 = 255 vectors make a round.
constexpr std::size_t kVectorsInNibbles = 15;
constexpr std::size_t kNibblesInBytes = 17;

HALFTONE_AVX2 void addFifteen(
    const float* values, const CodeGrid& grid, const Constants& c, const __m256i* tables, __m256i* bytes, bool& ok)
{
    const __m256i pairs = _mm256_set1_epi8(0x33);
    const __m256i nibbles = _mm256_set1_epi8(0x0f);
    __m256i even[4];
    __m256i odd[4];
#pragma GCC unroll 4
    for (int l = 0; l < 4; ++l) even[l] = odd[l] = _mm256_setzero_si256();
    for (int group = 0; group < 5; ++group, values += 3 * kStep) {
        const __m256i x = indicesOf(values, grid, c, ok);
        const __m256i y = indicesOf(values + kStep, grid, c, ok);
        const __m256i z = indicesOf(values + 2 * kStep, grid, c, ok);
#pragma GCC unroll 4
        for (int l = 0; l < 4; ++l) {
            const __m256i sum
                = _mm256_add_epi8(_mm256_add_epi8(_mm256_shuffle_epi8(tables[l], x), _mm256_shuffle_epi8(tables[l], y)),
                    _mm256_shuffle_epi8(tables[l], z));
            even[l] = _mm256_add_epi8(even[l], _mm256_and_si256(sum, pairs));
            odd[l] = _mm256_add_epi8(odd[l], _mm256_and_si256(_mm256_srli_epi16(sum, 2), pairs));
        }
    }
#pragma GCC unroll 4
    for (int l = 0; l < 4; ++l) {
        bytes[4 * l] = _mm256_add_epi8(bytes[4 * l], _mm256_and_si256(even[l], nibbles));
        bytes[4 * l + 1] = _mm256_add_epi8(bytes[4 * l + 1], _mm256_and_si256(odd[l], nibbles));
        bytes[4 * l + 2] = _mm256_add_epi8(bytes[4 * l + 2], _mm256_and_si256(_mm256_srli_epi16(even[l], 4), nibbles));
        bytes[4 * l + 3] = _mm256_add_epi8(bytes[4 * l + 3], _mm256_and_si256(_mm256_srli_epi16(odd[l], 4), nibbles));
    }
}

// At most sixteen codes: as many values as make whole fifteens; returns how many.
__attribute__((target("avx2"))) std::size_t countSixteenBins(
    std::span<const float> values, const CodeGrid& grid, CodeCounts& counts, bool& ok)
{
    constexpr std::size_t kValues = kVectorsInNibbles * kStep;
    const Constants c = constantsOf(grid);
    __m256i tables[4];
    for (int l = 0; l < 4; ++l) {
        alignas(16) std::uint8_t table[16] = {};
        for (int field = 0; field < 4; ++field) table[4 * l + field] = static_cast<std::uint8_t>(1 << (2 * field));
        tables[l] = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(table)));
    }
    std::size_t done = 0;
    while (values.size() - done >= kValues && ok) {
        __m256i bytes[16];
        for (__m256i& bin : bytes) bin = _mm256_setzero_si256();
        for (std::size_t i = 0; i < kNibblesInBytes && values.size() - done >= kValues; ++i, done += kValues) {
            addFifteen(values.data() + done, grid, c, tables, bytes, ok);
        }
        for (std::size_t bin = 0; bin < 16; ++bin) {
            alignas(32) std::int64_t sums[4];
            _mm256_store_si256(reinterpret_cast<__m256i*>(sums), _mm256_sad_epu8(bytes[bin], _mm256_setzero_si256()));
            counts[bin] += sums[0] + sums[1] + sums[2] + sums[3];
        }
    }
    return done;
}

} // namespace

__attribute__((target("avx2"))) bool countAvx2(std::span<const float> values, const CodeGrid& grid, CodeCounts& counts)
{
    bool ok = true;
    std::size_t done = grid.highest - grid.lowest < 16 ? countSixteenBins(values, grid, counts, ok) : 0;
    const Constants c = constantsOf(grid);
    constexpr std::size_t kBlock = 16 * kStep;
    alignas(32) std::uint8_t indices[kBlock];
    IndexHistogram histogram;
    while (done < values.size() && ok) {
        const std::size_t count = std::min(kBlock, values.size() - done);
        const std::size_t whole = count / kStep * kStep;
        for (std::size_t i = 0; i < whole; i += kStep)
            _mm256_store_si256(reinterpret_cast<__m256i*>(indices + i), indicesOf(values.data() + done + i, grid, c, ok));
        ok = ok && exactIndices(values.data() + done + whole, count - whole, grid, indices + whole);
        if (ok) histogram.add(indices, count);
        done += count;
    }
    histogram.addTo(counts);
    return ok;
}

} // namespace halftone::entropy
#endif
