// What other programs do to an exported ONNX file that this program's own run of it does not show.
#pragma once

#include <string>
#include <vector>

#include "core/graph/frozen_grid.h"
#include "core/graph/layers.h"
#include "core/graph/network.h"

namespace halftone {

// Of the network as it was read back, one sentence each; docs/formats/onnx.md has the measurements. onnxruntime's
// WeightBiasQuantization rounds the bias of a layer whose input and output are quantized to a multiple of the scales of its weights
// and its input: at 4 bit and fewer these multiples are coarse.
std::vector<std::string> onnxRuntimeWarnings(const Network& network, const LayerTable& table, const NetworkGrids& grids);

} // namespace halftone
