// What every quantizer in the list must do, and what tells them apart.
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <limits>

#include "core/quantizers/all_quantizers.h"
#include "core/quantizers/fixed_grid_quantizer.h"
#include "core/quantizers/step_rules.h"

using namespace halftone;

namespace {

class EveryQuantizer : public testing::TestWithParam<std::string> {
protected:
    std::unique_ptr<Quantizer> make(const QuantizerSpec& spec) { return (*findQuantizer(GetParam()))->make(spec); }
};

torch::Tensor sample() { return torch::linspace(-1.3, 2.1, 4097); }

} // namespace

TEST_P(EveryQuantizer, PutsOutOnlyWhatItsFrozenGridHolds)
{
    for (const int bits : {2, 3, 4, 5, 6, 7, 8})
        for (const bool isUnsigned : {false, true}) {
            auto quantizer = make({.bits = bits, .isUnsigned = isUnsigned, .elements = 4097});
            const torch::Tensor x = isUnsigned ? sample().clamp_min(0) : sample();
            ASSERT_TRUE(quantizer->calibrate(x).ok());
            const auto grid = quantizer->freeze();
            ASSERT_TRUE(grid.ok());
            const torch::Tensor codes = quantizer->forward(x).detach() / grid->scales[0];
            EXPECT_LT((codes - codes.round()).abs().max().item<float>(), 1e-3f) << bits;
            EXPECT_GE(codes.min().item<float>(), static_cast<float>(grid->lowest) - 1e-3f);
            EXPECT_LE(codes.max().item<float>(), static_cast<float>(grid->highest) + 1e-3f);
            EXPECT_EQ(grid->highest - grid->lowest, (1 << bits) - 1);
        }
}

TEST_P(EveryQuantizer, RefusesNaN)
{
    auto quantizer = make({.bits = 4, .elements = 3});
    EXPECT_FALSE(quantizer->calibrate(torch::tensor({1.0f, std::numeric_limits<float>::quiet_NaN(), 0.0f})).ok());
}

TEST_P(EveryQuantizer, TakesAllZeros)
{
    auto quantizer = make({.bits = 4, .elements = 5});
    ASSERT_TRUE(quantizer->calibrate(torch::zeros({5})).ok());
    EXPECT_TRUE(torch::equal(quantizer->forward(torch::zeros({5})).detach(), torch::zeros({5})));
    EXPECT_TRUE(quantizer->freeze().ok());
}

TEST_P(EveryQuantizer, StartsFromAGridOfItsOwnAndFromNoOther)
{
    auto quantizer = make({.bits = 4, .isWeight = true, .elements = 4097});
    ASSERT_TRUE(quantizer->calibrate(sample()).ok());
    const FrozenGrid calibrated = *quantizer->freeze();
    for (const FrozenGrid& other : {FrozenGrid{4, -7, 7, {0.5f}}, FrozenGrid{4, -8, 8, {0.5f}}, FrozenGrid{5, -16, 15, {0.5f}},
             FrozenGrid{4, 0, 15, {0.5f}}, FrozenGrid{4, -8, 7, {0.5f, 0.5f}}, FrozenGrid{4, -8, 7, {}}})
        EXPECT_FALSE(quantizer->startFrom(other)) << other.bits << other.lowest << other.highest;
    EXPECT_EQ(*quantizer->freeze(), calibrated);
    const FrozenGrid own{4, -8, 7, {0.37f}};
    EXPECT_TRUE(quantizer->startFrom(own));
    EXPECT_EQ(*quantizer->freeze(), own);
    auto ternary = make({.bits = 2, .isWeight = true, .symmetricWeights2 = true, .elements = 4097});
    EXPECT_FALSE(ternary->startFrom({2, -2, 1, {0.5f}}));
    EXPECT_TRUE(ternary->startFrom({2, -1, 1, {0.5f}}));
}

INSTANTIATE_TEST_SUITE_P(Listed, EveryQuantizer, testing::Values("lsq", "lsq-paper", "min-max", "least-square-error"));

TEST(Quantizers, TheListIsTested) { EXPECT_EQ(allQuantizers().size(), 4u); }

TEST(Quantizers, AnUnknownNameIsAnsweredWithTheNearest)
{
    const auto found = findQuantizer("lsqq");
    ASSERT_FALSE(found.ok());
    EXPECT_NE(found.error().message.find("lsq"), std::string::npos);
}

TEST(StepRules, PaperRuleOfGaussianWeights) // methods_ibm 3.3: 0.603 sigma at 4 bit
{
    torch::manual_seed(1);
    const auto step = paperInitialStep(torch::randn({1000000}), -8, 7);
    ASSERT_TRUE(step.ok());
    EXPECT_NEAR(*step, 0.603, 0.002);
}

TEST(StepRules, LeastSquareErrorOfGaussianWeights) // methods_ibm 3.3: 0.339 sigma at 4 bit, 1.049 at 2
{
    torch::manual_seed(1);
    const torch::Tensor weights = torch::randn({1000000});
    EXPECT_NEAR(*leastSquareErrorInitialStep(weights, -8, 7), 0.339, 0.004);
    EXPECT_NEAR(*leastSquareErrorInitialStep(weights, -2, 1), 1.049, 0.01);
}

TEST(StepRules, MinMaxClipsNothing)
{
    const torch::Tensor x = torch::tensor({-4.0f, 3.0f});
    const float step = *minMaxStep(x, -8, 7);
    EXPECT_FLOAT_EQ(step, std::max(4.0f / 8, 3.0f / 7));
}

TEST(Lsq, KeepsItsStepPositive)
{
    auto quantizer = (*findQuantizer("lsq"))->make({.bits = 4, .elements = 3});
    const auto step = quantizer->tensors().front().tensor;
    step.data().fill_(-1.0f);
    quantizer->afterUpdate();
    EXPECT_GT(step.item<float>(), 0.0f);
}

TEST(Lsq, FreezingABadStepIsAnError)
{
    auto quantizer = (*findQuantizer("lsq"))->make({.bits = 4, .elements = 3});
    quantizer->tensors().front().tensor.data().fill_(std::numeric_limits<float>::infinity());
    EXPECT_FALSE(quantizer->freeze().ok());
}

TEST(SymmetricWeights, TwoBitWeightsLoseTheirLowestCode)
{
    EXPECT_EQ(lowestCode({.bits = 2, .isWeight = true, .symmetricWeights2 = true}), -1);
    EXPECT_EQ(lowestCode({.bits = 2, .isWeight = true, .symmetricWeights2 = false}), -2);
    EXPECT_EQ(lowestCode({.bits = 2, .isWeight = false, .symmetricWeights2 = true}), -2);
    EXPECT_EQ(lowestCode({.bits = 4, .isWeight = true, .symmetricWeights2 = true}), -8);
}

TEST(FixedGrid, RoundsPerChannel)
{
    auto quantizer = makeFixedGridQuantizer({.bits = 4, .lowest = -8, .highest = 7, .scales = {0.5f, 0.1f}});
    const torch::Tensor w = torch::tensor({{0.6f, 9.0f}, {0.26f, -9.0f}});
    EXPECT_TRUE(torch::allclose(quantizer->forward(w), torch::tensor({{0.5f, 3.5f}, {0.3f, -0.8f}})));
}
