// A segmentation task that is learnt in a few updates, and images without labels, for tests of training.
#pragma once

#include "tests/unit/training/small_task.h"

namespace halftone {

// Images of two halves; a pixel's class is whether it is bright. The last column is void.
class StripesSet final : public ImageSet {
public:
    static constexpr std::uint8_t kVoid = 9;
    explicit StripesSet(std::int64_t count)
        : m_count(count)
    {
    }
    std::int64_t count() const override { return m_count; }
    const Shape& imageShape() const override { return m_shape; }
    LabelKind labelKind() const override { return {.task = Task::Segmentation, .classes = 2, .voidClass = kVoid}; }
    std::int64_t label(std::int64_t) const override { return 0; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override
    {
        Random random(static_cast<std::uint64_t>(index) + 77);
        for (std::size_t i = 0; i < chw.size(); ++i)
            chw[i] = static_cast<std::uint8_t>((isBright(index, i) ? 140 : 40) + random.below(70));
        return {};
    }
    Status readMask(std::int64_t index, std::span<std::uint8_t> hw) const override
    {
        for (std::size_t i = 0; i < hw.size(); ++i) hw[i] = i % 8 == 7 ? kVoid : isBright(index, i) ? 1 : 0;
        return {};
    }

private:
    static bool isBright(std::int64_t index, std::size_t pixel)
    {
        return (pixel / 8 < static_cast<std::size_t>(2 + index % 4)) == (index % 2 == 0);
    }
    std::int64_t m_count;
    Shape m_shape{1, 8, 8};
};

// The same images without their masks.
class UnlabelledSet final : public ImageSet {
public:
    explicit UnlabelledSet(std::int64_t count)
        : m_images(count)
    {
    }
    std::int64_t count() const override { return m_images.count(); }
    const Shape& imageShape() const override { return m_images.imageShape(); }
    LabelKind labelKind() const override { return {.task = Task::Outputs}; }
    std::int64_t label(std::int64_t) const override { return 0; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override { return m_images.read(index, chw); }

private:
    StripesSet m_images;
};

// Halves the size and doubles it again; `answers` values a pixel.
inline Network pixelNetwork(std::int64_t answers = 2)
{
    Network network("pixels");
    auto x = network.addInput({1, 8, 8});
    const auto first = *network.add("conv1", Conv2d{.outChannels = 6, .kernel = {3, 3}, .padding = {1, 1}}, {x});
    x = *network.add("relu1", Relu{}, {*network.add("bn1", BatchNorm{}, {first})});
    x = *network.add("down", Conv2d{.outChannels = 8, .kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}}, {x});
    x = *network.add("relu2", Relu{}, {*network.add("bn2", BatchNorm{}, {x})});
    x = *network.add("mid", Conv2d{.outChannels = 8, .kernel = {3, 3}, .padding = {1, 1}}, {x});
    x = *network.add("relu3", Relu{}, {*network.add("bn3", BatchNorm{}, {x})});
    network.setOutput(
        *network.add("up", ConvTranspose2d{.outChannels = answers, .kernel = {2, 2}, .stride = {2, 2}}, {x}, true));
    initialiseParameters(network, 5);
    return network;
}

inline TrainingRequest pixelRequest(std::int64_t epochs)
{
    TrainingRequest request = requestOf(epochs);
    request.images = std::make_shared<StripesSet>(64);
    request.augmentation.horizontalFlip = true;
    for (WidthRule& rule : request.recipe.rules) rule.learningRate = 0.05; // from random weights
    return request;
}

} // namespace halftone
