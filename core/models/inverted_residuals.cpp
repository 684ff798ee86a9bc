// Networks of inverted residual blocks (Sandler et al. 2018) as torchvision publishes them: MobileNet v2 and v3, MNASNet,
// EfficientNet.
#include <array>
#include <vector>

#include "core/models/conv_units.h"
#include "core/models/definitions.h"

namespace halftone {

namespace {

struct Block {
    std::int64_t kernel = 3;
    std::int64_t expanded = 0; // channels of the depthwise convolution
    std::int64_t out = 0;
    std::int64_t stride = 1;
    Attributes activation = Relu6{};
    std::optional<SqueezeExcitation> squeeze;
    BatchNorm norm;
};

// torchvision rounds channels to multiples of 8, never down by more than a tenth.
std::int64_t divisibleBy8(std::int64_t channels)
{
    const std::int64_t rounded = std::max<std::int64_t>(8, (channels + 4) / 8 * 8);
    return 10 * rounded < 9 * channels ? rounded + 8 : rounded;
}

// "<name>.0" expands (left out where it would not), then the depthwise convolution, the gate and the projection count on.
ValueIndex invertedResidual(NetworkBuilder& build, const std::string& name, ValueIndex input, const Block& block)
{
    std::int64_t part = 0;
    const auto next = [&] { return name + "." + std::to_string(part++); };
    ValueIndex x = input;
    if (block.expanded != build.channels(input))
        x = convUnit(build, next(), x, {.channels = block.expanded, .activation = block.activation, .norm = block.norm});
    x = convUnit(build, next(), x,
        {.channels = block.expanded,
            .kernel = {block.kernel, block.kernel},
            .stride = block.stride,
            .groups = block.expanded,
            .activation = block.activation,
            .norm = block.norm});
    if (block.squeeze) x = squeezeExcitation(build, next(), x, *block.squeeze);
    x = convUnit(build, next(), x, {.channels = block.out, .norm = block.norm});
    const bool residual = block.stride == 1 && build.channels(input) == block.out;
    return residual ? build.addition(name + ".add", input, x) : x;
}

std::string feature(std::int64_t index) { return "features." + std::to_string(index); }

struct Stage { // of blocks that differ in their first stride alone
    std::int64_t expansion;
    std::int64_t kernel;
    std::int64_t channels;
    std::int64_t blocks;
    std::int64_t stride;
};

struct V3Row { // kernel, expanded, out, with a gate, hard swish, stride: table 1 and 2 of Howard et al. 2019
    std::int64_t kernel, expanded, out;
    bool gate, hardSwish;
    std::int64_t stride;
};
const std::vector<V3Row> kV3Large{{3, 16, 16, false, false, 1}, {3, 64, 24, false, false, 2}, {3, 72, 24, false, false, 1},
    {5, 72, 40, true, false, 2}, {5, 120, 40, true, false, 1}, {5, 120, 40, true, false, 1}, {3, 240, 80, false, true, 2},
    {3, 200, 80, false, true, 1}, {3, 184, 80, false, true, 1}, {3, 184, 80, false, true, 1}, {3, 480, 112, true, true, 1},
    {3, 672, 112, true, true, 1}, {5, 672, 160, true, true, 2}, {5, 960, 160, true, true, 1}, {5, 960, 160, true, true, 1}};
const std::vector<V3Row> kV3Small{{3, 16, 16, true, false, 2}, {3, 72, 24, false, false, 2}, {3, 88, 24, false, false, 1},
    {5, 96, 40, true, true, 2}, {5, 240, 40, true, true, 1}, {5, 240, 40, true, true, 1}, {5, 120, 48, true, true, 1},
    {5, 144, 48, true, true, 1}, {5, 288, 96, true, true, 2}, {5, 576, 96, true, true, 1}, {5, 576, 96, true, true, 1}};

} // namespace

Result<Network> mobilenetV2(std::string name, std::int64_t, const ArchitectureOptions& options)
{
    constexpr std::array kStages{Stage{1, 3, 16, 1, 1}, Stage{6, 3, 24, 2, 2}, Stage{6, 3, 32, 3, 2}, Stage{6, 3, 64, 4, 2},
        Stage{6, 3, 96, 3, 1}, Stage{6, 3, 160, 3, 2}, Stage{6, 3, 320, 1, 1}};
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    std::int64_t index = 0;
    x = convUnit(build, feature(index++), x, {.channels = 32, .kernel = {3, 3}, .stride = 2, .activation = Relu6{}});
    for (const Stage& stage : kStages)
        for (std::int64_t i = 0; i < stage.blocks; ++i) {
            const std::string block = feature(index++) + ".conv";
            const std::int64_t expanded = stage.expansion * build.channels(x), stride = i == 0 ? stage.stride : 1;
            const ValueIndex input = x;
            // Its projection is no unit: "<n>" is the convolution and "<n + 1>" the batch norm.
            std::int64_t part = 0;
            const auto next = [&] { return block + "." + std::to_string(part++); };
            if (stage.expansion != 1) x = convUnit(build, next(), x, {.channels = expanded, .activation = Relu6{}});
            x = convUnit(build, next(), x,
                {.channels = expanded, .kernel = {3, 3}, .stride = stride, .groups = expanded, .activation = Relu6{}});
            x = build.conv(next(), x, stage.channels, 1);
            x = build.batchNorm(next(), x);
            if (stride == 1 && build.channels(input) == stage.channels) x = build.addition(block + ".add", input, x);
        }
    x = convUnit(build, feature(index), x, {.channels = 1280, .activation = Relu6{}});
    x = build.classifier("classifier.1", x, options.classes);
    return std::move(build).finish(x);
}

Result<Network> mobilenetV3(std::string name, std::int64_t size, const ArchitectureOptions& options)
{
    const BatchNorm norm{.epsilon = 0.001, .momentum = 0.01};
    const std::vector<V3Row>& rows = size > 0 ? kV3Large : kV3Small;
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    std::int64_t index = 0;
    x = convUnit(build, feature(index++), x,
        {.channels = 16, .kernel = {3, 3}, .stride = 2, .activation = HardSwish{}, .norm = norm});
    for (const V3Row& row : rows) {
        Block block{.kernel = row.kernel, .expanded = row.expanded, .out = row.out, .stride = row.stride};
        block.activation = row.hardSwish ? Attributes(HardSwish{}) : Attributes(Relu{});
        block.norm = norm;
        if (row.gate) block.squeeze = SqueezeExcitation{divisibleBy8(row.expanded / 4), Relu{}, HardSigmoid{}};
        x = invertedResidual(build, feature(index++) + ".block", x, block);
    }
    x = convUnit(build, feature(index), x, {.channels = 6 * build.channels(x), .activation = HardSwish{}, .norm = norm});
    x = build.add("flatten", Flatten{}, {build.add("avgpool", AdaptiveAveragePool{}, {x})});
    x = build.add("classifier.0", Linear{size > 0 ? 1280 : 1024}, {x}, true);
    x = build.add("classifier.1", HardSwish{}, {x});
    x = build.add("classifier.3", Linear{options.classes}, {x}, true);
    return std::move(build).finish(x);
}

Result<Network> mnasnet(std::string name, std::int64_t, const ArchitectureOptions& options)
{
    constexpr std::array kStages{Stage{3, 3, 24, 3, 2}, Stage{3, 5, 40, 3, 2}, Stage{6, 5, 80, 3, 2}, Stage{6, 3, 96, 2, 1},
        Stage{6, 5, 192, 4, 2}, Stage{6, 3, 320, 1, 1}};
    const BatchNorm norm{.epsilon = 1e-5, .momentum = 1 - 0.9997};
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    // A chain whose parts count: convolution, batch norm, ReLU (absent after a projection).
    const auto step = [&](const std::string& prefix, std::int64_t& part, const Conv2d& conv, bool relu) {
        x = build.add(prefix + std::to_string(part++), conv, {x});
        x = build.add(prefix + std::to_string(part++), norm, {x});
        if (relu) x = build.relu(prefix + std::to_string(part++), x);
    };
    const auto depthwise = [](std::int64_t channels, std::int64_t kernel, std::int64_t stride) {
        return Conv2d{.outChannels = channels,
            .kernel = {kernel, kernel},
            .stride = {stride, stride},
            .padding = {kernel / 2, kernel / 2},
            .groups = channels};
    };
    std::int64_t index = 0;
    step("layers.", index, {.outChannels = 32, .kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}}, true);
    step("layers.", index, depthwise(32, 3, 1), true);
    step("layers.", index, {.outChannels = 16}, false);
    for (const Stage& stage : kStages) {
        const std::string stack = "layers." + std::to_string(index++);
        for (std::int64_t i = 0; i < stage.blocks; ++i) {
            const std::string block = stack + "." + std::to_string(i) + ".layers.";
            const ValueIndex input = x;
            const std::int64_t expanded = stage.expansion * build.channels(x), stride = i == 0 ? stage.stride : 1;
            std::int64_t part = 0;
            step(block, part, {.outChannels = expanded}, true);
            step(block, part, depthwise(expanded, stage.kernel, stride), true);
            step(block, part, {.outChannels = stage.channels}, false);
            if (stride == 1 && build.channels(input) == stage.channels) x = build.addition(block + "add", input, x);
        }
    }
    step("layers.", index, {.outChannels = 1280}, true);
    x = build.classifier("classifier.1", x, options.classes);
    return std::move(build).finish(x);
}

Result<Network> efficientnet(std::string name, std::int64_t, const ArchitectureOptions& options)
{
    constexpr std::array kStages{Stage{1, 3, 16, 1, 1}, Stage{6, 3, 24, 2, 2}, Stage{6, 5, 40, 2, 2}, Stage{6, 3, 80, 3, 2},
        Stage{6, 5, 112, 3, 1}, Stage{6, 5, 192, 4, 2}, Stage{6, 3, 320, 1, 1}}; // B0: Tan and Le 2019, table 1
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    std::int64_t index = 0;
    x = convUnit(build, feature(index++), x, {.channels = 32, .kernel = {3, 3}, .stride = 2, .activation = Silu{}});
    for (const Stage& stage : kStages) {
        for (std::int64_t i = 0; i < stage.blocks; ++i) {
            const std::int64_t in = build.channels(x);
            const Block block{.kernel = stage.kernel,
                .expanded = stage.expansion * in,
                .out = stage.channels,
                .stride = i == 0 ? stage.stride : 1,
                .activation = Silu{},
                .squeeze = SqueezeExcitation{std::max<std::int64_t>(1, in / 4), Silu{}, Sigmoid{}},
                .norm = {}};
            x = invertedResidual(build, feature(index) + "." + std::to_string(i) + ".block", x, block);
        }
        ++index;
    }
    x = convUnit(build, feature(index), x, {.channels = 1280, .activation = Silu{}});
    x = build.classifier("classifier.1", x, options.classes);
    return std::move(build).finish(x);
}

} // namespace halftone
