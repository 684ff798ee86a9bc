// Layer facts from a network's operations and shapes.
#include "core/studies/layer_facts.h"

namespace halftone {

namespace {

std::string kernelText(const Operation& operation)
{
    const auto words = [](const auto& conv) {
        std::string text = std::to_string(conv.kernel[0]) + "x" + std::to_string(conv.kernel[1]);
        if (conv.stride != Pair{1, 1}) text += " /" + std::to_string(conv.stride[0]);
        if (conv.dilation != Pair{1, 1}) text += " d" + std::to_string(conv.dilation[0]);
        if (conv.groups != 1) text += " g" + std::to_string(conv.groups);
        return text;
    };
    if (const auto* conv = operation.as<Conv2d>()) return words(*conv);
    if (const auto* transposed = operation.as<ConvTranspose2d>()) return words(*transposed);
    return {};
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
