// The Model view's layers as the graph draws them.
#pragma once

#include "widgets/graph/network_scene.h"
#include "widgets/pages/model/model_layers.h"

namespace halftone {

// Costs and gains as shares of the largest.
std::vector<DrawnLayer> drawnLayers(const ModelLayers& layers);

} // namespace halftone
