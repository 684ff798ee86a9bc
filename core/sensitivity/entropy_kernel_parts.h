// What the entropy kernels share: the numbers they work with, the exact codes of a few values, and their entry points.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/sensitivity/entropy_kernel.h"

namespace halftone::entropy {

// The fast kernels multiply by the reciprocal: q = fl(w * fl(1 / s)) where the reference rounds fl(w / s). With three
// roundings of 2^-24 the two differ by less than |q| 2^-22. A code can only differ when q is nearer than that to a tie, so
// with |q| < largest code + 1 a distance to the nearest integer of at most tieLimit = 1/2 - (largest code + 1) 2^-22
// proves equality. Whatever is nearer to a tie (about one value in 10^5), too large for the conversion, or NaN, is divided.
struct FastGrid {
    float reciprocal;
    float tieLimit;
};

inline FastGrid fastGrid(const CodeGrid& grid)
{
    const float largestCode = static_cast<float>(std::max(-grid.lowest, grid.highest));
    return {1.0f / grid.scale, 0.5f - (largestCode + 1.0f) * 0x1p-22f};
}

// Outside, a reciprocal or a product could leave the normal numbers, where the bound above does not hold.
inline bool hasFastGrid(const CodeGrid& grid) { return grid.scale > 0x1p-100f && grid.scale < 0x1p100f; }

inline bool fitsSignedByte(const CodeGrid& grid) { return grid.lowest >= -128 && grid.highest <= 127; }

// code - lowest, by the definition. `value` is finite.
inline int exactIndex(float value, const CodeGrid& grid)
{
    const float steps = std::clamp(value / grid.scale, static_cast<float>(grid.lowest), static_cast<float>(grid.highest));
    return static_cast<int>(std::nearbyint(steps)) - grid.lowest;
}

// False when a value is not finite.
inline bool exactIndices(const float* values, std::size_t count, const CodeGrid& grid, std::uint8_t* indices)
{
    for (std::size_t i = 0; i < count; ++i) {
        if (!std::isfinite(values[i])) return false;
        indices[i] = static_cast<std::uint8_t>(exactIndex(values[i], grid));
    }
    return true;
}

// Four tables, so that equal neighbours do not wait for each other's store.
class IndexHistogram {
public:
    void add(const std::uint8_t* indices, std::size_t count)
    {
        std::size_t i = 0;
        for (; i + 4 <= count; i += 4) {
            for (std::size_t table = 0; table < 4; ++table) ++m_tables[table][indices[i + table]];
        }
        for (; i < count; ++i) ++m_tables[0][indices[i]];
    }
    void addTo(CodeCounts& counts) const
    {
        for (std::size_t bin = 0; bin < counts.size(); ++bin) {
            for (const auto& table : m_tables) counts[bin] += table[bin];
        }
    }

private:
    std::array<std::array<std::int64_t, 256>, 4> m_tables{};
};

bool countReference(std::span<const float> values, const CodeGrid& grid, CodeCounts& counts);
bool countPortable(std::span<const float> values, const CodeGrid& grid, CodeCounts& counts);
bool countAvx2(std::span<const float> values, const CodeGrid& grid, CodeCounts& counts);
bool countAvx512(std::span<const float> values, const CodeGrid& grid, CodeCounts& counts);

} // namespace halftone::entropy
