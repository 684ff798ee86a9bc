// HAWQ-v3: traces against known matrices and finite differences in double, scores against the formula term by term.
#include <gtest/gtest.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <limits>
#include <thread>

#include "core/base/random.h"
#include "core/models/network_builder.h"
#include "core/sensitivity/hawq_v3.h"
#include "core/training/task_loss.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

torch::Tensor randomDoubles(const std::vector<std::int64_t>& shape, std::uint64_t seed, std::string_view purpose)
{
    const auto values = randomFloats(elementCount(shape), seed, purpose);
    return torch::tensor(values).view(shape).to(torch::kFloat64);
}

Batch batchOf(std::int64_t images, const Shape& shape, std::uint64_t seed)
{
    Batch batch{.images = randomDoubles({images, shape[0], shape[1], shape[2]}, seed, "images"),
        .labels = torch::empty({images}, torch::kInt64)};
    Random random(seed, "labels");
    for (std::int64_t i = 0; i < images; ++i) batch.labels[i] = random.below(3);
    return batch;
}

// The network with all its tensors in double, so that finite differences resolve.
TorchNetwork inDouble(const Network& network)
{
    auto made = TorchNetwork::create(network);
    EXPECT_TRUE(made.ok());
    for (const NetworkTensor& one : made->tensors()) {
        torch::Tensor tensor = one.tensor;
        tensor.set_data(tensor.detach().to(torch::kFloat64));
    }
    return std::move(*made);
}

// Larger weights of the last layer: the squares of first derivatives then outweigh the rest of the Hessian, and signs average fast.
void sharpen(Network& network)
{
    const ParameterIndex last = network.findParameter("fc.weight");
    std::vector<float> values(network.parameter(last).data.floats().begin(), network.parameter(last).data.floats().end());
    for (float& value : values) value *= 30;
    EXPECT_TRUE(network.setParameter(last, TensorData::fromFloats(network.parameter(last).shape, values)).ok());
}

// Two inner layers that read one value, a batch norm, an inner layer behind them; three outputs.
Network smallNetwork()
{
    NetworkBuilder builder("small");
    ValueIndex x = builder.input({1, 5, 5});
    const ValueIndex shared = builder.add("smooth1", Silu{}, {builder.conv("first", x, 2, 3)});
    const ValueIndex left = builder.conv("left", shared, 2, 3), right = builder.conv("right", shared, 2, 1);
    x = builder.batchNorm("bn", builder.addition("sum", left, right));
    x = builder.conv("inner", builder.relu("relu", x), 3, 3);
    auto network = std::move(builder).finish(builder.classifier("fc", x, 3));
    EXPECT_TRUE(network.ok()) << network.error().message;
    initialiseParameters(*network, 3);
    sharpen(*network);
    return std::move(*network);
}

torch::Tensor weightOf(const TorchNetwork& network, const std::string& layer)
{
    for (const NetworkTensor& one : network.tensors())
        if (one.name == layer + ".weight") return one.tensor;
    return {};
}

torch::Tensor gradientOf(TorchNetwork& network, const Batch& batch, const torch::Tensor& of)
{
    return torch::autograd::grad({labelLoss(network.forward(batch.images), batch.labels)}, {of})[0];
}

// (H v) of `of` by central differences of first gradients.
torch::Tensor differenceProduct(TorchNetwork& network, const Batch& batch, torch::Tensor of, const torch::Tensor& v)
{
    constexpr double kStep = 1e-6;
    const auto shifted = [&](double by) {
        {
            const at::NoGradGuard noGrad;
            of.add_(v, by);
        }
        const torch::Tensor gradient = gradientOf(network, batch, of);
        const at::NoGradGuard noGrad;
        of.sub_(v, by);
        return gradient;
    };
    return (shifted(kStep) - shifted(-kStep)) / (2 * kStep);
}

double differenceTrace(TorchNetwork& network, const Batch& batch, const torch::Tensor& of)
{
    double trace = 0;
    for (std::int64_t i = 0; i < of.numel(); ++i) {
        torch::Tensor unit = torch::zeros(of.sizes(), torch::kFloat64);
        unit.view({-1})[i] = 1;
        trace += (differenceProduct(network, batch, of, unit) * unit).sum().item<double>();
    }
    return trace;
}

TEST(HutchinsonTrace, IsExactForADiagonalAfterTwoProbes)
{
    const torch::Tensor diagonal = torch::tensor({1.0, 2.5, -0.5, 4.0}, torch::kFloat64);
    const torch::Tensor x = torch::ones({4}, torch::kFloat64).requires_grad_(true);
    const auto share = [&](std::int64_t) -> Result<LossShare> { return LossShare{0.25 * (diagonal * x * x).sum(), {x}}; };
    const auto report = estimateTraces(2, share, {.seed = 5}); // two batches of half the quadratic each
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_NEAR(report->traces[0].trace, 7.0, 1e-12);
    EXPECT_NEAR(report->traces[0].standardError, 0, 1e-12);
    EXPECT_EQ(report->probes, 2);
    EXPECT_TRUE(report->settled);
}

TEST(HutchinsonTrace, ConvergesToTheBlocksOfADenseQuadratic)
{
    const torch::Tensor half = randomDoubles({12, 12}, 1, "matrix");
    const torch::Tensor matrix = half.matmul(half.t()); // curved alike in most directions, and the two tensors are coupled
    const torch::Tensor a = torch::zeros({2, 4}, torch::kFloat64).requires_grad_(true);
    const torch::Tensor b = torch::zeros({4}, torch::kFloat64).requires_grad_(true);
    const auto share = [&](std::int64_t) -> Result<LossShare> {
        const torch::Tensor x = torch::cat({a.view({-1}), b});
        return LossShare{0.5 * x.dot(matrix.mv(x)), {a, b}};
    };
    const auto report = estimateTraces(1, share, {.seed = 7, .tolerance = 0, .mostProbes = 4000});
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->probes, 4000);
    EXPECT_FALSE(report->settled);
    const torch::Tensor diagonal = matrix.diagonal();
    const double expected[] = {diagonal.slice(0, 0, 8).sum().item<double>(), diagonal.slice(0, 8).sum().item<double>()};
    const torch::Tensor offDiagonal = matrix - torch::diag(diagonal);
    // Var v_i'(H v)_i over the block's rows: of every pair inside the block twice the square, of every pair across once.
    const auto deviation = [&](const torch::Tensor& inside, const torch::Tensor& across) {
        return std::sqrt((2 * inside.square().sum() + across.square().sum()).item<double>() / 4000);
    };
    const double error[] = {deviation(offDiagonal.slice(0, 0, 8).slice(1, 0, 8), offDiagonal.slice(0, 0, 8).slice(1, 8)),
        deviation(offDiagonal.slice(0, 8).slice(1, 8), offDiagonal.slice(0, 8).slice(1, 0, 8))};
    for (const std::size_t t : {0, 1}) {
        EXPECT_NEAR(report->traces[t].trace, expected[t], 4 * error[t]);
        EXPECT_NEAR(report->traces[t].standardError, error[t], 0.1 * error[t]);
    }
}

TEST(HutchinsonTrace, EndsWhereTheRunningMeanChangesLittle)
{
    const torch::Tensor half = randomDoubles({30, 30}, 2, "matrix");
    const torch::Tensor matrix = half.matmul(half.t());
    const torch::Tensor x = torch::zeros({30}, torch::kFloat64).requires_grad_(true);
    const auto share = [&](std::int64_t) -> Result<LossShare> { return LossShare{0.5 * x.dot(matrix.mv(x)), {x}}; };
    const auto all = estimateTraces(1, share, {.seed = 3, .tolerance = 0, .mostProbes = 64});
    const auto loose = estimateTraces(1, share, {.seed = 3, .tolerance = 0.05, .mostProbes = 64});
    const auto same = estimateTraces(1, share, {.seed = 3, .tolerance = 0, .mostProbes = loose->probes});
    ASSERT_TRUE(all.ok() && loose.ok() && same.ok());
    EXPECT_TRUE(loose->settled);
    EXPECT_GT(loose->probes, 1);
    EXPECT_LT(loose->probes, 64);
    EXPECT_EQ(loose->traces[0].trace, same->traces[0].trace); // how many are made at once makes no difference
    const auto before = estimateTraces(1, share, {.seed = 3, .tolerance = 0, .mostProbes = loose->probes - 1});
    EXPECT_LE(std::abs(loose->traces[0].trace - before->traces[0].trace), 0.05 * std::abs(loose->traces[0].trace));
    EXPECT_EQ(all->probes, 64);
}

TEST(HutchinsonTrace, GivesZeroWhereTheLossIsStraightOrDoesNotReach)
{
    const torch::Tensor straight = torch::ones({3}, torch::kFloat64).requires_grad_(true);
    const torch::Tensor unused = torch::ones({3}, torch::kFloat64).requires_grad_(true);
    const auto share = [&](std::int64_t) -> Result<LossShare> { return LossShare{straight.sum(), {straight, unused}}; };
    const auto report = estimateTraces(1, share, {});
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->traces[0].trace, 0);
    EXPECT_EQ(report->traces[1].trace, 0);
}

TEST(HutchinsonTrace, RefusesNothingToMeasureAndNaN)
{
    const torch::Tensor x = torch::ones({3}, torch::kFloat64).requires_grad_(true);
    const auto share = [&](std::int64_t) -> Result<LossShare> {
        return LossShare{(x * x).sum() * std::numeric_limits<double>::quiet_NaN(), {x}};
    };
    EXPECT_EQ(estimateTraces(0, share, {}).error().code, ErrorCode::BadInput);
    EXPECT_EQ(estimateTraces(1, share, {.mostProbes = 0}).error().code, ErrorCode::BadInput);
    EXPECT_EQ(estimateTraces(1, share, {}).error().code, ErrorCode::Failed);
}

TEST(HutchinsonTrace, PassesTwiceThroughEveryOperation)
{
    constexpr std::uint64_t kSeed = 11;
    for (Network (*const make)(const EveryOperationOptions&) : {everyOperationNetwork, mobileOperationNetwork}) {
        TorchNetwork network = inDouble(make({.softmax = true}));
        const Batch batch = batchOf(2, network.plan().inputShape(), 4);
        for (const Layer& layer : network.table().layers) {
            SCOPED_TRACE(network.plan().architecture() + " " + layer.name);
            const torch::Tensor weight = weightOf(network, layer.name);
            const auto share = [&](std::int64_t) -> Result<LossShare> {
                return LossShare{labelLoss(network.forward(batch.images, {.twiceDifferentiable = true}), batch.labels), {weight}};
            };
            const auto probe = estimateTraces(1, share, {.seed = kSeed, .mostProbes = 1});
            ASSERT_TRUE(probe.ok()) << probe.error().message;
            Random random(kSeed, "hawq-v3 probes 0"); // the same signs: 64 from one number, the lowest bit first
            torch::Tensor signs = torch::empty(weight.sizes(), torch::kFloat64);
            std::uint64_t bits = 0;
            for (std::int64_t i = 0; i < signs.numel(); ++i, bits >>= 1) {
                if (i % 64 == 0) bits = random.next();
                signs.view({-1})[i] = (bits & 1) != 0 ? 1.0 : -1.0;
            }
            const double expected = (differenceProduct(network, batch, weight, signs) * signs).sum().item<double>();
            EXPECT_NEAR(probe->traces[0].trace, expected, 1e-4 * (1e-3 + std::abs(expected)));
        }
    }
}

// Grids of two widths at all inner layers, their steps plucked from the air.
NetworkGrids gridsOf(const LayerTable& table, int bits, float step)
{
    const int highest = (1 << (bits - 1)) - 1;
    NetworkGrids grids;
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const Layer& layer = table.layers[i];
        if (table.group(layer.group).edge) continue;
        grids.weights[LayerIndex(static_cast<std::int64_t>(i))] = {bits, -highest - 1, highest, {step}};
        grids.activations[layer.input] = {bits, -highest - 1, highest, {10 * step}};
    }
    return grids;
}

double roundingError(const torch::Tensor& x, const FrozenGrid& grid)
{
    double sum = 0;
    const torch::Tensor flat = x.detach().to(torch::kFloat32).contiguous().view({-1});
    for (std::int64_t i = 0; i < flat.numel(); ++i) {
        const double value = flat[i].item<float>(), step = grid.scales[0];
        const double code = std::clamp(std::nearbyint(value / step), double(grid.lowest), double(grid.highest));
        sum += (code * step - value) * (code * step - value);
    }
    return sum;
}

struct SmallCase {
    TorchNetwork network = inDouble(smallNetwork());
    std::vector<Batch> batches{batchOf(6, {1, 5, 5}, 1), batchOf(2, {1, 5, 5}, 2)};
    NetworkGrids high = gridsOf(network.table(), 4, 0.07F), low = gridsOf(network.table(), 2, 0.3F);
    // Both batches as one, whose mean loss is the loss of all.
    Batch whole() const
    {
        return {torch::cat({batches[0].images, batches[1].images}), torch::cat({batches[0].labels, batches[1].labels})};
    }
};

TEST(HawqScores, FollowTheFormulaTermByTerm)
{
    SmallCase small;
    const auto report = hawqScores(
        small.network, small.batches, small.high, small.low, {.trace = {.seed = 1, .tolerance = 0, .mostProbes = 1000}});
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_EQ(report->scores.highBits, 4);
    EXPECT_EQ(report->scores.lowBits, 2);
    const LayerTable& table = small.network.table();
    ASSERT_EQ(report->scores.groups.size(), 2); // left + right; inner
    for (const GroupScore& score : report->scores.groups) {
        SCOPED_TRACE(table.group(score.group).name);
        double expected = 0;
        for (const LayerIndex layer : table.group(score.group).layers) {
            const torch::Tensor weight = weightOf(small.network, table.layer(layer).name);
            const double trace = differenceTrace(small.network, small.whole(), weight);
            expected += trace / static_cast<double>(weight.numel())
                * (roundingError(weight, small.low.weights.at(layer)) - roundingError(weight, small.high.weights.at(layer)));
        }
        const double error = report->standardErrors.at(score.group);
        EXPECT_LT(error, 0.1 * std::abs(expected));
        EXPECT_NEAR(score.gain, expected, 4 * error);
    }
}

TEST(HawqScores, AddTheInputsInTheJointForm)
{
    SmallCase small;
    const TraceOptions trace{.seed = 2, .tolerance = 0, .mostProbes = 1000};
    const auto weights = hawqScores(small.network, small.batches, small.high, small.low, {.trace = trace});
    const auto joint = hawqScores(small.network, small.batches, small.high, small.low, {.trace = trace, .activations = true});
    ASSERT_TRUE(weights.ok() && joint.ok());
    const LayerTable& table = small.network.table();
    const GroupScore& last = joint->scores.groups.back();
    const LayerIndex inner = table.group(last.group).layers.front();
    const ValueIndex input = table.layer(inner).input;
    // What follows the inner layer's input as a network of its own, whose images are that input's values.
    NetworkBuilder builder("tail");
    const ValueIndex begin = builder.input({2, 5, 5});
    const ValueIndex end = builder.classifier("fc", builder.conv("inner", begin, 3, 3), 3);
    auto plan = std::move(builder).finish(end);
    ASSERT_TRUE(plan.ok());
    initialiseParameters(*plan, 1);
    TorchNetwork tail = inDouble(*plan);
    for (const NetworkTensor& one : tail.tensors()) {
        const at::NoGradGuard noGrad;
        torch::Tensor to = one.tensor;
        for (const NetworkTensor& from : small.network.tensors())
            if (from.name == one.name) to.copy_(from.tensor);
    }
    const Batch whole = small.whole();
    torch::Tensor values;
    {
        const at::NoGradGuard noGrad;
        values = small.network.forward(whole.images, {.until = input}).contiguous();
    }
    values.requires_grad_(true);
    const double trace8 = differenceTrace(tail, {values, whole.labels}, values); // of all images: the mean of one's
    const double moved = (roundingError(values, small.low.activations.at(input)) - roundingError(values, small.high.activations.at(input))) / 8;
    const double expected = weights->scores.groups.back().gain + trace8 / (2 * 5 * 5) * moved;
    const double error = std::hypot(joint->standardErrors.at(last.group), weights->standardErrors.at(last.group));
    EXPECT_GT(std::abs(expected - weights->scores.groups.back().gain), 5 * error); // the inputs count for something here
    EXPECT_NEAR(last.gain, expected, 4 * error);
}

TEST(HawqScores, AreTheSameTwiceAndLeaveTheNetworkAlone)
{
    SmallCase small;
    std::vector<torch::Tensor> before;
    for (const NetworkTensor& tensor : small.network.tensors()) before.push_back(tensor.tensor.detach().clone());
    const HawqOptions options{.trace = {.seed = 9, .mostProbes = 20}, .activations = true};
    const auto one = hawqScores(small.network, small.batches, small.high, small.low, options);
    const auto two = hawqScores(small.network, small.batches, small.high, small.low, options);
    ASSERT_TRUE(one.ok() && two.ok());
    EXPECT_EQ(one->scores.groups, two->scores.groups);
    EXPECT_EQ(one->standardErrors, two->standardErrors);
    const auto after = small.network.tensors();
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_TRUE(torch::equal(before[i], after[i].tensor)) << after[i].name;
        EXPECT_FALSE(after[i].tensor.grad().defined()) << after[i].name;
    }
    auto other = options;
    other.trace.seed = 10;
    auto threaded = options;
    threaded.trace.runBatches = [](std::int64_t count, const TaskContext& task, const auto& work) -> Status {
        std::vector<std::jthread> threads;
        for (std::int64_t i = count - 1; i >= 0; --i) threads.emplace_back([&, i] { EXPECT_TRUE(work(i, task).ok()); });
        return {};
    };
    const auto sideBySide = hawqScores(small.network, small.batches, small.high, small.low, threaded);
    ASSERT_TRUE(sideBySide.ok());
    EXPECT_EQ(one->scores.groups, sideBySide->scores.groups);
    const auto third = hawqScores(small.network, small.batches, small.high, small.low, other);
    EXPECT_NE(one->scores.groups, third->scores.groups);
}

// Stops after some reports.
class StoppingSink final : public ProgressSink {
public:
    explicit StoppingSink(int after)
        : m_left(after)
    {
    }
    void progress(const Progress& progress) override
    {
        EXPECT_EQ(progress.step, "hawq-v3");
        EXPECT_GE(progress.done, m_last);
        EXPECT_LE(progress.done, progress.total);
        m_last = progress.done;
        if (--m_left <= 0) stop.request_stop();
    }
    void note(std::string_view) override { }
    std::stop_source stop;
    std::int64_t last() const { return m_last; }

private:
    int m_left;
    std::int64_t m_last = 0;
};

TEST(HawqScores, StopBetweenProducts)
{
    SmallCase small;
    StoppingSink sink(5);
    const auto stopped = hawqScores(small.network, small.batches, small.high, small.low,
        {.trace = {.tolerance = 0}}, TaskContext(sink.stop.get_token(), &sink));
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(sink.last(), 5);
}

TEST(HawqScores, SayWhatIsMissing)
{
    SmallCase small;
    std::vector<Batch> blind = small.batches;
    for (Batch& batch : blind) batch.labels = torch::full_like(batch.labels, kIgnoredLabel);
    const auto unlabelled = hawqScores(small.network, blind, small.high, small.low, {});
    ASSERT_FALSE(unlabelled.ok());
    EXPECT_NE(unlabelled.error().message.find("labels"), std::string::npos);
    NetworkGrids none = small.low;
    none.weights.erase(none.weights.begin());
    EXPECT_EQ(hawqScores(small.network, small.batches, small.high, none, {}).error().code, ErrorCode::BadInput);
    NetworkGrids noInputs = small.low;
    noInputs.activations.clear();
    EXPECT_EQ(hawqScores(small.network, small.batches, small.high, noInputs, {.activations = true}).error().code, ErrorCode::BadInput);
    EXPECT_TRUE(hawqScores(small.network, small.batches, small.high, noInputs, {.trace = {.mostProbes = 1}}).ok());
}

TEST(HawqScores, CountPixelsThatHaveAClass)
{
    // A network that answers every pixel; half of one mask is void. Two batches weigh as their labelled pixels do.
    NetworkBuilder builder("pixels");
    ValueIndex x = builder.relu("relu", builder.conv("first", builder.input({1, 4, 4}), 2, 3));
    x = builder.add("smooth", Silu{}, {builder.conv("inner", x, 2, 3)});
    const ValueIndex out = builder.conv("last", x, 3, 1);
    auto plan = std::move(builder).finish(out);
    ASSERT_TRUE(plan.ok());
    initialiseParameters(*plan, 5);
    TorchNetwork network = inDouble(*plan);
    std::vector<Batch> batches;
    for (const std::uint64_t seed : {1, 2}) {
        Batch batch = batchOf(2, {1, 4, 4}, seed);
        batch.labels = (batch.images.squeeze(1) * 2).abs().floor().clamp_max(2).to(torch::kInt64);
        batches.push_back(batch);
    }
    batches[0].labels.slice(2, 0, 2).fill_(kIgnoredLabel);
    const NetworkGrids high = gridsOf(network.table(), 4, 0.07F), low = gridsOf(network.table(), 2, 0.3F);
    const auto report = hawqScores(network, batches, high, low, {.trace = {.tolerance = 0, .mostProbes = 1000}});
    ASSERT_TRUE(report.ok()) << report.error().message;
    ASSERT_EQ(report->scores.groups.size(), 1);
    const LayerIndex inner = network.table().group(report->scores.groups[0].group).layers.front();
    const torch::Tensor weight = weightOf(network, "inner");
    const Batch whole{torch::cat({batches[0].images, batches[1].images}), torch::cat({batches[0].labels, batches[1].labels})};
    const double expected = differenceTrace(network, whole, weight) / static_cast<double>(weight.numel())
        * (roundingError(weight, low.weights.at(inner)) - roundingError(weight, high.weights.at(inner)));
    EXPECT_LT(report->standardErrors.begin()->second, 0.05 * std::abs(expected));
    EXPECT_NEAR(report->scores.groups[0].gain, expected, 4 * report->standardErrors.begin()->second);
}

} // namespace
} // namespace halftone
