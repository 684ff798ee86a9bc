// Output divergence against loops over outputs in double, and that one group alone is quantized.
#include <gtest/gtest.h>
#include <ATen/core/grad_mode.h>
#include <torch/types.h>

#include <cmath>
#include <limits>

#include "core/sensitivity/output_divergence.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

torch::Tensor randomTensor(const std::vector<std::int64_t>& shape, std::uint64_t seed)
{
    return torch::tensor(randomFloats(elementCount(shape), seed, "outputs")).view(shape) * 3;
}

// KL in nats of two lists of class scores.
double klOf(const std::vector<double>& p, const std::vector<double>& q)
{
    double sumP = 0, sumQ = 0, kl = 0;
    for (std::size_t c = 0; c < p.size(); ++c) sumP += std::exp(p[c]), sumQ += std::exp(q[c]);
    for (std::size_t c = 0; c < p.size(); ++c)
        kl += std::exp(p[c]) / sumP * (p[c] - std::log(sumP) - q[c] + std::log(sumQ));
    return kl;
}

TEST(MeanDivergence, IsTheMeanOfTheImagesKullbackLeibler)
{
    const std::vector<torch::Tensor> p{randomTensor({3, 5}, 1), randomTensor({1, 5}, 2)};
    const std::vector<torch::Tensor> q{randomTensor({3, 5}, 3), randomTensor({1, 5}, 4)};
    double sum = 0;
    for (std::size_t batch = 0; batch < 2; ++batch)
        for (std::int64_t image = 0; image < p[batch].size(0); ++image) {
            std::vector<double> a, b;
            for (std::int64_t c = 0; c < 5; ++c) {
                a.push_back(p[batch][image][c].item<float>());
                b.push_back(q[batch][image][c].item<float>());
            }
            sum += klOf(a, b);
        }
    EXPECT_NEAR(meanDivergence(p, q, DivergenceMeasure::KullbackLeibler), sum / 4, 1e-12);
    EXPECT_EQ(meanDivergence(p, p, DivergenceMeasure::KullbackLeibler), 0);
}

TEST(MeanDivergence, CountsEveryPixel)
{
    const std::vector<torch::Tensor> p{randomTensor({2, 4, 3, 5}, 5)}, q{randomTensor({2, 4, 3, 5}, 6)};
    double sum = 0;
    for (std::int64_t image = 0; image < 2; ++image)
        for (std::int64_t y = 0; y < 3; ++y)
            for (std::int64_t x = 0; x < 5; ++x) {
                std::vector<double> a, b;
                for (std::int64_t c = 0; c < 4; ++c) {
                    a.push_back(p[0][image][c][y][x].item<float>());
                    b.push_back(q[0][image][c][y][x].item<float>());
                }
                sum += klOf(a, b);
            }
    EXPECT_NEAR(meanDivergence(p, q, DivergenceMeasure::KullbackLeibler), sum / 30, 1e-12);
}

TEST(MeanDivergence, OfRawOutputsIsNoiseOverSignal)
{
    const std::vector<torch::Tensor> p{randomTensor({2, 3, 2, 2}, 7)}, q{randomTensor({2, 3, 2, 2}, 8)};
    double sum = 0;
    for (std::int64_t image = 0; image < 2; ++image) {
        double noise = 0, signal = 0;
        const torch::Tensor a = p[0][image].reshape({-1}), b = q[0][image].reshape({-1});
        for (std::int64_t i = 0; i < 12; ++i) {
            const double wanted = a[i].item<float>(), own = b[i].item<float>();
            noise += (own - wanted) * (own - wanted);
            signal += wanted * wanted;
        }
        sum += noise / signal;
    }
    EXPECT_NEAR(meanDivergence(p, q, DivergenceMeasure::OutputError), sum / 2, 1e-12);
}

struct Quantized {
    Network plan = everyOperationNetwork({.softmax = false});
    NetworkGrids high = quantizeForTest(plan, 4).grids, low = quantizeForTest(plan, 2).grids;
    std::vector<torch::Tensor> images{randomTensor({4, 3, 13, 13}, 9) / 3, randomTensor({1, 3, 13, 13}, 10) / 3};
    TorchNetwork network() const { return std::move(*TorchNetwork::create(plan)); }
};

TEST(GroupDivergence, QuantizesTheGroupAloneAtEachWidth)
{
    const Quantized q;
    TorchNetwork full = q.network(), used = q.network();
    const auto reference = outputsOf(full, q.images);
    ASSERT_TRUE(reference.ok());
    EXPECT_FALSE((*reference)[0].requires_grad());
    for (std::size_t i = 0; i < full.table().groups.size(); ++i) {
        const LinkedGroup& linked = full.table().groups[i];
        SCOPED_TRACE(linked.name);
        const auto divergence = groupDivergence(used, GroupIndex(static_cast<std::int64_t>(i)), q.high, q.low, q.images, *reference,
            DivergenceMeasure::KullbackLeibler);
        ASSERT_TRUE(divergence.ok()) << divergence.error().message;
        for (const auto& [grids, told] : {std::pair{&q.high, divergence->high}, std::pair{&q.low, divergence->low}}) {
            // A fresh network with this group's grids, whose weights were rounded by hand.
            TorchNetwork fresh = q.network();
            NetworkGrids own;
            own.activations[linked.input] = grids->activations.at(linked.input);
            for (const LayerIndex layer : linked.layers) own.weights[layer] = grids->weights.at(layer);
            ASSERT_TRUE(fresh.setGrids(own).ok());
            const auto outputs = outputsOf(fresh, q.images);
            EXPECT_EQ(told, meanDivergence(*reference, *outputs, DivergenceMeasure::KullbackLeibler));
            EXPECT_GT(told, 0);
        }
    }
}

TEST(GroupDivergence, StopsAndSaysWhatIsMissing)
{
    const Quantized q;
    TorchNetwork network = q.network();
    const auto reference = outputsOf(network, q.images);
    std::stop_source stop;
    stop.request_stop();
    const auto measure = DivergenceMeasure::OutputError;
    const auto stopped = groupDivergence(network, GroupIndex(1), q.high, q.low, q.images, *reference, measure, TaskContext(stop.get_token()));
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(groupDivergence(network, GroupIndex(1), {}, q.low, q.images, *reference, measure).error().code, ErrorCode::BadInput);
    std::vector<torch::Tensor> nan{q.images[0] * std::numeric_limits<float>::quiet_NaN()};
    const auto broken = groupDivergence(network, GroupIndex(1), q.high, q.low, nan, std::vector{(*reference)[0]}, measure);
    ASSERT_FALSE(broken.ok());
    EXPECT_EQ(broken.error().code, ErrorCode::Failed);
}

} // namespace
} // namespace halftone
