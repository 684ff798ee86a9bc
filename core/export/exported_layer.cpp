// Quantizes a layer's weights to codes and folds the batch norm behind it.
#include "core/export/exported_layer.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include <fmt/format.h>

namespace halftone {

namespace {

constexpr std::int32_t kLargestCode = 127; // of a signed byte

Result<std::span<const float>> loaded(const Network& network, ParameterIndex index)
{
    const Parameter& parameter = network.parameter(index);
    if (parameter.data.empty()) {
        return Error{ErrorCode::BadInput,
            fmt::format("'{}' has no data; load or train the network before exporting it.", parameter.name)};
    }
    const std::span<const float> values = parameter.data.floats();
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
        return Error{ErrorCode::BadInput,
            fmt::format("'{}' holds NaN or infinity, so the network cannot be exported; train it again from an earlier state.",
                parameter.name)};
    }
    return values;
}

// What a batch norm does to each channel: y = factor * x + shift.
struct ChannelMap {
    std::vector<double> factor;
    std::vector<double> shift;
};

Result<ChannelMap> channelMap(const Network& network, const Operation& batchNorm)
{
    HALFTONE_TRY(const auto gamma, loaded(network, batchNorm.parameters[0]));
    HALFTONE_TRY(const auto beta, loaded(network, batchNorm.parameters[1]));
    HALFTONE_TRY(const auto mean, loaded(network, batchNorm.parameters[2]));
    HALFTONE_TRY(const auto variance, loaded(network, batchNorm.parameters[3]));
    ChannelMap map;
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        const double sigmaSquared = static_cast<double>(variance[c]) + batchNorm.as<BatchNorm>()->epsilon;
        if (!(sigmaSquared > 0)) {
            return Error{ErrorCode::BadInput,
                fmt::format("Batch norm '{}' has variance {} in channel {}, which must be above zero; train the network again.",
                    batchNorm.name, variance[c], c)};
        }
        map.factor.push_back(gamma[c] / std::sqrt(sigmaSquared));
        map.shift.push_back(beta[c] - mean[c] * map.factor.back());
    }
    return map;
}

void foldCodes(ExportedLayer& layer, const ChannelMap& map)
{
    const std::size_t channels = map.factor.size();
    const std::size_t perChannel = layer.codes.size() / channels;
    const std::vector<float> before = layer.scales;
    layer.scales.assign(channels, 0.0F);
    for (std::size_t c = 0; c < channels; ++c) {
        const float scale = before[before.size() == 1 ? 0 : c];
        const auto folded = static_cast<float>(scale * std::abs(map.factor[c]));
        const auto codes = std::span(layer.codes).subspan(c * perChannel, perChannel);
        // Not normal: zero, or so small that runtimes may flush it to zero; the channel is then the constant `shift`.
        layer.scales[c] = std::isnormal(folded) ? folded : scale;
        if (!std::isnormal(folded)) std::fill(codes.begin(), codes.end(), 0);
        if (std::isnormal(folded) && map.factor[c] < 0)
            std::transform(codes.begin(), codes.end(), codes.begin(), std::negate<>());
    }
    const auto [least, most] = std::minmax_element(layer.codes.begin(), layer.codes.end());
    layer.lowest = std::min(layer.lowest, *least);
    layer.highest = std::max(layer.highest, *most);
}

void foldFloats(ExportedLayer& layer, const ChannelMap& map)
{
    const std::size_t perChannel = layer.weights.size() / map.factor.size();
    for (std::size_t i = 0; i < layer.weights.size(); ++i) {
        layer.weights[i] = static_cast<float>(layer.weights[i] * map.factor[i / perChannel]);
    }
}

void foldBias(ExportedLayer& layer, const ChannelMap& map)
{
    layer.bias.resize(map.factor.size(), 0.0F);
    for (std::size_t c = 0; c < layer.bias.size(); ++c) {
        layer.bias[c] = static_cast<float>(map.shift[c] + layer.bias[c] * map.factor[c]);
    }
}

Status checkFinite(const ExportedLayer& layer, const std::string& name)
{
    const auto finite = [](const std::vector<float>& values) {
        return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
    };
    if (finite(layer.scales) && finite(layer.weights) && finite(layer.bias)) return {};
    return Error{ErrorCode::BadInput,
        fmt::format(
            "Layer '{}' has weights too large to be folded with its batch norm; export it with the batch norms kept.", name)};
}

} // namespace

Result<ExportedLayer> exportLayer(
    const Network& network, const Operation& layer, const FrozenGrid* grid, const Operation* batchNorm)
{
    ExportedLayer exported;
    HALFTONE_TRY(const auto weights, loaded(network, layer.parameters[0]));
    if (layer.parameters.size() > 1) {
        HALFTONE_TRY(const auto bias, loaded(network, layer.parameters[1]));
        exported.bias.assign(bias.begin(), bias.end());
    }
    if (grid) {
        const std::vector<std::int8_t> codes = quantizeToCodes(*grid, weights);
        exported.codes.assign(codes.begin(), codes.end());
        exported.scales = grid->scales;
        exported.lowest = grid->lowest;
        exported.highest = grid->highest;
    } else {
        exported.weights.assign(weights.begin(), weights.end());
    }
    if (!batchNorm) return exported;

    HALFTONE_TRY(const ChannelMap map, channelMap(network, *batchNorm));
    ExportedLayer folded = exported;
    folded.folded = true;
    if (grid) foldCodes(folded, map);
    if (!grid) foldFloats(folded, map);
    foldBias(folded, map);
    if (folded.highest > kLargestCode) return exported;
    HALFTONE_CHECK(checkFinite(folded, layer.name));
    return folded;
}

} // namespace halftone
