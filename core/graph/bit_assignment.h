// BitAssignment: how many bits each layer's weights and input activation have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/graph/layers.h"

namespace halftone {

inline constexpr int kFullPrecision = 32; // not quantized
inline constexpr int kEdgeBits = 8; // first and last layer (LSQ, section 2)
inline constexpr int kMinBits = 2;
inline constexpr int kMaxBits = 8;

struct LayerBits {
    int weight = kFullPrecision; // 2..8 or kFullPrecision
    int activation = kFullPrecision; // of the layer's input
    bool operator==(const LayerBits&) const = default;
};

// One entry per layer of the network, in LayerIndex order.
struct BitAssignment {
    std::vector<LayerBits> layers;
    LayerBits& operator[](LayerIndex i) { return layers[static_cast<std::size_t>(i.value)]; }
    const LayerBits& operator[](LayerIndex i) const { return layers[static_cast<std::size_t>(i.value)]; }
    bool operator==(const BitAssignment&) const = default;
};

BitAssignment fullPrecisionAssignment(const LayerTable& table);
// Every inner layer at `bits`, the groups of edge layers at 8 (or at `bits` when that is full precision).
BitAssignment uniformAssignment(const LayerTable& table, int bits);
// The assignments that need no saving: "fp32", and "2" to "8" for all layers. Nothing for other names.
std::optional<BitAssignment> assignmentByWidth(const LayerTable& table, std::string_view name);
// Wrong sizes, widths outside 2..8, and linked layers with different activation widths are errors that name the layer.
Status validate(const BitAssignment& assignment, const LayerTable& table);
// "8,4,4,2,...": weight bits, with "w/a" where they differ; what hashes and the store keep. Reads its own output back.
std::string toText(const BitAssignment& assignment);
Result<BitAssignment> assignmentFromText(std::string_view text);

} // namespace halftone
