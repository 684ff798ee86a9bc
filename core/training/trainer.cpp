// The training loop.
#include "core/training/trainer.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "core/base/random.h"
#include "core/base/stopwatch.h"
#include "core/data/batch_loader.h"
#include "core/formats/safetensors.h"
#include "core/training/live_curves.h"
#include "core/training/evaluation.h"
#include "core/training/sgd.h"
#include "core/training/task_loss.h"

namespace halftone {

namespace {

constexpr std::string_view kCheckpointKind = "halftone training checkpoint 1";

int lowestInnerBits(const TorchNetwork& network)
{
    int lowest = kFullPrecision;
    for (const auto& bits : network.assignment().layers) lowest = std::min(lowest, bits.weight);
    return lowest;
}

// Layers learn by the rule of their own width; batch norms, which follow every layer, by that of the lowest width.
std::vector<SgdTensor> optimisedTensors(const TorchNetwork& network, const TrainingRecipe& recipe)
{
    std::vector<SgdTensor> all;
    const WidthRule& common = ruleFor(recipe, lowestInnerBits(network));
    for (const auto& one : network.tensors()) {
        if (!one.trainable) continue;
        using Role = NetworkTensor::Role;
        const WidthRule& rule = one.layer.valid() ? ruleFor(recipe, network.assignment()[one.layer].weight) : common;
        switch (one.role) {
        case Role::LayerWeight:
            all.push_back({one.name, one.tensor, rule.learningRate, rule.weightDecay});
            break;
        case Role::Bias:
        case Role::BatchNorm:
            all.push_back({one.name, one.tensor, rule.learningRate, rule.weightDecay});
            break;
        case Role::WeightStep:
            all.push_back({one.name, one.tensor, rule.learningRate * recipe.weightStepRate, 0});
            break;
        case Role::ActivationStep:
            all.push_back({one.name, one.tensor, rule.learningRate * rule.activationStepRate, 0});
            break;
        case Role::Statistic:
            break;
        }
    }
    return all;
}

Error notFinite(const TorchNetwork& network, std::int64_t epoch)
{
    std::string where = "the outputs";
    for (const auto& one : network.tensors())
        if (!torch::isfinite(one.tensor).all().item<bool>()) {
            where = one.name;
            break;
        }
    return Error{ErrorCode::Failed,
        "Training diverged in epoch " + std::to_string(epoch) + ": NaN or infinity first seen in " + where
            + "; lower the learning rate."};
}

Bytes checkpointOf(const TorchNetwork& network, const Sgd& optimiser, const TrainingRecipe& recipe, std::int64_t epochsDone)
{
    StateDict all = network.state();
    for (auto& entry : optimiser.state().entries) all.entries.push_back(std::move(entry));
    return writeSafeTensors(
        all, {{"kind", std::string(kCheckpointKind)}, {"epochsDone", std::to_string(epochsDone)}, {"recipe", toJson(recipe)}});
}

Result<std::int64_t> restore(TorchNetwork& network, Sgd& optimiser, const TrainingRecipe& recipe, const Bytes& checkpoint)
{
    HALFTONE_TRY(const SafeTensors saved, parseSafeTensors(checkpoint));
    const auto field = [&](const char* name) {
        const auto found = saved.metadata.find(name);
        return found == saved.metadata.end() ? std::string() : found->second;
    };
    if (field("kind") != kCheckpointKind)
        return Error{ErrorCode::Corrupt, "The saved training state is not one of this program's; start the run anew."};
    if (field("recipe") != toJson(recipe))
        return Error{ErrorCode::BadInput, "The saved training state was made with another recipe; start the run anew."};
    if (!optimiser.load(saved.tensors))
        return Error{ErrorCode::BadInput, "The saved training state belongs to another network or assignment."};
    HALFTONE_CHECK(network.load(saved.tensors));
    return std::stoll(field("epochsDone"));
}

Result<torch::Tensor> calibrationBatch(const TrainingRequest& request)
{
    const std::int64_t count = std::min(request.recipe.calibrationImages, request.images->count());
    BatchLoader loader(
        request.images, request.normalisation, {.batchSize = count, .shuffle = true, .seed = request.recipe.seed, .epoch = -1});
    HALFTONE_TRY(auto batch, loader.next());
    if (!batch) return Error{ErrorCode::BadInput, "There are no training images; check the data folder."};
    return batch->images;
}

class EpochRunner {
public:
    EpochRunner(TorchNetwork& network, const TrainingRequest& request, Sgd& optimiser, const TaskContext& task)
        : m_network(network)
        , m_request(request)
        , m_recipe(request.recipe)
        , m_optimiser(optimiser)
        , m_task(task)
    {
    }

    Result<EpochFigures> run(std::int64_t epoch)
    {
        const Stopwatch watch;
        BatchLoader loader(m_request.images, m_request.normalisation,
            {.batchSize = m_recipe.batchSize,
                .shuffle = true,
                .dropLast = m_request.images->count() > m_recipe.batchSize,
                .augmentation = m_recipe.augment ? std::optional(m_request.augmentation) : std::nullopt,
                .seed = m_recipe.seed,
                .epoch = epoch});
        const std::int64_t batches = loader.batchCount(), total = batches * m_recipe.epochs;
        EpochFigures figures{.epoch = epoch};
        const double rate = largestRate();
        LiveCurves curves(m_request.curves, {.epoch = epoch, .updates = batches}, m_task, figures.samples);
        double labelLoss = 0, lateLoss = 0, loss = 0;
        double right = 0;
        std::int64_t seen = 0, late = 0;
        for (std::int64_t b = 0; b < batches; ++b) {
            if (m_task.stopRequested())
                return Error{ErrorCode::Cancelled, "Stopped in epoch " + std::to_string(epoch) + "; finished epochs are kept."};
            HALFTONE_TRY(auto batch, loader.next());
            if (!batch) break;
            const double factor
                = rateFactor(m_recipe, static_cast<double>((epoch - 1) * batches + b), static_cast<double>(total));
            const Update update = learn(*batch, factor, {m_recipe.seed, epoch, b});
            if (!std::isfinite(update.loss)) return notFinite(m_network, epoch);
            loss += update.loss;
            labelLoss += update.labelLoss;
            if (2 * b >= batches || batches == 1) { // a single update is its epoch's last half too
                lateLoss += update.labelLoss;
                ++late;
            }
            right += update.right;
            seen += update.seen;
            figures.stepLosses.push_back(static_cast<float>(update.loss));
            curves.updated(b, update.loss, rate * factor);
            if (curves.wantsSteps(b)) curves.steps(b, m_network);
            m_task.report(m_request.stepName, (epoch - 1) * batches + b + 1, total,
                "epoch " + std::to_string(epoch) + "/" + std::to_string(m_recipe.epochs) + ", loss "
                    + std::to_string(update.loss).substr(0, 5));
        }
        const auto updates = static_cast<double>(std::max<std::size_t>(1, figures.stepLosses.size()));
        figures.loss = loss / updates;
        figures.labelLoss = labelLoss / updates;
        figures.lateLabelLoss = lateLoss / static_cast<double>(std::max<std::int64_t>(1, late));
        figures.trainAccuracy = seen > 0 ? right / static_cast<double>(seen) : 0;
        curves.ended(figures.trainAccuracy);
        figures.learningRate
            = rate * rateFactor(m_recipe, static_cast<double>(epoch * batches - 1), static_cast<double>(total));
        figures.seconds = watch.wallSeconds();
        return figures;
    }

private:
    struct Update {
        double loss = 0, labelLoss = 0;
        double right = 0; // images or pixels told right; of raw outputs the sum of their agreements
        std::int64_t seen = 0;
    };

    Update learn(const Batch& batch, double factor, const TeacherAnswers::Question& question)
    {
        const BatchNormMode mode = m_recipe.batchNorm == BatchNormPolicy::Freeze ? BatchNormMode::Frozen : BatchNormMode::Train;
        const torch::Tensor logits = m_network.forward(batch.images, {.batchNorm = mode});
        if (m_request.images->labelKind().task == Task::Outputs) {
            const torch::Tensor error = outputError(logits, m_request.teacher->answer(question, batch.images));
            const double value = step(error.mean(), factor);
            return {value, value, (1 - error.detach()).clamp_min(0).sum().item<double>(), error.size(0)};
        }
        const torch::Tensor labels = batch.labels.to(m_network.device());
        const torch::Tensor fromLabels = labelLoss(logits, labels);
        torch::Tensor loss = fromLabels;
        if (const double soft = m_recipe.distillation.weight; soft > 0 && m_request.teacher) {
            const torch::Tensor teacher = m_request.teacher->answer(question, batch.images);
            loss = fromLabels * (1 - soft) + softLoss(logits, teacher, m_recipe.distillation.temperature) * soft;
        }
        const double value = step(loss, factor);
        return {value, fromLabels.item<double>(), logits.detach().argmax(1).eq(labels).sum().item<double>(),
            labels.ne(kIgnoredLabel).sum().item<std::int64_t>()};
    }

    // One update of the weights; nothing is changed by a loss that is not finite.
    double step(const torch::Tensor& loss, double factor)
    {
        m_optimiser.zeroGradients();
        loss.backward();
        const double value = loss.item<double>();
        if (!std::isfinite(value)) return value;
        m_optimiser.update(factor);
        m_network.afterUpdate();
        return value;
    }

    double largestRate() const
    {
        double largest = 0;
        for (const auto& one : optimisedTensors(m_network, m_recipe)) largest = std::max(largest, one.learningRate);
        return largest;
    }

    TorchNetwork& m_network;
    const TrainingRequest& m_request;
    const TrainingRecipe& m_recipe;
    Sgd& m_optimiser;
    const TaskContext& m_task;
};

} // namespace

Result<std::vector<EpochFigures>> train(TorchNetwork& network, const TrainingRequest& request, const TaskContext& task)
{
    const TrainingRecipe& recipe = request.recipe;
    if (recipe.rules.empty() || recipe.epochs < 0 || recipe.batchSize < 2)
        return Error{ErrorCode::BadInput,
            "The recipe " + recipe.name + " needs a learning rate, at least 0 epochs and batches of at least 2."};
    if (recipe.distillation.weight > 0 && !request.teacher)
        return Error{ErrorCode::BadInput,
            "The recipe " + recipe.name + " distils, but there is no teacher network; set the distillation weight to 0."};
    if (request.images->labelKind().task == Task::Outputs && !(recipe.distillation.weight >= 1))
        return Error{ErrorCode::BadInput,
            "Images without labels can only be learnt from the full-precision network; choose a recipe that distils alone."};
    if (request.images->count() < 2)
        return Error{ErrorCode::BadInput, "Training needs at least 2 images; check the data folder."};
    HALFTONE_TRY(const torch::Tensor calibration, calibrationBatch(request));
    HALFTONE_CHECK(network.calibrateNew(calibration, task));
    Sgd optimiser(optimisedTensors(network, recipe), recipe.momentum, recipe.nesterov);
    std::int64_t done = 0;
    if (!request.resumeFrom.empty()) {
        HALFTONE_TRY(done, restore(network, optimiser, recipe, request.resumeFrom));
    }
    EpochRunner runner(network, request, optimiser, task);
    std::vector<EpochFigures> figures;
    for (std::int64_t epoch = done + 1; epoch <= recipe.epochs; ++epoch) {
        HALFTONE_TRY(EpochFigures one, runner.run(epoch));
        if (epoch == recipe.epochs && recipe.batchNorm == BatchNormPolicy::Reestimate)
            HALFTONE_CHECK(reestimateBatchNorm(network, request, task));
        for (const auto& tensor : network.tensors())
            if (!torch::isfinite(tensor.tensor).all().item<bool>()) return notFinite(network, epoch);
        if (request.onEpoch) HALFTONE_CHECK(request.onEpoch(one, checkpointOf(network, optimiser, recipe, epoch)));
        figures.push_back(std::move(one));
    }
    optimiser.zeroGradients();
    return figures;
}

Status reestimateBatchNorm(TorchNetwork& network, const TrainingRequest& request, const TaskContext& task)
{
    const at::NoGradGuard noGrad;
    const std::int64_t batchSize = evaluationBatch(*request.images); // augmented images, as the weights were trained for: plain ones gave worse networks
    BatchLoader loader(request.images, request.normalisation,
        {.batchSize = batchSize,
            .shuffle = true,
            .dropLast = request.images->count() > batchSize,
            .augmentation = request.recipe.augment ? std::optional(request.augmentation) : std::nullopt,
            .seed = request.recipe.seed,
            .epoch = 0});
    network.beginReestimation();
    while (true) {
        if (task.stopRequested())
            return Error{ErrorCode::Cancelled, "Stopped while batch-norm statistics were estimated anew."};
        HALFTONE_TRY(auto batch, loader.next());
        if (!batch) return {};
        network.forward(batch->images, {.batchNorm = BatchNormMode::Reestimate});
    }
}

} // namespace halftone
