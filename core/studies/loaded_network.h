// A study's networks as they run on LibTorch: pretrained, calibrated, or fine-tuned. Seen by the stages alone.
#pragma once

#include <string>
#include <string_view>

#include "core/execution/torch_network.h"
#include "core/store/provenance.h"
#include "core/studies/study.h"
#include "core/training/evaluation.h"

namespace halftone {

struct LoadedNetwork {
    TorchNetwork network;
    std::string origin; // "pretrained", "fine-tuned (run 3)", "pretrained, with the file's own scales", ...
};

// The best there is for an assignment: its newest finished fine-tune, else the pretrained weights. These are on the grids of the
// quantized file that they came from, unchanged, wherever the assignment has the file's width, and calibrated elsewhere.
Result<LoadedNetwork> loadNetwork(Study& study, const std::string& assignment, const TaskContext& task);
// The network that a finished run left.
Result<TorchNetwork> trainedNetwork(Study& study, const std::string& runKey);

// The training images that quantizers start from: drawn by the study's seed, never augmented.
inline constexpr std::int64_t kCalibrationEpoch = -1; // of that draw; training's epochs count from 0
Result<torch::Tensor> calibrationImages(Study& study, const TaskContext& task);

// evaluate(), with the study's full-precision network as the reference of raw outputs.
Result<EvaluationReport> evaluateFor(const Study& study, TorchNetwork& network, const ImageSet& images,
    const Normalisation& normalisation, const TaskContext& task);

Provenance presentProvenance(const Study& study, const Dataset& data, std::uint64_t seed);
std::string firstLine(std::string_view text); // LibTorch's messages carry stack traces below theirs

} // namespace halftone
