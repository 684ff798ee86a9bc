// FrozenGrid: the final values that a quantized tensor may take; all that entropy, export and runtime know of a quantizer.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/base/index.h"

namespace halftone {

// value = code * scale, code an integer in [lowest, highest]. One scale, or one per output channel (dimension 0).
struct FrozenGrid {
    int bits = 8;
    std::int32_t lowest = -128;
    std::int32_t highest = 127;
    std::vector<float> scales; // size 1, or the number of output channels; all positive and finite
    bool operator==(const FrozenGrid&) const = default;
};

// The grids of a whole quantized network: inputs by the value they quantize, weights by layer.
struct NetworkGrids {
    std::map<LayerIndex, FrozenGrid> weights;
    std::map<ValueIndex, FrozenGrid> activations;
    bool operator==(const NetworkGrids&) const = default;
};

// code = clip(round half to even(value / scale), lowest, highest), in float like LibTorch computes it.
std::vector<std::int8_t> quantizeToCodes(const FrozenGrid& grid, std::span<const float> values); // weights: signed

} // namespace halftone
