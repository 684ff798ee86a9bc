// Finds the weights that belong to an assignment and builds the runnable network.
#include "core/studies/loaded_network.h"

#include <nlohmann/json.hpp>

#include "core/base/machine.h"
#include "core/base/version.h"
#include "core/data/batch_loader.h"
#include "core/execution/torch_settings.h"
#include "core/formats/safetensors.h"
#include "core/graph/quantized_model.h"
#include "core/training/task_loss.h"

namespace halftone {

namespace {

Result<QuantizationOptions> quantizationOfRun(const RunRecord& run)
{
    const auto options = nlohmann::json::parse(run.optionsJson, nullptr, false);
    if (options.is_discarded() || !options.contains("recipe"))
        return Error{ErrorCode::Corrupt, "Run " + std::to_string(run.id) + " has no recipe; train it again."};
    const auto& recipe = options["recipe"];
    return QuantizationOptions{.method = recipe.value("quantizer", "lsq"),
        .symmetricWeights2 = recipe.value("symmetricWeights2", true),
        .countBatch = recipe.value("countBatch", false)};
}

Result<TorchNetwork> networkOfRun(Study& study, const RunRecord& run)
{
    HALFTONE_TRY(const auto weights, study.file().runWeights(run.id));
    if (!weights) return Error{ErrorCode::NotFound, "Run " + std::to_string(run.id) + " has no saved weights; train it again."};
    HALFTONE_TRY(const SafeTensors saved, parseSafeTensors(*weights));
    HALFTONE_TRY(const BitAssignment assignment, assignmentFromText(run.assignmentBits));
    HALFTONE_TRY(const QuantizationOptions options, quantizationOfRun(run));
    HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(study.network()));
    HALFTONE_CHECK(network.assign(assignment, options));
    HALFTONE_CHECK(network.load(saved.tensors));
    return network;
}

bool isFinalRun(const RunRecord& run)
{
    if (run.kind != "fine-tune" && run.kind != "frontier" && run.kind != "from scratch") return false;
    const auto options = nlohmann::json::parse(run.optionsJson, nullptr, false);
    return run.hasWeights && !options.is_discarded()
        && options.value("holdBack", 0.0) == 0.0; // trials are for choosing recipes
}

} // namespace

Result<torch::Tensor> calibrationImages(Study& study, const TaskContext& task)
{
    HALFTONE_TRY(const Dataset* data, study.dataset(task));
    const std::int64_t count = std::min(fitted(defaultRecipe(), *data->train).calibrationImages, data->train->count());
    BatchLoader loader(data->train, data->normalisation,
        {.batchSize = count, .shuffle = true, .seed = study.seed(), .epoch = kCalibrationEpoch});
    HALFTONE_TRY(const auto batch, loader.next());
    if (!batch) return Error{ErrorCode::BadInput, "There are no training images to calibrate on; check the data folder."};
    return batch->images;
}

Result<LoadedNetwork> loadNetwork(Study& study, const std::string& assignment, const TaskContext& task)
{
    HALFTONE_TRY(const BitAssignment bits, study.assignment(assignment));
    HALFTONE_TRY(const auto runs, study.file().runs({.kind = {}, .state = RunState::Finished, .assignmentBits = toText(bits)}));
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        // "fp32" means the pretrained weights, also after a fine-tune at full precision; but what began at random was trained
        // here.
        if (!isFinalRun(*run) || (assignment == "fp32" && run->kind != "from scratch")) continue;
        HALFTONE_TRY(TorchNetwork network, networkOfRun(study, *run));
        const char* const how = run->kind == "from scratch" ? "trained from scratch (run " : "fine-tuned (run ";
        return LoadedNetwork{std::move(network), how + std::to_string(run->id) + ")"};
    }
    HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(study.network()));
    if (bits == fullPrecisionAssignment(study.table())) return LoadedNetwork{std::move(network), "pretrained"};
    const NetworkGrids own = gridsAt(study.fileGrids(), bits, study.table());
    HALFTONE_CHECK(network.assign(bits, {}));
    HALFTONE_CHECK(network.setGrids(own));
    if (!network.needsCalibration()) return LoadedNetwork{std::move(network), "pretrained, with the file's own scales"};
    HALFTONE_TRY(const torch::Tensor images, calibrationImages(study, task));
    HALFTONE_CHECK(network.calibrateNew(images, task));
    const bool some = own != NetworkGrids();
    return LoadedNetwork{std::move(network),
        some ? "pretrained, the file's own scales where its widths are kept, calibrated elsewhere" : "pretrained, calibrated but not fine-tuned"};
}

Result<TorchNetwork> trainedNetwork(Study& study, const std::string& runKey)
{
    HALFTONE_TRY(const auto run, study.file().findRun(runKey));
    if (!run || run->state != RunState::Finished)
        return Error{ErrorCode::NotFound, "The run to start from is not in the study; train it first."};
    return networkOfRun(study, *run);
}

Result<EvaluationReport> evaluateFor(const Study& study, TorchNetwork& network, const ImageSet& images,
    const Normalisation& normalisation, const TaskContext& task)
{
    if (images.labelKind().task != Task::Outputs) return evaluate(network, images, normalisation, {}, task);
    HALFTONE_TRY(TorchNetwork reference, TorchNetwork::create(study.network()));
    return evaluate(network, images, normalisation, {.reference = &reference}, task);
}

Provenance presentProvenance(const Study& study, const Dataset& data, std::uint64_t seed)
{
    Provenance provenance;
    provenance.seed = seed;
    provenance.threads = torchThreads();
    provenance.cpuName = cpuName();
    provenance.codeVersion = kVersion;
    provenance.libraryVersions = {{"libtorch", torchVersion()}};
    provenance.dataHash = data.hash;
    provenance.modelHash = study.modelHash();
    return provenance;
}

std::string firstLine(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

} // namespace halftone
