// Networks on LibTorch: published logits, quantizers at the points, batch-norm modes, saving and loading.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <ATen/core/grad_mode.h>

#include <fstream>

#include "core/data/batch_loader.h"
#include "core/execution/torch_network.h"
#include "core/formats/checkpoint_reader.h"
#include "core/formats/key_report.h"
#include "core/models/architectures.h"
#include "tests/support/reference_executor.h"
#include "tests/support/test_networks.h"

using namespace halftone;

namespace {

constexpr const char* kShared = HALFTONE_SOURCE_DIR "/../shared";

Network tiny()
{
    auto network = *buildArchitecture("fashion_resnet8");
    initialiseParameters(network, 1);
    return network;
}

void compareLogits(const std::string& architecture, const std::string& file, const std::string& key)
{
    std::ifstream oracle(std::string(kShared) + "/oracles/cifar_resnet_logits.json");
    if (!oracle) GTEST_SKIP() << "../shared/oracles/cifar_resnet_logits.json is absent: logits are not compared with PyTorch's";
    auto network = *buildArchitecture(architecture);
    const auto checkpoint = readCheckpoint(std::string(kShared) + "/data/models/cifar10/" + file);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    ASSERT_TRUE(loadParameters(network, checkpoint->tensors).complete());
    auto runnable = *TorchNetwork::create(network);
    const auto data = openDataset({"cifar10", std::string(kShared) + "/data/cifar10"}, {});
    ASSERT_TRUE(data.ok()) << data.error().message;
    BatchLoader loader(data->test, data->normalisation, {.batchSize = 16});
    const auto batch = loader.next();
    ASSERT_TRUE(batch.ok());
    const at::NoGradGuard noGrad;
    const torch::Tensor logits = runnable.forward((*batch)->images);
    const auto expected = nlohmann::json::parse(oracle).at(key).at("logits");
    for (int i = 0; i < 16; ++i)
        for (int c = 0; c < 10; ++c)
            EXPECT_NEAR(logits[i][c].item<double>(), expected[i][c].get<double>(), 1e-4) << i << "," << c;
}

} // namespace

TEST(TorchNetwork, GivesPyTorchsLogitsForThePublishedResNet20)
{
    compareLogits("cifar_resnet20", "resnet20-12fca82f.th", "resnet20");
}
TEST(TorchNetwork, GivesPyTorchsLogitsForThePublishedResNet56)
{
    compareLogits("cifar_resnet56", "resnet56-4bfd9763.th", "resnet56");
}

// Every value against plain loops in double precision.
TEST(TorchNetwork, ComputesEveryOperationAsTheReferenceDoes)
{
    for (Network (*const make)(const EveryOperationOptions&) : {everyOperationNetwork, mobileOperationNetwork}) {
        const Network network = make({});
        const auto input = randomFloats(2 * 3 * 13 * 13, 3, "images");
        const ReferenceRun wanted = runReference(network, input, 2);
        auto runnable = *TorchNetwork::create(network);
        const at::NoGradGuard noGrad;
        runnable.forward(torch::tensor(input).view({2, 3, 13, 13}), {.observer = [&](OperationIndex i, const torch::Tensor& x) {
            const Operation& operation = network.operation(i);
            const auto& values = wanted.values[static_cast<std::size_t>(operation.output.value)];
            const torch::Tensor seen = x.contiguous().view({-1}).to(torch::kFloat64);
            ASSERT_EQ(seen.numel(), static_cast<std::int64_t>(values.size())) << operation.name;
            const torch::Tensor reference = torch::tensor(values, torch::kFloat64);
            EXPECT_LT((seen - reference).abs().max().item<double>(), 1e-5 * (1 + reference.abs().max().item<double>()))
                << operation.name;
        }});
    }
}

TEST(TorchNetwork, TrainsThroughEveryOperation)
{
    auto runnable = *TorchNetwork::create(mobileOperationNetwork({.softmax = false}));
    ASSERT_TRUE(runnable.assign(uniformAssignment(runnable.table(), 4), {}).ok());
    const auto images = torch::tensor(randomFloats(2 * 3 * 13 * 13, 3, "images")).view({2, 3, 13, 13});
    ASSERT_TRUE(runnable.calibrateNew(images).ok());
    runnable.forward(images, {.batchNorm = BatchNormMode::Train}).square().mean().backward();
    for (const NetworkTensor& one : runnable.tensors()) {
        if (!one.trainable) continue;
        ASSERT_TRUE(one.tensor.grad().defined()) << one.name;
        EXPECT_TRUE(torch::isfinite(one.tensor.grad()).all().item<bool>()) << one.name;
    }
}

TEST(TorchNetwork, RefusesANetworkWithoutWeights)
{
    const auto network = *buildArchitecture("fashion_resnet8");
    const auto runnable = TorchNetwork::create(network);
    ASSERT_FALSE(runnable.ok());
    EXPECT_NE(runnable.error().message.find("conv1.weight"), std::string::npos);
}

TEST(TorchNetwork, LayersThatReadOneTensorShareItsQuantizer)
{
    auto network = *TorchNetwork::create(tiny());
    ASSERT_TRUE(network.assign(uniformAssignment(network.table(), 4), {}).ok());
    ASSERT_TRUE(network.calibrateNew(torch::randn({8, 1, 28, 28})).ok());
    const auto grids = network.grids();
    ASSERT_TRUE(grids.ok());
    EXPECT_EQ(grids->weights.size(), network.table().layers.size());
    EXPECT_EQ(grids->activations.size(), network.table().groups.size());
    EXPECT_LT(grids->activations.size(), grids->weights.size()); // a downsample convolution shares its block's input
}

TEST(TorchNetwork, KeepsGivenGridsAndCalibratesTheRest)
{
    const auto calibrated = [](int bits) {
        auto network = *TorchNetwork::create(tiny());
        EXPECT_TRUE(network.assign(uniformAssignment(network.table(), bits), {}).ok());
        EXPECT_TRUE(network.needsCalibration());
        EXPECT_TRUE(network.calibrateNew(torch::ones({2, 1, 28, 28})).ok());
        EXPECT_FALSE(network.needsCalibration());
        return *network.grids();
    };
    const NetworkGrids all = calibrated(4);
    auto network = *TorchNetwork::create(tiny());
    ASSERT_TRUE(network.assign(uniformAssignment(network.table(), 4), {}).ok());
    NetworkGrids given{.weights = {{LayerIndex(1), all.weights.at(LayerIndex(1))}}, .activations = {}};
    given.weights.begin()->second.scales = {0.123f};
    ASSERT_TRUE(network.setGrids(given).ok());
    EXPECT_TRUE(network.needsCalibration());
    ASSERT_TRUE(network.calibrateNew(torch::ones({2, 1, 28, 28})).ok());
    NetworkGrids expected = all;
    expected.weights.at(LayerIndex(1)).scales = {0.123f};
    EXPECT_EQ(*network.grids(), expected);
    ASSERT_TRUE(network.assign(uniformAssignment(network.table(), 5), {}).ok());
    ASSERT_TRUE(network.setGrids(calibrated(5)).ok());
    EXPECT_FALSE(network.needsCalibration());
}

TEST(TorchNetwork, StartsNewQuantizersFromGridsWhereTheyFit)
{
    auto network = *TorchNetwork::create(tiny());
    const LayerTable& table = network.table();
    ASSERT_TRUE(network.assign(uniformAssignment(table, 4), {}).ok());
    const FrozenGrid one{4, -8, 7, {0.123f}}, many{4, -8, 7, {0.1f, 0.2f}}, input{4, 0, 15, {0.25f}};
    const GridStarts starts = network.startFrom({.weights = {{LayerIndex(1), one}, {LayerIndex(2), many}},
        .activations = {{table.layers[1].input, input}, {network.plan().input(), {8, 0, 200, {0.5f}}}}});
    EXPECT_EQ(starts.taken, 2);
    EXPECT_EQ(starts.left,
        (std::vector<std::string>{"the weights of " + table.layers[2].name, "the input of " + table.layers[0].name}));
    ASSERT_TRUE(network.calibrateNew(torch::ones({2, 1, 28, 28})).ok());
    const NetworkGrids grids = *network.grids();
    EXPECT_EQ(grids.weights.at(LayerIndex(1)), one);
    EXPECT_EQ(grids.activations.at(table.layers[1].input), input);
    EXPECT_NE(grids.weights.at(LayerIndex(2)).scales, many.scales);
    EXPECT_EQ(network.startFrom({.weights = {{LayerIndex(3), one}}, .activations = {}}).taken, 0); // calibrated already
}

TEST(TorchNetwork, AssigningAgainKeepsTheQuantizersThatDidNotChange)
{
    auto network = *TorchNetwork::create(tiny());
    const auto& table = network.table();
    ASSERT_TRUE(network.assign(uniformAssignment(table, 4), {}).ok());
    ASSERT_TRUE(network.calibrateNew(torch::randn({8, 1, 28, 28})).ok());
    const auto before = *network.grids();
    auto lowered = uniformAssignment(table, 4);
    const LayerIndex changed(1);
    for (const LayerIndex i : table.group(table.layer(changed).group).layers) lowered[i] = {2, 2};
    ASSERT_TRUE(network.assign(lowered, {}).ok());
    ASSERT_TRUE(network.calibrateNew(torch::randn({8, 1, 28, 28})).ok());
    const auto after = *network.grids();
    for (const auto& [layer, grid] : after.weights) {
        if (lowered[layer].weight == 2)
            EXPECT_EQ(grid.bits, 2);
        else
            EXPECT_EQ(grid, before.weights.at(layer));
    }
}

TEST(TorchNetwork, EightBitsChangeTheOutputsLittleAndTwoBitsMuch)
{
    auto network = *TorchNetwork::create(tiny());
    const torch::Tensor images = torch::randn({16, 1, 28, 28});
    const at::NoGradGuard noGrad;
    const torch::Tensor full = network.forward(images);
    const auto relativeError = [&](int bits) {
        EXPECT_TRUE(network.assign(uniformAssignment(network.table(), bits), {}).ok());
        EXPECT_TRUE(network.calibrateNew(images).ok());
        return ((network.forward(images) - full).norm() / full.norm()).item<double>();
    };
    const double eight = relativeError(8), four = relativeError(4), two = relativeError(2);
    EXPECT_LT(eight, 0.05);
    EXPECT_LT(eight, four);
    EXPECT_LT(four, two);
}

TEST(TorchNetwork, ReestimatedStatisticsAreTheMeanOfTheBatches)
{
    auto network = *TorchNetwork::create(tiny());
    const torch::Tensor a = torch::randn({32, 1, 28, 28}), b = 2 * torch::randn({32, 1, 28, 28});
    const at::NoGradGuard noGrad;
    torch::Tensor sum;
    for (const auto& images : {a, b})
        network.forward(images, {.observer = [&](OperationIndex i, const torch::Tensor& x) {
            if (network.plan().operation(i).name != "conv1") return;
            const torch::Tensor mean = x.mean({0, 2, 3});
            sum = sum.defined() ? sum + mean : mean;
        }});
    network.beginReestimation();
    for (const auto& images : {a, b}) network.forward(images, {.batchNorm = BatchNormMode::Reestimate});
    for (const auto& one : network.tensors()) {
        if (one.name != "bn1.running_mean") continue;
        EXPECT_TRUE(torch::allclose(one.tensor, sum / 2, 1e-4, 1e-5));
    }
}

TEST(TorchNetwork, StateComesBackExactly)
{
    auto network = *TorchNetwork::create(tiny());
    ASSERT_TRUE(network.assign(uniformAssignment(network.table(), 4), {}).ok());
    ASSERT_TRUE(network.calibrateNew(torch::randn({8, 1, 28, 28})).ok());
    auto other = *TorchNetwork::create(tiny());
    ASSERT_TRUE(other.assign(network.assignment(), {}).ok());
    ASSERT_TRUE(other.load(network.state()).ok());
    const at::NoGradGuard noGrad;
    const torch::Tensor images = torch::randn({4, 1, 28, 28});
    EXPECT_TRUE(torch::equal(network.forward(images), other.forward(images)));
    EXPECT_EQ(*network.grids(), *other.grids());
}

TEST(TorchNetwork, LoadingAnotherAssignmentsStateChangesNothing)
{
    auto network = *TorchNetwork::create(tiny());
    const auto plain = network.state();
    ASSERT_TRUE(network.assign(uniformAssignment(network.table(), 4), {}).ok());
    const auto refused = network.load(plain);
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().message.find("quantizer"), std::string::npos);
}

TEST(TorchNetwork, FrozenGridsReproduceTheQuantizedNetwork)
{
    auto network = *TorchNetwork::create(tiny());
    ASSERT_TRUE(network.assign(uniformAssignment(network.table(), 4), {}).ok());
    const torch::Tensor images = torch::randn({8, 1, 28, 28});
    ASSERT_TRUE(network.calibrateNew(images).ok());
    auto fixed = *TorchNetwork::create(network.trained());
    ASSERT_TRUE(fixed.setGrids(*network.grids()).ok());
    const at::NoGradGuard noGrad;
    EXPECT_TRUE(torch::allclose(network.forward(images), fixed.forward(images), 1e-5, 1e-5));
}
