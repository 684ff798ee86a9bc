// halftone finetune: a training run of an assignment.
#include <CLI/CLI.hpp>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
#include "app/invocation.h"
#include "app/json_documents.h"

namespace halftone {

namespace {

struct FinetuneArguments {
    std::filesystem::path study;
    FinetuneOptions finetune;
    std::string recipe = "default";
    std::int64_t epochs = 0, batch = 0;
    std::uint64_t seed = 0;
    double learningRate = 0, distillWeight = -1, temperature = 0, activationStepRate = -1, weightStepRate = -1;
    bool distil = false, resume = false;
    std::string batchNorm;
};

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

} // namespace

void addFinetuneCommand(CLI::App& app, Invocation& invocation)
{
    auto a = std::make_shared<FinetuneArguments>(); // shared with the callback
    CLI::App& command = *app.add_subcommand(
        "finetune", "Train an assignment with learned step sizes; a stopped run goes on when called again");
    command.add_option("study", a->study, "The study file")->required();
    command.add_option("--assignment", a->finetune.assignment, "A saved name, fp32, or a width from 2 to 8 for all layers")
        ->required();
    command.add_option("--epochs", a->epochs, "Epochs (the recipe's own when 0)")->check(CLI::Range(0, 100000));
    command.add_option("--seed", a->seed, "Added to the study's seed");
    command.add_option("--recipe", a->recipe, "default, lsq-paper or from-scratch");
    command.add_option("--lr", a->learningRate, "Learning rate of every layer (the recipe's own when 0)")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--batch", a->batch, "Images a batch (the recipe's own when 0)")->check(CLI::Range(0, 65536));
    command.add_flag("--distill", a->distil, "Learn from the full-precision network even where the recipe does not");
    command.add_option("--distill-weight", a->distillWeight,
        "Weight of the full-precision network's answers, 0 to 1 (the recipe's own when negative)");
    command.add_option("--temperature", a->temperature, "Temperature of the distillation (the recipe's own when 0)");
    command.add_option("--weight-step-rate", a->weightStepRate,
        "Learning rate of weight steps over the layer's (the recipe's own when negative)");
    command.add_option("--activation-step-rate", a->activationStepRate,
        "Learning rate of activation steps below 8 bit over the layer's (the recipe's own when negative)");
    command.add_option("--batch-norm", a->batchNorm, "train, freeze or reestimate")
        ->check(CLI::IsMember({"train", "freeze", "reestimate"}));
    command.add_flag("--from-scratch", a->finetune.fromScratch, "Start from random weights");
    command.add_flag(
        "--from-base", a->finetune.fromBase, "Start from the trained base network instead of the pretrained weights");
    command.add_option("--base-epochs", a->finetune.baseEpochs, "Epochs of the base network")->check(CLI::Range(0, 10000));
    command
        .add_option("--hold-back", a->finetune.holdBackFraction,
            "Fraction of the training images to keep back and evaluate on instead of the test images")
        ->check(CLI::Range(0.0, 0.9));
    CLI::Option* restart = command.add_flag("--restart", a->finetune.restart, "Begin a stopped run of the same options anew");
    command.add_flag("--resume", a->resume, "Go on where a stopped run of the same options ended; the default")
        ->excludes(restart);
    invocation.add(command, [&invocation, a]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(a->study, invocation.environment()));
        HALFTONE_TRY(a->finetune.recipe, recipeOf(*a, study.seed()));
        HALFTONE_TRY(const RunReport report, finetune(study, a->finetune, invocation.task()));
        invocation.printJson(jsonOf(report));
        invocation.print(tableOf(report));
        return kDone;
    });
}

} // namespace halftone
