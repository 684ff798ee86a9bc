// Costs by hand for the published ResNet-20, and the promises that every axis makes.
#include "core/cost/all_cost_models.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/models/architectures.h"

namespace halftone {
namespace {

LayerTable resnet20() { return layerTable(*buildArchitecture("cifar_resnet20")); }

// conv1 442,368 MACs and linear 640 are edges; between them 6 convolutions of 2,359,296, the first of stages 2 and 3 of
// 1,179,648, and 10 more of 2,359,296: 17 full ones in all (eagl_resnet20.json).
constexpr double kInnerMacs = 17 * 2'359'296.0;

TEST(Cost, InnerCostsOfResNet20AreTheSumsByHand)
{
    const LayerTable table = resnet20();
    const BitAssignment at4 = uniformAssignment(table, 4);
    EXPECT_EQ(innerCost(linearCost(), table, at4), kInnerMacs * 4);
    EXPECT_EQ(innerCost(bitOperationsCost(), table, at4), kInnerMacs * 16);
    EXPECT_EQ(innerCost(weightBytesCost(), table, at4), (6 * 2304 + 4608 + 5 * 9216 + 18432 + 5 * 36864) / 2.0);
}

TEST(Cost, TotalCountsTheEdgeLayersToo)
{
    const LayerTable table = resnet20();
    const BitAssignment at2 = uniformAssignment(table, 2);
    EXPECT_EQ(totalCost(linearCost(), table, at2), kInnerMacs * 2 + (442'368 + 640) * 8);
    EXPECT_EQ(totalCost(weightBytesCost(), table, at2) - innerCost(weightBytesCost(), table, at2), 432 + 640);
}

TEST(Cost, FullPrecisionCountsAs32Bits)
{
    const LayerTable table = resnet20();
    EXPECT_EQ(innerCost(bitOperationsCost(), table, fullPrecisionAssignment(table)), kInnerMacs * 1024);
}

TEST(Cost, LinearCostUsesTheLargerOfTwoWidths)
{
    Layer layer;
    layer.macs = 100;
    layer.weights = 10;
    const LayerBits bits{.weight = 2, .activation = 8};
    EXPECT_EQ(linearCost().layerCost(layer, bits), 800);
    EXPECT_EQ(linearCost().layerCost(layer, {.weight = 8, .activation = 2}), 800);
    EXPECT_EQ(bitOperationsCost().layerCost(layer, bits), 1600);
    EXPECT_EQ(weightBytesCost().layerCost(layer, bits), 2.5);
}

TEST(Cost, NeverFallsWhenAWidthRises)
{
    Layer layer;
    layer.macs = 2'359'296;
    layer.weights = 2304;
    for (const CostModel* model : allCostModels()) {
        for (int bits = kMinBits; bits < kMaxBits; ++bits) {
            const double cost = model->layerCost(layer, {.weight = bits, .activation = bits});
            EXPECT_TRUE(std::isfinite(cost) && cost >= 0) << model->name();
            EXPECT_LE(cost, model->layerCost(layer, {.weight = bits + 1, .activation = bits})) << model->name();
            EXPECT_LE(cost, model->layerCost(layer, {.weight = bits, .activation = bits + 1})) << model->name();
        }
    }
}

TEST(Cost, ModelsAreFoundByTheirNames)
{
    std::set<std::string_view> names;
    for (const CostModel* model : allCostModels()) {
        EXPECT_TRUE(names.insert(model->name()).second);
        EXPECT_EQ(*findCostModel(model->name()), model);
        EXPECT_FALSE(model->isMeasured());
    }
    EXPECT_EQ(names, (std::set<std::string_view>{"linear", "bops", "size"}));
}

TEST(Cost, UnknownNameIsAnErrorThatNamesTheAxes)
{
    const auto model = findCostModel("liner");
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().code, ErrorCode::BadInput);
    EXPECT_NE(model.error().message.find("did you mean linear"), std::string::npos) << model.error().message;
    EXPECT_NE(model.error().message.find("bops"), std::string::npos);
}

} // namespace
} // namespace halftone
