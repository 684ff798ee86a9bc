// The Trainer: takes a network through a recipe's epochs, tells each epoch's figures, and can go on from a checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/file_io.h"
#include "core/base/task_context.h"
#include "core/data/dataset.h"
#include "core/execution/torch_network.h"
#include "core/training/teacher_answers.h"
#include "core/training/training_recipe.h"

namespace halftone {

struct EpochFigures {
    std::int64_t epoch = 0; // 1 is the first
    double loss = 0; // mean training loss over the epoch (the recipe's loss, distillation included)
    double labelLoss = 0; // mean cross-entropy with the labels alone
    double lateLabelLoss = 0; // the same over the last half of the epoch's updates
    double trainAccuracy = 0; // fraction of images or pixels, or the mean agreement of raw outputs, while they were learnt
    double learningRate = 0; // the largest of any tensor, at the epoch's end
    double seconds = 0; // wall
    std::vector<float> stepLosses; // of every update
    std::vector<CurveSample> samples; // what was told of this epoch while it ran, in order
    bool operator==(const EpochFigures&) const = default;
};

// Points of curves, told through TaskContext::sample() and kept in EpochFigures. They are read, never computed with.
struct CurveOptions {
    std::string run; // in whose name; empty: no curves
    bool weightSteps = false; // of every quantized layer, about ten times an epoch
};

struct TrainingRequest {
    TrainingRecipe recipe;
    std::shared_ptr<const ImageSet> images; // shared with the loader's thread
    Normalisation normalisation;
    Augmentation augmentation;
    TeacherAnswers* teacher = nullptr; // may be absent; then recipe.distillation must be off
    Bytes resumeFrom; // a checkpoint of the same network and recipe; empty: from the start
    std::string stepName = "fine-tune"; // for progress
    CurveOptions curves;
    // Called after every epoch with its figures and a checkpoint to go on from. An error ends the training.
    std::function<Status(const EpochFigures&, const Bytes& checkpoint)> onEpoch;
};

// Trains `network` in place. Its new quantizers are calibrated first, on images drawn by the recipe's seed.
// Same network, recipe, data and threads: same numbers, also across a stop and resume.
// Errors: Cancelled; Failed with the layer's name when loss, weights or steps become NaN or infinite.
Result<std::vector<EpochFigures>> train(TorchNetwork& network, const TrainingRequest& request, const TaskContext& task = {});

// Averages batch-norm statistics over the training images under the present quantizers. No gradients.
Status reestimateBatchNorm(TorchNetwork& network, const TrainingRequest& request, const TaskContext& task = {});

} // namespace halftone
