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

Status checkWeightGrid(const Network& network, const Layer& layer, const FrozenGrid& grid, int bits)
{
    HALFTONE_CHECK(checkGrid(grid, bits, "the weights of", layer.name));
    const std::int64_t channels = network.parameter(layer.weight).shape[0];
    const auto scales = static_cast<std::int64_t>(grid.scales.size());
    if (grid.lowest < -128 || grid.highest > 127) return badGrid("the weights of", layer.name, "does not fit signed bytes");
    if (scales != 1 && scales != channels) {
        return badGrid("the weights of", layer.name, fmt::format("has {} scales for {} output channels", scales, channels));
    }
    return {};
}

Status checkActivationGrid(const Layer& layer, const FrozenGrid& grid, int bits)
{
    HALFTONE_CHECK(checkGrid(grid, bits, "the input of", layer.name));
    if (grid.scales.size() != 1) return badGrid("the input of", layer.name, "has more than one scale");
    const bool fits = grid.lowest == 0 ? grid.highest <= 255 : grid.lowest >= -128 && grid.highest <= 127;
    if (!fits) return badGrid("the input of", layer.name, "does not fit a byte");
    return {};
}

} // namespace

Status validate(const QuantizedModel& model)
{
    const Network& network = model.network;
    const LayerTable table = layerTable(network);
    if (!network.input().valid() || !network.output().valid() || network.output() == network.input()) {
        return Error{ErrorCode::BadInput,
            "The network has no operations between an input and an output, so there is nothing to export."};
    }
    HALFTONE_CHECK(validate(model.bits, table));
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const Layer& layer = table.layers[i];
        const LayerBits width = model.bits.layers[i];
        const auto weight = model.grids.weights.find(LayerIndex(static_cast<std::int64_t>(i)));
        const auto activation = model.grids.activations.find(layer.input);
        if (width.weight != kFullPrecision) {
            if (weight == model.grids.weights.end()) return badGrid("the weights of", layer.name, "is missing");
            HALFTONE_CHECK(checkWeightGrid(network, layer, weight->second, width.weight));
        }
        if (width.activation != kFullPrecision) {
            if (activation == model.grids.activations.end()) return badGrid("the input of", layer.name, "is missing");
            HALFTONE_CHECK(checkActivationGrid(layer, activation->second, width.activation));
        }
    }
    return {};
}

} // namespace halftone
