// Training: the optimiser against its definition, repeatability, exact resume, batch-norm policies, failures.
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/training/evaluation.h"
#include "core/training/sgd.h"
#include "tests/unit/training/small_task.h"

using namespace halftone;

namespace {

void expectEqualStates(const TorchNetwork& a, const TorchNetwork& b)
{
    const auto left = a.state(), right = b.state();
    ASSERT_EQ(left.entries.size(), right.entries.size());
    for (std::size_t i = 0; i < left.entries.size(); ++i)
        EXPECT_TRUE(std::ranges::equal(left.entries[i].tensor.bytes(), right.entries[i].tensor.bytes()))
            << left.entries[i].name;
}

} // namespace

TEST(Sgd, FollowsItsDefinition)
{
    for (const bool nesterov : {false, true}) {
        torch::Tensor w = torch::tensor({1.0f}).requires_grad_(true);
        Sgd sgd({{"w", w, 0.1, 0.01}}, 0.9, nesterov);
        double expected = 1, momentum = 0;
        for (int i = 0; i < 5; ++i) {
            sgd.zeroGradients();
            (w * w).sum().backward(); // gradient 2w
            sgd.update(0.5);
            const double gradient = 2 * expected + 0.01 * expected;
            momentum = 0.9 * momentum + gradient;
            expected -= 0.5 * 0.1 * (nesterov ? gradient + 0.9 * momentum : momentum);
            EXPECT_NEAR(w.item<double>(), expected, 1e-6);
        }
    }
}

TEST(Trainer, LearnsAnEasyTaskAtFourBits)
{
    auto network = quantized(4);
    const auto figures = train(network, requestOf(8));
    ASSERT_TRUE(figures.ok()) << figures.error().message;
    EXPECT_LT(figures->back().labelLoss, figures->front().labelLoss);
    const HalvesSet fresh(100, 1000);
    const auto evaluation = evaluate(network, fresh, {{0.5f}, {0.25f}});
    ASSERT_TRUE(evaluation.ok());
    EXPECT_GT(evaluation->accuracy(), 0.9);
}

TEST(Trainer, CountsASingleUpdateAsTheLastHalfOfItsEpoch)
{
    auto network = quantized(4);
    TrainingRequest request = requestOf(1);
    request.recipe.batchSize = request.images->count();
    const auto figures = train(network, request);
    ASSERT_TRUE(figures.ok()) << figures.error().message;
    ASSERT_EQ(figures->front().stepLosses.size(), 1u);
    EXPECT_GT(figures->front().lateLabelLoss, 0);
    EXPECT_EQ(figures->front().lateLabelLoss, figures->front().labelLoss);
}

TEST(Trainer, RepeatsExactlyForTheSameSeed)
{
    auto first = quantized(4), second = quantized(4), other = quantized(4);
    ASSERT_TRUE(train(first, requestOf(2)).ok());
    ASSERT_TRUE(train(second, requestOf(2)).ok());
    expectEqualStates(first, second);
    auto request = requestOf(2);
    request.recipe.seed = 1;
    ASSERT_TRUE(train(other, request).ok());
    EXPECT_FALSE(std::ranges::equal(first.state().find("conv2.weight")->bytes(), other.state().find("conv2.weight")->bytes()));
}

TEST(Trainer, ResumesToTheSameNumbersAsWithoutAStop)
{
    auto straight = quantized(2);
    ASSERT_TRUE(train(straight, requestOf(4)).ok());
    Bytes kept;
    std::stop_source stop;
    auto stopped = quantized(2);
    auto request = requestOf(4);
    request.onEpoch = [&](const EpochFigures& figures, const Bytes& checkpoint) {
        kept = checkpoint;
        if (figures.epoch == 2) stop.request_stop();
        return Status{};
    };
    const auto first = train(stopped, request, TaskContext(stop.get_token()));
    ASSERT_FALSE(first.ok());
    EXPECT_EQ(first.error().code, ErrorCode::Cancelled);
    auto resumed = quantized(2);
    auto again = requestOf(4);
    again.resumeFrom = kept;
    const auto second = train(resumed, again);
    ASSERT_TRUE(second.ok()) << second.error().message;
    EXPECT_EQ(second->size(), 2u);
    expectEqualStates(straight, resumed);
}

TEST(Trainer, RefusesACheckpointOfAnotherRecipe)
{
    Bytes kept;
    auto network = quantized(4);
    auto request = requestOf(1);
    request.onEpoch = [&](const EpochFigures&, const Bytes& checkpoint) {
        kept = checkpoint;
        return Status{};
    };
    ASSERT_TRUE(train(network, request).ok());
    auto other = requestOf(2);
    other.resumeFrom = kept;
    EXPECT_FALSE(train(network, other).ok());
    other.resumeFrom.resize(kept.size() / 2);
    EXPECT_FALSE(train(network, other).ok());
}

TEST(Trainer, NamesWhereTrainingDiverged)
{
    auto network = quantized(4);
    auto request = requestOf(3);
    for (auto& rule : request.recipe.rules) rule.learningRate = 1e30;
    const auto figures = train(network, request);
    ASSERT_FALSE(figures.ok());
    EXPECT_EQ(figures.error().code, ErrorCode::Failed);
    EXPECT_NE(figures.error().message.find("diverged"), std::string::npos);
}

TEST(Trainer, FrozenBatchNormKeepsItsStatistics)
{
    auto network = quantized(4);
    auto request = requestOf(1);
    request.recipe.batchNorm = BatchNormPolicy::Freeze;
    const auto statistics = [](const TorchNetwork& n) {
        for (const auto& one : n.tensors())
            if (one.name == "bn2.running_mean") return one.tensor.clone();
        return torch::Tensor();
    };
    const torch::Tensor before = statistics(network);
    ASSERT_TRUE(train(network, request).ok());
    EXPECT_TRUE(torch::equal(before, statistics(network)));
    request.recipe.batchNorm = BatchNormPolicy::Reestimate;
    ASSERT_TRUE(train(network, request).ok());
    EXPECT_FALSE(torch::equal(before, statistics(network)));
}

TEST(Trainer, DistillationPullsTheStudentTowardsTheTeacher)
{
    auto teacher = *TorchNetwork::create(smallNetwork());
    ASSERT_TRUE(train(teacher, requestOf(4)).ok());
    auto student = quantized(4);
    auto request = requestOf(4);
    request.recipe.distillation = {.weight = 1, .temperature = 2};
    EXPECT_FALSE(train(student, request).ok()); // no teacher given
    TeacherAnswers answers(std::move(teacher));
    request.teacher = &answers;
    const auto figures = train(student, request);
    ASSERT_TRUE(figures.ok());
    EXPECT_LT(figures->back().loss, figures->front().loss);
}

TEST(Trainer, ASharedTeacherChangesNoNumber)
{
    auto request = requestOf(2);
    request.recipe.distillation = {.weight = 0.5, .temperature = 2};
    TeacherAnswers shared(*TorchNetwork::create(smallNetwork()));
    std::vector<StateDict> states;
    for (int run = 0; run < 2; ++run) { // the second is answered from what the first asked
        auto student = quantized(4);
        request.teacher = &shared;
        ASSERT_TRUE(train(student, request).ok());
        states.push_back(student.state());
    }
    TeacherAnswers fresh(*TorchNetwork::create(smallNetwork()));
    request.teacher = &fresh;
    auto student = quantized(4);
    ASSERT_TRUE(train(student, request).ok());
    states.push_back(student.state());
    for (const auto& state : states)
        EXPECT_TRUE(std::ranges::equal(state.find("conv2.weight")->bytes(), states.back().find("conv2.weight")->bytes()));
}

TEST(Trainer, StopsBeforeTheNextBatch)
{
    std::stop_source stop;
    stop.request_stop();
    auto network = quantized(4);
    const auto figures = train(network, requestOf(100), TaskContext(stop.get_token()));
    ASSERT_FALSE(figures.ok());
    EXPECT_EQ(figures.error().code, ErrorCode::Cancelled);
}

TEST(Recipes, LayersOfWidthsWithoutARuleTakeTheNextWider)
{
    const TrainingRecipe recipe{.rules = {{2, 0.2}, {4, 0.4}, {8, 0.8}}};
    EXPECT_EQ(ruleFor(recipe, 2).learningRate, 0.2);
    EXPECT_EQ(ruleFor(recipe, 3).learningRate, 0.4);
    EXPECT_EQ(ruleFor(recipe, 7).learningRate, 0.8);
    EXPECT_EQ(ruleFor(recipe, kFullPrecision).learningRate, 0.8);
}

TEST(Recipes, EveryFieldChangesTheirText)
{
    const auto plain = toJson(defaultRecipe());
    auto changed = defaultRecipe();
    changed.rules[1].activationStepRate = 0.25;
    EXPECT_NE(plain, toJson(changed));
    EXPECT_EQ(plain, toJson(*findRecipe("default")));
    EXPECT_FALSE(findRecipe("defualt").ok());
}

TEST(Recipes, ThePapersRecipeIsSelectable) // methods_ibm 3.3, 3.4
{
    const auto recipe = *findRecipe("lsq-paper");
    EXPECT_EQ(recipe.quantizer, "lsq-paper");
    EXPECT_EQ(ruleFor(recipe, 2).weightDecay, 0.25e-4);
    EXPECT_EQ(ruleFor(recipe, 3).weightDecay, 0.5e-4);
    EXPECT_EQ(ruleFor(recipe, 4).learningRate, 0.01);
    EXPECT_EQ(ruleFor(recipe, 8).learningRate, 0.001);
    EXPECT_EQ(recipe.distillation.weight, 0);
    EXPECT_EQ(recipe.weightStepRate, 1);
    EXPECT_EQ(ruleFor(recipe, 2).activationStepRate, 1);
}
