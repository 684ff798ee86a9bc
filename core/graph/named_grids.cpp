// From places in a network to names and back.
#include "core/graph/named_grids.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/graph/quantized_model.h"

namespace halftone {

NamedGrids namedGrids(const NetworkGrids& grids, const Network& network, const LayerTable& table)
{
    NamedGrids named;
    for (const auto& [layer, grid] : grids.weights) named.weights[table.layer(layer).name] = grid;
    for (const auto& [value, grid] : grids.activations)
        named.activations[network.operation(network.value(value).producer).name] = grid;
    return named;
}

Result<NetworkGrids> gridsOf(const NamedGrids& named, const Network& network, const LayerTable& table)
{
    NetworkGrids grids;
    for (const auto& [name, grid] : named.weights) {
        const auto layer = std::ranges::find(table.layers, name, &Layer::name);
        if (layer == table.layers.end())
            return Error{ErrorCode::BadInput, fmt::format("There is a grid for the weights of '{}', and no such layer.", name)};
        grids.weights[LayerIndex(layer - table.layers.begin())] = grid;
    }
    for (const auto& [name, grid] : named.activations) {
        const OperationIndex producer = network.findOperation(name);
        const ValueIndex value = producer.valid() ? network.operation(producer).output : ValueIndex();
        if (!value.valid() || std::ranges::find(table.layers, value, &Layer::input) == table.layers.end())
            return Error{ErrorCode::BadInput, fmt::format("There is a grid for the output of '{}', which no layer reads.", name)};
        grids.activations[value] = grid;
    }
    HALFTONE_CHECK(validate(grids, bitsOf(grids, table), network, table));
    return grids;
}

} // namespace halftone
