// Reads back, runs, compares.
#include "core/studies/export_gate.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
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
#include "core/formats/tensor_grids.h"
#include "core/training/evaluation.h"
#include "core/training/task_loss.h"

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

// As many images as can have all layers' outputs of both networks in memory.
std::int64_t comparableImages(const TorchNetwork& network)
{
    constexpr std::int64_t kMostValues = std::int64_t{1} << 29; // 2 GiB for each of the two networks
    std::int64_t values = 1;
    for (const auto& [name, operation] : comparedOutputs(network.plan(), network.table()))
        values += elementCount(network.plan().value(network.plan().operation(operation).output).shape);
    return std::clamp<std::int64_t>(kMostValues / values, 1, kNoiseImages);
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

// Sum over the batch's images of how far the two answers are the same: by class, by share of pixels, or by raw values.
double agreementOf(Task task, const torch::Tensor& ours, const torch::Tensor& theirs)
{
    if (task == Task::Outputs) return (1 - outputError(theirs, ours)).clamp_min(0).sum().item<double>();
    const torch::Tensor same = ours.argmax(1).eq(theirs.argmax(1));
    return same.to(torch::kFloat64).reshape({same.size(0), -1}).mean(1).sum().item<double>();
}

struct GateNetworks {
    TorchNetwork& file;
    TorchNetwork& reference;
    TorchNetwork* fullPrecision;
};

Result<GateBatch> compareAtBatch(const GateNetworks& networks, const std::shared_ptr<const ImageSet>& images,
    const Normalisation& normalisation, std::int64_t batchSize, const TaskContext& task)
{
    const at::NoGradGuard noGrad;
    const LabelKind labels = images->labelKind();
    BatchLoader loader(images, normalisation, {.batchSize = batchSize});
    Evaluation theirs(labels), ours(labels);
    double same = 0;
    std::int64_t done = 0;
    while (true) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped while the file was compared."};
        HALFTONE_TRY(const auto batch, loader.next());
        if (!batch) break;
        const torch::Tensor full
            = networks.fullPrecision ? networks.fullPrecision->forward(batch->images) : torch::Tensor();
        const torch::Tensor fileAnswer = networks.file.forward(batch->images);
        const torch::Tensor ownAnswer = networks.reference.forward(batch->images);
        HALFTONE_CHECK(theirs.add(fileAnswer, batch->labels, full));
        HALFTONE_CHECK(ours.add(ownAnswer, batch->labels, full));
        same += agreementOf(labels.task, ownAnswer, fileAnswer);
        done += batch->images.size(0);
        task.report("evaluate", done, images->count());
    }
    HALFTONE_TRY(const EvaluationReport fileReport, theirs.finish());
    HALFTONE_TRY(const EvaluationReport ownReport, ours.finish());
    return GateBatch{.batchSize = batchSize,
        .images = done,
        .fileAccuracy = fileReport.value(),
        .networkAccuracy = ownReport.value(),
        .agreement = same / static_cast<double>(done)};
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

std::string sameWords(Task task, const std::string& share)
{
    if (task == Task::Outputs) return "the file's outputs agree with the network's to " + share;
    return "the file predicts the same class for " + share + (task == Task::Segmentation ? " of the pixels" : " of the images");
}

void decide(Verdict& verdict)
{
    for (const auto& batch : verdict.batches) {
        const std::string at = "At batch " + std::to_string(batch.batchSize) + " ";
        if (batch.agreement < verdict.limits.smallestAgreement)
            verdict.reasons.push_back(at + sameWords(verdict.task, percent(batch.agreement)) + "; the limit is "
                + percent(verdict.limits.smallestAgreement) + ".");
        if (batch.networkAccuracy - batch.fileAccuracy > verdict.limits.largestAccuracyDrop)
            verdict.reasons.push_back(at + "the file has " + percent(batch.fileAccuracy) + " "
                + std::string(metricOf(verdict.task).name) + ", the network " + percent(batch.networkAccuracy) + ".");
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

Result<TorchNetwork> readTensors(const SafeTensors& file, std::string_view codes, const Network& plan)
{
    Network network = plan;
    const KeyReport keys = loadParameters(network, file.tensors);
    if (!keys.missing.empty() || !keys.misShaped.empty())
        return Error{ErrorCode::BadInput, "The safetensors file does not hold this study's network: " + summary(keys)};
    HALFTONE_TRY(const NetworkGrids grids, gridsFromTensors(codes, file.tensors, network, layerTable(network)));
    HALFTONE_TRY(TorchNetwork made, TorchNetwork::create(network));
    HALFTONE_CHECK(made.setGrids(grids));
    return made;
}

} // namespace

Result<TorchNetwork> readExported(std::span<const std::byte> file, const Network& plan)
{
    if (const auto tensors = parseSafeTensors(file); tensors.ok()) {
        if (const auto codes = tensors->metadata.find(std::string(kGridsMetadata)); codes != tensors->metadata.end())
            return readTensors(*tensors, codes->second, plan);
        HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(plan)); // a file of before grids were written
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

Result<Verdict> runGate(std::span<const std::byte> file, TorchNetwork& reference, TorchNetwork* fullPrecision,
    const Dataset& data, const TaskContext& task)
{
    HALFTONE_TRY(TorchNetwork written, readExported(file, reference.plan()));
    Verdict verdict{.task = data.test->labelKind().task};
    if (written.plan().inputShape() != reference.plan().inputShape()) {
        verdict.reasons.push_back("The file wants images of " + text(written.plan().inputShape()) + ", the network "
            + text(reference.plan().inputShape()) + ".");
        return verdict;
    }
    std::vector<std::int64_t> first(static_cast<std::size_t>(std::min(kSingleImages, data.test->count())));
    std::iota(first.begin(), first.end(), 0);
    const auto single = subset(data.test, first);
    const GateNetworks networks{written, reference, fullPrecision};
    HALFTONE_TRY(const GateBatch atOne, compareAtBatch(networks, single, data.normalisation, 1, task));
    const std::int64_t many = evaluationBatch(*data.test, kBatch);
    HALFTONE_TRY(const GateBatch atMany, compareAtBatch(networks, data.test, data.normalisation, many, task));
    verdict.batches = {atOne, atMany};
    const std::int64_t noiseImages = std::min(comparableImages(reference), data.test->count());
    BatchLoader loader(data.test, data.normalisation, {.batchSize = noiseImages});
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
