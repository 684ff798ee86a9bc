// The export and verify stages: write the chosen network, read the file back, run it, compare, and say yes or no.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/studies/training_run.h"

namespace halftone {

struct ExportOptions {
    std::string assignment; // saved name or width; fine-tuned weights are used when there are any
    std::string format = "onnx-qdq"; // of core/export/export_formats.h
    std::filesystem::path file;
    bool narrowCodes = false; // int4 and int2 tensors (opset 21 and 25)
    bool foldBatchNorm = true;
};

// The gate's limits; docs/formats/onnx.md says why these.
struct GateLimits {
    double smallestAgreement = 0.99; // of GateBatch::agreement
    double largestAccuracyDrop = 0.005; // fraction
    double smallestSignalToNoise = 20; // dB, of the worst layer
};
struct LayerNoise {
    std::string layer;
    double signalToNoise = 0; // dB; infinite when equal
};
struct GateBatch {
    std::int64_t batchSize = 0, images = 0;
    double fileAccuracy = 0, networkAccuracy = 0; // the task's metric, fractions
    // Fraction of images with the same predicted class; segmentation: of pixels, void or not; raw outputs: 1 - outputError().
    double agreement = 0;
};
struct Verdict {
    bool passed = false;
    Task task = Task::Classification;
    std::vector<std::string> reasons; // why not, one sentence each
    std::vector<std::string> warnings; // what other programs do to the file by default; no reason to fail
    std::string assignment, weights; // what it was compared with
    std::vector<GateBatch> batches; // batch 1 and batch 64 or as many as fit
    std::vector<LayerNoise> layers; // in network order
    std::string worstLayer;
    double worstSignalToNoise = 0;
    std::int64_t fileBytes = 0;
    std::string fileHash;
    GateLimits limits;
};
struct ExportReport {
    std::filesystem::path file;
    std::int64_t fileBytes = 0;
    std::string weights;
    Verdict verdict;
};
Result<ExportReport> exportAssignment(Study& study, const ExportOptions& options, const TaskContext& task = {});
// Of a file that this study exported, or any that holds the same layers; `assignment` empty: found from the export's hash
// or the file's bit widths.
Result<Verdict> verifyFile(
    Study& study, const std::filesystem::path& file, const std::string& assignment, const TaskContext& task = {});
std::string toJson(const Verdict& verdict);

} // namespace halftone
