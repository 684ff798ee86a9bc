// The grids of a quantized network by the names of its parts, for what keeps them longer than a network in memory.
#pragma once

#include <map>
#include <string>

#include "core/base/result.h"
#include "core/graph/frozen_grid.h"
#include "core/graph/layers.h"

namespace halftone {

struct NamedGrids {
    std::map<std::string, FrozenGrid> weights; // by layer
    std::map<std::string, FrozenGrid> activations; // by the operation whose output they quantize
    bool empty() const { return weights.empty() && activations.empty(); }
    bool operator==(const NamedGrids&) const = default;
};

NamedGrids namedGrids(const NetworkGrids& grids, const Network& network, const LayerTable& table);
// `table` is the network's. Errors: BadInput, with the name, for grids of what is no layer or no layer's input, and for grids that
// do not fit what they quantize.
Result<NetworkGrids> gridsOf(const NamedGrids& named, const Network& network, const LayerTable& table);

} // namespace halftone
