// Whether bits and grids of a network are what they say they are.
#include "core/graph/quantized_model.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace halftone {

Error badGrid(std::string_view what, std::string_view whose, std::string_view why)
{
    return {ErrorCode::BadInput,
        fmt::format("The grid of {} '{}' {}; quantize the network again before exporting it.", what, whose, why)};
}

namespace {

Status checkGrid(const FrozenGrid& grid, int bits, std::string_view what, std::string_view whose)
{
    if (grid.bits != bits)
        return badGrid(what, whose, fmt::format("has {} bits where the assignment says {}", grid.bits, bits));
    if (grid.lowest > 0 || grid.highest < 1) return badGrid(what, whose, "does not contain 0 and 1");
    const std::int32_t reach = std::max(-grid.lowest, grid.highest);
    const bool usable = std::all_of(grid.scales.begin(), grid.scales.end(),
        [&](float scale) { return scale > 0 && std::isnormal(scale) && std::isfinite(scale * static_cast<float>(reach)); });
    if (!usable || grid.scales.empty())
        return badGrid(what, whose, "has no scale, or one that is not a positive, normal number");
    return {};
}

// For grids whose codes fit a byte. One code more than the bits say is the lowest one of a folded channel of negative gamma, turned round.
Status checkWidth(const FrozenGrid& grid, std::string_view what, std::string_view whose)
{
    if (grid.highest - grid.lowest <= 1 << grid.bits) return {};
    return badGrid(what, whose, "has a wider range than its bits");
}

Status checkWeightGrid(const Network& network, const Layer& layer, const FrozenGrid& grid, int bits)
{
    HALFTONE_CHECK(checkGrid(grid, bits, "the weights of", layer.name));
    const std::int64_t channels = network.parameter(layer.weight).shape[0];
    const auto scales = static_cast<std::int64_t>(grid.scales.size());
    if (grid.lowest < -128 || grid.highest > 127) return badGrid("the weights of", layer.name, "does not fit signed bytes");
    if (scales != 1 && scales != channels) {
        return badGrid("the weights of", layer.name, fmt::format("has {} scales for {} output channels", scales, channels));
    }
    return checkWidth(grid, "the weights of", layer.name);
}

Status checkActivationGrid(const Layer& layer, const FrozenGrid& grid, int bits)
{
    HALFTONE_CHECK(checkGrid(grid, bits, "the input of", layer.name));
    if (grid.scales.size() != 1) return badGrid("the input of", layer.name, "has more than one scale");
    if (grid.highest - grid.lowest > 255) return badGrid("the input of", layer.name, "does not fit a byte");
    return checkWidth(grid, "the input of", layer.name);
}

} // namespace

Result<QuantizedModel> quantizedModel(Network network, const FoundGrids& found, std::string_view file)
{
    const LayerTable table = layerTable(network);
    QuantizedModel model{std::move(network), fullPrecisionAssignment(table), {.weights = {}, .activations = found.activations}};
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const LayerIndex index(static_cast<std::int64_t>(i));
        const Layer& layer = table.layer(index);
        if (found.quantizedInputs.contains(layer.operation))
            model.bits[index].activation = found.activations.at(layer.input).bits;
        if (const auto grid = found.weights.find(layer.operation); grid != found.weights.end()) {
            model.bits[index].weight = grid->second.bits;
            model.grids.weights[index] = grid->second;
        }
    }
    const Status consistent = validate(model);
    if (!consistent.ok())
        return Error{ErrorCode::Unsupported,
            fmt::format("{}'s quantizers do not fit its layers: {}", file, consistent.error().message)};
    return model;
}

BitAssignment bitsOf(const NetworkGrids& grids, const LayerTable& table)
{
    BitAssignment bits = fullPrecisionAssignment(table);
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const auto weight = grids.weights.find(LayerIndex(static_cast<std::int64_t>(i)));
        const auto activation = grids.activations.find(table.layers[i].input);
        if (weight != grids.weights.end()) bits.layers[i].weight = weight->second.bits;
        if (activation != grids.activations.end()) bits.layers[i].activation = activation->second.bits;
    }
    return bits;
}

NetworkGrids gridsAt(const NetworkGrids& grids, const BitAssignment& bits, const LayerTable& table)
{
    NetworkGrids kept;
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const auto weight = grids.weights.find(LayerIndex(static_cast<std::int64_t>(i)));
        const auto activation = grids.activations.find(table.layers[i].input);
        if (weight != grids.weights.end() && weight->second.bits == bits.layers[i].weight) kept.weights.insert(*weight);
        if (activation != grids.activations.end() && activation->second.bits == bits.layers[i].activation)
            kept.activations.insert(*activation);
    }
    return kept;
}

Status validate(const QuantizedModel& model)
{
    const Network& network = model.network;
    if (!network.input().valid() || !network.output().valid() || network.output() == network.input()) {
        return Error{ErrorCode::BadInput,
            "The network has no operations between an input and an output, so there is nothing to export."};
    }
    return validate(model.grids, model.bits, network, layerTable(network));
}

Status validate(const NetworkGrids& grids, const BitAssignment& bits, const Network& network, const LayerTable& table)
{
    HALFTONE_CHECK(validate(bits, table));
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const Layer& layer = table.layers[i];
        const LayerBits width = bits.layers[i];
        const auto weight = grids.weights.find(LayerIndex(static_cast<std::int64_t>(i)));
        const auto activation = grids.activations.find(layer.input);
        if (width.weight != kFullPrecision) {
            if (weight == grids.weights.end()) return badGrid("the weights of", layer.name, "is missing");
            HALFTONE_CHECK(checkWeightGrid(network, layer, weight->second, width.weight));
        }
        if (width.activation != kFullPrecision) {
            if (activation == grids.activations.end()) return badGrid("the input of", layer.name, "is missing");
            HALFTONE_CHECK(checkActivationGrid(layer, activation->second, width.activation));
        }
    }
    return {};
}

} // namespace halftone
