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

// ONNX normalises over an axis and all after it, as a LayerNorm does.
Status OnnxGraphReader::readLayerNorm(const OnnxNode& node)
{
    HALFTONE_TRY(const std::vector<ValueIndex> inputs, plainInputs(node));
    const Shape shape = m_network.value(inputs[0]).shape;
    HALFTONE_TRY(std::int64_t axis, integerAttribute(node, "axis", -1));
    HALFTONE_TRY(const float epsilon, realAttribute(node, "epsilon", 1e-5F));
    const auto rank = static_cast<std::int64_t>(shape.size()) + 1;
    if (axis < 0) axis += rank;
    if (axis < 1 || axis >= rank) return unsupportedNode(node, "normalises over the batch");
    HALFTONE_CHECK(defineChain(node, {LayerNorm{.dimension = axis - 1, .epsilon = static_cast<double>(epsilon)}}, inputs));
    const Operation& operation = m_network.operation(m_network.value(m_known.at(node.outputs[0]).value).producer);
    const std::int64_t count = elementCount(Shape(shape.begin() + axis - 1, shape.end()));
    const bool hasBias = node.inputs.size() > 2 && !node.inputs[2].empty();
    HALFTONE_TRY(const std::vector<float> weight, m_constants.floats(node, 1));
    HALFTONE_CHECK(setParameter(node, operation.parameters[0], weight));
    std::vector<float> bias(static_cast<std::size_t>(count), 0.0F);
    if (hasBias) {
        HALFTONE_TRY(bias, m_constants.floats(node, 2));
    }
    return setParameter(node, operation.parameters[1], bias);
}

// With constant weights a fully connected layer, to which a following Add of a constant gives the bias.
Status OnnxGraphReader::readMatMul(const OnnxNode& node)
{
    if (node.inputs.size() != 2) return corruptNode(node, "has not two inputs");
    if (!m_constants.has(node.inputs[1])) return readPlain(node);
    if (const OnnxNode* bias = biasNodeOf(node)) m_biasNodes[bias] = &node;
    return readLayer(node);
}

const OnnxNode* OnnxGraphReader::biasNodeOf(const OnnxNode& product) const
{
    if (product.outputs.empty()) return nullptr;
    const auto readers = m_readers.find(product.outputs[0]);
    const bool isOutput = std::ranges::any_of(
        m_file.outputs, [&](const OnnxValueInfo& output) { return output.name == product.outputs[0]; });
    if (isOutput || readers == m_readers.end() || readers->second.size() != 1) return nullptr;
    const OnnxNode* add = readers->second.front();
    if (add->type != "Add" || add->inputs.size() != 2) return nullptr;
    const OnnxTensor* bias = m_constants.find(add->inputs[add->inputs[0] == product.outputs[0] ? 1 : 0]);
    const OnnxTensor* weights = m_constants.find(product.inputs[1]);
    if (!bias || !weights || weights->shape.size() != 2) return nullptr;
    const std::int64_t features = weights->shape[1];
    const bool oneEach = !bias->shape.empty() && bias->shape.back() == features && elementCount(bias->shape) == features;
    return oneEach ? add : nullptr;
}

Status OnnxGraphReader::readBiasNode(const OnnxNode& node) { return define(node, m_known.at(m_biasNodes.at(&node)->outputs[0])); }

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
    HALFTONE_TRY(const OnnxMeaning input, floats(node, 1 - constant));
    if (input.state != OnnxMeaning::State::Plain)
        return unsupportedNode(node, "reads codes, or a value whose dimensions are in another order");
    const ValueIndex value = input.value;
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
