// A task that is learnt in a few updates, for tests of training.
#pragma once

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/training/trainer.h"

namespace halftone {

// Images whose class is told by which half is bright; learnt in a few updates.
class HalvesSet final : public ImageSet {
public:
    explicit HalvesSet(std::int64_t count, std::uint64_t seed = 1)
        : m_count(count)
        , m_seed(seed)
    {
    }
    std::int64_t count() const override { return m_count; }
    const Shape& imageShape() const override { return m_shape; }
    std::int64_t label(std::int64_t index) const override { return index % 2; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override
    {
        Random random(m_seed + static_cast<std::uint64_t>(index));
        for (std::size_t i = 0; i < chw.size(); ++i) {
            const bool bright = (i % 8 < 4) == (label(index) == 0);
            chw[i] = static_cast<std::uint8_t>((bright ? 140 : 60) + random.below(60));
        }
        return {};
    }

private:
    std::int64_t m_count;
    std::uint64_t m_seed;
    Shape m_shape{1, 8, 8};
};

inline Network smallNetwork()
{
    Network network("small");
    auto x = network.addInput({1, 8, 8});
    x = *network.add("conv1", Conv2d{.outChannels = 4, .kernel = {3, 3}, .padding = {1, 1}}, {x});
    x = *network.add("bn1", BatchNorm{}, {x});
    x = *network.add("relu1", Relu{}, {x});
    x = *network.add("conv2", Conv2d{.outChannels = 8, .kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}}, {x});
    x = *network.add("bn2", BatchNorm{}, {x});
    x = *network.add("relu2", Relu{}, {x});
    x = *network.add("flatten", Flatten{}, {x});
    network.setOutput(*network.add("fc", Linear{.outFeatures = 2}, {x}, true));
    initialiseParameters(network, 3);
    return network;
}

inline TrainingRequest requestOf(std::int64_t epochs)
{
    TrainingRequest request{.recipe = defaultRecipe(),
        .images = std::make_shared<HalvesSet>(64),
        .normalisation = {{0.5f}, {0.25f}},
        .augmentation = {.cropPadding = 1, .horizontalFlip = false}};
    request.recipe.epochs = epochs;
    request.recipe.batchSize = 16;
    request.recipe.distillation.weight = 0;
    request.recipe.calibrationImages = 32;
    return request;
}

inline TorchNetwork quantized(int bits)
{
    auto network = *TorchNetwork::create(smallNetwork());
    EXPECT_TRUE(network.assign(uniformAssignment(network.table(), bits), {}).ok());
    return network;
}

} // namespace halftone
