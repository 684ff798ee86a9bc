// Reads ONNX networks, quantized or not, into a Network with the grids that the file holds.
#pragma once

#include <cstddef>
#include <span>

#include "core/base/result.h"
#include "core/graph/quantized_model.h"

namespace halftone {

// Opsets 7 to 26; docs/formats/onnx.md says operator by operator what is read. Errors: Corrupt for a file that is damaged or
// contradicts itself, Unsupported with all unknown operators at once, or with the node that asks for more than is read.
Result<QuantizedModel> readOnnx(std::span<const std::byte> bytes);

} // namespace halftone
