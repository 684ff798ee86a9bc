// Building a Network operation by operation, and the questions that it answers about itself.
#include "core/graph/network.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

Error badInput(std::string message) { return {ErrorCode::BadInput, std::move(message)}; }

// The parameters of an operation before they have data, in the order that operation.h gives.
std::vector<Parameter> parametersOf(const std::string& name, const Attributes& attributes, const Shape& input, bool bias)
{
    std::vector<Parameter> parameters;
    const auto create = [&](std::string_view suffix, Shape shape, bool trainable) {
        parameters.push_back(
            {.name = fmt::format("{}.{}", name, suffix), .shape = std::move(shape), .trainable = trainable, .data = {}});
    };
    if (const auto* conv = std::get_if<Conv2d>(&attributes)) {
        create("weight", {conv->outChannels, input[0] / conv->groups, conv->kernel[0], conv->kernel[1]}, true);
        if (bias) create("bias", {conv->outChannels}, true);
    } else if (const auto* transposed = std::get_if<ConvTranspose2d>(&attributes)) {
        create("weight",
            {input[0], transposed->outChannels / transposed->groups, transposed->kernel[0], transposed->kernel[1]}, true);
        if (bias) create("bias", {transposed->outChannels}, true);
    } else if (const auto* prelu = std::get_if<PRelu>(&attributes)) {
        create("weight", {prelu->slopes}, true);
    } else if (const auto* linear = std::get_if<Linear>(&attributes)) {
        create("weight", {linear->outFeatures, input[0]}, true);
        if (bias) create("bias", {linear->outFeatures}, true);
    } else if (const auto* norm = std::get_if<LayerNorm>(&attributes)) {
        const Shape shape(input.begin() + norm->dimension, input.end());
        create("weight", shape, true);
        create("bias", shape, true);
    } else if (std::holds_alternative<BatchNorm>(attributes)) {
        create("weight", {input[0]}, true);
        create("bias", {input[0]}, true);
        create("running_mean", {input[0]}, false);
        create("running_var", {input[0]}, false);
    }
    return parameters;
}

// -1 when the count is over kMaxElements.
std::int64_t boundedCount(const Shape& shape)
{
    std::int64_t count = 1;
    for (const std::int64_t dimension : shape) {
        count = boundedProduct(count, dimension, kMaxElements);
        if (count < 0) return -1;
    }
    return count;
}

// Each element of a layer's output is a sum over one filter: outputs * weights / output channels. In a transposed convolution it
// is each element of the input that meets one filter. Either way the filters are the weight's first dimension.
std::int64_t layerMacs(const Attributes& attributes, const Shape& weight, const Shape& input, const Shape& output)
{
    const Shape& met = std::holds_alternative<ConvTranspose2d>(attributes) ? input : output;
    return boundedProduct(elementCount(met), elementCount(weight) / weight[0], kMaxMacs);
}

} // namespace

ValueIndex Network::append(Operation operation, Shape shape)
{
    const OperationIndex producer(static_cast<std::int64_t>(m_operations.size()));
    operation.output = ValueIndex(static_cast<std::int64_t>(m_values.size()));
    m_operations.push_back(std::move(operation));
    m_values.push_back({.shape = std::move(shape), .producer = producer});
    return m_operations.back().output;
}

ValueIndex Network::addInput(Shape shape, std::string name)
{
    assert(m_operations.empty() && "a network has one input, added first");
    m_input = append(
        {.name = std::move(name), .attributes = Input{}, .inputs = {}, .output = {}, .parameters = {}}, std::move(shape));
    return m_input;
}

Result<ValueIndex> Network::add(std::string name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias)
{
    const std::string subject = fmt::format("{} '{}'", kindName(attributes), name);
    if (name.empty()) return badInput(fmt::format("{}: an operation needs a name", kindName(attributes)));
    if (findOperation(name).valid()) return badInput(subject + ": another operation has this name");
    if (m_operations.size() >= kMaxOperations)
        return badInput(fmt::format("{}: more than {} operations", subject, kMaxOperations));
    std::vector<Shape> inputShapes;
    for (const ValueIndex input : inputs) {
        if (!input.valid() || static_cast<std::size_t>(input.value) >= m_values.size())
            return badInput(fmt::format("{}: reads value {}, which does not exist yet", subject, input.value));
        inputShapes.push_back(value(input).shape);
        if (input == m_input) HALFTONE_CHECK(checkValueShape(inputShapes.back(), subject + " reads an impossible input"));
    }
    HALFTONE_TRY(Shape shape, inferShape(name, attributes, inputShapes));

    std::vector<Parameter> parameters = parametersOf(name, attributes, inputShapes.front(), bias);
    std::int64_t elements = m_parameterElements;
    for (const Parameter& parameter : parameters) {
        const std::int64_t count = boundedCount(parameter.shape);
        if (count < 0 || (elements += count) > kMaxElements)
            return badInput(fmt::format("{}: the network's parameters are too many with {} of shape {}", subject,
                parameter.name, text(parameter.shape)));
    }
    Operation operation{.name = std::move(name),
        .attributes = std::move(attributes),
        .inputs = std::move(inputs),
        .output = {},
        .parameters = {}};
    if (operation.isLayer()) {
        const std::int64_t layer = layerMacs(operation.attributes, parameters.front().shape, inputShapes.front(), shape);
        if (layer < 0 || layer > kMaxMacs - m_macs)
            return badInput(fmt::format("{}: too many operations for weights of shape {} and an output of shape {}", subject,
                text(parameters.front().shape), text(shape)));
        m_macs += layer;
    }
    m_parameterElements = elements;
    for (Parameter& parameter : parameters) {
        operation.parameters.emplace_back(static_cast<std::int64_t>(m_parameters.size()));
        m_parameters.push_back(std::move(parameter));
    }
    return append(std::move(operation), std::move(shape));
}

ParameterIndex Network::findParameter(std::string_view name) const
{
    const auto found
        = std::find_if(m_parameters.begin(), m_parameters.end(), [&](const Parameter& p) { return p.name == name; });
    return found == m_parameters.end() ? ParameterIndex() : ParameterIndex(found - m_parameters.begin());
}

OperationIndex Network::findOperation(std::string_view name) const
{
    const auto found
        = std::find_if(m_operations.begin(), m_operations.end(), [&](const Operation& o) { return o.name == name; });
    return found == m_operations.end() ? OperationIndex() : OperationIndex(found - m_operations.begin());
}

Status Network::setParameter(ParameterIndex index, const TensorData& data)
{
    if (!index.valid() || static_cast<std::size_t>(index.value) >= m_parameters.size())
        return badInput(fmt::format("the network has no parameter number {}", index.value));
    Parameter& parameter = m_parameters[static_cast<std::size_t>(index.value)];
    if (data.empty()) return badInput(fmt::format("{}: the tensor has no data", parameter.name));
    if (data.shape() != parameter.shape)
        return badInput(fmt::format(
            "{}: shape {} was given where {} is needed", parameter.name, text(data.shape()), text(parameter.shape)));
    parameter.data = data.toFloat32();
    return {};
}

std::vector<OperationIndex> Network::consumers(ValueIndex value) const
{
    std::vector<OperationIndex> readers;
    for (std::size_t i = 0; i < m_operations.size(); ++i) {
        const auto& inputs = m_operations[i].inputs;
        if (std::find(inputs.begin(), inputs.end(), value) != inputs.end()) readers.emplace_back(static_cast<std::int64_t>(i));
    }
    return readers;
}

std::int64_t Network::parameterCount() const
{
    std::int64_t count = 0;
    for (const Parameter& parameter : m_parameters)
        if (parameter.trainable) count += elementCount(parameter.shape);
    return count;
}

std::int64_t Network::macs(OperationIndex i) const
{
    const Operation& layer = operation(i);
    if (!layer.isLayer()) return 0;
    return layerMacs(layer.attributes, parameter(layer.parameters[0]).shape, value(layer.inputs[0]).shape, value(layer.output).shape);
}

StateDict stateDict(const Network& network)
{
    StateDict tensors;
    for (const Parameter& parameter : network.parameters())
        if (!parameter.data.empty()) tensors.entries.push_back({.name = parameter.name, .tensor = parameter.data});
    return tensors;
}

} // namespace halftone
