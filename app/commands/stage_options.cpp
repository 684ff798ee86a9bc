// Options as the command line spells them.
#include "app/commands/stage_options.h"

#include "core/export/export_formats.h"

#include <CLI/CLI.hpp>

#include <charconv>

namespace halftone {

namespace {

Result<TrainingRecipe> recipeOf(const FinetuneArguments& a, std::uint64_t studySeed)
{
    HALFTONE_TRY(
        TrainingRecipe recipe, findRecipe(a.finetune.fromScratch && a.recipe == "default" ? "from-scratch" : a.recipe));
    recipe.seed = studySeed + a.seed;
    if (a.epochs > 0) recipe.epochs = a.epochs;
    if (a.batch > 0) recipe.batchSize = a.batch;
    if (a.learningRate > 0)
        for (auto& rule : recipe.rules) rule.learningRate = a.learningRate;
    if (a.distil && recipe.distillation.weight == 0) recipe.distillation = defaultRecipe().distillation;
    if (a.distillWeight >= 0) recipe.distillation.weight = a.distillWeight;
    if (a.temperature > 0) recipe.distillation.temperature = a.temperature;
    if (a.activationStepRate >= 0)
        for (auto& rule : recipe.rules)
            rule.activationStepRate = rule.bits < kEdgeBits ? a.activationStepRate : rule.activationStepRate;
    if (a.weightStepRate >= 0) recipe.weightStepRate = a.weightStepRate;
    if (a.batchNorm == "train") recipe.batchNorm = BatchNormPolicy::Train;
    if (a.batchNorm == "freeze") recipe.batchNorm = BatchNormPolicy::Freeze;
    if (a.batchNorm == "reestimate") recipe.batchNorm = BatchNormPolicy::Reestimate;
    return recipe;
}

std::string metricNames()
{
    std::string names;
    for (const MetricInfo& metric : allMetrics()) names += (names.empty() ? "" : ", ") + std::string(metric.name);
    return names;
}

} // namespace

Result<Shape> shapeOf(const std::string& text)
{
    Shape shape;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        std::int64_t size = 0;
        const auto [next, error] = std::from_chars(at, end, size);
        if (error != std::errc() || size <= 0 || (next < end && *next != 'x')) break;
        shape.push_back(size);
        at = next + 1;
        if (next == end)
            return shape.size() == 3
                ? Result<Shape>(shape)
                : Error{ErrorCode::BadInput, "--input wants CxHxW, for example 3x224x224, not " + text + "."};
    }
    if (text.empty()) return Shape{};
    return Error{ErrorCode::BadInput, "--input wants CxHxW, for example 3x224x224, not " + text + "."};
}

void addMapOption(CLI::App& command, std::vector<std::string>& mappings)
{
    command
        .add_option("--map", mappings,
            "KEY=NAME: read the file's tensor KEY, or all of the layer KEY, under the network's NAME; may be given again")
        ->allow_extra_args(false);
}

void addWeightsOption(CLI::App& command, std::string& weights)
{
    command.add_option("--weights", weights,
        "KEY of the weights to take where a checkpoint holds several, for example state_dict_ema; without it the model's own");
}

Result<std::vector<KeyMapping>> mappingsOf(const std::vector<std::string>& texts)
{
    std::vector<KeyMapping> mappings;
    for (const std::string& text : texts) {
        HALFTONE_TRY(KeyMapping mapping, parseKeyMapping(text));
        mappings.push_back(std::move(mapping));
    }
    return mappings;
}

void addFinetuneOptions(CLI::App& command, FinetuneArguments& a)
{
    command.add_option("--assignment", a.finetune.assignment, "A saved name, fp32, or a width from 2 to 8 for all layers")
        ->required();
    command.add_option("--epochs", a.epochs, "Epochs (the recipe's own when 0)")->check(CLI::Range(0, 100000));
    command.add_option("--seed", a.seed, "Added to the study's seed");
    command.add_option("--recipe", a.recipe, "default, lsq-paper or from-scratch");
    command.add_option("--lr", a.learningRate, "Learning rate of every layer (the recipe's own when 0)")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--batch", a.batch, "Images a batch (the recipe's own when 0)")->check(CLI::Range(0, 65536));
    command.add_flag("--distill", a.distil, "Learn from the full-precision network even where the recipe does not");
    command.add_option("--distill-weight", a.distillWeight,
        "Weight of the full-precision network's answers, 0 to 1 (the recipe's own when negative)");
    command.add_option("--temperature", a.temperature, "Temperature of the distillation (the recipe's own when 0)");
    command.add_option("--weight-step-rate", a.weightStepRate,
        "Learning rate of weight steps over the layer's (the recipe's own when negative)");
    command.add_option("--activation-step-rate", a.activationStepRate,
        "Learning rate of activation steps below 8 bit over the layer's (the recipe's own when negative)");
    command.add_option("--batch-norm", a.batchNorm, "train, freeze or reestimate")
        ->check(CLI::IsMember({"train", "freeze", "reestimate"}));
    command.add_flag("--from-scratch", a.finetune.fromScratch, "Start from random weights");
    command.add_flag(
        "--from-base", a.finetune.fromBase, "Start from the trained base network instead of the pretrained weights");
    command.add_option("--base-epochs", a.finetune.baseEpochs, "Epochs of the base network")->check(CLI::Range(0, 10000));
    command
        .add_option("--hold-back", a.finetune.holdBackFraction,
            "Fraction of the training images to keep back and evaluate on instead of the test images")
        ->check(CLI::Range(0.0, 0.9));
    CLI::Option* restart = command.add_flag("--restart", a.finetune.restart, "Begin a stopped run of the same options anew");
    command.add_flag("--resume", a.resume, "Go on where a stopped run of the same options ended; the default")
        ->excludes(restart);
}

Result<FinetuneOptions> finetuneOptionsOf(const FinetuneArguments& a, std::uint64_t studySeed)
{
    FinetuneOptions options = a.finetune;
    HALFTONE_TRY(options.recipe, recipeOf(a, studySeed));
    return options;
}

void addScoreOptions(CLI::App& command, ScoreOptions& options)
{
    command.add_option("--metric", options.metrics, metricNames())->delimiter(',');
    command.add_option("--epochs", options.epochs, "Epochs of each ALPS run")->check(CLI::Range(1, 1000));
    command.add_option("--base-epochs", options.baseEpochs, "Epochs that the scored network is trained at the higher width")
        ->check(CLI::Range(0, 10000));
    command.add_flag("--by-accuracy", options.byAccuracy, "ALPS by training accuracy instead of training loss");
    command
        .add_option("--images", options.images,
            "Training images that hawq-v3 and output-divergence read; 0: 512, fewer where every pixel has a label")
        ->check(CLI::Range(0, 1 << 24));
    command.add_option("--probes", options.probes, "Probes of hawq-v3 at most; it ends when they agree")->check(CLI::Range(1, 1 << 20));
    command.add_flag("--with-activations", options.withActivations, "hawq-v3 for weights and inputs together");
    command.add_flag("--by-output-error", options.byOutputError,
        "output-divergence by noise over signal of the outputs instead of KL divergence");
}

void addFrontierOptions(CLI::App& command, FrontierOptions& options)
{
    command.add_option("--metrics", options.metrics, "Metrics and baselines to compare")->delimiter(',');
    command.add_option("--budgets", options.budgets, "Budgets, fractions of the cost with all layers at the highest level")
        ->delimiter(',');
    command.add_option("--seeds", options.seeds, "Runs of every point")->check(CLI::Range(1, 1000));
    command.add_option("--epochs", options.epochs, "Epochs of every run")->check(CLI::Range(1, 10000));
    command.add_option("--cost", options.cost, "linear, bops or size");
    command.add_option("--levels", options.levels, "Bit widths to choose from")->delimiter(',');
    command.add_option("--base-epochs", options.scoring.baseEpochs, "Epochs of the base network that all runs start from")
        ->check(CLI::Range(0, 10000));
    command.add_option("--alps-epochs", options.scoring.epochs, "Epochs of each ALPS run")->check(CLI::Range(1, 1000));
}

void addEvaluateOptions(CLI::App& command, EvaluateOptions& options)
{
    command.add_option("--assignment", options.assignment, "A saved name, fp32, or a width from 2 to 8 for all layers");
    command.add_option("--limit", options.limit, "Only the first so many images");
    command.add_option("--split", options.split, "test, train, or all of the data's images")->check(CLI::IsMember({"test", "train", "all"}));
    command.add_option("--engine", options.engine, "What runs the network");
}

void addExportOptions(CLI::App& command, ExportArguments& a)
{
    command.add_option("--assignment", a.exporting.assignment, "A saved name, or a width from 2 to 8 for all layers")
        ->required();
    command.add_option("--format", a.exporting.format, "One of " + exportFormatNames());
    command.add_flag(
        "--narrow", a.exporting.narrowCodes, "int4 and int2 tensors (opset 21 and 25): small files that few programs run");
    command.add_flag("--keep-batch-norm", a.keepBatchNorm, "Leave batch norms in the file instead of folding them");
}

ExportOptions exportOptionsOf(const ExportArguments& a)
{
    ExportOptions options = a.exporting;
    options.foldBatchNorm = !a.keepBatchNorm;
    return options;
}

} // namespace halftone
