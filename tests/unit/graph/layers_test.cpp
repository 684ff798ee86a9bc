// Layer tables of small networks, compared with what a person reads from them.
#include "core/graph/layers.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/graph/small_networks.h"

namespace halftone {
namespace {

// Appends to a network, failing the test when that fails.
class Chain {
public:
    explicit Chain(Shape input) { m_input = m_network.addInput(std::move(input)); }

    ValueIndex input() const { return m_input; }
    ValueIndex add(std::string name, Attributes attributes, std::vector<ValueIndex> inputs)
    {
        const auto added = m_network.add(std::move(name), std::move(attributes), std::move(inputs));
        EXPECT_TRUE(added.ok()) << added.error().message;
        return added.ok() ? *added : ValueIndex();
    }
    ValueIndex conv(std::string name, ValueIndex x, std::int64_t channels = 2)
    {
        return add(std::move(name), Conv2d{.outChannels = channels}, {x});
    }
    LayerTable table(ValueIndex output)
    {
        m_network.setOutput(output);
        return layerTable(m_network);
    }
    Network& network() { return m_network; }

private:
    Network m_network;
    ValueIndex m_input;
};

// Whether a 1x1 convolution that reads `attributes` of (a, b) sees an unsigned input.
bool convReadsUnsigned(Attributes attributes, bool aIsUnsigned, bool bIsUnsigned, bool two)
{
    Chain chain({2, 4, 4});
    const ValueIndex a = aIsUnsigned ? chain.add("a", Relu{}, {chain.input()}) : chain.input();
    const ValueIndex b = bIsUnsigned ? chain.add("b", Relu6{}, {chain.input()}) : chain.input();
    const ValueIndex x = chain.add("x", std::move(attributes), two ? std::vector{a, b} : std::vector{a});
    return chain.table(chain.conv("conv", x)).layers.back().inputIsUnsigned;
}

std::vector<bool> edgesOf(const LayerTable& table)
{
    std::vector<bool> edges;
    for (const Layer& layer : table.layers) edges.push_back(layer.edge);
    return edges;
}

TEST(LayerTable, ListsLayersWithTheirNumbers)
{
    const Network network = smallResidualNetwork();
    const LayerTable table = layerTable(network);
    ASSERT_EQ(table.layers.size(), 6u);
    EXPECT_EQ(table.layers[1].name, "block.conv1");
    EXPECT_EQ(table.layers[1].weights, 8 * 4 * 9);
    EXPECT_EQ(table.layers[1].macs, 5 * 4 * 8 * 4 * 9);
    EXPECT_EQ(network.operation(table.layers[1].operation).name, "block.conv1");
    EXPECT_EQ(network.parameter(table.layers[1].weight).name, "block.conv1.weight");
    EXPECT_EQ(network.value(table.layers[1].input).shape, (Shape{4, 9, 7}));
}

TEST(LayerTable, LinksLayersThatReadOneTensor)
{
    const LayerTable table = layerTable(smallResidualNetwork());
    ASSERT_EQ(table.groups.size(), 5u);
    const LinkedGroup& linked = table.groups[1];
    EXPECT_EQ(linked.layers, (std::vector{LayerIndex(1), LayerIndex(3)}));
    EXPECT_EQ(linked.name, "block.conv1 + block.shortcut");
    EXPECT_EQ(linked.macs, table.layers[1].macs + table.layers[3].macs);
    EXPECT_EQ(linked.weights, 8 * 4 * 9 + 8 * 4);
    EXPECT_FALSE(linked.edge);
    EXPECT_EQ(table.layers[3].group, GroupIndex(1));
    EXPECT_EQ(table.layers[2].group, GroupIndex(2));
}

TEST(LayerTable, CallsOnlyTheFirstAndTheLastLayerEdges)
{
    EXPECT_EQ(edgesOf(layerTable(smallResidualNetwork())), (std::vector{true, false, false, false, false, true}));
}

TEST(LayerTable, ASkipOfTheInputMakesNoMoreFirstLayers)
{
    Chain chain({2, 4, 4});
    const ValueIndex a = chain.conv("a", chain.input());
    const ValueIndex sum = chain.add("sum", Add{}, {a, chain.input()});
    const ValueIndex b = chain.conv("b", sum);
    const ValueIndex c = chain.conv("c", chain.add("sum2", Add{}, {b, sum}));
    EXPECT_EQ(edgesOf(chain.table(c)), (std::vector{true, false, true}));
}

TEST(LayerTable, TwoStemsAndTwoHeadsAreAllEdges)
{
    Chain chain({2, 4, 4});
    const ValueIndex a = chain.conv("a", chain.add("relu", Relu{}, {chain.input()}));
    const ValueIndex b = chain.conv("b", chain.input());
    const ValueIndex middle = chain.conv("middle", chain.add("join", Concat{}, {a, b}));
    const ValueIndex output = chain.add("out", Add{}, {chain.conv("head1", middle), chain.conv("head2", middle)});
    EXPECT_EQ(edgesOf(chain.table(output)), (std::vector{true, true, false, true, true}));
}

TEST(LayerTable, AShortcutAroundTheLastLayerLeavesItTheLast)
{
    Chain chain({2, 4, 4});
    const ValueIndex a = chain.conv("a", chain.input());
    const ValueIndex b = chain.conv("b", a);
    const ValueIndex c = chain.conv("c", b);
    EXPECT_EQ(edgesOf(chain.table(chain.add("sum", Add{}, {b, c}))), (std::vector{true, false, true}));
}

TEST(LayerTable, ALayerThatNothingReadsIsNotTheLast)
{
    Chain chain({2, 4, 4});
    const ValueIndex a = chain.conv("a", chain.input());
    chain.conv("unused", a);
    EXPECT_EQ(edgesOf(chain.table(chain.conv("c", a))), (std::vector{true, false, true}));
}

TEST(LayerTable, AGroupWithAnEdgeLayerIsFixed)
{
    Chain chain({2, 4, 4});
    const ValueIndex a = chain.conv("a", chain.input());
    const ValueIndex inner = chain.conv("inner", a);
    const ValueIndex last = chain.conv("last", a);
    const LayerTable table = chain.table(chain.add("sum", Add{}, {last, chain.conv("other_last", inner)}));
    ASSERT_EQ(table.groups[1].name, "inner + last");
    EXPECT_FALSE(table.layers[1].edge);
    EXPECT_TRUE(table.groups[1].edge);
}

TEST(LayerTable, IsEmptyForANetworkWithoutLayers)
{
    Chain chain({2, 4, 4});
    const LayerTable table = chain.table(chain.add("relu", Relu{}, {chain.input()}));
    EXPECT_TRUE(table.layers.empty());
    EXPECT_TRUE(table.groups.empty());
    const auto matched = table.match("*");
    ASSERT_FALSE(matched.ok());
    EXPECT_EQ(matched.error().code, ErrorCode::NotFound);
}

TEST(SignOfInputs, ActivationsMakeUnsigned)
{
    EXPECT_TRUE(convReadsUnsigned(Relu{}, false, false, false));
    EXPECT_TRUE(convReadsUnsigned(Relu6{}, false, false, false));
    EXPECT_TRUE(convReadsUnsigned(Sigmoid{}, false, false, false));
    EXPECT_TRUE(convReadsUnsigned(HardSigmoid{}, false, false, false));
    EXPECT_FALSE(convReadsUnsigned(HardSwish{}, true, false, false)); // down to -0.375
    EXPECT_FALSE(convReadsUnsigned(LeakyRelu{}, false, false, false));
}

TEST(SignOfInputs, PoolsSlicesAndPadsPassOnWhatTheyRead)
{
    for (const Attributes& attributes :
        std::vector<Attributes>{MaxPool{.padding = {1, 1}}, AveragePool{}, AdaptiveAveragePool{},
            Pad{.amounts = {{{1, 1}, {0, 0}, {0, 0}}}}, Slice{.dimension = 1, .start = 0, .end = 4, .step = 2}, ChannelShuffle{1},
            Upsample{.output = {3, 3}}}) {
        EXPECT_TRUE(convReadsUnsigned(attributes, true, true, false)) << kindName(attributes);
        EXPECT_FALSE(convReadsUnsigned(attributes, false, false, false)) << kindName(attributes);
    }
}

TEST(SignOfInputs, SumsAndJoinsNeedAllInputsUnsigned)
{
    for (const Attributes& attributes : std::vector<Attributes>{Add{}, Concat{}, Multiply{}}) {
        EXPECT_TRUE(convReadsUnsigned(attributes, true, true, true)) << kindName(attributes);
        EXPECT_FALSE(convReadsUnsigned(attributes, true, false, true)) << kindName(attributes);
        EXPECT_FALSE(convReadsUnsigned(attributes, false, true, true)) << kindName(attributes);
    }
}

TEST(SignOfInputs, BatchNormAndLayersMayBeNegative)
{
    EXPECT_FALSE(convReadsUnsigned(BatchNorm{}, true, true, false));
    EXPECT_FALSE(convReadsUnsigned(Conv2d{.outChannels = 2}, true, true, false));
}

TEST(SignOfInputs, FlattenPassesOnAndSoftmaxMakesUnsigned)
{
    Chain chain({2, 4, 4});
    const ValueIndex flat = chain.add("flat", Flatten{}, {chain.add("relu", Relu{}, {chain.input()})});
    const ValueIndex a = chain.add("a", Linear{.outFeatures = 3}, {flat});
    const ValueIndex b = chain.add("b", Linear{.outFeatures = 3}, {chain.add("soft", Softmax{}, {a})});
    const LayerTable table = chain.table(chain.add("c", Linear{.outFeatures = 2}, {b}));
    EXPECT_TRUE(table.layers[0].inputIsUnsigned);
    EXPECT_TRUE(table.layers[1].inputIsUnsigned);
    EXPECT_FALSE(table.layers[2].inputIsUnsigned);
}

TEST(LayerMatch, UnderstandsShellPatterns)
{
    const LayerTable table = layerTable(smallResidualNetwork());
    EXPECT_EQ(table.match("block.*").value().size(), 3u);
    EXPECT_EQ(table.match("*conv?").value().size(), 4u);
    EXPECT_EQ(table.match("fc").value(), std::vector{LayerIndex(5)});
    EXPECT_EQ(table.match("block.[cs]*").value().size(), 3u);
    EXPECT_EQ(table.match("*").value().size(), 6u);
}

TEST(LayerMatch, NamesTheNearestLayers)
{
    const LayerTable table = layerTable(smallResidualNetwork());
    const auto matched = table.match("block.conv");
    ASSERT_FALSE(matched.ok());
    EXPECT_EQ(matched.error().code, ErrorCode::NotFound);
    EXPECT_NE(matched.error().message.find("did you mean block.conv1"), std::string::npos) << matched.error().message;
    EXPECT_NE(table.match("transformer.*.attention").error().message.find("named like"), std::string::npos);
    EXPECT_FALSE(table.match("").ok());
}

TEST(LayerMatch, AnswersAPatternOfManyStarsQuickly)
{
    const LayerTable table = layerTable(smallResidualNetwork());
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "*o";
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(table.match(pattern).ok());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST(BatchNormFolds, FindsWhatFollowsALayer)
{
    const Network network = smallResidualNetwork();
    const auto folds = batchNormFolds(network);
    ASSERT_EQ(folds.size(), 1u);
    EXPECT_EQ(network.operation(folds[0].layer).name, "conv1");
    EXPECT_EQ(network.operation(folds[0].batchNorm).name, "bn1");
}

TEST(BatchNormFolds, LeavesLayersWithOtherReadersAlone)
{
    Chain shared({2, 4, 4});
    const ValueIndex conv = shared.conv("conv", shared.input());
    shared.table(shared.add("sum", Add{}, {shared.add("bn", BatchNorm{}, {conv}), conv}));
    EXPECT_TRUE(batchNormFolds(shared.network()).empty());

    Chain output({2, 4, 4});
    const ValueIndex last = output.conv("conv", output.input());
    output.add("bn", BatchNorm{}, {last});
    output.table(last);
    EXPECT_TRUE(batchNormFolds(output.network()).empty());
}

TEST(BatchNormFolds, LeavesABatchNormOfSomethingElseAlone)
{
    Chain chain({2, 4, 4});
    chain.table(chain.add("bn", BatchNorm{}, {chain.add("relu", Relu{}, {chain.input()})}));
    EXPECT_TRUE(batchNormFolds(chain.network()).empty());
}

} // namespace
} // namespace halftone
