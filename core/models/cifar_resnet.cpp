// The CIFAR-10 ResNets of He et al. 2016 (section 4.2) with option-A shortcuts, laid out as akamaster's checkpoints.
#include "core/models/definitions.h"
#include "core/models/network_builder.h"

namespace halftone {

namespace {

// Option A has no parameters: take every second pixel, and pad the channels with zeros on both sides alike.
ValueIndex optionAShortcut(NetworkBuilder& build, const std::string& name, ValueIndex x, std::int64_t channels)
{
    const Shape shape = build.shape(x);
    const std::int64_t added = channels / 4; // on each side; the channels double, so this makes up the difference
    x = build.add(name + ".slice_h", Slice{.dimension = 1, .start = 0, .end = shape[1], .step = 2}, {x});
    x = build.add(name + ".slice_w", Slice{.dimension = 2, .start = 0, .end = shape[2], .step = 2}, {x});
    return build.add(name + ".pad", Pad{.amounts = {{{added, added}, {0, 0}, {0, 0}}}}, {x});
}

ValueIndex basicBlock(
    NetworkBuilder& build, const std::string& name, ValueIndex input, std::int64_t channels, std::int64_t stride)
{
    ValueIndex x = build.conv(name + ".conv1", input, channels, 3, stride);
    x = build.batchNorm(name + ".bn1", x);
    x = build.relu(name + ".relu1", x);
    x = build.conv(name + ".conv2", x, channels, 3);
    x = build.batchNorm(name + ".bn2", x);
    const bool changesShape = stride != 1 || build.channels(input) != channels;
    const ValueIndex shortcut = changesShape ? optionAShortcut(build, name + ".shortcut", input, channels) : input;
    x = build.addition(name + ".add", x, shortcut);
    return build.relu(name + ".relu2", x);
}

} // namespace

// Depth 6n + 2: conv1, three stages of n blocks of two convolutions, linear.
Result<Network> cifarResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options)
{
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    x = build.conv("conv1", x, 16, 3);
    x = build.batchNorm("bn1", x);
    x = build.relu("relu", x);
    const std::int64_t blocks = (depth - 2) / 6;
    for (std::int64_t stage = 1; stage <= 3; ++stage)
        for (std::int64_t block = 0; block < blocks; ++block)
            x = basicBlock(build, "layer" + std::to_string(stage) + "." + std::to_string(block), x, std::int64_t{8} << stage,
                stage > 1 && block == 0 ? 2 : 1);
    x = build.classifier("linear", x, options.classes);
    return std::move(build).finish(x);
}

} // namespace halftone
