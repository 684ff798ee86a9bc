// LSQ's value and both gradients against the paper's equations in double precision.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <cmath>
#include <fstream>

#include "core/base/random.h"
#include "core/quantizers/lsq_kernel.h"
#include "core/quantizers/lsq_quantizer.h"

using namespace halftone;

namespace {

constexpr const char* kOracle = HALFTONE_SOURCE_DIR "/../shared/oracles/lsq_gradients.json";

using Quantize = torch::Tensor (*)(const torch::Tensor&, const torch::Tensor&, std::int32_t, std::int32_t, double);

struct LsqResult {
    torch::Tensor out, gradV;
    double gradStep = 0;
};

LsqResult runLsq(Quantize quantize, const torch::Tensor& values, const torch::Tensor& gradOut, double step, int lowest,
    int highest, double scale)
{
    torch::Tensor v = values.detach().clone().requires_grad_(true);
    torch::Tensor s = torch::full({1}, step, values.options()).requires_grad_(true);
    const torch::Tensor out = quantize(v, s, lowest, highest, scale);
    out.backward(gradOut);
    return {out.detach(), v.grad(), s.grad().item<double>()};
}

torch::Tensor doubles(const nlohmann::json& values)
{
    return torch::tensor(values.get<std::vector<double>>(), torch::kFloat64);
}

// In double, so that values at ties and clip edges are there to the last bit.
void compareWithOracle(Quantize quantize)
{
    std::ifstream file(kOracle);
    if (!file)
        GTEST_SKIP() << "../shared/oracles/lsq_gradients.json is absent: LSQ is not compared with the paper's equations in "
                        "double precision";
    const auto cases = nlohmann::json::parse(file).at("cases");
    ASSERT_EQ(cases.size(), 8u);
    for (const auto& one : cases) {
        const int qn = one.at("qn"), qp = one.at("qp");
        SCOPED_TRACE(std::string(one.at("signed").get<bool>() ? "signed " : "unsigned ")
            + std::to_string(one.at("bits").get<int>()) + " bit");
        const auto result
            = runLsq(quantize, doubles(one.at("v")), doubles(one.at("gradOut")), one.at("step"), -qn, qp, one.at("gradScale"));
        EXPECT_TRUE(torch::allclose(result.out, doubles(one.at("out")), 1e-12, 1e-12)) << result.out - doubles(one.at("out"));
        EXPECT_TRUE(torch::equal(result.gradV, doubles(one.at("gradV")))) << result.gradV - doubles(one.at("gradV"));
        EXPECT_NEAR(result.gradStep, one.at("gradStep").get<double>(),
            1e-12 * std::max(1.0, std::abs(one.at("gradStep").get<double>())));
    }
}

} // namespace

TEST(Lsq, MeetsThePapersEquationsFused) { compareWithOracle(lsqQuantize); }
TEST(Lsq, MeetsThePapersEquationsComposed) { compareWithOracle(lsqQuantizeComposed); }

// Steps that are powers of two keep v/s exact in single precision, so ties and edges are the same in both.
TEST(Lsq, SinglePrecisionDoesAsDoubleOnTiesAndEdges)
{
    const torch::Tensor eighths = torch::arange(-100, 101, torch::kFloat64) / 8;
    const torch::Tensor grads = torch::linspace(-1, 1, eighths.numel(), torch::kFloat64);
    for (const auto& [lowest, highest] : {std::pair{-8, 7}, std::pair{-1, 1}, std::pair{0, 3}, std::pair{-2, 1}}) {
        const auto twice = runLsq(lsqQuantize, eighths, grads, 0.25, lowest, highest, 1),
                   once = runLsq(lsqQuantize, eighths.to(torch::kFloat32), grads.to(torch::kFloat32), 0.25, lowest, highest, 1);
        EXPECT_TRUE(torch::equal(once.out, twice.out.to(torch::kFloat32)));
        EXPECT_TRUE(torch::equal(once.gradV, twice.gradV.to(torch::kFloat32)));
        EXPECT_NEAR(once.gradStep, twice.gradStep, 1e-4);
    }
}

TEST(Lsq, FusedEqualsComposedOnOddSizesAndBothMemoryOrders)
{
    torch::manual_seed(11);
    for (const std::int64_t size : {1, 3, 7, 17, 33, 40001}) {
        const torch::Tensor values = torch::randn({size}), grads = torch::randn({size});
        const auto fused = runLsq(lsqQuantize, values, grads, 0.37, -8, 7, 0.01),
                   composed = runLsq(lsqQuantizeComposed, values, grads, 0.37, -8, 7, 0.01);
        EXPECT_TRUE(torch::allclose(fused.out, composed.out, 1e-6, 1e-7)) << size;
        EXPECT_TRUE(torch::equal(fused.gradV, composed.gradV)) << size;
        EXPECT_NEAR(fused.gradStep, composed.gradStep, 1e-5 * std::max(1.0, std::abs(composed.gradStep)) + 1e-6) << size;
    }
    const torch::Tensor planes = torch::randn({2, 5, 3, 4}), step = torch::tensor({0.3f});
    const torch::Tensor last = planes.contiguous(torch::MemoryFormat::ChannelsLast);
    EXPECT_TRUE(torch::equal(lsqQuantize(planes, step, -2, 1, 1), lsqQuantize(last, step, -2, 1, 1)));
    EXPECT_TRUE(lsqQuantize(last, step, -2, 1, 1).is_contiguous(torch::MemoryFormat::ChannelsLast));
    const torch::Tensor everyOther = torch::randn({2, 6, 3, 4}).contiguous(torch::MemoryFormat::ChannelsLast).slice(1, 1, 6, 2);
    EXPECT_TRUE(lsqQuantize(everyOther, step, -2, 1, 1).is_contiguous(torch::MemoryFormat::ChannelsLast));
    EXPECT_TRUE(torch::equal(lsqQuantize(everyOther, step, -2, 1, 1), lsqQuantize(everyOther.contiguous(), step, -2, 1, 1)));
}

TEST(Lsq, GradientOfTheStepDoesNotDependOnTheOrderOfTheIncomingGradient)
{
    torch::Tensor v = torch::randn({2, 5, 3, 4}).contiguous(torch::MemoryFormat::ChannelsLast).requires_grad_(true);
    torch::Tensor s = torch::tensor({0.3f}).requires_grad_(true);
    const torch::Tensor grad = torch::randn({2, 5, 3, 4}); // planes first, unlike v
    lsqQuantize(v, s, -8, 7, 1).backward(grad);
    const auto composed = runLsq(lsqQuantizeComposed, v.detach().contiguous(), grad, 0.3, -8, 7, 1);
    EXPECT_NEAR(s.grad().item<double>(), composed.gradStep, 1e-4);
    EXPECT_TRUE(torch::equal(v.grad(), composed.gradV));
}

TEST(Lsq, InsideTheRangeTheOutputDiffersFromTheInputByAtMostHalfAStep)
{
    Random random(2);
    std::vector<float> v(1001), out(v.size());
    for (auto& x : v) x = static_cast<float>(4 * random.uniform() - 2); // |v/s| < 7
    lsqForward(v.data(), out.data(), static_cast<std::int64_t>(v.size()), {0.3f, -8, 7});
    for (std::size_t i = 0; i < v.size(); ++i) EXPECT_LE(std::abs(out[i] - v[i]), 0.15f + 1e-6f);
}
