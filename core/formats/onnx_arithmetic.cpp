// Arithmetic of ONNX graphs: of two values, or of a value with constants a channel.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/formats/onnx_graph_reader.h"

namespace halftone {

// A constant that meets a value: one number, or one for each channel. Doubles, one a channel.
Result<std::vector<double>> OnnxGraphReader::channelConstant(const OnnxNode& node, std::size_t position, ValueIndex value)
{
    const Shape& shape = m_network.value(value).shape;
    HALFTONE_TRY(const std::vector<float> numbers, m_constants.floats(node, position));
    const auto channels = static_cast<std::size_t>(shape[0]);
    Shape dimensions = m_constants.find(node.inputs[position])->shape;
    // Aligned at the last dimension, as ONNX broadcasts: {N, C, H, W} or {N, F}.
    const std::size_t rank = shape.size() + 1;
    if (dimensions.size() <= rank) dimensions.insert(dimensions.begin(), rank - dimensions.size(), 1);
    Shape wanted(rank, 1);
    wanted[1] = shape[0];
    if (numbers.size() != 1 && (numbers.size() != channels || dimensions != wanted))
        return unsupportedNode(node, "computes with a constant that is neither one number nor one for each channel");
    std::vector<double> all(channels, static_cast<double>(numbers[0]));
    if (numbers.size() > 1) std::copy(numbers.begin(), numbers.end(), all.begin());
    return all;
}

Status OnnxGraphReader::readPRelu(const OnnxNode& node)
{
    HALFTONE_TRY(const std::vector<ValueIndex> inputs, plainInputs(node));
    HALFTONE_TRY(const std::vector<double> slopes, channelConstant(node, 1, inputs[0]));
    HALFTONE_CHECK(defineChain(node, {PRelu{static_cast<std::int64_t>(slopes.size())}}, inputs));
    const OperationIndex index = m_network.value(m_known.at(node.outputs[0]).value).producer;
    const std::vector<float> floats(slopes.begin(), slopes.end());
    return setParameter(node, m_network.operation(index).parameters[0], floats);
}

Status OnnxGraphReader::readArithmetic(const OnnxNode& node)
{
    if (node.inputs.size() != 2) return corruptNode(node, "has not two inputs");
    const std::size_t constant = m_constants.has(node.inputs[1]) ? 1 : 0;
    if (!m_constants.has(node.inputs[constant])) {
        if (node.type != "Add" && node.type != "Mul") return unsupportedNode(node, "computes with two values");
        HALFTONE_TRY(std::vector<ValueIndex> inputs, plainInputs(node));
        const auto elements = [&](ValueIndex v) { return elementCount(m_network.value(v).shape); };
        if (node.type == "Mul" && elements(inputs[0]) < elements(inputs[1])) std::swap(inputs[0], inputs[1]); // the gate is second
        HALFTONE_TRY(const std::vector<Attributes> chain, operationsOf(contextOf(node, inputs[0])));
        return defineChain(node, chain, inputs);
    }
    HALFTONE_TRY(const OnnxMeaning* input, known(node, 1 - constant));
    if (input->state != OnnxMeaning::State::Plain)
        return unsupportedNode(node, "reads a value that is quantized, or whose dimensions are in another order");
    const ValueIndex value = input->value;
    if (constant == 0 && node.type == "Div") return unsupportedNode(node, "divides by a value");
    HALFTONE_TRY(std::vector<double> numbers, channelConstant(node, constant, value));
    ChannelAffine affine{std::vector<double>(numbers.size(), 1), std::vector<double>(numbers.size(), 0)};
    if (node.type == "Mul" || node.type == "Div") affine.scale = numbers;
    else affine.shift = numbers;
    if (node.type == "Div")
        for (double& number : affine.scale) number = 1 / number;
    if (node.type == "Sub" && constant == 1)
        for (double& number : affine.shift) number = -number;
    if (node.type == "Sub" && constant == 0) affine.scale.assign(numbers.size(), -1);
    return defineChain(node, {std::move(affine)}, {value});
}

} // namespace halftone
