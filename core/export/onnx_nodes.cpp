// Says in ONNX's words (opset 13 and later) what each operation is.
#include "core/export/onnx_nodes.h"

#include <array>
#include <type_traits>

#include <fmt/format.h>

#include "core/formats/onnx_tensor.h"

namespace halftone {

namespace {

std::vector<std::int64_t> list(const Pair& pair) { return {pair[0], pair[1]}; }
std::vector<std::int64_t> pads(const Pair& padding) { return {padding[0], padding[1], padding[0], padding[1]}; }

ConstantInput integers(std::string suffix, std::vector<std::int64_t> values)
{
    return {std::move(suffix), int64Tensor({}, values)};
}

ConstantInput number(std::string suffix, float value) { return {std::move(suffix), floatTensor({}, {}, {&value, 1})}; }

enum class Rounding { Floor, Ceil, Mixed };

// Which rounding gives the pool's size. PyTorch drops a last window that would start in the padding, ONNX before opset 22 does
// not, so ceil mode is said only where it adds a window; where it adds one along one dimension alone, ONNX has no word for it.
template <typename Pool> Rounding roundingOf(const Pool& pool, const Shape& input, const Shape& output)
{
    int added = 0, rest = 0;
    for (std::size_t d = 0; d < 2; ++d) {
        const std::int64_t room = input[d + 1] + 2 * pool.padding[d] - pool.kernel[d];
        if (output[d + 1] != room / pool.stride[d] + 1) ++added;
        if (room % pool.stride[d] != 0) ++rest;
    }
    if (added == 0) return Rounding::Floor;
    return added == rest ? Rounding::Ceil : Rounding::Mixed;
}

template <typename Pool>
Result<NodeForm> poolForm(
    const Operation& operation, const Pool& pool, const Shape& input, const Shape& output, const char* type)
{
    NodeForm form{
        type, {{"kernel_shape", list(pool.kernel)}, {"strides", list(pool.stride)}, {"pads", pads(pool.padding)}}, {}};
    const Rounding rounding = roundingOf(pool, input, output);
    if (rounding == Rounding::Mixed) {
        return Error{ErrorCode::Unsupported,
            fmt::format(
                "ONNX cannot say the ceil mode of '{}', which adds a window to one side of {} only; choose another input size.",
                operation.name, text(input))};
    }
    if (rounding == Rounding::Ceil) form.attributes.push_back({"ceil_mode", std::int64_t(1)});
    if constexpr (std::is_same_v<Pool, AveragePool>) {
        form.attributes.push_back({"count_include_pad", std::int64_t(pool.countIncludesPadding ? 1 : 0)});
    }
    return form;
}

// Windows of adaptive pooling have one size only where the output's size divides the input's.
Result<NodeForm> adaptivePool(
    const Operation& operation, const AdaptiveAveragePool& pool, const Shape& input, const Shape& output)
{
    if (pool.output == Pair{1, 1}) return NodeForm{"GlobalAveragePool", {}, {}};
    if (input[1] % pool.output[0] != 0 || input[2] % pool.output[1] != 0) {
        return Error{ErrorCode::Unsupported,
            fmt::format(
                "ONNX has no adaptive pooling, and '{}' takes {} to {}x{}, which plain pooling cannot do; choose an input size "
                "that this divides.",
                operation.name, text(input), pool.output[0], pool.output[1])};
    }
    const Pair window{input[1] / pool.output[0], input[2] / pool.output[1]};
    return poolForm(operation, AveragePool{.kernel = window, .stride = window}, input, output, "AveragePool");
}

NodeForm pad(const Pad& pad)
{
    const auto& a = pad.amounts;
    return {"Pad", {{"mode", std::string("constant")}},
        {integers("pads", {0, a[0][0], a[1][0], a[2][0], 0, a[0][1], a[1][1], a[2][1]})}};
}

NodeForm slice(const Slice& slice)
{
    return {"Slice", {},
        {integers("starts", {slice.start}), integers("ends", {slice.end}), integers("axes", {slice.dimension + 1}),
            integers("steps", {slice.step})}};
}

ConstantInput perChannel(std::string suffix, const std::vector<double>& values, const Shape& like)
{
    const std::vector<float> floats(values.begin(), values.end());
    Shape shape(like.size(), 1);
    shape[0] = static_cast<std::int64_t>(floats.size());
    return {std::move(suffix), floatTensor({}, shape, floats)};
}

Result<NodeForm> prelu(const Network& network, const Operation& operation, const Shape& input)
{
    const Parameter& slopes = network.parameter(operation.parameters[0]);
    if (slopes.data.empty()) {
        return Error{ErrorCode::BadInput,
            fmt::format("'{}' has no data; load or train the network before exporting it.", slopes.name)};
    }
    Shape shape(input.size(), 1);
    shape[0] = slopes.shape[0];
    return NodeForm{"PRelu", {}, {{"weight", floatTensor({}, shape, slopes.data.floats())}}};
}

Result<NodeForm> layerNorm(const Network& network, const Operation& operation, const LayerNorm& norm)
{
    NodeForm form{"LayerNormalization",
        {{"axis", norm.dimension + 1}, {"epsilon", static_cast<float>(norm.epsilon)}}, {}, 17};
    for (const ParameterIndex index : operation.parameters) {
        const Parameter& parameter = network.parameter(index);
        if (parameter.data.empty()) {
            return Error{ErrorCode::BadInput,
                fmt::format("'{}' has no data; load or train the network before exporting it.", parameter.name)};
        }
        form.constants.push_back({form.constants.empty() ? "weight" : "bias", floatTensor({}, parameter.shape, parameter.data.floats())});
    }
    return form;
}

// A Clip between the two where the range is narrower than the stored codes.
Result<std::vector<NodeForm>> fakeQuantize(const Operation& operation, const FakeQuantize& quantize)
{
    if (quantize.highest - quantize.lowest > 255) {
        return Error{ErrorCode::Unsupported,
            fmt::format("Operation '{}' has more than 256 codes, which ONNX stores from opset 21 on alone.", operation.name)};
    }
    const CodeRange range{static_cast<std::int32_t>(quantize.lowest), static_cast<std::int32_t>(quantize.highest)};
    const auto [type, zero] = storedCodes(range);
    const CodeRange stored{range.lowest + zero, range.highest + zero};
    const std::vector<ConstantInput> scaleAndZero{
        number("scale", static_cast<float>(quantize.scale)), {"zero_point", codeTensor({}, type, {}, {&zero, 1})}};
    std::vector<NodeForm> forms{{"QuantizeLinear", {}, scaleAndZero}};
    if (*codeRange(type) != stored)
        forms.push_back({"Clip", {}, {{"lowest", codeTensor({}, type, {}, {&stored.lowest, 1})}, {"highest", codeTensor({}, type, {}, {&stored.highest, 1})}}});
    forms.push_back({"DequantizeLinear", {}, scaleAndZero});
    return forms;
}

// {N, C, H, W} as {N, groups, C / groups, H, W} with the two middle dimensions exchanged.
std::vector<NodeForm> shuffle(const ChannelShuffle& shuffle, const Shape& shape)
{
    return {{"Reshape", {}, {integers("split", {0, shuffle.groups, shape[0] / shuffle.groups, shape[1], shape[2]})}},
        {"Transpose", {{"perm", std::vector<std::int64_t>{0, 2, 1, 3, 4}}}, {}},
        {"Reshape", {}, {integers("joined", {0, shape[0], shape[1], shape[2]})}}};
}

// A whole-numbered factor is said as scales; another size needs the sizes of two axes, which opset 18 brought.
NodeForm resize(const Upsample& upsample, const Shape& input)
{
    NodeForm form{"Resize", {{"mode", std::string(upsample.bilinear ? "linear" : "nearest")}}, {}};
    const char* where = !upsample.bilinear ? "asymmetric" : upsample.alignCorners ? "align_corners" : "half_pixel";
    form.attributes.push_back({"coordinate_transformation_mode", std::string(where)});
    if (!upsample.bilinear) form.attributes.push_back({"nearest_mode", std::string("floor")});
    form.constants.push_back({"roi", floatTensor({}, {0}, {})});
    if (upsample.output[0] % input[1] == 0 && upsample.output[1] % input[2] == 0) {
        const std::array<float, 4> scales{
            1, 1, static_cast<float>(upsample.output[0] / input[1]), static_cast<float>(upsample.output[1] / input[2])};
        form.constants.push_back({"scales", floatTensor({}, {4}, scales)});
        return form;
    }
    form.opset = 18;
    form.attributes.push_back({"axes", std::vector<std::int64_t>{2, 3}});
    form.constants.push_back({"scales", floatTensor({}, {0}, {})});
    form.constants.push_back(integers("sizes", {upsample.output[0], upsample.output[1]}));
    return form;
}

template <typename Convolution> std::vector<OnnxAttribute> attributesOf(const Convolution& convolution)
{
    return {{"kernel_shape", list(convolution.kernel)}, {"strides", list(convolution.stride)},
        {"pads", pads(convolution.padding)}, {"dilations", list(convolution.dilation)}, {"group", convolution.groups}};
}

// The operations that are one node.
Result<NodeForm> nodeForm(const Network& network, const Operation& operation)
{
    const Shape& input = network.value(operation.inputs.at(0)).shape;
    const Shape& output = network.value(operation.output).shape;
    const OnnxAttribute channels{"axis", std::int64_t(1)};
    if (operation.as<Relu>()) return NodeForm{"Relu", {}, {}};
    if (operation.as<Relu6>()) return NodeForm{"Clip", {}, {number("min", 0.0F), number("max", 6.0F)}};
    if (const auto* leaky = operation.as<LeakyRelu>())
        return NodeForm{"LeakyRelu", {{"alpha", static_cast<float>(leaky->slope)}}, {}};
    if (operation.as<PRelu>()) return prelu(network, operation, input);
    if (const auto* norm = operation.as<LayerNorm>()) return layerNorm(network, operation, *norm);
    if (operation.as<MatrixMultiply>()) return NodeForm{"MatMul", {}, {}};
    if (operation.as<Sigmoid>()) return NodeForm{"Sigmoid", {}, {}};
    if (operation.as<HardSigmoid>()) return NodeForm{"HardSigmoid", {{"alpha", 1.0F / 6}, {"beta", 0.5F}}, {}};
    if (operation.as<HardSwish>()) return NodeForm{"HardSwish", {}, {}, 14};
    if (const auto* gelu = operation.as<Gelu>())
        return NodeForm{"Gelu", {{"approximate", std::string(gelu->tanhForm ? "tanh" : "none")}}, {}, 20};
    if (operation.as<Add>()) return NodeForm{"Add", {}, {}};
    if (operation.as<Multiply>()) return NodeForm{"Mul", {}, {}};
    if (const auto* upsample = operation.as<Upsample>()) return resize(*upsample, input);
    if (operation.as<Concat>()) return NodeForm{"Concat", {channels}, {}};
    if (const auto* pool = operation.as<MaxPool>()) return poolForm(operation, *pool, input, output, "MaxPool");
    if (const auto* pool = operation.as<AveragePool>()) return poolForm(operation, *pool, input, output, "AveragePool");
    if (const auto* pool = operation.as<AdaptiveAveragePool>()) return adaptivePool(operation, *pool, input, output);
    if (operation.as<Flatten>()) return NodeForm{"Flatten", {channels}, {}};
    if (const auto* amounts = operation.as<Pad>()) return pad(*amounts);
    if (const auto* part = operation.as<Slice>()) return slice(*part);
    if (operation.as<Softmax>()) return NodeForm{"Softmax", {channels}, {}};
    return Error{ErrorCode::Unsupported,
        fmt::format("Operation '{}' ({}) cannot be written as ONNX.", operation.name, kindName(operation.attributes))};
}

} // namespace

std::vector<OnnxAttribute> convolutionAttributes(const Conv2d& convolution) { return attributesOf(convolution); }

std::vector<OnnxAttribute> convolutionAttributes(const ConvTranspose2d& convolution)
{
    std::vector<OnnxAttribute> attributes = attributesOf(convolution);
    attributes.push_back({"output_padding", list(convolution.outputPadding)});
    return attributes;
}

Result<std::vector<NodeForm>> nodeForms(const Network& network, const Operation& operation)
{
    const Shape& input = network.value(operation.inputs.at(0)).shape;
    if (const auto* groups = operation.as<ChannelShuffle>()) return shuffle(*groups, input);
    if (const auto* quantize = operation.as<FakeQuantize>()) return fakeQuantize(operation, *quantize);
    if (operation.as<Silu>()) return std::vector<NodeForm>{{"Sigmoid", {}, {}}, {"Mul", {}, {}}};
    if (const auto* affine = operation.as<ChannelAffine>()) {
        return std::vector<NodeForm>{{"Mul", {}, {perChannel("scale", affine->scale, input)}},
            {"Add", {}, {perChannel("shift", affine->shift, input)}}};
    }
    HALFTONE_TRY(NodeForm form, nodeForm(network, operation));
    return std::vector<NodeForm>{std::move(form)};
}

} // namespace halftone
