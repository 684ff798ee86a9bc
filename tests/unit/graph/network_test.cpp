// Building networks: parameters as PyTorch names them, counts, bounds, and first weights.
#include "core/graph/network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/graph/small_networks.h"

namespace halftone {
namespace {

std::vector<std::string> parameterNames(const Network& network)
{
    std::vector<std::string> names;
    for (const Parameter& parameter : network.parameters()) names.push_back(parameter.name);
    return names;
}

std::vector<float> floatsOf(const Network& network, std::string_view name)
{
    const auto floats = network.parameter(network.findParameter(name)).data.floats();
    return {floats.begin(), floats.end()};
}

struct Moments {
    double mean = 0, deviation = 0, largest = 0;
};

Moments momentsOf(const std::vector<float>& values)
{
    Moments moments;
    for (const float v : values) {
        moments.mean += v / double(values.size());
        moments.deviation += double(v) * v / double(values.size());
        moments.largest = std::max(moments.largest, std::abs(double(v)));
    }
    moments.deviation = std::sqrt(moments.deviation - moments.mean * moments.mean);
    return moments;
}

TEST(Network, NamesParametersAsPyTorchDoes)
{
    const Network network = smallResidualNetwork();
    EXPECT_EQ(parameterNames(network),
        (std::vector<std::string>{"conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var",
            "block.conv1.weight", "block.conv1.bias", "block.conv2.weight", "block.shortcut.weight", "conv2.weight",
            "fc.weight", "fc.bias"}));
    EXPECT_EQ(network.parameter(network.findParameter("block.conv1.weight")).shape, (Shape{8, 4, 3, 3}));
    EXPECT_EQ(network.parameter(network.findParameter("fc.weight")).shape, (Shape{5, 6}));
    EXPECT_FALSE(network.parameter(network.findParameter("bn1.running_mean")).trainable);
    EXPECT_TRUE(network.parameter(network.findParameter("bn1.bias")).trainable);
    EXPECT_FALSE(network.findParameter("bn1.num_batches_tracked").valid());
}

TEST(Network, CountsTrainableParametersAndOperations)
{
    const Network network = smallResidualNetwork();
    EXPECT_EQ(network.parameterCount(), 4 * 27 + 8 + (8 * 36 + 8) + 8 * 72 + 32 + 6 * 72 + 35);
    const std::int64_t small = 5 * 4; // pixels after stride 2 of 9x7
    EXPECT_EQ(network.macs(), 63 * 4 * 27 + small * 8 * 36 + small * 8 * 72 + small * 32 + small * 6 * 72 + 30);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < network.operations().size(); ++i)
        sum += network.macs(OperationIndex(static_cast<std::int64_t>(i)));
    EXPECT_EQ(sum, network.macs());
    EXPECT_EQ(network.macs(network.findOperation("relu1")), 0);
}

TEST(Network, GroupsDivideWeightsAndOperations)
{
    Network network;
    const ValueIndex x = network.addInput({8, 5, 5});
    ASSERT_TRUE(network.add("depthwise", Conv2d{.outChannels = 16, .kernel = {3, 3}, .groups = 8}, {x}).ok());
    EXPECT_EQ(network.parameter(ParameterIndex(0)).shape, (Shape{16, 1, 3, 3}));
    EXPECT_EQ(network.macs(), 16 * 9 * 9);
}

TEST(Network, KnowsWhoReadsAValue)
{
    const Network network = smallResidualNetwork();
    const ValueIndex stem = network.operation(network.findOperation("relu1")).output;
    EXPECT_EQ(
        network.consumers(stem), (std::vector{network.findOperation("block.conv1"), network.findOperation("block.shortcut")}));
    EXPECT_TRUE(network.consumers(network.output()).empty());
    EXPECT_EQ(network.value(stem).producer, network.findOperation("relu1"));
    EXPECT_FALSE(network.findOperation("nothing").valid());
}

TEST(Network, RefusesWrongAdditionsAndStaysAsItWas)
{
    Network network = smallResidualNetwork();
    const std::size_t operations = network.operations().size(), parameters = network.parameters().size();
    const std::int64_t macs = network.macs();
    EXPECT_FALSE(network.add("conv1", Relu{}, {network.input()}).ok()) << "a name twice";
    EXPECT_FALSE(network.add("", Relu{}, {network.input()}).ok()) << "no name";
    EXPECT_FALSE(network.add("x", Relu{}, {ValueIndex(999)}).ok()) << "no such value";
    EXPECT_FALSE(network.add("x", Relu{}, {ValueIndex()}).ok()) << "an invalid value";
    EXPECT_FALSE(network.add("x", Linear{.outFeatures = 3}, {network.input()}).ok()) << "a wrong shape";
    const auto wrong = network.add("x", Add{}, {network.input(), network.output()});
    ASSERT_FALSE(wrong.ok());
    EXPECT_EQ(wrong.error().message, "add 'x': shapes 3x9x7 and 5 differ");
    EXPECT_EQ(network.operations().size(), operations);
    EXPECT_EQ(network.parameters().size(), parameters);
    EXPECT_EQ(network.macs(), macs);
}

TEST(Network, ReportsAnImpossibleInputAtItsFirstReader)
{
    for (const Shape& shape : {Shape{}, Shape{0, 3, 3}, Shape{-1}, Shape{1, 2}, Shape{std::int64_t{1} << 62, 1, 1}}) {
        Network network;
        const ValueIndex x = network.addInput(shape);
        const auto added = network.add("relu", Relu{}, {x});
        ASSERT_FALSE(added.ok()) << text(shape);
        EXPECT_EQ(added.error().code, ErrorCode::BadInput);
    }
}

TEST(Network, BoundsParametersAndOperationsOfTheWhole)
{
    Network wide;
    ValueIndex x = wide.addInput({1 << 20});
    x = wide.add("a", Linear{.outFeatures = 1 << 19}, {x}).value();
    x = wide.add("b", Linear{.outFeatures = 1 << 19}, {x}).value();
    const auto tooMany = wide.add("c", Linear{.outFeatures = (1 << 19) + 1}, {x});
    ASSERT_FALSE(tooMany.ok());
    EXPECT_NE(tooMany.error().message.find("parameters are too many"), std::string::npos) << tooMany.error().message;

    Network deep;
    x = deep.addInput({1 << 10, 1 << 12, 1 << 12});
    const auto tooMuch = deep.add("c", Conv2d{.outChannels = 1 << 10, .kernel = {65, 65}, .padding = {32, 32}}, {x});
    ASSERT_FALSE(tooMuch.ok());
    EXPECT_NE(tooMuch.error().message.find("too many operations"), std::string::npos) << tooMuch.error().message;
}

TEST(Network, SetsParametersOfTheRightShapeAsFloats)
{
    Network network = smallResidualNetwork();
    const ParameterIndex bias = network.findParameter("fc.bias");
    ASSERT_TRUE(network.setParameter(bias, TensorData::fromInts({5}, std::vector<std::int64_t>{1, 2, 3, 4, 5})).ok());
    EXPECT_EQ(floatsOf(network, "fc.bias"), (std::vector{1.0f, 2.0f, 3.0f, 4.0f, 5.0f}));
    const Status wrong = network.setParameter(bias, TensorData::fromFloats({1, 5}, std::vector(5, 0.0f)));
    ASSERT_FALSE(wrong.ok());
    EXPECT_EQ(wrong.error().message, "fc.bias: shape 1x5 was given where 5 is needed");
    EXPECT_FALSE(network.setParameter(bias, TensorData()).ok());
    EXPECT_FALSE(network.setParameter(ParameterIndex(), TensorData::fromFloats({1}, std::vector{1.0f})).ok());
    EXPECT_FALSE(network.setParameter(ParameterIndex(99), TensorData::fromFloats({1}, std::vector{1.0f})).ok());
    EXPECT_EQ(floatsOf(network, "fc.bias")[4], 5.0f) << "refused tensors change nothing";
}

TEST(StateDictOfNetwork, HasEveryParameterWithDataInOrder)
{
    Network network = smallResidualNetwork();
    EXPECT_TRUE(stateDict(network).entries.empty());
    initialiseParameters(network, 1);
    std::vector<std::string> names;
    for (const NamedTensor& entry : stateDict(network).entries) names.push_back(entry.name);
    EXPECT_EQ(names, parameterNames(network));
}

TEST(Initialisation, HasThePublishedDistributions)
{
    Network network;
    ValueIndex x = network.addInput({64, 8, 8});
    x = network.add("conv", Conv2d{.outChannels = 128, .kernel = {3, 3}, .groups = 2}, {x}, true).value();
    x = network.add("bn", BatchNorm{}, {x}).value();
    x = network.add("flatten", Flatten{}, {x}).value();
    x = network.add("fc", Linear{.outFeatures = 50}, {x}, true).value();
    network.setOutput(x);
    initialiseParameters(network, 42);

    const Moments conv = momentsOf(floatsOf(network, "conv.weight")); // 36,864 draws: 1 percent is 2.7 sigma of the deviation
    const double deviation = std::sqrt(2.0 / (128 * 9));
    EXPECT_NEAR(conv.mean, 0, 4 * deviation / std::sqrt(36864.0));
    EXPECT_NEAR(conv.deviation, deviation, 0.015 * deviation);
    EXPECT_LE(momentsOf(floatsOf(network, "conv.bias")).largest, 1 / std::sqrt(32 * 9.0));

    const double bound = 1 / std::sqrt(128 * 36.0);
    const Moments fc = momentsOf(floatsOf(network, "fc.weight"));
    EXPECT_LE(fc.largest, bound * (1 + 1e-6));
    EXPECT_GT(fc.largest, 0.99 * bound);
    EXPECT_NEAR(fc.deviation, bound / std::sqrt(3.0), 0.01 * bound);
    EXPECT_LE(momentsOf(floatsOf(network, "fc.bias")).largest, bound * (1 + 1e-6));
    EXPECT_GT(momentsOf(floatsOf(network, "fc.bias")).largest, 0.5 * bound);

    EXPECT_EQ(floatsOf(network, "bn.weight"), std::vector(128, 1.0f));
    EXPECT_EQ(floatsOf(network, "bn.bias"), std::vector(128, 0.0f));
    EXPECT_EQ(floatsOf(network, "bn.running_mean"), std::vector(128, 0.0f));
    EXPECT_EQ(floatsOf(network, "bn.running_var"), std::vector(128, 1.0f));
}

TEST(Initialisation, DependsOnSeedAndNameAlone)
{
    Network a = smallResidualNetwork(), b = smallResidualNetwork(), c = smallResidualNetwork();
    initialiseParameters(a, 7);
    initialiseParameters(b, 7);
    initialiseParameters(c, 8);
    EXPECT_EQ(floatsOf(a, "conv2.weight"), floatsOf(b, "conv2.weight"));
    EXPECT_NE(floatsOf(a, "conv2.weight"), floatsOf(c, "conv2.weight"));
    EXPECT_NE(floatsOf(a, "fc.bias")[0], floatsOf(a, "fc.weight")[0]);
}

} // namespace
} // namespace halftone
