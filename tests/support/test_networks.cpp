// Builds the networks that tests share.
#include "tests/support/test_networks.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "core/base/random.h"
#include "tests/support/reference_executor.h"

namespace halftone {

namespace {

class Builder {
public:
    explicit Builder(Network& network)
        : m_network(network)
    {
    }

    ValueIndex add(const char* name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias = false)
    {
        auto value = m_network.add(name, std::move(attributes), std::move(inputs), bias);
        assert(value.ok());
        return *value;
    }

private:
    Network& m_network;
};

// Random weights around 0; batch norms with variances well away from 0, gammas of both signs, one of them 0.
void fillParameters(Network& network, std::uint64_t seed)
{
    Random random(seed, "parameters");
    for (std::size_t i = 0; i < network.parameters().size(); ++i) {
        const Parameter parameter = network.parameters()[i];
        std::vector<float> values(static_cast<std::size_t>(elementCount(parameter.shape)));
        const bool variance = parameter.name.ends_with(".running_var");
        const double deviation = parameter.shape.size() > 1
            ? std::sqrt(2.0 * static_cast<double>(parameter.shape[0]) / static_cast<double>(values.size()))
            : 0.5;
        for (float& value : values) value = static_cast<float>(variance ? 0.5 + random.uniform() : random.normal() * deviation);
        if (parameter.name == "bn1.weight") values[2] = 0.0F;
        [[maybe_unused]] const Status set = network.setParameter(
            ParameterIndex(static_cast<std::int64_t>(i)), TensorData::fromFloats(parameter.shape, values));
        assert(set.ok());
    }
}

float largest(std::span<const double> values)
{
    double most = 0;
    for (const double value : values) most = std::max(most, std::abs(value));
    return static_cast<float>(most);
}

} // namespace

std::vector<float> randomFloats(std::int64_t count, std::uint64_t seed, std::string_view purpose)
{
    Random random(seed, purpose);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = static_cast<float>(random.normal());
    return values;
}

Network everyOperationNetwork(const EveryOperationOptions& options)
{
    Network network("every_operation");
    Builder builder(network);
    const auto add = [&](const char* name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias = false) {
        return builder.add(name, std::move(attributes), std::move(inputs), bias);
    };
    const Pair one{1, 1}, two{2, 2}, three{3, 3};
    const ValueIndex input = network.addInput({3, 13, 13});
    ValueIndex x = add("conv1", Conv2d{.outChannels = 8, .kernel = three, .padding = one}, {input});
    x = add("relu1", Relu{}, {add("bn1", BatchNorm{}, {x})});
    const ValueIndex stem
        = add("maxpool", MaxPool{.kernel = three, .stride = two, .padding = one, .ceilMode = true}, {x}); // 8x7x7
    // A residual block; the maximum pooling's value is read by a layer and by the add.
    x = add("layer1.conv1", Conv2d{.outChannels = 8, .kernel = three, .padding = one}, {stem});
    x = add("layer1.relu", Relu{}, {add("layer1.bn1", BatchNorm{.epsilon = 1e-3}, {x})});
    x = add("layer1.conv2", Conv2d{.outChannels = 8, .kernel = three, .padding = two, .dilation = two, .groups = 2}, {x}, true);
    x = add("layer1.add", Add{}, {add("layer1.bn2", BatchNorm{}, {x}), stem});
    const ValueIndex block = add("layer1.out", Relu{}, {x});
    // An option-A shortcut: every second row and column, channels padded with zeros.
    x = add("layer2.conv1", Conv2d{.outChannels = 16, .kernel = three, .stride = two, .padding = one}, {block});
    const ValueIndex main = add("layer2.bn1", BatchNorm{}, {x}); // 16x4x4
    x = add("layer2.rows", Slice{.dimension = 1, .start = 0, .end = 1000, .step = 2}, {block});
    x = add("layer2.columns", Slice{.dimension = 2, .start = 0, .end = 7, .step = 2}, {x});
    x = add("layer2.pad", Pad{{Pair{4, 4}, Pair{0, 0}, Pair{0, 0}}}, {x});
    const ValueIndex shared = add("layer2.out", Relu6{}, {add("layer2.add", Add{}, {main, x})});
    // Two layers that read one value; their outputs are signed.
    const ValueIndex left = add("branch.left", Conv2d{.outChannels = 8}, {shared}, true);
    const ValueIndex right = add("branch.right", Conv2d{.outChannels = 8, .kernel = {1, 3}, .padding = {0, 1}}, {shared});
    x = add("concat", Concat{}, {left, right});
    x = add("mix", Conv2d{.outChannels = 12, .kernel = three, .padding = one}, {x});
    x = add("mean1", AveragePool{.kernel = three, .stride = one, .padding = one, .countIncludesPadding = false}, {x}); // 12x4x4
    x = add("mean2", AveragePool{.kernel = two, .stride = two, .padding = one, .countIncludesPadding = true}, {x}); // 12x3x3
    x = add("mean3", AveragePool{.kernel = {2, 2}, .stride = {1, 1}}, {x}); // 12x2x2
    x = add("quarters", AdaptiveAveragePool{.output = two}, {x});
    const ValueIndex flat = add("flat", Flatten{}, {x}); // 48
    x = add("fc1", Linear{24}, {flat});
    x = add("fc1.relu", Relu{}, {add("fc1.bn", BatchNorm{}, {x})});
    const ValueIndex pooled = add("pooled.flat", Flatten{}, {add("pooled", AdaptiveAveragePool{}, {shared})}); // 16
    x = add("fc", Linear{10}, {add("features", Concat{}, {x, pooled})}, true);
    if (options.softmax) x = add("softmax", Softmax{}, {x});
    network.setOutput(x);
    fillParameters(network, options.seed);
    return network;
}

Network mobileOperationNetwork(const EveryOperationOptions& options)
{
    Network network("mobile_operation");
    Builder builder(network);
    const auto add = [&](const char* name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias = false) {
        return builder.add(name, std::move(attributes), std::move(inputs), bias);
    };
    const Pair one{1, 1}, two{2, 2}, three{3, 3};
    ValueIndex x = add("affine", ChannelAffine{{0.5, 1.25, -2}, {0.1, 0, 0.3}}, {network.addInput({3, 13, 13})});
    x = add("conv1", Conv2d{.outChannels = 8, .kernel = three, .stride = two, .padding = one}, {x}); // 8x7x7
    x = add("hardswish", HardSwish{}, {add("bn1", BatchNorm{}, {x})});
    x = add("depthwise", Conv2d{.outChannels = 8, .kernel = three, .padding = one, .groups = 8}, {x});
    x = add("relu6", Relu6{}, {add("bn2", BatchNorm{}, {x})});
    ValueIndex gate = add("squeeze", Conv2d{.outChannels = 4}, {add("pooled", AdaptiveAveragePool{}, {x})}, true);
    gate = add("excite", Conv2d{.outChannels = 8}, {add("squeezed", Silu{}, {gate})}, true);
    x = add("gated", Multiply{}, {x, add("gate", HardSigmoid{}, {gate})});
    x = add("shuffle", ChannelShuffle{4}, {x});
    // Transposed: 7 * 2 - 1 = 13; in groups, with an output padding.
    x = add("up1", ConvTranspose2d{.outChannels = 6, .kernel = three, .stride = two, .padding = one}, {x}, true); // 6x13x13
    x = add("prelu", PRelu{6}, {x});
    x = add("up2",
        ConvTranspose2d{.outChannels = 4, .kernel = two, .stride = three, .outputPadding = one, .dilation = one, .groups = 2}, {x});
    x = add("leaky", LeakyRelu{0.1}, {add("bn3", BatchNorm{}, {x})}); // 4x39x39
    x = add("pool", MaxPool{.kernel = three, .stride = three}, {x}); // 4x13x13
    const ValueIndex twice = add("nearest", Upsample{.output = {26, 26}}, {x});
    const ValueIndex odd = add("nearest.odd", Upsample{.output = {26, 26}}, {add("seventeen", Upsample{.output = {17, 9}}, {x})});
    const ValueIndex bilinear = add("bilinear", Upsample{.output = {26, 26}, .bilinear = true}, {x});
    const ValueIndex corners = add("corners", Upsample{.output = {26, 26}, .bilinear = true, .alignCorners = true}, {x});
    const ValueIndex smaller = add("smaller", Upsample{.output = {26, 26}, .bilinear = true},
        {add("nine", Upsample{.output = {9, 20}, .bilinear = true}, {x})});
    x = add("resized", Concat{}, {twice, odd, bilinear, corners, smaller}); // 20x26x26
    x = add("mix", Conv2d{.outChannels = 5, .kernel = three, .stride = {4, 4}}, {x}); // 5x6x6
    const ValueIndex silu = add("silu", Silu{}, {x}), gelu = add("gelu", Gelu{}, {x}), tanh = add("gelu.tanh", Gelu{true}, {x});
    const ValueIndex sigmoid = add("sigmoid", Sigmoid{}, {x}), soft = add("softmax2d", Softmax{}, {x});
    const ValueIndex product = add("product", Multiply{}, {sigmoid, silu});
    const ValueIndex matrix = add("matrix.norm", LayerNorm{.dimension = 1}, {add("matrix", MatrixMultiply{}, {silu, sigmoid})});
    x = add("joined", Concat{}, {silu, gelu, tanh, product, soft, matrix});
    x = add("prelu1", PRelu{1}, {add("head", Conv2d{.outChannels = 12}, {x}, true)});
    x = add("norm", LayerNorm{.epsilon = 1e-4}, {add("flat", Flatten{}, {add("mean", AdaptiveAveragePool{}, {x})})});
    x = add("fc", Linear{10}, {x}, true);
    if (options.softmax) x = add("softmax", Softmax{}, {x});
    network.setOutput(x);
    fillParameters(network, options.seed);
    return network;
}

QuantizedModel quantizeForTest(Network network, int bits, std::uint64_t seed)
{
    const LayerTable table = layerTable(network);
    QuantizedModel quantized{std::move(network), uniformAssignment(table, bits), {}};
    constexpr std::int64_t kSamples = 2;
    const auto inputs = randomFloats(kSamples * elementCount(quantized.network.inputShape()), seed, "grids");
    const ReferenceRun run = runReference(quantized.network, inputs, kSamples);
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const Layer& layer = table.layers[i];
        const LayerBits width = quantized.bits.layers[i];
        if (width.weight != kFullPrecision) {
            const auto weights = quantized.network.parameter(layer.weight).data.floats();
            const std::int32_t half = 1 << (width.weight - 1);
            const float most = largest(std::vector<double>(weights.begin(), weights.end()));
            quantized.grids.weights[LayerIndex(static_cast<std::int64_t>(i))]
                = {width.weight, -half, half - 1, {most / static_cast<float>(half)}};
        }
        if (width.activation != kFullPrecision) {
            const std::int32_t levels = 1 << width.activation;
            FrozenGrid grid{width.activation, 0, levels - 1, {}};
            if (!layer.inputIsUnsigned) grid = {width.activation, -levels / 2, levels / 2 - 1, {}};
            // A little less than the largest value, so that some values are clipped.
            grid.scales
                = {0.8F * largest(run.values[static_cast<std::size_t>(layer.input.value)]) / static_cast<float>(grid.highest)};
            quantized.grids.activations[layer.input] = grid;
        }
    }
    return quantized;
}

} // namespace halftone
