// The losses in LibTorch, and the sizes of batches.
#include "core/training/task_loss.h"

#include <algorithm>

#include "core/data/batch_loader.h"

namespace halftone {

torch::Tensor labelLoss(const torch::Tensor& outputs, const torch::Tensor& labels)
{
    if (labels.dim() == 1) return torch::cross_entropy_loss(outputs, labels);
    const torch::Tensor sum
        = torch::cross_entropy_loss(outputs, labels, {}, at::Reduction::Sum, kIgnoredLabel);
    return sum / labels.ne(kIgnoredLabel).sum().clamp_min(1);
}

torch::Tensor outputError(const torch::Tensor& outputs, const torch::Tensor& reference)
{
    constexpr double kLeastSignal = 1e-12; // a reference of zeros has no signal to compare with
    const torch::Tensor noise = (outputs - reference).flatten(1).square().sum(1);
    return noise / reference.flatten(1).square().sum(1).clamp_min(kLeastSignal);
}

torch::Tensor softLoss(const torch::Tensor& student, const torch::Tensor& teacher, double temperature)
{
    const torch::Tensor target = torch::log_softmax(teacher / temperature, 1);
    const torch::Tensor own = torch::log_softmax(student / temperature, 1);
    return (target.exp() * (target - own)).sum(1).mean() * (temperature * temperature);
}

std::int64_t fittingBatch(const ImageSet& images, std::int64_t wanted, std::int64_t pixels, std::int64_t least)
{
    if (images.labelKind().task == Task::Classification) return wanted;
    const Shape& shape = images.imageShape();
    return std::min(wanted, std::max(least, pixels / std::max<std::int64_t>(1, shape[1] * shape[2])));
}

TrainingRecipe fitted(const TrainingRecipe& recipe, const ImageSet& images)
{
    constexpr std::int64_t kTrainingPixels = std::int64_t{1} << 20, kCalibrationPixels = std::int64_t{1} << 22;
    TrainingRecipe made = recipe;
    made.batchSize = fittingBatch(images, recipe.batchSize, kTrainingPixels, 2); // batch norm needs two
    made.calibrationImages = fittingBatch(images, recipe.calibrationImages, kCalibrationPixels, 1);
    return made;
}

} // namespace halftone
