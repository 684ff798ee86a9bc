// Reads ONNX networks, quantized or not, into a Network with the grids that the file holds.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "core/base/result.h"
#include "core/graph/quantized_model.h"

namespace halftone {

// `folder` is the model's own, where the data of its tensors may lie; without one they must be in the file.
// Opsets 7 to 26; docs/formats/onnx.md says operator by operator what is read. Errors: Corrupt for a file that is damaged or
// contradicts itself, Unsupported with all unknown operators at once, or with the node that asks for more than is read.
Result<QuantizedModel> readOnnx(std::span<const std::byte> bytes, const std::filesystem::path& folder = {});

} // namespace halftone
