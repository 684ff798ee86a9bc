// Says in ONNX's words (opset 13 and later) what each operation is.
#include "core/export/onnx_nodes.h"

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

// Ceil mode is said only where it changes the size: the plain form means the same everywhere.
template <typename Pool> bool ceilModeMatters(const Pool& pool, const Shape& input)
{
    for (std::size_t d = 0; d < 2; ++d) {
        if ((input[d + 1] + 2 * pool.padding[d] - pool.kernel[d]) % pool.stride[d] != 0) return pool.ceilMode;
    }
    return false;
}

template <typename Pool> std::vector<OnnxAttribute> poolAttributes(const Pool& pool, const Shape& input)
{
    std::vector<OnnxAttribute> attributes{
        {"kernel_shape", list(pool.kernel)}, {"strides", list(pool.stride)}, {"pads", pads(pool.padding)}};
    if (ceilModeMatters(pool, input)) attributes.push_back({"ceil_mode", std::int64_t(1)});
    return attributes;
}

NodeForm averagePool(const AveragePool& pool, const Shape& input)
{
    NodeForm form{"AveragePool", poolAttributes(pool, input), {}};
    form.attributes.push_back({"count_include_pad", std::int64_t(pool.countIncludesPadding ? 1 : 0)});
    return form;
}

// Windows of adaptive pooling have one size only where the output's size divides the input's.
Result<NodeForm> adaptivePool(const Operation& operation, const AdaptiveAveragePool& pool, const Shape& input)
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
    return averagePool({.kernel = window, .stride = window}, input);
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

} // namespace

std::vector<OnnxAttribute> convolutionAttributes(const Conv2d& convolution)
{
    return {{"kernel_shape", list(convolution.kernel)}, {"strides", list(convolution.stride)},
        {"pads", pads(convolution.padding)}, {"dilations", list(convolution.dilation)}, {"group", convolution.groups}};
}

Result<NodeForm> nodeForm(const Network& network, const Operation& operation)
{
    const Shape& input = network.value(operation.inputs.at(0)).shape;
    const OnnxAttribute channels{"axis", std::int64_t(1)};
    if (operation.as<Relu>()) return NodeForm{"Relu", {}, {}};
    if (operation.as<Relu6>()) return NodeForm{"Clip", {}, {number("min", 0.0F), number("max", 6.0F)}};
    if (operation.as<Add>()) return NodeForm{"Add", {}, {}};
    if (operation.as<Concat>()) return NodeForm{"Concat", {channels}, {}};
    if (const auto* pool = operation.as<MaxPool>()) return NodeForm{"MaxPool", poolAttributes(*pool, input), {}};
    if (const auto* pool = operation.as<AveragePool>()) return averagePool(*pool, input);
    if (const auto* pool = operation.as<AdaptiveAveragePool>()) return adaptivePool(operation, *pool, input);
    if (operation.as<Flatten>()) return NodeForm{"Flatten", {channels}, {}};
    if (const auto* amounts = operation.as<Pad>()) return pad(*amounts);
    if (const auto* part = operation.as<Slice>()) return slice(*part);
    if (operation.as<Softmax>()) return NodeForm{"Softmax", {channels}, {}};
    return Error{ErrorCode::Unsupported,
        fmt::format("Operation '{}' ({}) cannot be written as ONNX.", operation.name, kindName(operation.attributes))};
}

} // namespace halftone
