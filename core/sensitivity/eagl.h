// EAGL (Bablani et al.): a layer's sensitivity is the entropy of its quantized weights; no data, no gradients.
#pragma once

#include <span>

#include "core/graph/frozen_grid.h"
#include "core/graph/layers.h"
#include "core/sensitivity/entropy_kernel.h"
#include "core/sensitivity/group_scores.h"

namespace halftone {

// H = -sum p_k log2 p_k over the integer codes that quantizeToCodes gives: 0 <= H <= bits. Codes of all channels are pooled.
// 0 for no weights; NaN when a weight is NaN or infinite. The grid's range is within [-255, 255] and has at most 256 codes.
double codeEntropyBits(std::span<const float> weights, const FrozenGrid& grid);
double codeEntropyBits(std::span<const float> weights, const FrozenGrid& grid, EntropyKernel kernel);

// gain of a group = sum of H over its layers, each on its grid in `grids`: those of the base network, all at the high width.
// `lowBits` is only reported. A group without a grid for each of its layers is not scored, with the reason. Errors: BadInput
// for a network without weights or a grid that does not fit them, Failed when a weight is not finite; both name the layer.
Result<SensitivityReport> eaglScores(const Network& network, const LayerTable& table, const NetworkGrids& grids, int lowBits);

} // namespace halftone
