// TrainingRecipe: everything that decides how a network is trained; plain data, stored with every run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"

namespace halftone {

// Rates of a layer by the width of its weights. Layers of other widths take the rule of the next wider one listed.
struct WidthRule {
    int bits = 4; // 2..8, or kFullPrecision
    double learningRate = 0.01;
    double weightDecay = 1e-4;
    double activationStepRate = 0.1; // learning rate of activation steps = this x learningRate
    bool operator==(const WidthRule&) const = default;
};

struct DistillationOptions {
    double weight = 0; // of the soft loss; 1 - weight goes to the labels. 0: no teacher
    double temperature = 1; // T; the soft loss is KL(teacher || student) at T, times T^2
    bool operator==(const DistillationOptions&) const = default;
};

enum class BatchNormPolicy {
    Train,
    Freeze,
    Reestimate
}; // Reestimate: train, then average statistics over the augmented training images

struct TrainingRecipe {
    std::string name = "default";
    std::int64_t epochs = 5;
    std::int64_t batchSize = 128;
    std::vector<WidthRule> rules; // at least one
    double weightStepRate = 0.1; // learning rate of weight steps = this x the layer's
    double momentum = 0.9;
    bool nesterov = false;
    double warmupFraction = 0; // of all updates, linear from zero
    double finalRateFraction = 0; // the cosine ends at this x the initial rate
    DistillationOptions distillation;
    BatchNormPolicy batchNorm = BatchNormPolicy::Train;
    std::string quantizer = "lsq"; // of allQuantizers()
    bool symmetricWeights2 = true;
    bool countBatch = false;
    std::int64_t calibrationImages = 512;
    bool augment = true; // the dataset's augmentation
    std::uint64_t seed = 0; // of order, augmentation and calibration images
    bool operator==(const TrainingRecipe&) const = default;
};

// Chosen by measurement on held-back training images (docs/methods/lsq.md). Serves every width from 2 to 8 and mixtures.
TrainingRecipe defaultRecipe();
// Esser et al., section 2.3: initial steps by 2<|v|>/sqrt(Qp), one learning rate, no distillation.
TrainingRecipe paperRecipe();
// Full-precision training from random weights: learning rate 0.1, weight decay 5e-4.
TrainingRecipe fromScratchRecipe();
Result<TrainingRecipe> findRecipe(const std::string& name); // "default", "lsq-paper", "from-scratch"

const WidthRule& ruleFor(const TrainingRecipe& recipe, int bits);
// The schedule's factor for update `update` of `updates`: linear warm-up, then half a cosine.
double rateFactor(const TrainingRecipe& recipe, double update, double updates);
std::string toJson(const TrainingRecipe& recipe); // canonical: equal recipes give equal texts
// Reads what toJson wrote; Corrupt when it is something else.
Result<TrainingRecipe> recipeFromJson(std::string_view json);

} // namespace halftone
