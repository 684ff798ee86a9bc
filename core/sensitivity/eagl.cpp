// EAGL: counts of the codes, their entropy, and the sum over linked groups.
#include "core/sensitivity/eagl.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/base/stopwatch.h"

namespace halftone {
namespace {

// H = -sum p log2 p = log2 N - (1/N) sum n log2 n. Example: counts 1, 1, 2 -> 2 - (0 + 0 + 2) / 4 = 1.5 bits.
double entropyBits(const CodeCounts& counts)
{
    double total = 0;
    double sum = 0;
    for (const std::int64_t n : counts) {
        if (n == 0) continue;
        const auto count = static_cast<double>(n);
        total += count;
        sum += count * std::log2(count);
    }
    return total > 0 ? std::max(0.0, std::log2(total) - sum / total) : 0.0; // not -0 or a rounding below it
}

bool isUsable(const FrozenGrid& grid)
{
    constexpr int kFarthest = 255;
    const bool range = grid.lowest >= -kFarthest && grid.highest <= kFarthest && grid.lowest <= grid.highest
        && grid.highest - grid.lowest <= kFarthest;
    const auto fine = [](float scale) { return std::isfinite(scale) && scale > 0.0f; };
    return range && !grid.scales.empty() && std::all_of(grid.scales.begin(), grid.scales.end(), fine);
}

Result<double> layerEntropy(const Network& network, const Layer& layer, const FrozenGrid& grid)
{
    const Parameter& weight = network.parameter(layer.weight);
    if (weight.data.empty()) {
        return Error{ErrorCode::BadInput,
            fmt::format("EAGL cannot score {}: the network has no weights; load a checkpoint first.", layer.name)};
    }
    const std::span<const float> values = weight.data.floats();
    const auto channels = static_cast<std::int64_t>(grid.scales.size());
    if (!isUsable(grid) || (channels != 1 && (weight.shape.empty() || channels != weight.shape[0]))) {
        return Error{ErrorCode::BadInput,
            fmt::format("EAGL cannot score {}: its grid [{}, {}] with {} scales does not fit weights of shape {}.", layer.name,
                grid.lowest, grid.highest, channels, text(weight.shape))};
    }
    const double entropy = codeEntropyBits(values, grid);
    if (std::isnan(entropy)) {
        return Error{ErrorCode::Failed,
            fmt::format(
                "EAGL cannot score {}: its weights hold NaN or infinity; check the checkpoint or the training that made it.",
                layer.name)};
    }
    return entropy;
}

Result<GroupScore> groupScore(const Network& network, const LayerTable& table, GroupIndex group, const NetworkGrids& grids)
{
    GroupScore score{.group = group, .gain = 0, .scored = true, .reason = {}};
    for (const LayerIndex index : table.group(group).layers) {
        const Layer& layer = table.layer(index);
        const auto grid = grids.weights.find(index);
        if (grid == grids.weights.end()) {
            return GroupScore{.group = group,
                .gain = 0,
                .scored = false,
                .reason = fmt::format("the weights of {} are not quantized in the base network", layer.name)};
        }
        HALFTONE_TRY(const double entropy, layerEntropy(network, layer, grid->second));
        score.gain += entropy;
    }
    return score;
}

} // namespace

double codeEntropyBits(std::span<const float> weights, const FrozenGrid& grid)
{
    return codeEntropyBits(weights, grid, fastestEntropyKernel());
}

double codeEntropyBits(std::span<const float> weights, const FrozenGrid& grid, EntropyKernel kernel)
{
    assert(isUsable(grid) && weights.size() % grid.scales.size() == 0 && "one scale, or one a channel");
    CodeCounts counts{};
    const std::size_t perScale = weights.size() / grid.scales.size();
    for (std::size_t channel = 0; channel < grid.scales.size(); ++channel) {
        const CodeGrid codes{.scale = grid.scales[channel], .lowest = grid.lowest, .highest = grid.highest};
        if (!countCodes(kernel, weights.subspan(channel * perScale, perScale), codes, counts))
            return std::numeric_limits<double>::quiet_NaN();
    }
    return entropyBits(counts);
}

Result<SensitivityReport> eaglScores(const Network& network, const LayerTable& table, const NetworkGrids& grids, int lowBits)
{
    const Stopwatch watch;
    SensitivityReport report{.metric = "eagl", .unit = "bits of entropy", .lowBits = lowBits};
    int highBits = 0;
    for (std::size_t i = 0; i < table.groups.size(); ++i) {
        if (table.groups[i].edge) continue;
        const GroupIndex group(static_cast<std::int64_t>(i));
        HALFTONE_TRY(GroupScore score, groupScore(network, table, group, grids));
        if (score.scored) highBits = std::max(highBits, grids.weights.at(table.groups[i].layers.front()).bits);
        report.groups.push_back(std::move(score));
    }
    if (highBits > 0) report.highBits = highBits;
    report.cpuSeconds = watch.cpuSeconds();
    return report;
}

} // namespace halftone
