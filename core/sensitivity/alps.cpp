// One ALPS run.
#include "core/sensitivity/alps.h"

namespace halftone {

TrainingRecipe alpsRecipe(const TrainingRecipe& recipe, std::int64_t epochs, std::uint64_t seed)
{
    TrainingRecipe made = recipe;
    made.name = recipe.name + ", one ALPS run";
    made.epochs = epochs;
    made.seed = seed;
    made.distillation.weight = 0;
    made.batchNorm = recipe.batchNorm == BatchNormPolicy::Freeze ? BatchNormPolicy::Freeze : BatchNormPolicy::Train;
    return made;
}

Result<AlpsMeasurement> measureLowered(TorchNetwork& base, const std::vector<GroupIndex>& lowered, int lowBits,
    const TrainingRequest& request, const TaskContext& task)
{
    BitAssignment bits = base.assignment();
    for (const GroupIndex group : lowered)
        for (const LayerIndex layer : base.table().group(group).layers)
            bits[layer] = {.weight = lowBits, .activation = lowBits};
    HALFTONE_CHECK(base.assign(bits,
        {.method = request.recipe.quantizer,
            .symmetricWeights2 = request.recipe.symmetricWeights2,
            .countBatch = request.recipe.countBatch}));
    HALFTONE_TRY(const auto figures, train(base, request, task));
    if (figures.empty()) return Error{ErrorCode::BadInput, "ALPS needs at least one epoch a group; give --epochs 1 or more."};
    return AlpsMeasurement{.lateLoss = figures.back().lateLabelLoss, .trainAccuracy = figures.back().trainAccuracy};
}

} // namespace halftone
