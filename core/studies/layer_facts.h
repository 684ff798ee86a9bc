// What tables and graphs say of each layer of a network.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/layers.h"

namespace halftone {

struct InspectedLayer {
    std::string name;
    std::string kind; // "conv2d", "linear"
    Shape input, output; // without the batch
    std::string kernel; // "3x3", stride and groups where not 1: "3x3 /2", "3x3 /2 g32"
    std::int64_t parameters = 0;
    std::int64_t macs = 0;
    std::string group; // the linked group's name
    bool edge = false;
};
// In the table's order. `table` is the network's.
std::vector<InspectedLayer> layerFacts(const Network& network, const LayerTable& table);

} // namespace halftone
