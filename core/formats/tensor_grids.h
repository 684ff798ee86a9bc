// The grids of a quantized network in a file that holds tensors alone: scales are tensors, the rest is text beside them.
#pragma once

#include <string>
#include <string_view>

#include "core/graph/named_grids.h"
#include "core/graph/tensor_data.h"

namespace halftone {

inline constexpr std::string_view kGridsMetadata = "grids"; // the key in a safetensors file's metadata

// {"weights":{"conv1":[4,-8,7], ...},"activations":{"relu1":[4,0,15], ...}}: bits, lowest and highest code.
std::string codesToJson(const NamedGrids& grids);
// With the scales from the tensors "conv1.weight_quantizer.step" (or ".scale" of those that are not learned), and for inputs
// "conv1.input_quantizer.step" of the first layer that reads the value. Errors: Corrupt, naming the grid.
Result<NetworkGrids> gridsFromTensors(
    std::string_view codes, const StateDict& tensors, const Network& network, const LayerTable& table);

} // namespace halftone
