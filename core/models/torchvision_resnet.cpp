// The ImageNet ResNets of He et al. 2016, wide ResNet and ResNeXt as torchvision publishes them (v1.5: stride in the 3x3).
#include <array>

#include "core/models/definitions.h"
#include "core/models/residual_blocks.h"

namespace halftone {

namespace {

struct Layout {
    std::int64_t depth;
    std::array<std::int64_t, 4> blocks; // per stage
    bool bottleneck;
};
constexpr std::array kLayouts{Layout{18, {2, 2, 2, 2}, false}, Layout{34, {3, 4, 6, 3}, false}, Layout{50, {3, 4, 6, 3}, true},
    Layout{101, {3, 4, 23, 3}, true}, Layout{152, {3, 8, 36, 3}, true}};

// The 3x3 convolutions of bottlenecks in multiples of the plain ResNet's, and their groups.
struct Width {
    std::int64_t factor = 1;
    std::int64_t groups = 1;
};

Result<Network> resnetOf(std::string name, std::int64_t depth, const Width& width, const ArchitectureOptions& options)
{
    const Layout* layout = kLayouts.data();
    while (layout->depth != depth) ++layout; // definitions.h: only the depths listed here are asked for
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    x = build.conv("conv1", x, 64, 7, 2);
    x = build.batchNorm("bn1", x);
    x = build.relu("relu", x);
    x = build.add("maxpool", MaxPool{.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}, .ceilMode = false}, {x});
    for (std::int64_t stage = 0; stage < 4; ++stage)
        x = residualStage(build,
            {.name = "layer" + std::to_string(stage + 1),
                .blocks = layout->blocks[static_cast<std::size_t>(stage)],
                .channels = std::int64_t{64} << stage,
                .stride = stage == 0 ? 1 : 2,
                .bottleneck = layout->bottleneck,
                .width = (width.factor * 64) << stage,
                .groups = width.groups},
            x);
    x = build.classifier("fc", x, options.classes);
    return std::move(build).finish(x);
}

} // namespace

Result<Network> torchvisionResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options)
{
    return resnetOf(std::move(name), depth, {}, options);
}

// Twice as wide.
Result<Network> wideResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options)
{
    return resnetOf(std::move(name), depth, {.factor = 2}, options);
}

// 32 groups of 4 channels in the first stage: 128 channels, twice the plain ResNet's.
Result<Network> resnext(std::string name, std::int64_t depth, const ArchitectureOptions& options)
{
    return resnetOf(std::move(name), depth, {.factor = 2, .groups = 32}, options);
}

} // namespace halftone
