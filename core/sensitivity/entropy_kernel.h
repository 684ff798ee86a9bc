// Counting integer codes, the inner loop of EAGL: one plain reference and faster kernels that agree with it exactly.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace halftone {

// code = clip(round half to even(value / scale), lowest, highest), the division in float: what quantizeToCodes says.
struct CodeGrid {
    float scale = 1; // positive and finite
    int lowest = -8; // highest - lowest <= 255, both within [-255, 255]
    int highest = 7;
};

using CodeCounts = std::array<std::int64_t, 256>; // [code - lowest]

enum class EntropyKernel { Reference, Portable, Avx2, Avx512 };

bool isSupported(EntropyKernel kernel); // by this machine
EntropyKernel fastestEntropyKernel();

// Adds the values' codes to `counts`. False, with counts of no meaning, when a value is NaN or infinite.
bool countCodes(EntropyKernel kernel, std::span<const float> values, const CodeGrid& grid, CodeCounts& counts);

} // namespace halftone
