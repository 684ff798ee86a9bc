// Finds the biases that onnxruntime would round.
#include "core/export/runtime_warnings.h"

#include <algorithm>

namespace halftone {

namespace {

constexpr int kCoarseBits = 4; // from here down the scores moved; at 8 bit they did not

// Directly or behind the activation function that a runtime fuses into the layer.
bool isQuantizedBehind(const Network& network, const NetworkGrids& grids, ValueIndex value)
{
    if (grids.activations.contains(value)) return true;
    return std::ranges::any_of(network.consumers(value), [&](OperationIndex i) {
        const Operation& next = network.operation(i);
        return (next.as<Relu>() || next.as<Relu6>()) && grids.activations.contains(next.output);
    });
}

bool hasBias(const Network& network, const Operation& operation)
{
    return std::ranges::any_of(operation.parameters, [&](ParameterIndex i) { return network.parameter(i).name.ends_with(".bias"); });
}

} // namespace

std::vector<std::string> onnxRuntimeWarnings(const Network& network, const LayerTable& table, const NetworkGrids& grids)
{
    std::size_t count = 0;
    std::string first;
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const auto weights = grids.weights.find(LayerIndex(static_cast<std::int64_t>(i)));
        if (weights == grids.weights.end() || weights->second.bits > kCoarseBits) continue;
        const Operation& operation = network.operation(table.layers[i].operation);
        if (!hasBias(network, operation) || !grids.activations.contains(operation.inputs.front())
            || !isQuantizedBehind(network, grids, operation.output))
            continue;
        if (count++ == 0) first = table.layers[i].name;
    }
    if (count == 0) return {};
    const std::string biases = count == 1 ? "the bias of " + first : "the biases of " + std::to_string(count) + " layers";
    return {"onnxruntime rounds " + biases
        + " by default. Set session.disable_quant_qdq to 1, or keep the batch norms, for the answers verified here."};
}

} // namespace halftone
