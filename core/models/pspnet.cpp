// PSPNet of Zhao et al. 2017 with a ResNet-50, as hszhao/semseg: three 3x3 convolutions before the stages, dilated instead of
// strided third and fourth stages, pooling to 1, 2, 3 and 6, without the auxiliary head.
#include <array>

#include "core/models/definitions.h"
#include "core/models/residual_blocks.h"

namespace halftone {

namespace {

ValueIndex convNormRelu(NetworkBuilder& build, const std::string& prefix, int first, ValueIndex x, const Conv2d& conv)
{
    x = build.add(prefix + std::to_string(first), conv, {x});
    x = build.batchNorm(prefix + std::to_string(first + 1), x);
    return build.relu(prefix + std::to_string(first + 2), x);
}

ValueIndex pyramidPooling(NetworkBuilder& build, ValueIndex x)
{
    constexpr std::array<std::int64_t, 4> kBins{1, 2, 3, 6};
    const Shape shape = build.shape(x);
    std::vector<ValueIndex> parts{x};
    for (std::size_t i = 0; i < kBins.size(); ++i) {
        const std::string prefix = "ppm.features." + std::to_string(i) + ".";
        ValueIndex y = build.add(prefix + "0", AdaptiveAveragePool{.output = {kBins[i], kBins[i]}}, {x});
        y = convNormRelu(build, prefix, 1, y, {.outChannels = shape[0] / 4});
        parts.push_back(build.add(
            prefix + "up", Upsample{.output = {shape[1], shape[2]}, .bilinear = true, .alignCorners = true}, {y}));
    }
    return build.add("ppm.cat", Concat{}, parts);
}

} // namespace

Result<Network> pspnetResnet50(std::string name, std::int64_t, const ArchitectureOptions& options)
{
    constexpr std::array<std::int64_t, 4> kBlocks{3, 4, 6, 3};
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    const Shape image = build.shape(x);
    const Conv2d stem{.outChannels = 64, .kernel = {3, 3}, .padding = {1, 1}};
    Conv2d first = stem, last = stem;
    first.stride = {2, 2};
    last.outChannels = 128;
    x = convNormRelu(build, "layer0.", 0, x, first);
    x = convNormRelu(build, "layer0.", 3, x, stem);
    x = convNormRelu(build, "layer0.", 6, x, last);
    x = build.add("layer0.9", MaxPool{.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}}, {x});
    for (std::int64_t stage = 0; stage < 4; ++stage)
        x = residualStage(build,
            {.name = "layer" + std::to_string(stage + 1),
                .blocks = kBlocks[static_cast<std::size_t>(stage)],
                .channels = std::int64_t{64} << stage,
                .stride = stage == 1 ? 2 : 1,
                .bottleneck = true,
                .dilation = stage < 2 ? 1 : stage == 2 ? 2 : 4},
            x);
    x = pyramidPooling(build, x);
    x = convNormRelu(build, "cls.", 0, x, {.outChannels = 512, .kernel = {3, 3}, .padding = {1, 1}});
    x = build.add("cls.4", Conv2d{.outChannels = options.classes}, {x}, true);
    if (image.size() != 3) return std::move(build).finish(x); // the first convolution has complained
    x = build.add("up", Upsample{.output = {image[1], image[2]}, .bilinear = true, .alignCorners = true}, {x});
    return std::move(build).finish(x);
}

} // namespace halftone
