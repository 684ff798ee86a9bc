// What a network loses on a batch by its data's task, and how recipes are fitted to large images.
#pragma once

#include <torch/types.h>

#include "core/data/dataset.h"
#include "core/training/training_recipe.h"

namespace halftone {

// Mean cross-entropy in nats over the images, or over the pixels that have a class; 0 when none has.
torch::Tensor labelLoss(const torch::Tensor& outputs, const torch::Tensor& labels);

// Of each sample {N}: |outputs - reference|^2 / |reference|^2, which is noise over signal. 0 is equal; -10 log10 of it is the
// signal-to-noise ratio in dB.
torch::Tensor outputError(const torch::Tensor& outputs, const torch::Tensor& reference);

// Distillation: KL(teacher || student) over dimension 1 at the temperature, times its square; mean over images and pixels.
torch::Tensor softLoss(const torch::Tensor& student, const torch::Tensor& teacher, double temperature);

// How many samples of this set may be run at once: `wanted` for classification; for other tasks, whose networks keep large
// values, as many of them as have `pixels` together, at least `least`.
std::int64_t fittingBatch(const ImageSet& images, std::int64_t wanted, std::int64_t pixels, std::int64_t least);

// The recipe with batches and calibration images that fit: at most 2^20 pixels a training batch (6 images of 480 x 360) and
// 2^22 pixels for calibration. Classification is left as it is. What is fitted already stays.
TrainingRecipe fitted(const TrainingRecipe& recipe, const ImageSet& images);

} // namespace halftone
