// The weights of one layer as files hold them: codes with scales, or floats; the batch norm behind it folded in or not.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/graph/frozen_grid.h"
#include "core/graph/network.h"

namespace halftone {

struct ExportedLayer {
    std::vector<std::int32_t> codes; // empty at full precision
    std::vector<float> scales; // of the codes: one, or one per output channel
    std::int32_t lowest = 0; // the grid's range, made wider where a flipped code lies outside it
    std::int32_t highest = 0;
    std::vector<float> weights; // at full precision; empty otherwise
    std::vector<float> bias; // empty when there is none
    bool folded = false; // the batch norm is contained in scales (or weights) and bias
};

// `grid` may be null: full precision. `batchNorm` may be null: nothing to fold. With gamma, beta, mean, var of the batch norm
// and sigma = sqrt(var + eps), codes keep their values, scales become s * |gamma| / sigma, and channels of negative gamma
// have their codes' signs flipped; bias becomes beta + (bias - mean) * gamma / sigma. A channel whose scale would vanish (gamma
// 0) gets codes 0 with scale s. When flipping would need the code +128, which a signed byte does not hold, nothing is folded
// and `folded` is false. Errors: BadInput for missing or non-finite numbers.
Result<ExportedLayer> exportLayer(
    const Network& network, const Operation& layer, const FrozenGrid* grid, const Operation* batchNorm);

} // namespace halftone
