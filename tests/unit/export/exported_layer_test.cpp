// Folding batch norms into codes, scales and biases, against the formula in double precision.
#include "core/export/exported_layer.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct LayerWithNorm {
    Network network{"layer"};
    OperationIndex layer;
    OperationIndex norm;
    const Operation& operation() const { return network.operation(layer); }
    const Operation* batchNorm() const { return &network.operation(norm); }
    void set(const char* name, const std::vector<float>& values)
    {
        const ParameterIndex index = network.findParameter(name);
        ASSERT_TRUE(network.setParameter(index, TensorData::fromFloats(network.parameter(index).shape, values)).ok());
    }
};

// Two features in, three out; weights on a grid of step 0.5, so their codes are {{3, -8}, {7, 1}, {-2, 4}}.
LayerWithNorm linearWithNorm(bool bias)
{
    LayerWithNorm layer;
    const ValueIndex input = layer.network.addInput({2});
    const ValueIndex features = *layer.network.add("fc", Linear{3}, {input}, bias);
    const ValueIndex output = *layer.network.add("bn", BatchNorm{.epsilon = 0.25}, {features});
    layer.network.setOutput(output);
    layer.layer = layer.network.value(features).producer;
    layer.norm = layer.network.value(output).producer;
    layer.set("fc.weight", {1.5F, -4.0F, 3.5F, 0.5F, -1.0F, 2.0F});
    if (bias) layer.set("fc.bias", {10.0F, 20.0F, 30.0F});
    layer.set("bn.weight", {2.0F, -3.0F, 0.0F});
    layer.set("bn.bias", {0.5F, 0.25F, -1.0F});
    layer.set("bn.running_mean", {1.0F, 2.0F, 3.0F});
    layer.set("bn.running_var", {2.0F, 0.75F, 5.0F}); // sigma 1.5, 1, ...
    return layer;
}

const FrozenGrid kFourBits{4, -8, 7, {0.5F}};

TEST(ExportedLayer, HoldsCodesAndTheGridAsTheyAreWithoutABatchNorm)
{
    const LayerWithNorm layer = linearWithNorm(true);
    const auto exported = exportLayer(layer.network, layer.operation(), &kFourBits, nullptr);
    ASSERT_TRUE(exported.ok());
    EXPECT_THAT(exported->codes, ElementsAre(3, -8, 7, 1, -2, 4));
    EXPECT_THAT(exported->scales, ElementsAre(0.5F));
    EXPECT_THAT(exported->bias, ElementsAre(10.0F, 20.0F, 30.0F));
    EXPECT_TRUE(exported->weights.empty());
    EXPECT_FALSE(exported->folded);
}

TEST(ExportedLayer, FoldsScalesPerChannelAndFlipsCodesWhereGammaIsNegative)
{
    const LayerWithNorm layer = linearWithNorm(false);
    const auto exported = exportLayer(layer.network, layer.operation(), &kFourBits, layer.batchNorm());
    ASSERT_TRUE(exported.ok());
    EXPECT_TRUE(exported->folded);
    // Gamma 2, -3, 0: the first row keeps its codes, the second is flipped, the third vanishes.
    EXPECT_THAT(exported->codes, ElementsAre(3, -8, -7, -1, 0, 0));
    EXPECT_THAT(exported->scales, ElementsAre(0.5F * 2 / 1.5F, 1.5F, 0.5F));
    // beta - mean * gamma / sigma
    EXPECT_THAT(exported->bias, ElementsAre(static_cast<float>(0.5 - 2 / 1.5), 6.25F, -1.0F));
}

TEST(ExportedLayer, CarriesTheLayersOwnBiasThroughTheBatchNorm)
{
    const LayerWithNorm layer = linearWithNorm(true);
    const auto exported = exportLayer(layer.network, layer.operation(), &kFourBits, layer.batchNorm());
    ASSERT_TRUE(exported.ok());
    EXPECT_THAT(exported->bias, ElementsAre(static_cast<float>(0.5 + 9 * 2 / 1.5), static_cast<float>(0.25 - 18 * 3), -1.0F));
}

TEST(ExportedLayer, WidensTheRangeByTheFlippedLowestCode)
{
    LayerWithNorm layer = linearWithNorm(false);
    layer.set("bn.weight", {-2.0F, 3.0F, 1.0F});
    const auto exported = exportLayer(layer.network, layer.operation(), &kFourBits, layer.batchNorm());
    ASSERT_TRUE(exported.ok());
    EXPECT_THAT(exported->codes, ElementsAre(-3, 8, 7, 1, -2, 4));
    EXPECT_EQ(exported->lowest, -8);
    EXPECT_EQ(exported->highest, 8);
}

TEST(ExportedLayer, KeepsTheBatchNormWhenAFlippedCodeWouldLeaveTheByte)
{
    LayerWithNorm layer = linearWithNorm(false);
    layer.set("fc.weight", {1.5F, -64.0F, 3.5F, 0.5F, -1.0F, 2.0F});
    layer.set("bn.weight", {-2.0F, 3.0F, 1.0F});
    const FrozenGrid eightBits{8, -128, 127, {0.5F}};
    const auto exported = exportLayer(layer.network, layer.operation(), &eightBits, layer.batchNorm());
    ASSERT_TRUE(exported.ok());
    EXPECT_FALSE(exported->folded);
    EXPECT_THAT(exported->codes, ElementsAre(3, -128, 7, 1, -2, 4));
    EXPECT_THAT(exported->scales, ElementsAre(0.5F));
    EXPECT_TRUE(exported->bias.empty());
}

TEST(ExportedLayer, TreatsAVanishingGammaAsZero)
{
    LayerWithNorm layer = linearWithNorm(false);
    layer.set("bn.weight", {1e-40F, -1e-40F, 1.0F});
    const auto exported = exportLayer(layer.network, layer.operation(), &kFourBits, layer.batchNorm());
    ASSERT_TRUE(exported.ok());
    EXPECT_THAT(exported->codes, ElementsAre(0, 0, 0, 0, -2, 4));
    EXPECT_EQ(exported->scales[0], 0.5F);
    EXPECT_EQ(exported->scales[1], 0.5F);
}

TEST(ExportedLayer, FoldsFullPrecisionWeights)
{
    const LayerWithNorm layer = linearWithNorm(false);
    const auto exported = exportLayer(layer.network, layer.operation(), nullptr, layer.batchNorm());
    ASSERT_TRUE(exported.ok());
    EXPECT_TRUE(exported->folded);
    EXPECT_TRUE(exported->codes.empty());
    EXPECT_THAT(exported->weights,
        ElementsAre(2.0F, static_cast<float>(-4 * 2 / 1.5), -10.5F, -1.5F, testing::FloatEq(0.0F), testing::FloatEq(0.0F)));
}

TEST(ExportedLayer, NamesTheParameterWithoutDataOrWithNaN)
{
    LayerWithNorm layer = linearWithNorm(false);
    layer.set("bn.running_mean", {0.0F, std::numeric_limits<float>::quiet_NaN(), 0.0F});
    const auto withNaN = exportLayer(layer.network, layer.operation(), nullptr, layer.batchNorm());
    ASSERT_FALSE(withNaN.ok());
    EXPECT_THAT(withNaN.error().message, HasSubstr("'bn.running_mean' holds NaN"));

    Network empty("empty");
    const ValueIndex features = *empty.add("fc", Linear{3}, {empty.addInput({2})});
    const auto withoutData = exportLayer(empty, empty.operation(empty.value(features).producer), nullptr, nullptr);
    ASSERT_FALSE(withoutData.ok());
    EXPECT_EQ(withoutData.error().code, ErrorCode::BadInput);
    EXPECT_THAT(withoutData.error().message, HasSubstr("'fc.weight' has no data"));
}

TEST(ExportedLayer, RefusesAVarianceThatIsNotPositive)
{
    LayerWithNorm layer = linearWithNorm(false);
    layer.set("bn.running_var", {1.0F, -0.25F, 1.0F});
    const auto exported = exportLayer(layer.network, layer.operation(), nullptr, layer.batchNorm());
    ASSERT_FALSE(exported.ok());
    EXPECT_THAT(exported.error().message, HasSubstr("'bn' has variance -0.25 in channel 1"));
}

TEST(ExportedLayer, RefusesWeightsThatOverflowWhenFolded)
{
    LayerWithNorm layer = linearWithNorm(false);
    layer.set("fc.weight", {1e30F, 0.0F, 0.0F, 0.0F, 0.0F, 0.0F});
    layer.set("bn.weight", {1e30F, 1.0F, 1.0F});
    const auto exported = exportLayer(layer.network, layer.operation(), nullptr, layer.batchNorm());
    ASSERT_FALSE(exported.ok());
    EXPECT_THAT(exported.error().message, HasSubstr("'fc' has weights too large to be folded"));
}

} // namespace
} // namespace halftone
