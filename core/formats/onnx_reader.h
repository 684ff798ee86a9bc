// Reads ONNX classification networks, quantized or not, into a Network with the grids that the file holds.
#pragma once

#include <cstddef>
#include <span>

#include "core/base/result.h"
#include "core/graph/bit_assignment.h"
#include "core/graph/frozen_grid.h"
#include "core/graph/network.h"

namespace halftone {

struct OnnxModel {
    Network network; // of quantized layers the parameters are codes * scale
    BitAssignment bits; // what the file shows; full precision where nothing is quantized
    NetworkGrids grids; // weights have one scale, or one per output channel (a folded batch norm)
};

// Opsets 7 to 26; docs/formats/onnx.md says operator by operator what is read. Errors: Corrupt for a file that is damaged or
// contradicts itself, Unsupported with all unknown operators at once, or with the node that asks for more than is read.
Result<OnnxModel> readOnnx(std::span<const std::byte> bytes);

} // namespace halftone
