// Basic and bottleneck blocks as torchvision's resnet.py defines them.
#include "core/models/residual_blocks.h"

namespace halftone {

namespace {

ValueIndex convBatchNorm(NetworkBuilder& build, const std::string& block, int number, ValueIndex x, const Conv2d& conv)
{
    Conv2d padded = conv;
    padded.padding = {conv.kernel[0] / 2 * conv.dilation[0], conv.kernel[1] / 2 * conv.dilation[1]};
    x = build.add(block + ".conv" + std::to_string(number), padded, {x});
    return build.batchNorm(block + ".bn" + std::to_string(number), x);
}

ValueIndex residualBlock(
    NetworkBuilder& build, const std::string& name, const ResidualStage& stage, std::int64_t stride, ValueIndex input)
{
    const std::int64_t channels = stage.channels;
    const std::int64_t outChannels = stage.bottleneck ? 4 * channels : channels;
    const std::int64_t width = stage.width > 0 ? stage.width : channels;
    std::vector<Conv2d> convs;
    if (stage.bottleneck)
        convs = {{.outChannels = width},
            {.outChannels = width,
                .kernel = {3, 3},
                .stride = {stride, stride},
                .dilation = {stage.dilation, stage.dilation},
                .groups = stage.groups},
            {.outChannels = outChannels}};
    else
        convs = {{.outChannels = channels, .kernel = {3, 3}, .stride = {stride, stride}},
            {.outChannels = channels, .kernel = {3, 3}}};
    ValueIndex x = input;
    for (std::size_t i = 0; i < convs.size(); ++i) {
        const int number = static_cast<int>(i) + 1;
        if (i > 0) x = build.relu(name + ".relu" + std::to_string(number - 1), x);
        x = convBatchNorm(build, name, number, x, convs[i]);
    }
    ValueIndex shortcut = input;
    if (stride != 1 || build.channels(input) != outChannels) {
        shortcut = build.conv(name + ".downsample.0", input, outChannels, 1, stride);
        shortcut = build.batchNorm(name + ".downsample.1", shortcut);
    }
    x = build.addition(name + ".add", x, shortcut);
    return build.relu(name + ".relu" + std::to_string(convs.size()), x);
}

} // namespace

ValueIndex residualStage(NetworkBuilder& build, const ResidualStage& stage, ValueIndex x)
{
    for (std::int64_t block = 0; block < stage.blocks; ++block)
        x = residualBlock(build, stage.name + "." + std::to_string(block), stage, block == 0 ? stage.stride : 1, x);
    return x;
}

} // namespace halftone
