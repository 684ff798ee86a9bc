// Grids by name and by place in a network, and their widths.
#include "core/graph/named_grids.h"

#include <gmock/gmock.h>

#include "core/graph/quantized_model.h"
#include "tests/unit/graph/small_networks.h"

using testing::HasSubstr;

namespace halftone {
namespace {

FrozenGrid weightGrid(int bits) { return {bits, -(1 << (bits - 1)), (1 << (bits - 1)) - 1, {0.5F}}; }
FrozenGrid inputGrid(int bits) { return {bits, 0, (1 << bits) - 1, {0.25F}}; }

// Two weights, the value that two layers read, and the network's input.
NamedGrids someGrids()
{
    return {.weights = {{"conv1", weightGrid(8)}, {"block.conv2", weightGrid(4)}},
        .activations = {{"relu1", inputGrid(4)}, {"input", {8, -128, 127, {0.01F}}}}};
}

class NamedGridsTest : public testing::Test {
protected:
    Network network = smallResidualNetwork();
    LayerTable table = layerTable(network);
};

TEST_F(NamedGridsTest, FindTheirPlacesAndBack)
{
    NamedGrids named = someGrids();
    const std::string input = network.operation(network.value(network.input()).producer).name;
    if (input != "input") {
        named.activations[input] = named.activations.at("input");
        named.activations.erase("input");
    }
    const auto grids = gridsOf(named, network, table);
    ASSERT_TRUE(grids.ok()) << grids.error().message;
    EXPECT_EQ(grids->weights.at(LayerIndex(2)), weightGrid(4));
    EXPECT_EQ(grids->activations.at(table.layers[1].input), inputGrid(4));
    EXPECT_EQ(namedGrids(*grids, network, table), named);
    EXPECT_EQ(toText(bitsOf(*grids, table)), "8,32/4,4/32,32/4,32,32"); // layers 1 and 3 read the same value
}

TEST_F(NamedGridsTest, RefuseWhatTheNetworkDoesNotHave)
{
    const auto refused = [&](const NamedGrids& named, const char* expected) {
        const auto grids = gridsOf(named, network, table);
        ASSERT_FALSE(grids.ok());
        EXPECT_THAT(grids.error().message, HasSubstr(expected));
    };
    refused({.weights = {{"conv9", weightGrid(4)}}, .activations = {}}, "the weights of 'conv9', and no such layer");
    refused({.weights = {{"relu1", weightGrid(4)}}, .activations = {}}, "no such layer");
    refused({.weights = {}, .activations = {{"nothing", inputGrid(4)}}}, "the output of 'nothing', which no layer reads");
    refused({.weights = {}, .activations = {{"conv1", inputGrid(4)}}}, "'conv1', which no layer reads"); // a batch norm does
    refused({.weights = {{"conv1", {4, -8, 7, {1, 1, 1}}}}, .activations = {}}, "3 scales for 4 output channels");
    refused({.weights = {{"conv1", {2, -8, 7, {1}}}}, .activations = {}}, "a wider range than its bits");
    refused({.weights = {}, .activations = {{"relu1", {4, 0, 15, {1, 1}}}}}, "more than one scale");
}

TEST_F(NamedGridsTest, AreKeptWhereTheAssignmentHasTheirWidth)
{
    const NetworkGrids grids{.weights = {{LayerIndex(0), weightGrid(8)}, {LayerIndex(2), weightGrid(4)}},
        .activations = {{table.layers[1].input, inputGrid(4)}, {table.layers[2].input, inputGrid(3)}}};
    const NetworkGrids kept = gridsAt(grids, uniformAssignment(table, 4), table); // 8 bit at the edges
    EXPECT_EQ(kept.weights, grids.weights);
    ASSERT_EQ(kept.activations.size(), 1u);
    EXPECT_TRUE(kept.activations.contains(table.layers[1].input));
    EXPECT_EQ(gridsAt(grids, fullPrecisionAssignment(table), table), NetworkGrids());
    EXPECT_EQ(gridsAt(grids, bitsOf(grids, table), table), grids);
}

TEST_F(NamedGridsTest, OfAWalkThroughAGraphBecomeAModel)
{
    FoundGrids found;
    found.weights[table.layers[2].operation] = weightGrid(4);
    found.activations[table.layers[1].input] = inputGrid(4);
    found.quantizedInputs = {table.layers[1].operation, table.layers[3].operation};
    const auto model = quantizedModel(network, found, "The file");
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(toText(model->bits), "32,32/4,4/32,32/4,32,32");
    EXPECT_EQ(model->grids.weights.at(LayerIndex(2)), weightGrid(4));
    found.quantizedInputs.erase(table.layers[3].operation); // it reads the same value in floats
    const auto torn = quantizedModel(network, found, "The file");
    ASSERT_FALSE(torn.ok());
    EXPECT_EQ(torn.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(torn.error().message, HasSubstr("The file's quantizers do not fit its layers: block."));
}

} // namespace
} // namespace halftone
