// The recipes and their canonical text.
#include "core/training/training_recipe.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/base/closest_names.h"
#include "core/graph/bit_assignment.h"

namespace halftone {

namespace {

constexpr std::array kPolicies{"train", "freeze", "reestimate"}; // in the order of BatchNormPolicy

} // namespace

TrainingRecipe defaultRecipe()
{
    TrainingRecipe recipe;
    recipe.batchSize = 64;
    recipe.rules = {{2, 0.005, 2.5e-5, 3}, {3, 0.005, 5e-5, 3}, {4, 0.005, 1e-4, 3}, {8, 0.005, 1e-4, 0.1},
        {kFullPrecision, 0.005, 1e-4, 0.1}};
    recipe.distillation = {.weight = 1, .temperature = 4};
    recipe.batchNorm = BatchNormPolicy::Reestimate;
    return recipe;
}

TrainingRecipe paperRecipe()
{
    TrainingRecipe recipe;
    recipe.name = "lsq-paper";
    recipe.rules
        = {{2, 0.01, 2.5e-5, 1}, {3, 0.01, 5e-5, 1}, {4, 0.01, 1e-4, 1}, {8, 0.001, 1e-4, 1}, {kFullPrecision, 0.1, 1e-4, 1}};
    recipe.quantizer = "lsq-paper";
    recipe.symmetricWeights2 = false;
    recipe.weightStepRate = 1;
    return recipe;
}

TrainingRecipe fromScratchRecipe()
{
    TrainingRecipe recipe;
    recipe.name = "from-scratch";
    recipe.epochs = 20;
    recipe.rules = {{kFullPrecision, 0.1, 5e-4}};
    recipe.warmupFraction = 0.05;
    recipe.nesterov = true;
    return recipe;
}

Result<TrainingRecipe> findRecipe(const std::string& name)
{
    for (const auto& recipe : {defaultRecipe(), paperRecipe(), fromScratchRecipe()})
        if (recipe.name == name) return recipe;
    const std::vector<std::string> names{"default", "lsq-paper", "from-scratch"};
    return Error{ErrorCode::BadInput, "There is no recipe named " + name + didYouMean(name, names)};
}

const WidthRule& ruleFor(const TrainingRecipe& recipe, int bits)
{
    const WidthRule* best = nullptr;
    for (const auto& rule : recipe.rules)
        if (rule.bits >= bits && (!best || rule.bits < best->bits)) best = &rule;
    return best ? *best : recipe.rules.back();
}

double rateFactor(const TrainingRecipe& recipe, double update, double updates)
{
    const double warmup = recipe.warmupFraction * updates;
    if (update < warmup) return (update + 1) / (warmup + 1);
    const double done = (update - warmup) / std::max(1.0, updates - warmup);
    const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * std::min(1.0, done)));
    return recipe.finalRateFraction + (1 - recipe.finalRateFraction) * cosine;
}

std::string toJson(const TrainingRecipe& recipe)
{
    nlohmann::ordered_json rules = nlohmann::ordered_json::array();
    for (const auto& rule : recipe.rules)
        rules.push_back({{"bits", rule.bits}, {"learningRate", rule.learningRate}, {"weightDecay", rule.weightDecay},
            {"activationStepRate", rule.activationStepRate}});
    const nlohmann::ordered_json json{{"name", recipe.name}, {"epochs", recipe.epochs}, {"batchSize", recipe.batchSize},
        {"rules", rules}, {"weightStepRate", recipe.weightStepRate}, {"momentum", recipe.momentum},
        {"nesterov", recipe.nesterov}, {"warmupFraction", recipe.warmupFraction},
        {"finalRateFraction", recipe.finalRateFraction},
        {"distillation", {{"weight", recipe.distillation.weight}, {"temperature", recipe.distillation.temperature}}},
        {"batchNorm", kPolicies[static_cast<std::size_t>(recipe.batchNorm)]}, {"quantizer", recipe.quantizer},
        {"symmetricWeights2", recipe.symmetricWeights2}, {"countBatch", recipe.countBatch},
        {"calibrationImages", recipe.calibrationImages}, {"augment", recipe.augment}, {"seed", recipe.seed}};
    return json.dump();
}

Result<TrainingRecipe> recipeFromJson(std::string_view text)
{
    const auto json = nlohmann::json::parse(text, nullptr, false);
    TrainingRecipe recipe;
    try {
        recipe = {.name = json.at("name"),
            .epochs = json.at("epochs"),
            .batchSize = json.at("batchSize"),
            .weightStepRate = json.at("weightStepRate"),
            .momentum = json.at("momentum"),
            .nesterov = json.at("nesterov"),
            .warmupFraction = json.at("warmupFraction"),
            .finalRateFraction = json.at("finalRateFraction"),
            .distillation = {json.at("distillation").at("weight"), json.at("distillation").at("temperature")},
            .quantizer = json.at("quantizer"),
            .symmetricWeights2 = json.at("symmetricWeights2"),
            .countBatch = json.at("countBatch"),
            .calibrationImages = json.at("calibrationImages"),
            .augment = json.at("augment"),
            .seed = json.at("seed")};
        for (const auto& rule : json.at("rules"))
            recipe.rules.push_back(
                {rule.at("bits"), rule.at("learningRate"), rule.at("weightDecay"), rule.at("activationStepRate")});
        const auto policy = std::ranges::find(kPolicies, json.at("batchNorm").get<std::string>());
        if (policy == kPolicies.end() || recipe.rules.empty()) return Error{ErrorCode::Corrupt, "A run's recipe is incomplete."};
        recipe.batchNorm = static_cast<BatchNormPolicy>(policy - kPolicies.begin());
    } catch (const nlohmann::json::exception&) {
        return Error{ErrorCode::Corrupt, "A run's recipe cannot be read; it was made by another version."};
    }
    return recipe;
}

} // namespace halftone
