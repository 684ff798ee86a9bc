// Small hand-built networks that the graph's tests share.
#pragma once

#include <gtest/gtest.h>

#include "core/graph/network.h"

namespace halftone {

// conv1 bn relu | block: conv1 relu conv2 + 1x1 shortcut, add, relu | conv2 (inner) pool fc. Layers in order:
// 0 conv1, 1 block.conv1, 2 block.conv2, 3 block.shortcut (reads what block.conv1 reads), 4 conv2, 5 fc.
inline Network smallResidualNetwork()
{
    Network network("small");
    const auto add = [&](std::string name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias = false) {
        const auto added = network.add(std::move(name), std::move(attributes), std::move(inputs), bias);
        EXPECT_TRUE(added.ok()) << added.error().message;
        return added.ok() ? *added : ValueIndex();
    };
    const auto conv3 = [](std::int64_t channels, std::int64_t stride) {
        return Conv2d{.outChannels = channels, .kernel = {3, 3}, .stride = {stride, stride}, .padding = {1, 1}};
    };
    ValueIndex x = network.addInput({3, 9, 7});
    x = add("conv1", conv3(4, 1), {x});
    x = add("bn1", BatchNorm{}, {x});
    const ValueIndex stem = add("relu1", Relu{}, {x});
    x = add("block.conv1", conv3(8, 2), {stem}, true);
    x = add("block.relu", Relu{}, {x});
    x = add("block.conv2", conv3(8, 1), {x});
    const ValueIndex shortcut = add("block.shortcut", Conv2d{.outChannels = 8, .stride = {2, 2}}, {stem});
    x = add("block.add", Add{}, {x, shortcut});
    x = add("conv2", conv3(6, 1), {x});
    x = add("pool", AdaptiveAveragePool{}, {x});
    x = add("flatten", Flatten{}, {x});
    x = add("fc", Linear{.outFeatures = 5}, {x}, true);
    network.setOutput(x);
    return network;
}

} // namespace halftone
