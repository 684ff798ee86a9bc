// Says in ONNX's words (opset 13 and later) what each operation is.
#include "core/export/onnx_nodes.h"

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

} // namespace

std::vector<OnnxAttribute> convolutionAttributes(const Conv2d& convolution)
{
    return {{"kernel_shape", list(convolution.kernel)}, {"strides", list(convolution.stride)},
        {"pads", pads(convolution.padding)}, {"dilations", list(convolution.dilation)}, {"group", convolution.groups}};
}

Result<NodeForm> nodeForm(const Network& network, const Operation& operation)
{
    const Shape& input = network.value(operation.inputs.at(0)).shape;
    const Shape& output = network.value(operation.output).shape;
    const OnnxAttribute channels{"axis", std::int64_t(1)};
    if (operation.as<Relu>()) return NodeForm{"Relu", {}, {}};
    if (operation.as<Relu6>()) return NodeForm{"Clip", {}, {number("min", 0.0F), number("max", 6.0F)}};
    if (operation.as<Add>()) return NodeForm{"Add", {}, {}};
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

} // namespace halftone
