// Reads the attributes and constant inputs of ONNX nodes, opset by opset.
#include "core/formats/onnx_node_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "core/formats/onnx_metadata.h"
#include "core/formats/onnx_resize.h"
#include "core/formats/onnx_tensor.h"
#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

using Integers = std::vector<std::int64_t>;
using Operations = Result<std::vector<Attributes>>;

std::string describe(const OnnxNode& node)
{
    const std::string& name = !node.name.empty() || node.outputs.empty() ? node.name : node.outputs[0];
    return fmt::format("Node '{}' ({}) of the ONNX file", name, node.type);
}

template <typename T> Result<T> attribute(const OnnxNode& node, std::string_view name, T otherwise)
{
    const OnnxAttribute* found = node.find(name);
    if (!found) return otherwise;
    if (const auto* value = std::get_if<T>(&found->value)) return *value;
    return corruptNode(node, fmt::format("has an attribute '{}' of a wrong type", name));
}

// Sizes bounded so that no arithmetic below overflows; a Network checks the rest.
Result<Pair> pairAttribute(const OnnxNode& node, std::string_view name, Pair otherwise)
{
    HALFTONE_TRY(const Integers values, integersAttribute(node, name, {otherwise[0], otherwise[1]}));
    if (values.size() != 2)
        return unsupportedNode(
            node, fmt::format("has {} values for '{}', and only two dimensions are read", values.size(), name));
    for (const std::int64_t value : values) {
        if (value < 0 || value > kMaxDimension)
            return corruptNode(node, fmt::format("has the impossible value {} for '{}'", value, name));
    }
    return Pair{values[0], values[1]};
}

struct Window {
    Pair kernel{1, 1};
    Pair stride{1, 1};
    Pair dilation{1, 1};
    Pair before{0, 0}; // padding at the top and left
    Pair after{0, 0};
    bool symmetric() const { return before == after; }
};

// auto_pad: SAME gives ceil(in / stride) outputs; an odd rest of padding stands after the input (UPPER) or before it (LOWER).
void padLikeSame(Window& window, const Shape& input, bool upper)
{
    for (std::size_t d = 0; d < 2; ++d) {
        const std::int64_t in = input[d + 1];
        const std::int64_t out = (in - 1) / window.stride[d] + 1;
        const std::int64_t reach = window.dilation[d] * (window.kernel[d] - 1) + 1;
        const std::int64_t total = std::max<std::int64_t>(0, (out - 1) * window.stride[d] + reach - in);
        window.before[d] = upper ? total / 2 : total - total / 2;
        window.after[d] = total - window.before[d];
    }
}

Result<Window> windowOf(const OnnxNodeContext& context, Pair kernel)
{
    const OnnxNode& node = context.node;
    if (context.input.size() != 3)
        return unsupportedNode(
            node, fmt::format("reads a value of shape {}, not channels x height x width", text(context.input)));
    Window window;
    HALFTONE_TRY(window.kernel, pairAttribute(node, "kernel_shape", kernel));
    HALFTONE_TRY(window.stride, pairAttribute(node, "strides", {1, 1}));
    HALFTONE_TRY(window.dilation, pairAttribute(node, "dilations", {1, 1}));
    for (std::size_t d = 0; d < 2; ++d) {
        if (window.kernel[d] < 1 || window.stride[d] < 1 || window.dilation[d] < 1)
            return corruptNode(node, "has a kernel, stride or dilation of 0");
    }
    HALFTONE_TRY(const std::string automatic, textAttribute(node, "auto_pad", "NOTSET"));
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
        padLikeSame(window, context.input, automatic == "SAME_UPPER");
    } else if (automatic == "NOTSET") {
        HALFTONE_TRY(const Integers pads, integersAttribute(node, "pads", {0, 0, 0, 0}));
        if (pads.size() != 4)
            return unsupportedNode(
                node, fmt::format("has {} values for 'pads', and only two dimensions are read", pads.size()));
        for (const std::int64_t pad : pads) {
            if (pad < 0 || pad > kMaxDimension) return unsupportedNode(node, fmt::format("has padding {}", pad));
        }
        window.before = {pads[0], pads[1]};
        window.after = {pads[2], pads[3]};
    } else if (automatic != "VALID") {
        return corruptNode(node, fmt::format("has the unknown auto_pad '{}'", automatic));
    }
    return window;
}

Operations convolution(const OnnxNodeContext& context, const Shape& weight)
{
    if (weight.size() != 4)
        return unsupportedNode(
            context.node, fmt::format("has weights of shape {}, and only two-dimensional convolutions are read", text(weight)));
    const Pair kernel{weight[2], weight[3]};
    HALFTONE_TRY(const Window window, windowOf(context, kernel));
    if (window.kernel != kernel)
        return corruptNode(
            context.node, fmt::format("has a kernel_shape that its weights of shape {} contradict", text(weight)));
    HALFTONE_TRY(const std::int64_t groups, integerAttribute(context.node, "group", 1));
    Conv2d conv{.outChannels = weight[0],
        .kernel = kernel,
        .stride = window.stride,
        .padding = window.before,
        .dilation = window.dilation,
        .groups = groups};
    if (window.symmetric()) return std::vector<Attributes>{conv};
    conv.padding = {0, 0};
    const Pad pad{{Pair{0, 0}, Pair{window.before[0], window.after[0]}, Pair{window.before[1], window.after[1]}}};
    return std::vector<Attributes>{pad, conv};
}

Operations transposedConvolution(const OnnxNodeContext& context, const Shape& weight)
{
    const OnnxNode& node = context.node;
    if (weight.size() != 4)
        return unsupportedNode(
            node, fmt::format("has weights of shape {}, and only two-dimensional convolutions are read", text(weight)));
    if (node.find("auto_pad") || node.find("output_shape"))
        return unsupportedNode(node, "says its output's size, and only its padding is read");
    HALFTONE_TRY(const Window window, windowOf(context, {weight[2], weight[3]}));
    if (!window.symmetric()) return unsupportedNode(node, "pads unevenly, which only convolutions may");
    if (window.kernel != Pair{weight[2], weight[3]})
        return corruptNode(node, fmt::format("has a kernel_shape that its weights of shape {} contradict", text(weight)));
    HALFTONE_TRY(const std::int64_t groups, integerAttribute(node, "group", 1));
    HALFTONE_TRY(const Pair outputPadding, pairAttribute(node, "output_padding", {0, 0}));
    if (groups < 1 || groups > kMaxDimension || weight[1] > kMaxDimension) return corruptNode(node, "has impossible groups");
    return std::vector<Attributes>{ConvTranspose2d{.outChannels = weight[1] * groups,
        .kernel = window.kernel,
        .stride = window.stride,
        .padding = window.before,
        .outputPadding = outputPadding,
        .dilation = window.dilation,
        .groups = groups}};
}

Operations pooling(const OnnxNodeContext& context)
{
    const OnnxNode& node = context.node;
    if (!node.find("kernel_shape")) return corruptNode(node, "has no kernel_shape");
    HALFTONE_TRY(const Window window, windowOf(context, {1, 1}));
    HALFTONE_TRY(const std::int64_t ceil, integerAttribute(node, "ceil_mode", 0));
    if (!window.symmetric()) return unsupportedNode(node, "pads unevenly, which only convolutions may");
    if (window.dilation != Pair{1, 1}) return unsupportedNode(node, "has a dilated window");
    if (node.type == "MaxPool") return std::vector<Attributes>{MaxPool{window.kernel, window.stride, window.before, ceil != 0}};
    HALFTONE_TRY(const std::int64_t counts, integerAttribute(node, "count_include_pad", 0));
    return std::vector<Attributes>{AveragePool{window.kernel, window.stride, window.before, ceil != 0, counts != 0}};
}

Operations batchNorm(const OnnxNodeContext& context)
{
    HALFTONE_TRY(const float epsilon, realAttribute(context.node, "epsilon", 1e-5F));
    HALFTONE_TRY(const float momentum, realAttribute(context.node, "momentum", 0.9F));
    HALFTONE_TRY(const std::int64_t training, integerAttribute(context.node, "training_mode", 0));
    HALFTONE_TRY(const std::int64_t spatial, integerAttribute(context.node, "spatial", 1));
    if (training != 0 || spatial != 1) return unsupportedNode(context.node, "normalises by the batch or by position");
    return std::vector<Attributes>{BatchNorm{.epsilon = epsilon, .momentum = 1.0 - static_cast<double>(momentum)}};
}

// A dimension that counts the batch, as one that does not; the batch itself and what is outside is refused.
Result<std::int64_t> dimensionOf(const OnnxNodeContext& context, std::int64_t axis)
{
    const auto rank = static_cast<std::int64_t>(context.input.size()) + 1;
    if (axis < 0) axis += rank;
    if (axis < 1 || axis >= rank)
        return unsupportedNode(
            context.node, fmt::format("works along dimension {} of a value of shape {}", axis, text(context.input)));
    return axis - 1;
}

Operations pad(const OnnxNodeContext& context)
{
    const OnnxNode& node = context.node;
    HALFTONE_TRY(const std::string mode, textAttribute(node, "mode", "constant"));
    HALFTONE_TRY(const Integers amounts, integersInput(context, "pads", 1));
    HALFTONE_TRY(float value, realAttribute(node, "value", 0.0F));
    if (const OnnxTensor* tensor = context.constant(2)) {
        HALFTONE_TRY(const std::vector<float> values, floatsOf(*tensor));
        value = values.size() == 1 ? values[0] : 1.0F;
    } else if (node.inputs.size() > 2 && !node.inputs[2].empty()) {
        return unsupportedNode(node, "computes its padding value while running");
    }
    if (mode != "constant" || value != 0.0F) return unsupportedNode(node, "pads with something else than zeros");
    if (node.inputs.size() > 3 && !node.inputs[3].empty()) return unsupportedNode(node, "names the dimensions that it pads");
    if (context.input.size() != 3 || amounts.size() != 8 || amounts[0] != 0 || amounts[4] != 0) {
        return unsupportedNode(node, "pads other dimensions than channels, height and width");
    }
    return std::vector<Attributes>{
        Pad{{Pair{amounts[1], amounts[5]}, Pair{amounts[2], amounts[6]}, Pair{amounts[3], amounts[7]}}}};
}

// Negative positions count from the end; a start before the first element means the first.
Operations slice(const OnnxNodeContext& context)
{
    const OnnxNode& node = context.node;
    HALFTONE_TRY(const Integers starts, integersInput(context, "starts", 1));
    HALFTONE_TRY(const Integers ends, integersInput(context, "ends", 2));
    HALFTONE_TRY(Integers axes, integersInput(context, "axes", 3));
    HALFTONE_TRY(Integers steps, integersInput(context, "steps", 4));
    if (steps.empty()) steps.assign(starts.size(), 1);
    if (axes.empty() && starts.size() <= context.input.size() + 1) {
        axes.resize(starts.size());
        std::iota(axes.begin(), axes.end(), 0);
    }
    if (starts.empty() || starts.size() != ends.size() || starts.size() != axes.size() || starts.size() != steps.size()) {
        return corruptNode(node, "has different numbers of starts, ends, axes and steps");
    }
    std::vector<Attributes> slices;
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        HALFTONE_TRY(const std::int64_t dimension, dimensionOf(context, axes[i]));
        if (!seen.insert(dimension).second) return corruptNode(node, "slices a dimension twice");
        if (steps[i] < 1) return unsupportedNode(node, fmt::format("has step {}", steps[i]));
        const std::int64_t size = context.input[static_cast<std::size_t>(dimension)];
        const auto position = [&](std::int64_t p) { return std::clamp<std::int64_t>(p < 0 ? p + size : p, 0, size); };
        slices.push_back(Slice{dimension, position(starts[i]), position(ends[i]), steps[i]});
    }
    return slices;
}

Operations reduceMean(const OnnxNodeContext& context)
{
    HALFTONE_TRY(const Integers axes, integersInput(context, "axes", 1));
    HALFTONE_TRY(const std::int64_t keep, integerAttribute(context.node, "keepdims", 1));
    std::set<std::int64_t> dimensions;
    for (const std::int64_t axis : axes) {
        HALFTONE_TRY(const std::int64_t dimension, dimensionOf(context, axis));
        dimensions.insert(dimension);
    }
    if (context.input.size() != 3 || dimensions != std::set<std::int64_t>{1, 2})
        return unsupportedNode(context.node, "averages over something else than height and width");
    if (keep != 0) return std::vector<Attributes>{AdaptiveAveragePool{}};
    return std::vector<Attributes>{AdaptiveAveragePool{}, Flatten{}};
}

Operations hardSigmoid(const OnnxNode& node)
{
    HALFTONE_TRY(const float alpha, realAttribute(node, "alpha", 0.2F));
    HALFTONE_TRY(const float beta, realAttribute(node, "beta", 0.5F));
    if (std::abs(alpha - 1.0F / 6) > 1e-6F || beta != 0.5F)
        return unsupportedNode(node, fmt::format("has slope {} and offset {}, and only 1/6 and 1/2 are read", alpha, beta));
    return std::vector<Attributes>{HardSigmoid{}};
}

// Operators with an axis that must be the channels' (or features') dimension.
Status checkChannelAxis(const OnnxNodeContext& context, std::int64_t otherwise)
{
    HALFTONE_TRY(const std::int64_t axis, integerAttribute(context.node, "axis", otherwise));
    HALFTONE_TRY(const std::int64_t dimension, dimensionOf(context, axis));
    if (dimension == 0) return {};
    return unsupportedNode(context.node, fmt::format("works along dimension {}, and only 1 is read", axis));
}

Operations activation(const OnnxNodeContext& context)
{
    const std::string& type = context.node.type;
    if (type == "Relu") return std::vector<Attributes>{Relu{}};
    if (type == "LeakyRelu") {
        HALFTONE_TRY(const float slope, realAttribute(context.node, "alpha", 0.01F));
        return std::vector<Attributes>{LeakyRelu{slope}};
    }
    if (type == "Sigmoid") return std::vector<Attributes>{Sigmoid{}};
    if (type == "HardSigmoid") return hardSigmoid(context.node);
    if (type == "HardSwish") return std::vector<Attributes>{HardSwish{}};
    if (type == "Gelu") {
        HALFTONE_TRY(const std::string form, textAttribute(context.node, "approximate", "none"));
        return std::vector<Attributes>{Gelu{form == "tanh"}};
    }
    if (type == "MatMul") return std::vector<Attributes>{MatrixMultiply{}};
    if (type == "Add") return std::vector<Attributes>{Add{}};
    if (type == "Mul") return std::vector<Attributes>{Multiply{}};
    if (type == "GlobalAveragePool") return std::vector<Attributes>{AdaptiveAveragePool{}};
    if (type == "Concat") {
        HALFTONE_CHECK(checkChannelAxis(context, 1));
        return std::vector<Attributes>{Concat{}};
    }
    if (type == "Flatten") {
        HALFTONE_CHECK(checkChannelAxis(context, 1));
        return std::vector<Attributes>{Flatten{}};
    }
    if (type == "Softmax") {
        // Before opset 13 everything from the axis on was one: features.
        if (context.opset < 13 && context.input.size() != 1 && context.input[1] * context.input[2] != 1)
            return unsupportedNode(context.node, "works over channels and places at once");
        HALFTONE_CHECK(checkChannelAxis(context, context.opset < 13 ? 1 : -1));
        return std::vector<Attributes>{Softmax{}};
    }
    return std::vector<Attributes>{}; // Identity and Dropout: at inference the value itself
}

constexpr std::array<std::string_view, 37> kOperators{"Add", "AveragePool", "BatchNormalization", "Clip", "Concat", "Constant",
    "Conv", "ConvTranspose", "DequantizeLinear", "Div", "Dropout", "Flatten", "Gather", "Gelu", "Gemm", "GlobalAveragePool", "HardSigmoid",
    "HardSwish", "Identity", "LayerNormalization", "LeakyRelu", "MatMul", "MaxPool", "Mul", "PRelu", "Pad", "QuantizeLinear", "ReduceMean", "Relu", "Reshape",
    "Resize", "Sigmoid", "Slice", "Softmax", "Sub", "Transpose", "Upsample"};

} // namespace

Error unsupportedNode(const OnnxNode& node, std::string_view why)
{
    return {ErrorCode::Unsupported,
        fmt::format("{} {}; export the model in another way, or change that node.", describe(node), why)};
}

Error corruptNode(const OnnxNode& node, std::string_view why)
{
    return {ErrorCode::Corrupt, fmt::format("{} {}; the file is damaged or was written wrongly.", describe(node), why)};
}

bool isKnownOperator(const OnnxNode& node)
{
    // Quant nodes have moved house: Brevitas wrote them under the older names.
    if (node.type == "Quant") return node.domain == kQonnxDomain || node.domain == "onnx.brevitas" || node.domain == "finn.custom_op.general";
    return node.domain.empty() && !node.type.empty()
        && std::find(kOperators.begin(), kOperators.end(), node.type) != kOperators.end();
}

Result<Integers> integersInput(const OnnxNodeContext& context, std::string_view name, std::size_t position)
{
    if (position < context.node.inputs.size() && !context.node.inputs[position].empty()) {
        const OnnxTensor* tensor = context.constant(position);
        if (!tensor) return unsupportedNode(context.node, fmt::format("computes its '{}' while running", name));
        return integersOf(*tensor);
    }
    return integersAttribute(context.node, name, {});
}

Operations operationsOf(const OnnxNodeContext& context, const Shape& weight)
{
    const std::string& type = context.node.type;
    if (type == "Conv") return convolution(context, weight);
    if (type == "ConvTranspose") return transposedConvolution(context, weight);
    if (type == "Resize" || type == "Upsample") return resizeOperations(context);
    if (type == "MaxPool" || type == "AveragePool") return pooling(context);
    if (type == "BatchNormalization") return batchNorm(context);
    if (type == "Pad") return pad(context);
    if (type == "Slice") return slice(context);
    if (type == "ReduceMean") return reduceMean(context);
    return activation(context);
}

Result<std::int64_t> integerAttribute(const OnnxNode& node, std::string_view name, std::int64_t otherwise)
{
    return attribute(node, name, otherwise);
}

Result<float> realAttribute(const OnnxNode& node, std::string_view name, float otherwise)
{
    return attribute(node, name, otherwise);
}

Result<std::vector<std::int64_t>> integersAttribute(
    const OnnxNode& node, std::string_view name, std::vector<std::int64_t> otherwise)
{
    return attribute(node, name, std::move(otherwise));
}

Result<std::string> textAttribute(const OnnxNode& node, std::string_view name, std::string otherwise)
{
    return attribute(node, name, std::move(otherwise));
}

} // namespace halftone
