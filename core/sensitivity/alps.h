// ALPS: the loss that one epoch of fine-tuning leaves when one group is lowered (Bablani et al., arXiv 2301.13330).
#pragma once

#include "core/execution/torch_network.h"
#include "core/training/trainer.h"

namespace halftone {

struct AlpsMeasurement {
    double lateLoss = 0; // mean cross-entropy over the last half of the last epoch's updates
    double trainAccuracy = 0; // fraction, over the last epoch
};

// Lowers the given groups (none: the reference run) in a copy of the trained base network to `lowBits`, weights and input,
// starts their steps anew, fine-tunes by `request` and measures. `base` is changed: hand in a fresh one each time.
Result<AlpsMeasurement> measureLowered(TorchNetwork& base, const std::vector<GroupIndex>& lowered, int lowBits,
    const TrainingRequest& request, const TaskContext& task = {});

// The recipe of the one-epoch runs: `recipe` without its teacher, so that what is measured is the label loss.
TrainingRecipe alpsRecipe(const TrainingRecipe& recipe, std::int64_t epochs, std::uint64_t seed);

} // namespace halftone
