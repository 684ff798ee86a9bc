// Finds a layer's weights in the study file and describes them.
#include "core/studies/layer_weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/closest_names.h"
#include "core/formats/safetensors.h"
#include "core/graph/bit_assignment.h"
#include "core/graph/code_range.h"
#include "core/graph/network_text.h"
#include "core/graph/step_search.h"
#include "core/sensitivity/eagl.h"

namespace halftone {

namespace {

constexpr std::array kShownWidths{2, 4, 8};

// What the study holds of the layer: its place, its weights, and the grid that a run learned for it.
struct FoundWeights {
    TensorData weights; // Float32
    std::string source;
    bool symmetric2 = true;
    std::optional<LearnedGrid> learned;
};

Result<TensorData> tensorNamed(const StateDict& tensors, const std::string& name)
{
    const TensorData* found = tensors.find(name);
    if (!found) return Error{ErrorCode::Corrupt, "The study's stored weights lack " + name + "; check the study file."};
    return found->toFloat32();
}

// A quantizer keeps one tensor, "step" when it is learned and "scale" when it is calibrated once.
Result<std::optional<LearnedGrid>> learnedGrid(
    const StateDict& tensors, const std::string& layer, int bits, bool symmetric2, std::int64_t run)
{
    const std::string prefix = layer + ".weight_quantizer.";
    for (const char* const name : {"step", "scale"}) {
        const TensorData* found = tensors.find(prefix + name);
        if (!found) continue;
        const TensorData step = found->toFloat32();
        const CodeRange range = weightCodeRange(bits, symmetric2);
        FrozenGrid grid{.bits = bits, .lowest = range.lowest, .highest = range.highest};
        grid.scales.assign(step.floats().begin(), step.floats().end());
        if (grid.scales.empty() || !std::ranges::all_of(grid.scales, [](float s) { return s > 0 && std::isfinite(s); }))
            return Error{
                ErrorCode::Corrupt, "The step that run " + std::to_string(run) + " left for " + layer + " is no step."};
        const std::string how = name == std::string("step") ? "learned" : "calibrated";
        return std::optional(LearnedGrid{std::move(grid), how + " in run " + std::to_string(run)});
    }
    return std::optional<LearnedGrid>();
}

Result<FoundWeights> weightsOfRun(const StudyFile& file, const Layer& layer, LayerIndex index, std::int64_t id)
{
    HALFTONE_TRY(const RunRecord run, file.run(id));
    HALFTONE_TRY(const auto bytes, file.runWeights(id));
    if (!bytes)
        return Error{ErrorCode::BadInput,
            "Run " + std::to_string(id) + " has no saved weights; show one that has finished, or train it again."};
    HALFTONE_TRY(const SafeTensors saved, parseSafeTensors(*bytes));
    FoundWeights found{.source = "run " + std::to_string(id)};
    HALFTONE_TRY(found.weights, tensorNamed(saved.tensors, layer.name + ".weight"));
    const auto options = nlohmann::json::parse(run.optionsJson, nullptr, false);
    if (options.is_object() && options.contains("recipe") && options["recipe"].is_object())
        found.symmetric2 = options["recipe"].value("symmetricWeights2", true);
    HALFTONE_TRY(const BitAssignment bits, assignmentFromText(run.assignmentBits));
    if (static_cast<std::size_t>(index.value) >= bits.layers.size())
        return Error{ErrorCode::Corrupt, "Run " + std::to_string(id) + " has no bit width for " + layer.name + "."};
    if (const int width = bits[index].weight; width != kFullPrecision) {
        HALFTONE_TRY(found.learned, learnedGrid(saved.tensors, layer.name, width, found.symmetric2, id));
    }
    return found;
}

Result<FoundWeights> findWeights(const StudyFile& file, const LayerWeightsOptions& options)
{
    HALFTONE_TRY(const StudyModel graph, file.loadModelWithoutWeights());
    HALFTONE_TRY(const Network network, networkFromText(graph.networkText));
    const LayerTable table = layerTable(network);
    HALFTONE_TRY(const LayerIndex index, findLayer(table, options.layer));
    const Layer& layer = table.layer(index);
    FoundWeights found{.source = "pretrained"};
    if (options.run != 0) {
        HALFTONE_TRY(found, weightsOfRun(file, layer, index, options.run));
    } else {
        HALFTONE_TRY(const StudyModel model, file.loadModel());
        HALFTONE_TRY(const SafeTensors saved, parseSafeTensors(model.weights));
        HALFTONE_TRY(found.weights, tensorNamed(saved.tensors, network.parameter(layer.weight).name));
        if (const auto grid = model.grids.weights.find(layer.name); grid != model.grids.weights.end())
            found.learned = LearnedGrid{grid->second, kFileGridOrigin};
    }
    const Shape& wanted = network.parameter(layer.weight).shape;
    const std::size_t scales = found.learned ? found.learned->grid.scales.size() : 1;
    if (found.weights.shape() != wanted || (scales != 1 && static_cast<std::int64_t>(scales) != wanted[0]))
        return Error{ErrorCode::Corrupt, "The stored weights of " + layer.name + " do not fit the study's network."};
    return found;
}

Result<WeightsAtWidth> atWidth(const WeightsToDescribe& weights, int bits)
{
    FrozenGrid grid{.bits = bits};
    std::string origin = "least square error";
    if (weights.learned && weights.learned->grid.bits == bits) {
        grid = weights.learned->grid;
        origin = weights.learned->origin;
    } else {
        const CodeRange range = weightCodeRange(bits, weights.symmetric2);
        grid.lowest = range.lowest;
        grid.highest = range.highest;
        grid.scales = {leastSquareErrorStep(weights.values, range.lowest, range.highest)};
    }
    GridNoise noise;
    noise.add(grid, weights.values);
    const auto count = static_cast<std::int64_t>(weights.values.size());
    return WeightsAtWidth{.grid = viewOf(grid, std::move(origin), noise),
        .entropyBits = codeEntropyBits(weights.values, grid),
        .bytes = (count * bits + 7) / 8};
}

} // namespace

Result<LayerIndex> findLayer(const LayerTable& table, const std::string& name)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        if (table.layers[i].name == name) return LayerIndex(static_cast<std::int64_t>(i));
        names.push_back(table.layers[i].name);
    }
    return Error{ErrorCode::NotFound, "There is no layer named " + name + didYouMean(name, names)};
}

Result<LayerWeights> describeWeights(const WeightsToDescribe& weights, const TaskContext& task)
{
    if (weights.values.empty()) return Error{ErrorCode::BadInput, "The layer has no weights to show."};
    HALFTONE_CHECK(checkBins(weights.bins));
    StatisticsCounter counter;
    if (!counter.add(weights.values))
        return Error{ErrorCode::Failed, "The layer's weights hold NaN or infinity; check the checkpoint or the training."};
    LayerWeights made{.statistics = counter.statistics()};
    const double reach = std::max(-made.statistics.minimum, made.statistics.maximum);
    const double shown = reach > 0 ? reach : 1.0; // all zeros: any range does
    HistogramCounter histogram(-shown, shown, weights.bins);
    histogram.add(weights.values);
    made.histogram = histogram.histogram();
    for (const int bits : kShownWidths) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped while weights were described."};
        HALFTONE_TRY(WeightsAtWidth width, atWidth(weights, bits));
        made.widths.push_back(std::move(width));
    }
    return made;
}

Result<LayerWeights> layerWeights(const StudyFile& file, const LayerWeightsOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(const FoundWeights found, findWeights(file, options));
    auto described = describeWeights(
        {.values = found.weights.floats(), .bins = options.bins, .symmetric2 = found.symmetric2, .learned = found.learned},
        task);
    if (!described.ok()) return Error{described.error().code, "Layer " + options.layer + ": " + described.error().message};
    described->layer = options.layer;
    described->source = found.source;
    return described;
}

} // namespace halftone
