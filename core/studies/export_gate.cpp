// Reads back, runs, compares.
#include "core/studies/export_gate.h"

#include <ATen/core/grad_mode.h>

#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "core/data/batch_loader.h"
#include "core/execution/torchscript_reader.h"
#include "core/export/runtime_warnings.h"
#include "core/formats/onnx_reader.h"
#include "core/formats/packed_file.h"
#include "core/formats/safetensors.h"
#include "core/training/evaluation.h"

namespace halftone {

namespace {

constexpr std::int64_t kSingleImages = 256, kBatch = 64; // batch 1 is slow; it is there to catch what depends on the batch
constexpr std::int64_t kNoiseImages = 256;
constexpr double kEqualDb = 200; // shown for exactly equal outputs; beyond what single precision can tell apart

// The value to compare for each layer: what its batch norm puts out when one follows, for both networks alike, because a
// folded file has no value before it.
std::map<std::string, OperationIndex> comparedOutputs(const Network& network, const LayerTable& table)
{
    std::map<OperationIndex, OperationIndex> folded;
    for (const auto& fold : batchNormFolds(network)) folded[fold.layer] = fold.batchNorm;
    std::map<std::string, OperationIndex> outputs;
    for (const Layer& layer : table.layers) {
        const auto batchNorm = folded.find(layer.operation);
        outputs[layer.name] = batchNorm == folded.end() ? layer.operation : batchNorm->second;
    }
    return outputs;
}

std::map<std::string, torch::Tensor> layerOutputs(TorchNetwork& network, const torch::Tensor& images)
{
    std::map<OperationIndex, std::string> wanted;
    for (const auto& [name, operation] : comparedOutputs(network.plan(), network.table())) wanted[operation] = name;
    std::map<std::string, torch::Tensor> outputs;
    network.forward(images, {.observer = [&](OperationIndex i, const torch::Tensor& x) {
        if (const auto found = wanted.find(i); found != wanted.end()) outputs[found->second] = x;
    }});
    return outputs;
}

std::vector<LayerNoise> compareLayers(TorchNetwork& file, TorchNetwork& reference, const torch::Tensor& images)
{
    const at::NoGradGuard noGrad;
    const auto ours = layerOutputs(reference, images), theirs = layerOutputs(file, images);
    std::vector<LayerNoise> noise;
    for (const Layer& layer : reference.table().layers) {
        const auto found = theirs.find(layer.name);
        if (found == theirs.end() || found->second.sizes() != ours.at(layer.name).sizes()) {
            noise.push_back({layer.name, -kEqualDb}); // not in the file: as bad as can be
            continue;
        }
        const torch::Tensor x = ours.at(layer.name).to(torch::kFloat64);
        const double signal = x.square().sum().item<double>();
        const double error = (x - found->second.to(torch::kFloat64)).square().sum().item<double>();
        noise.push_back({layer.name,
            error == 0        ? kEqualDb
                : signal == 0 ? -kEqualDb
                              : std::min(kEqualDb, 10 * std::log10(signal / error))});
    }
    return noise;
}

Result<GateBatch> compareAtBatch(TorchNetwork& file, TorchNetwork& reference, const ImageSet& images,
    const Normalisation& normalisation, std::int64_t batch, const TaskContext& task)
{
    HALFTONE_TRY(const EvaluationReport theirs, evaluate(file, images, normalisation, batch, task));
    HALFTONE_TRY(const EvaluationReport ours, evaluate(reference, images, normalisation, batch, task.withSink(nullptr)));
    GateBatch made{
        .batchSize = batch, .images = ours.count, .fileAccuracy = theirs.accuracy(), .networkAccuracy = ours.accuracy()};
    std::int64_t same = 0;
    for (std::size_t i = 0; i < ours.predictions.size(); ++i) same += ours.predictions[i] == theirs.predictions[i] ? 1 : 0;
    made.agreement = static_cast<double>(same) / static_cast<double>(ours.count);
    return made;
}

bool looksLikeZip(std::span<const std::byte> file)
{
    return file.size() > 2 && file[0] == std::byte{'P'} && file[1] == std::byte{'K'};
}

std::string percent(double fraction)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", 100 * fraction);
    return text;
}

void decide(Verdict& verdict)
{
    for (const auto& batch : verdict.batches) {
        const std::string at = "At batch " + std::to_string(batch.batchSize) + " ";
        if (batch.agreement < verdict.limits.smallestAgreement)
            verdict.reasons.push_back(at + "the file predicts the same class for " + percent(batch.agreement)
                + " of the images; the limit is " + percent(verdict.limits.smallestAgreement) + ".");
        if (batch.networkAccuracy - batch.fileAccuracy > verdict.limits.largestAccuracyDrop)
            verdict.reasons.push_back(at + "the file is right on " + percent(batch.fileAccuracy) + ", the network on "
                + percent(batch.networkAccuracy) + ".");
    }
    verdict.worstSignalToNoise = std::numeric_limits<double>::infinity();
    for (const auto& layer : verdict.layers)
        if (layer.signalToNoise < verdict.worstSignalToNoise) {
            verdict.worstSignalToNoise = layer.signalToNoise;
            verdict.worstLayer = layer.layer;
        }
    if (verdict.worstSignalToNoise < verdict.limits.smallestSignalToNoise) {
        char text[64];
        std::snprintf(text, sizeof text, "%.1f dB; the limit is %.1f dB.", verdict.worstSignalToNoise,
            verdict.limits.smallestSignalToNoise);
        verdict.reasons.push_back("Layer " + verdict.worstLayer + " has a signal-to-noise ratio of " + text);
    }
    verdict.passed = verdict.reasons.empty();
}

} // namespace

Result<TorchNetwork> readExported(std::span<const std::byte> file, const Network& plan)
{
    if (const auto tensors = parseSafeTensors(file); tensors.ok()) {
        HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(plan));
        const auto bits = tensors->metadata.find("bits");
        if (bits == tensors->metadata.end())
            return Error{ErrorCode::BadInput,
                "The safetensors file does not say its bit widths; only files that this program exported can be verified."};
        HALFTONE_TRY(const BitAssignment assignment, assignmentFromText(bits->second));
        HALFTONE_CHECK(network.assign(assignment, {}));
        HALFTONE_CHECK(network.load(tensors->tensors));
        return network;
    }
    HALFTONE_TRY(const QuantizedModel model,
        looksPacked(file)         ? readPacked(file)
            : looksLikeZip(file) ? readTorchScript(file, {.input = {}, .otherwise = plan.inputShape()})
                                 : readOnnx(file));
    HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(model.network));
    HALFTONE_CHECK(network.setGrids(model.grids));
    return network;
}

Result<Verdict> runGate(std::span<const std::byte> file, TorchNetwork& reference, const Dataset& data, const TaskContext& task)
{
    HALFTONE_TRY(TorchNetwork written, readExported(file, reference.plan()));
    Verdict verdict;
    if (written.plan().inputShape() != reference.plan().inputShape()) {
        verdict.reasons.push_back("The file wants images of " + text(written.plan().inputShape()) + ", the network "
            + text(reference.plan().inputShape()) + ".");
        return verdict;
    }
    std::vector<std::int64_t> first(static_cast<std::size_t>(std::min(kSingleImages, data.test->count())));
    std::iota(first.begin(), first.end(), 0);
    const auto single = subset(data.test, first);
    HALFTONE_TRY(const GateBatch atOne, compareAtBatch(written, reference, *single, data.normalisation, 1, task));
    HALFTONE_TRY(const GateBatch atMany, compareAtBatch(written, reference, *data.test, data.normalisation, kBatch, task));
    verdict.batches = {atOne, atMany};
    BatchLoader loader(data.test, data.normalisation, {.batchSize = std::min(kNoiseImages, data.test->count())});
    HALFTONE_TRY(const auto batch, loader.next());
    if (batch) verdict.layers = compareLayers(written, reference, batch->images);
    decide(verdict);
    if (!looksPacked(file) && !looksLikeZip(file) && !parseSafeTensors(file).ok()) {
        HALFTONE_TRY(const NetworkGrids grids, written.grids());
        verdict.warnings = onnxRuntimeWarnings(written.plan(), written.table(), grids);
    }
    return verdict;
}

} // namespace halftone
