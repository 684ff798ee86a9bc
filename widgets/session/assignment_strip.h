// An assignment of the study's network as the layers of a bit strip.
#pragma once

#include <utility>
#include <vector>

#include "core/graph/bit_assignment.h"
#include "core/graph/layers.h"
#include "widgets/controls/bit_strip.h"

namespace halftone {

// In network order, width by share of MACs, stages by the first part of the layers' names. With `other`: layers that have the
// same width in both are faint.
std::vector<StripLayer> stripLayersOf(const LayerTable& table, const BitAssignment& assignment, const BitAssignment* other = nullptr);
// Layers by weight width, widest first.
std::vector<std::pair<int, int>> layersByWidth(const BitAssignment& assignment);

} // namespace halftone
