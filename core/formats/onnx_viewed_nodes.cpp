// Reshape, Transpose and Gather of ONNX graphs: the operations that they add up to, such as a channel shuffle.
#include <fmt/format.h>

#include "core/formats/onnx_graph_reader.h"

namespace halftone {

namespace {

Result<std::vector<std::int64_t>> constantIntegers(const OnnxNode& node, const OnnxTensor* tensor, const char* what)
{
    if (!tensor) return unsupportedNode(node, fmt::format("computes its {} while running", what));
    return integersOf(*tensor);
}

} // namespace

// What the node makes of a view. The batch counts as one.
Result<OnnxView> OnnxGraphReader::viewOf(const OnnxNode& node, OnnxView view) const
{
    const OnnxTensor* constant = node.inputs.size() > 1 ? m_constants.find(node.inputs[1]) : nullptr;
    if (node.type == "Transpose") {
        const auto rank = static_cast<std::int64_t>(view.shape().size());
        std::vector<std::int64_t> reversed;
        for (std::int64_t d = rank; d-- > 0;) reversed.push_back(d);
        HALFTONE_TRY(const std::vector<std::int64_t> order, integersAttribute(node, "perm", reversed));
        if (!view.transpose(order)) return corruptNode(node, "has an order of dimensions that is none");
        return view;
    }
    if (node.type == "Gather") {
        HALFTONE_TRY(const std::int64_t axis, integerAttribute(node, "axis", 0));
        HALFTONE_TRY(const std::vector<std::int64_t> indices, constantIntegers(node, constant, "indices"));
        if (indices.size() != 1) return unsupportedNode(node, "takes several indices, and one at a time is read");
        if (!view.pick(axis, indices[0], !constant->shape.empty()))
            return corruptNode(node, fmt::format("takes index {} of a tensor of shape {}", indices[0], text(view.shape())));
        return view;
    }
    HALFTONE_TRY(std::vector<std::int64_t> target, constantIntegers(node, constant, "shape"));
    HALFTONE_TRY(const std::int64_t allowZero, integerAttribute(node, "allowzero", 0));
    if (m_batch > 1 && !target.empty() && target[0] == m_batch) target[0] = 1;
    if (!view.reshape(std::move(target), allowZero != 0))
        return unsupportedNode(node, fmt::format("gives a value of shape {} a shape that splits it otherwise than by its "
                                                 "dimensions, or that counts the batch", text(view.shape())));
    return view;
}

Status OnnxGraphReader::readView(const OnnxNode& node)
{
    HALFTONE_TRY(const OnnxMeaning input, floats(node, 0));
    if (input.state != OnnxMeaning::State::Plain && input.state != OnnxMeaning::State::Viewed)
        return unsupportedNode(node, "reads codes that nothing dequantizes");
    const ValueIndex value = input.value;
    const Shape original = m_network.value(value).shape;
    HALFTONE_TRY(const OnnxView view, viewOf(node, input.view.value_or(OnnxView(original))));
    const auto operations = view.asOperations(original);
    if (!operations) return define(node, {.value = value, .state = OnnxMeaning::State::Viewed, .view = view});
    if (operations->empty()) return define(node, {.value = value});
    return defineChain(node, *operations, {value});
}

// Over the channels, wherever these stand: softmax of the value, seen as before.
Status OnnxGraphReader::readViewedSoftmax(const OnnxNode& node, const OnnxMeaning& input)
{
    const ValueIndex value = input.value;
    const OnnxView view = *input.view;
    const auto rank = static_cast<std::int64_t>(view.shape().size());
    HALFTONE_TRY(std::int64_t axis, integerAttribute(node, "axis", m_file.opset < 13 ? 1 : -1));
    if (axis < 0) axis += rank;
    // Before opset 13 everything from the axis on was one.
    const bool alone = axis >= 0 && axis < rank && (m_file.opset >= 13 || axis == rank - 1);
    if (!alone || view.originalDimension(static_cast<std::size_t>(axis), m_network.value(value).shape) != std::size_t{0})
        return unsupportedNode(node, "works over something else than channels");
    const auto added = m_network.add(nameFor(node), Softmax{}, {value});
    if (!added.ok()) return unsupportedNode(node, fmt::format("cannot be read ({})", added.error().message));
    return define(node, {.value = *added, .state = OnnxMeaning::State::Viewed, .view = view});
}

} // namespace halftone
