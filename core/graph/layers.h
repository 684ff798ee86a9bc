// What can be quantized in a Network: its layers, which of them are one decision, and where quantizers stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/graph/network.h"

namespace halftone {

// A convolution or fully connected layer; LayerIndex counts them in the network's order.
struct Layer {
    std::string name; // the operation's, as in the state_dict without ".weight"
    OperationIndex operation;
    ValueIndex input; // the activation that is quantized
    ParameterIndex weight; // the weights that are quantized
    std::int64_t macs = 0; // one sample
    std::int64_t weights = 0; // elements of the weight tensor
    bool inputIsUnsigned = false; // the input can never be negative (after ReLU, pooling of it, ...)
    bool edge = false; // first (reads the network's input) or last (feeds its output): 8 bit, outside the choice
    GroupIndex group; // its linked group
};

// Layers that read the same tensor share one activation quantizer, so they are one decision (methods_ibm 1.6).
struct LinkedGroup {
    std::vector<LayerIndex> layers;
    ValueIndex input;
    bool edge = false; // some layer of it is first or last: the whole group is fixed
    std::string name; // its layers' names joined by " + "
    std::int64_t macs = 0;
    std::int64_t weights = 0;
};

struct LayerTable {
    std::vector<Layer> layers;
    std::vector<LinkedGroup> groups; // in order of their first layer
    const Layer& layer(LayerIndex i) const { return layers[static_cast<std::size_t>(i.value)]; }
    const LinkedGroup& group(GroupIndex i) const { return groups[static_cast<std::size_t>(i.value)]; }
    // Shell-style pattern ("layer1.*"); an error that names the nearest layers when it matches none.
    Result<std::vector<LayerIndex>> match(std::string_view pattern) const;
};

LayerTable layerTable(const Network& network);

// Per value, whether it can never be negative, whatever the weights. `known` holds the answers for the values that were there at the last
// call (none: empty) and gets those of the others.
void extendNeverNegative(const Network& network, std::vector<bool>& known);

// A batch norm that can be folded into the layer before it: it is the only reader of that layer's output.
struct BatchNormFold {
    OperationIndex layer;
    OperationIndex batchNorm;
};
std::vector<BatchNormFold> batchNormFolds(const Network& network);

} // namespace halftone
