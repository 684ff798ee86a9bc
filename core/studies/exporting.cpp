// Writes the chosen network and runs the gate on what was written.
#include "core/studies/exporting.h"

#include <nlohmann/json.hpp>

#include <optional>

#include "core/base/content_hash.h"
#include "core/execution/torchscript_writer.h"
#include "core/export/export_formats.h"
#include "core/studies/export_gate.h"
#include "core/studies/loaded_network.h"

namespace halftone {

namespace {

Result<Bytes> fileContent(const ExportFormat& format, const ExportOptions& options, const TorchNetwork& network)
{
    QuantizedModel model{network.trained(), network.assignment(), {}};
    HALFTONE_TRY(model.grids, network.grids());
    const StateDict state = network.state();
    return format.write({.model = model,
        .state = state,
        .assignment = options.assignment,
        .narrowCodes = options.narrowCodes,
        .foldBatchNorm = options.foldBatchNorm,
        .writeTorchScript = writeTorchScript});
}

Result<std::string> assignmentOfFile(Study& study, const std::string& hash)
{
    HALFTONE_TRY(const auto exports, study.file().exports());
    for (const auto& one : exports)
        if (one.fileHash == hash) return one.assignmentName;
    return Error{
        ErrorCode::BadInput, "This study did not export that file, so say what to compare it with: --assignment NAME."};
}

Result<Verdict> judge(Study& study, const std::filesystem::path& file, const std::string& assignment, const TaskContext& task)
{
    HALFTONE_TRY(const Dataset* data, study.dataset(task));
    HALFTONE_TRY(LoadedNetwork reference, loadNetwork(study, assignment, task));
    HALFTONE_TRY(const Bytes bytes, readFile(file));
    std::optional<TorchNetwork> fullPrecision;
    if (data->test->labelKind().task == Task::Outputs) {
        HALFTONE_TRY(fullPrecision, TorchNetwork::create(study.network()));
    }
    HALFTONE_TRY(
        Verdict verdict, runGate(bytes, reference.network, fullPrecision ? &*fullPrecision : nullptr, *data, task));
    verdict.assignment = assignment;
    verdict.weights = reference.origin;
    verdict.fileBytes = static_cast<std::int64_t>(bytes.size());
    HALFTONE_TRY(verdict.fileHash, contentHashOfFile(file));
    return verdict;
}

Status store(Study& study, const std::filesystem::path& file, const std::string& format, const Verdict& verdict)
{
    HALFTONE_CHECK(study.file().saveExport({.fileName = file.filename().string(),
        .format = format,
        .assignmentName = verdict.assignment,
        .fileHash = verdict.fileHash,
        .verdictJson = toJson(verdict),
        .passed = verdict.passed}));
    return {};
}

} // namespace

Result<ExportReport> exportAssignment(Study& study, const ExportOptions& options, const TaskContext& task)
{
    try {
        ExportReport report{.file = options.file};
        HALFTONE_TRY(const ExportFormat* format, findExportFormat(options.format));
        {
            HALFTONE_TRY(const LoadedNetwork loaded, loadNetwork(study, options.assignment, task));
            report.weights = loaded.origin;
            HALFTONE_TRY(const Bytes content, fileContent(*format, options, loaded.network));
            report.fileBytes = static_cast<std::int64_t>(content.size());
            HALFTONE_CHECK(writeFileAtomically(options.file, content));
        }
        HALFTONE_TRY(report.verdict, judge(study, options.file, options.assignment, task));
        HALFTONE_CHECK(store(study, options.file, options.format, report.verdict));
        return report;
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Failed, "Exporting stopped with an error of the tensor library: " + firstLine(failure.what())};
    }
}

Result<Verdict> verifyFile(
    Study& study, const std::filesystem::path& file, const std::string& assignment, const TaskContext& task)
{
    try {
        std::string compared = assignment;
        if (compared.empty()) {
            HALFTONE_TRY(const std::string hash, contentHashOfFile(file));
            HALFTONE_TRY(compared, assignmentOfFile(study, hash));
        }
        HALFTONE_TRY(const Verdict verdict, judge(study, file, compared, task));
        HALFTONE_CHECK(store(study, file, std::string(exportFormatOf(file).name), verdict));
        return verdict;
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Failed, "Verifying stopped with an error of the tensor library: " + firstLine(failure.what())};
    }
}

std::string toJson(const Verdict& verdict)
{
    nlohmann::ordered_json batches = nlohmann::ordered_json::array(), layers = nlohmann::ordered_json::array();
    for (const auto& batch : verdict.batches)
        batches.push_back({{"batchSize", batch.batchSize}, {"images", batch.images}, {"fileAccuracy", batch.fileAccuracy},
            {"networkAccuracy", batch.networkAccuracy}, {"agreement", batch.agreement}});
    for (const auto& layer : verdict.layers)
        layers.push_back({{"layer", layer.layer}, {"signalToNoiseDb", layer.signalToNoise}});
    return nlohmann::ordered_json{{"verdict", verdict.passed ? "pass" : "fail"},
        {"metric", metricOf(verdict.task).name}, {"reasons", verdict.reasons},
        {"warnings", verdict.warnings}, {"assignment", verdict.assignment}, {"weights", verdict.weights}, {"batches", batches},
        {"worstLayer", verdict.worstLayer}, {"worstSignalToNoiseDb", verdict.worstSignalToNoise}, {"layers", layers},
        {"fileBytes", verdict.fileBytes}, {"fileHash", verdict.fileHash},
        {"limits",
            {{"smallestAgreement", verdict.limits.smallestAgreement},
                {"largestAccuracyDrop", verdict.limits.largestAccuracyDrop},
                {"smallestSignalToNoiseDb", verdict.limits.smallestSignalToNoise}}}}
        .dump();
}

} // namespace halftone
