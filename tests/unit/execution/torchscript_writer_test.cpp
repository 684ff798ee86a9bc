// TorchScript files as LibTorch and PyTorch run them, and as they are read back.
#include "core/execution/torchscript_writer.h"

#include <sstream>

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "core/execution/tensor_bridge.h"
#include "core/execution/torch_network.h"
#include "core/execution/torchscript_reader.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

using testing::HasSubstr;

at::Tensor images(std::int64_t count)
{
    const std::vector<float> values = randomFloats(count * 3 * 13 * 13, 9, "script images");
    return torch::tensor(values).reshape({count, 3, 13, 13});
}

at::Tensor answer(const QuantizedModel& model, const at::Tensor& x)
{
    const at::NoGradGuard noGrad;
    auto network = TorchNetwork::create(model.network);
    EXPECT_TRUE(network.ok() && network->setGrids(model.grids).ok());
    return network->forward(x);
}

at::Tensor answerOfFile(const Bytes& file, const at::Tensor& x)
{
    const at::NoGradGuard noGrad;
    std::istringstream stream(std::string(reinterpret_cast<const char*>(file.data()), file.size()));
    torch::jit::Module module = torch::jit::load(stream);
    return module.forward({x}).toTensor();
}

double difference(const at::Tensor& a, const at::Tensor& b) { return ((a - b).abs().max() / b.abs().max()).item<double>(); }

std::vector<QuantizedModel> models()
{
    return {quantizeForTest(everyOperationNetwork(), 4), quantizeForTest(mobileOperationNetwork(), 3),
        quantizeForTest(everyOperationNetwork({.softmax = false}), 2), quantizeForTest(mobileOperationNetwork({.seed = 3}), 8)};
}

TEST(TorchScriptWriter, RunsInLibTorchAsTheNetworkThatWasWritten)
{
    for (const QuantizedModel& model : models()) {
        const auto file = writeTorchScript(model);
        ASSERT_TRUE(file.ok()) << file.error().message;
        for (const std::int64_t batch : {1, 5})
            EXPECT_LT(difference(answerOfFile(*file, images(batch)), answer(model, images(batch))), 1e-6);
    }
}

TEST(TorchScriptWriter, IsReadBackWithItsBitsAndGrids)
{
    for (const QuantizedModel& model : models()) {
        const auto file = writeTorchScript(model);
        ASSERT_TRUE(file.ok()) << file.error().message;
        const auto read = readTorchScript(*file);
        ASSERT_TRUE(read.ok()) << read.error().message;
        EXPECT_EQ(read->bits, model.bits);
        EXPECT_EQ(read->grids.weights, model.grids.weights);
        const LayerTable before = layerTable(model.network), after = layerTable(read->network);
        ASSERT_EQ(before.layers.size(), after.layers.size());
        for (std::size_t i = 0; i < before.layers.size(); ++i) {
            EXPECT_EQ(before.layers[i].name, after.layers[i].name);
            ASSERT_TRUE(read->grids.activations.contains(after.layers[i].input)) << after.layers[i].name;
            EXPECT_EQ(read->grids.activations.at(after.layers[i].input), model.grids.activations.at(before.layers[i].input));
        }
        EXPECT_LT(difference(answer(*read, images(3)), answer(model, images(3))), 1e-6);
    }
}

TEST(TorchScriptWriter, WritesFullPrecisionNetworksToo)
{
    QuantizedModel model;
    model.network = everyOperationNetwork();
    model.bits = fullPrecisionAssignment(layerTable(model.network));
    const auto file = writeTorchScript(model);
    ASSERT_TRUE(file.ok()) << file.error().message;
    const auto read = readTorchScript(*file);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read->bits, model.bits);
    EXPECT_TRUE(read->grids.activations.empty());
    EXPECT_LT(difference(answer(*read, images(2)), answer(model, images(2))), 1e-6);
}

TEST(TorchScriptWriter, KeepsAStepForEachFilter)
{
    QuantizedModel model = quantizeForTest(everyOperationNetwork(), 4);
    for (auto& [layer, grid] : model.grids.weights) {
        const float step = grid.scales.front();
        const Layer& described = layerTable(model.network).layer(layer);
        grid.scales.clear();
        for (std::int64_t i = 0; i < model.network.parameter(described.weight).shape[0]; ++i)
            grid.scales.push_back(step * (1 + 0.1F * static_cast<float>(i)));
    }
    const auto file = writeTorchScript(model);
    ASSERT_TRUE(file.ok()) << file.error().message;
    const auto read = readTorchScript(*file);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read->grids.weights, model.grids.weights);
    EXPECT_LT(difference(answerOfFile(*file, images(2)), answer(model, images(2))), 1e-6);
}

TEST(TorchScriptWriter, TakesTheNamesOfOnnxFilesAndRefusesOthers)
{
    const auto named = [](const std::string& name) {
        QuantizedModel model;
        const ValueIndex input = model.network.addInput({3, 13, 13});
        const auto output = model.network.add(name, Conv2d{.outChannels = 2}, {input}, true);
        EXPECT_TRUE(output.ok());
        model.network.setOutput(*output);
        initialiseParameters(model.network, 1);
        model.bits = fullPrecisionAssignment(layerTable(model.network));
        return model;
    };
    for (const char* name : {"/features/0/Conv", "conv-1", "Conv_5:0", "0", "layer1.0.conv1"}) {
        const auto file = writeTorchScript(named(name));
        ASSERT_TRUE(file.ok()) << name << ": " << file.error().message;
        const auto read = readTorchScript(*file);
        ASSERT_TRUE(read.ok()) << name << ": " << read.error().message;
        EXPECT_TRUE(read->network.findOperation(name).valid()) << name;
    }
    for (const char* name : {"a\"b", "a..b", ".a", "a.", "\xC3\xA9", "training"}) {
        const auto file = writeTorchScript(named(name));
        ASSERT_FALSE(file.ok()) << name;
        EXPECT_THAT(file.error().message, HasSubstr("another format")) << name;
    }
}

TEST(TorchScriptWriter, RefusesNetworksWithoutWeights)
{
    QuantizedModel model;
    const ValueIndex input = model.network.addInput({3, 13, 13});
    model.network.setOutput(*model.network.add("conv", Conv2d{.outChannels = 2}, {input}));
    model.bits = fullPrecisionAssignment(layerTable(model.network));
    EXPECT_EQ(writeTorchScript(model).error().code, ErrorCode::BadInput);
}

} // namespace
} // namespace halftone
