// Network: the one representation of a model; operations in topological order, values with shapes, named parameters.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/index.h"
#include "core/base/result.h"
#include "core/graph/operation.h"
#include "core/graph/tensor_data.h"

namespace halftone {

struct Value {
    Shape shape; // without the batch: {C, H, W} or {F}
    OperationIndex producer;
};

struct Parameter {
    std::string name; // the state_dict's: "layer1.0.conv1.weight"
    Shape shape;
    bool trainable = true; // false for running_mean and running_var
    TensorData data; // Float32; empty until weights are loaded or initialised
};

// Built by appending operations whose inputs exist already, so the order is topological and there are no cycles.
// Shapes are inferred and checked at every add; a wrong shape is an error that names the operation.
class Network {
public:
    explicit Network(std::string architecture = {})
        : m_architecture(std::move(architecture))
    {
    }

    // Once, before anything else. The first operation that reads it complains about an impossible shape.
    ValueIndex addInput(Shape shape, std::string name = "input");
    // Creates the operation's parameters as "<name>.weight" and so on. `bias` concerns Conv2d and Linear alone.
    Result<ValueIndex> add(std::string name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias = false);
    void setOutput(ValueIndex value) { m_output = value; }

    const std::string& architecture() const { return m_architecture; }
    std::span<const Operation> operations() const { return m_operations; }
    std::span<const Value> values() const { return m_values; }
    std::span<const Parameter> parameters() const { return m_parameters; }
    const Operation& operation(OperationIndex i) const { return m_operations[static_cast<std::size_t>(i.value)]; }
    const Value& value(ValueIndex i) const { return m_values[static_cast<std::size_t>(i.value)]; }
    const Parameter& parameter(ParameterIndex i) const { return m_parameters[static_cast<std::size_t>(i.value)]; }
    ValueIndex input() const { return m_input; }
    ValueIndex output() const { return m_output; }
    const Shape& inputShape() const { return value(m_input).shape; }

    ParameterIndex findParameter(std::string_view name) const; // invalid when absent
    OperationIndex findOperation(std::string_view name) const; // invalid when absent
    Status setParameter(ParameterIndex index, const TensorData& data); // converts to Float32; BadInput on another shape
    std::vector<OperationIndex> consumers(ValueIndex value) const;

    std::int64_t parameterCount() const; // trainable elements, as published tables count them
    std::int64_t macs(OperationIndex i) const; // multiply-accumulates for one sample; 0 for anything but layers
    std::int64_t macs() const { return m_macs; }

private:
    ValueIndex append(Operation operation, Shape shape);

    std::string m_architecture;
    std::vector<Operation> m_operations;
    std::vector<Value> m_values;
    std::vector<Parameter> m_parameters;
    ValueIndex m_input;
    ValueIndex m_output;
    std::int64_t m_macs = 0; // running sums, so that hostile sizes are refused before they overflow
    std::int64_t m_parameterElements = 0; // trainable or not
};

// The network's state_dict (trainable and running statistics), in order; parameters that have no data yet are left out.
StateDict stateDict(const Network& network);
// Kaiming-normal (fan out) convolutions, uniform linear, batch norm at 1/0, as torchvision initialises; seeded.
void initialiseParameters(Network& network, std::uint64_t seed);

} // namespace halftone
