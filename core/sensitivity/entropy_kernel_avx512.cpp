// The AVX-512 kernel: 64 codes at a time as bytes, sixteen bins counted in two-, four- and eight-bit fields.
#include "core/sensitivity/entropy_kernel_parts.h"

#if defined(__x86_64__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" // GCC bug 105593: its own "undefined" vectors are reported
#include <immintrin.h>
#pragma GCC diagnostic pop

// Only these functions may use AVX-512; the rest of the program runs on any x86-64.
#define HALFTONE_AVX512 __attribute__((target("avx512f,avx512bw"), always_inline)) inline

namespace halftone::entropy {
namespace {

constexpr std::size_t kStep = 64; // values that make one vector of code bytes

struct Constants {
    __m512 reciprocal;
    __m512i tieLimit; // shifted left once, like the distances
    __m512i lowest;
    __m512i highest;
};

HALFTONE_AVX512 Constants constantsOf(const CodeGrid& grid)
{
    const FastGrid fast = fastGrid(grid);
    return {_mm512_set1_ps(fast.reciprocal), _mm512_slli_epi32(_mm512_castps_si512(_mm512_set1_ps(fast.tieLimit)), 1),
        _mm512_set1_epi8(static_cast<char>(grid.lowest)), _mm512_set1_epi8(static_cast<char>(grid.highest))};
}

// Rounds 16 values and widens `farthest`: the bits of |q - round(q)|, shifted left once to drop the sign. Overflow converts
// to INT_MIN and NaN to NaN, both farther than any limit.
HALFTONE_AVX512 __m512i rounded(const float* values, const Constants& c, __m512i& farthest)
{
    const __m512 steps = _mm512_mul_ps(_mm512_loadu_ps(values), c.reciprocal);
    const __m512i codes = _mm512_cvtps_epi32(steps);
    const __m512 distance = _mm512_sub_ps(steps, _mm512_cvtepi32_ps(codes));
    farthest = _mm512_max_epu32(farthest, _mm512_slli_epi32(_mm512_castps_si512(distance), 1));
    return codes;
}

// The indices (code - lowest) of 64 values, in an order of the packing's own. `ok` becomes false at a value not finite.
HALFTONE_AVX512 __m512i indicesOf(const float* values, const CodeGrid& grid, const Constants& c, bool& ok)
{
    __m512i farthest = _mm512_setzero_si512();
    const __m512i a = rounded(values, c, farthest);
    const __m512i b = rounded(values + 16, c, farthest);
    const __m512i d = rounded(values + 32, c, farthest);
    const __m512i e = rounded(values + 48, c, farthest);
    const __m512i packed = _mm512_packs_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(d, e));
    const __m512i codes = _mm512_min_epi8(_mm512_max_epi8(packed, c.lowest), c.highest);
    __m512i indices = _mm512_sub_epi8(codes, c.lowest);
    if (_mm512_cmpgt_epu32_mask(farthest, c.tieLimit) != 0) [[unlikely]] {
        alignas(64) std::uint8_t exact[kStep] = {};
        ok = exactIndices(values, kStep, grid, exact) && ok;
        indices = _mm512_load_si512(exact);
    }
    return indices;
}

// Counts of sixteen bins. A byte of the l-th table's sum holds bins 4l..4l+3 in fields of two bits: three indices fill a
// field, five such sums a field of four bits, seventeen of those a byte. 3 * 5 * 17 = 255 vectors make a round.
constexpr std::size_t kVectorsInNibbles = 15;
constexpr std::size_t kNibblesInBytes = 17;

HALFTONE_AVX512 void addFifteen(
    const float* values, const CodeGrid& grid, const Constants& c, const __m512i* tables, __m512i* bytes, bool& ok)
{
    const __m512i pairs = _mm512_set1_epi8(0x33);
    const __m512i nibbles = _mm512_set1_epi8(0x0f);
    __m512i even[4];
    __m512i odd[4];
#pragma GCC unroll 4
    for (int l = 0; l < 4; ++l) even[l] = odd[l] = _mm512_setzero_si512();
    for (int group = 0; group < 5; ++group, values += 3 * kStep) {
        const __m512i x = indicesOf(values, grid, c, ok);
        const __m512i y = indicesOf(values + kStep, grid, c, ok);
        const __m512i z = indicesOf(values + 2 * kStep, grid, c, ok);
#pragma GCC unroll 4
        for (int l = 0; l < 4; ++l) {
            const __m512i sum
                = _mm512_add_epi8(_mm512_add_epi8(_mm512_shuffle_epi8(tables[l], x), _mm512_shuffle_epi8(tables[l], y)),
                    _mm512_shuffle_epi8(tables[l], z));
            even[l] = _mm512_add_epi8(even[l], _mm512_and_si512(sum, pairs));
            odd[l] = _mm512_add_epi8(odd[l], _mm512_and_si512(_mm512_srli_epi16(sum, 2), pairs));
        }
    }
#pragma GCC unroll 4
    for (int l = 0; l < 4; ++l) {
        bytes[4 * l] = _mm512_add_epi8(bytes[4 * l], _mm512_and_si512(even[l], nibbles));
        bytes[4 * l + 1] = _mm512_add_epi8(bytes[4 * l + 1], _mm512_and_si512(odd[l], nibbles));
        bytes[4 * l + 2] = _mm512_add_epi8(bytes[4 * l + 2], _mm512_and_si512(_mm512_srli_epi16(even[l], 4), nibbles));
        bytes[4 * l + 3] = _mm512_add_epi8(bytes[4 * l + 3], _mm512_and_si512(_mm512_srli_epi16(odd[l], 4), nibbles));
    }
}

// At most sixteen codes: as many values as make whole fifteens; returns how many.
__attribute__((target("avx512f,avx512bw"))) std::size_t countSixteenBins(
    std::span<const float> values, const CodeGrid& grid, CodeCounts& counts, bool& ok)
{
    constexpr std::size_t kValues = kVectorsInNibbles * kStep;
    const Constants c = constantsOf(grid);
    __m512i tables[4];
    for (int l = 0; l < 4; ++l) {
        alignas(16) std::uint8_t table[16] = {};
        for (int field = 0; field < 4; ++field) table[4 * l + field] = static_cast<std::uint8_t>(1 << (2 * field));
        tables[l] = _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(table)));
    }
    std::size_t done = 0;
    while (values.size() - done >= kValues && ok) {
        __m512i bytes[16];
        for (__m512i& bin : bytes) bin = _mm512_setzero_si512();
        for (std::size_t i = 0; i < kNibblesInBytes && values.size() - done >= kValues; ++i, done += kValues) {
            addFifteen(values.data() + done, grid, c, tables, bytes, ok);
        }
        for (std::size_t bin = 0; bin < 16; ++bin) {
            counts[bin] += _mm512_reduce_add_epi64(_mm512_sad_epu8(bytes[bin], _mm512_setzero_si512()));
        }
    }
    return done;
}

} // namespace

__attribute__((target("avx512f,avx512bw"))) bool countAvx512(
    std::span<const float> values, const CodeGrid& grid, CodeCounts& counts)
{
    bool ok = true;
    std::size_t done = grid.highest - grid.lowest < 16 ? countSixteenBins(values, grid, counts, ok) : 0;
    const Constants c = constantsOf(grid);
    constexpr std::size_t kBlock = 16 * kStep;
    alignas(64) std::uint8_t indices[kBlock];
    IndexHistogram histogram;
    while (done < values.size() && ok) {
        const std::size_t count = std::min(kBlock, values.size() - done);
        const std::size_t whole = count / kStep * kStep;
        for (std::size_t i = 0; i < whole; i += kStep)
            _mm512_store_si512(indices + i, indicesOf(values.data() + done + i, grid, c, ok));
        ok = ok && exactIndices(values.data() + done + whole, count - whole, grid, indices + whole);
        if (ok) histogram.add(indices, count);
        done += count;
    }
    histogram.addTo(counts);
    return ok;
}

} // namespace halftone::entropy
#endif
