// Layer facts from a network's operations and shapes.
#include "core/studies/layer_facts.h"

namespace halftone {

namespace {

std::string kernelText(const Operation& operation)
{
    const auto* c = operation.as<Conv2d>();
    if (!c) return {};
    std::string text = std::to_string(c->kernel[0]) + "x" + std::to_string(c->kernel[1]);
    if (c->stride != Pair{1, 1}) text += " /" + std::to_string(c->stride[0]);
    if (c->dilation != Pair{1, 1}) text += " d" + std::to_string(c->dilation[0]);
    if (c->groups != 1) text += " g" + std::to_string(c->groups);
    return text;
}

} // namespace

std::vector<InspectedLayer> layerFacts(const Network& network, const LayerTable& table)
{
    std::vector<InspectedLayer> layers;
    for (const Layer& layer : table.layers) {
        const Operation& operation = network.operation(layer.operation);
        InspectedLayer one{.name = layer.name,
            .kind = std::string(kindName(operation.attributes)),
            .input = network.value(layer.input).shape,
            .output = network.value(operation.output).shape,
            .kernel = kernelText(operation),
            .macs = layer.macs,
            .group = table.group(layer.group).name,
            .edge = layer.edge};
        for (const ParameterIndex parameter : operation.parameters)
            one.parameters += elementCount(network.parameter(parameter).shape);
        layers.push_back(std::move(one));
    }
    return layers;
}

} // namespace halftone
