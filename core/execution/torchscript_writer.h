// Writes a quantized network as a TorchScript file that any PyTorch runs, and that readTorchScript reads back with its grids.
#pragma once

#include <string_view>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/graph/quantized_model.h"

namespace halftone {

inline constexpr std::string_view kScriptInput = "halftone.input"; // an extra file of ours: "3x32x32"
inline constexpr std::string_view kScriptStep = ".weight_step"; // ends the names of the steps of quantized weights
inline constexpr std::string_view kScriptInputStep = ".input_step"; // and of a layer's input

// Parameters in float32 under their names in the state_dict; those of quantized layers are codes * step. forward rounds the
// inputs of quantized layers: round(clamp(x / step, lowest, highest)) * step, as the network that was trained. Batch norms are
// kept. Errors: BadInput for a network that validate() refuses, parameters without data, and names that no module can have.
Result<Bytes> writeTorchScript(const QuantizedModel& model);

} // namespace halftone
