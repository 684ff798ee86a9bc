// Networks read back from ONNX, files of other programs, and files that are damaged.
#include "core/formats/onnx_reader.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/file_io.h"
#include "core/base/random.h"
#include "core/export/onnx_writer.h"
#include "core/formats/onnx_metadata.h"
#include "core/graph/network_text.h"
#include "tests/support/onnx_graphs.h"
#include "tests/support/reference_executor.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Integers = std::vector<std::int64_t>;

const std::vector<OnnxOptions> kAllOptions = [] {
    std::vector<OnnxOptions> all;
    for (const auto codes : {OnnxOptions::Codes::Int8, OnnxOptions::Codes::Narrow})
        for (const auto clip : {OnnxOptions::RangeClip::OnCodes, OnnxOptions::RangeClip::BeforeQuantize})
            for (const bool fold : {true, false}) all.push_back({OnnxOptions::Form::Qdq, codes, clip, fold});
    for (const bool fold : {true, false}) all.push_back({.form = OnnxOptions::Form::Qcdq, .foldBatchNorm = fold});
    all.push_back({.form = OnnxOptions::Form::Qonnx});
    return all;
}();

QuantizedModel readBack(const QuantizedModel& quantized, const OnnxOptions& options)
{
    const auto bytes = writeOnnx(quantized, options);
    EXPECT_TRUE(bytes.ok()) << bytes.error().message;
    auto model = readOnnx(*bytes);
    EXPECT_TRUE(model.ok()) << model.error().message;
    return *model;
}

std::string errorOf(const Bytes& bytes)
{
    const auto model = readOnnx(bytes);
    EXPECT_FALSE(model.ok());
    return model.ok() ? std::string() : model.error().message;
}

std::vector<double> outputOf(const Network& network, const BitAssignment& bits, const NetworkGrids& grids,
    std::span<const float> input, std::int64_t batch)
{
    return runReference(network, input, batch, {&bits, &grids}).values[static_cast<std::size_t>(network.output().value)];
}

TEST(OnnxReader, ReadsBackTheSameNetworkBitsAndActivationGridsInEveryForm)
{
    for (const int bits : {2, 3, 4, 8, kFullPrecision}) {
        const QuantizedModel quantized = quantizeForTest(everyOperationNetwork(), bits);
        const LayerTable table = layerTable(quantized.network);
        for (const OnnxOptions& options : kAllOptions) {
            const QuantizedModel model = readBack(quantized, options);
            const LayerTable readTable = layerTable(model.network);
            EXPECT_EQ(model.bits, quantized.bits);
            ASSERT_EQ(readTable.layers.size(), table.layers.size());
            for (std::size_t i = 0; i < table.layers.size(); ++i) {
                EXPECT_EQ(readTable.layers[i].name, table.layers[i].name);
                EXPECT_EQ(readTable.layers[i].edge, table.layers[i].edge);
                if (bits == kFullPrecision) continue;
                EXPECT_EQ(model.grids.activations.at(readTable.layers[i].input),
                    quantized.grids.activations.at(table.layers[i].input));
            }
        }
    }
}

TEST(OnnxReader, ReadsBackWhatComputesTheSameAtEveryWidthInEveryForm)
{
    for (const int bits : {2, 3, 4, 8, kFullPrecision}) {
      for (Network (*const make)(const EveryOperationOptions&) : {everyOperationNetwork, mobileOperationNetwork}) {
        const QuantizedModel quantized = quantizeForTest(make({.softmax = false}), bits);
        const auto input = randomFloats(2 * 3 * 13 * 13, 7, "read back");
        const auto wanted = outputOf(quantized.network, quantized.bits, quantized.grids, input, 2);
        for (const OnnxOptions& options : kAllOptions) {
            const QuantizedModel model = readBack(quantized, options);
            const auto seen = outputOf(model.network, model.bits, model.grids, input, 2);
            ASSERT_EQ(seen.size(), wanted.size());
            for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_NEAR(seen[i], wanted[i], 2e-5) << bits;
        }
      }
    }
}

TEST(OnnxReader, ReadsBackCodesAndScalesExactly)
{
    const QuantizedModel quantized = quantizeForTest(everyOperationNetwork(), 4);
    const QuantizedModel kept = readBack(quantized, {.foldBatchNorm = false});
    EXPECT_EQ(kept.grids.weights, quantized.grids.weights);
    for (const auto& [layer, grid] : quantized.grids.weights) {
        const auto codes = [&](const Network& network) {
            return quantizeToCodes(grid, network.parameter(layerTable(network).layer(layer).weight).data.floats());
        };
        EXPECT_EQ(codes(kept.network), codes(quantized.network));
    }
    // Folded: a scale a channel; reading, writing and reading again changes nothing.
    const QuantizedModel folded = readBack(quantized, {});
    EXPECT_EQ(folded.grids.weights.at(LayerIndex(1)).scales.size(), 8u);
    EXPECT_GE(folded.grids.weights.at(LayerIndex(1)).highest, 7);
    const QuantizedModel again = readBack({folded.network, folded.bits, folded.grids}, {});
    EXPECT_EQ(again.bits, folded.bits);
    EXPECT_EQ(again.grids, folded.grids);
    EXPECT_EQ(toText(again.network), toText(folded.network));
    for (std::size_t i = 0; i < folded.network.parameters().size(); ++i) {
        const auto first = folded.network.parameters()[i].data.floats(), second = again.network.parameters()[i].data.floats();
        EXPECT_TRUE(std::equal(first.begin(), first.end(), second.begin(), second.end()))
            << folded.network.parameters()[i].name;
    }
}

TEST(OnnxReader, FindsWidthsFromTheCodesWhereMetadataAreMissingOrWrong)
{
    const QuantizedModel quantized = quantizeForTest(everyOperationNetwork(), 4);
    auto file = *parseOnnx(*writeOnnx(quantized, {.foldBatchNorm = false}));
    for (const char* metadata :
        {"", "nonsense", "[{}]", R"([{"name":"mix","weightBits":2,"activationBits":4,"weightLowest":-2,"weightHighest":1}])",
            R"([{"name":"mix","weightBits":1e99,"activationBits":[],"weightLowest":-2,"weightHighest":1}])"}) {
        file.metadata = {{std::string(kLayersMetadata), metadata}};
        const auto model = readOnnx(*serializeOnnx(file));
        ASSERT_TRUE(model.ok()) << model.error().message;
        EXPECT_EQ(model->bits, quantized.bits) << metadata; // the grids of the test reach the lowest code of each width
    }
}

TEST(OnnxReader, TakesWidthsFromClipsAndQuantNodesWithoutMetadata)
{
    QuantizedModel quantized = quantizeForTest(everyOperationNetwork(), 4);
    // Codes that would fit three bits: only what the file says of their range shows the fourth.
    for (auto& [layer, grid] : quantized.grids.weights) grid.scales[0] *= 4;
    for (const OnnxOptions::Form form : {OnnxOptions::Form::Qcdq, OnnxOptions::Form::Qonnx}) {
        auto file = *parseOnnx(*writeOnnx(quantized, {.form = form, .foldBatchNorm = false}));
        file.metadata.clear();
        const auto model = readOnnx(*serializeOnnx(file));
        ASSERT_TRUE(model.ok()) << model.error().message;
        const LayerTable table = layerTable(quantized.network);
        for (std::size_t i = 0; i < table.layers.size(); ++i) {
            if (table.layers[i].edge && form == OnnxOptions::Form::Qcdq) continue; // whole bytes have no Clip
            EXPECT_EQ(model->bits.layers[i], quantized.bits.layers[i]) << table.layers[i].name;
            EXPECT_EQ(model->grids.weights.at(LayerIndex(static_cast<std::int64_t>(i))),
                quantized.grids.weights.at(LayerIndex(static_cast<std::int64_t>(i))));
        }
    }
}

TEST(OnnxReader, SaysWhatOfAQuantNodeItCannotHold)
{
    const auto errorWith = [](float zero, float bits, std::vector<OnnxAttribute> attributes) {
        OnnxGraph graph(13, {2, 4, 4});
        graph.floats("s", {}, {0.5F});
        graph.floats("z", {}, {zero});
        graph.floats("b", {}, {bits});
        graph.node("Quant", "q", {"x", "s", "z", "b"}, std::move(attributes));
        graph.file.nodes.back().domain = "qonnx.custom_op.general";
        graph.output(graph.node("Conv", "c", {"q", graph.randomFloats("w", {1, 2, 1, 1})}), {1, 4, 4});
        const auto model = readOnnx(graph.bytes());
        return model.ok() ? std::string("read") : model.error().message;
    };
    EXPECT_EQ(errorWith(0, 4, {}), "read");
    EXPECT_THAT(errorWith(3, 4, {}), HasSubstr("zero point other than 0"));
    EXPECT_THAT(errorWith(0, 2.5F, {}), HasSubstr("another width"));
    EXPECT_THAT(errorWith(0, 16, {}), HasSubstr("another width"));
    EXPECT_THAT(errorWith(0, 4, {{"rounding_mode", std::string("FLOOR")}}), HasSubstr("'FLOOR'"));
}

TEST(OnnxReader, TellsARelu6FromTheRangeOfAQuantizer)
{
    // 8 bits, step 6/200: without its mark, Clip to 0 .. 6 before QuantizeLinear could be either.
    Network network("relu6");
    const ValueIndex value = *network.add("relu6", Relu6{}, {network.addInput({4})});
    network.setOutput(*network.add("fc", Linear{2}, {value}));
    initialiseParameters(network, 1);
    QuantizedModel quantized = quantizeForTest(network, 8);
    for (const std::int32_t highest : {200, 255}) {
        quantized.grids.activations[value] = {8, 0, highest, {6.0F / static_cast<float>(highest)}};
        for (const OnnxOptions& options : kAllOptions) {
        if (options.form == OnnxOptions::Form::Qonnx) continue; // cannot say a range of 201 codes
            const QuantizedModel model = readBack(quantized, options);
            EXPECT_TRUE(model.network.findOperation("relu6").valid());
            EXPECT_EQ(model.grids.activations.begin()->second, quantized.grids.activations[value]);
        }
    }
}

// ---- files of other programs ------------------------------------------------------------------------------------------

TEST(OnnxReader, ReadsTheFormsOfOldAndNewOpsetsAlike)
{
    const auto input = randomFloats(2 * 3 * 9 * 10, 3, "foreign");
    std::vector<double> first;
    for (const std::int64_t opset : {7, 9, 10, 11, 13, 17}) {
        const auto model = readOnnx(foreignGraph(opset).bytes());
        ASSERT_TRUE(model.ok()) << model.error().message;
        EXPECT_EQ(model->bits.layers.size(), 3u);
        const auto output = outputOf(model->network, model->bits, model->grids, input, 2);
        if (first.empty()) first = output;
        EXPECT_EQ(output, first) << opset;
    }
}

TEST(OnnxReader, TakesLayerNamesFromTheWeightsOfExportedStateDicts)
{
    OnnxGraph graph(13, {3, 4, 4});
    graph.node("Conv", "/features/0/Conv", {"x", graph.randomFloats("features.0.weight", {2, 3, 1, 1})});
    graph.node("Conv", "/twice/Conv", {"x", "features.0.weight"});
    graph.node("Add", "sum of both", {"/features/0/Conv", "/twice/Conv"});
    graph.output("sum of both", {2, 4, 4});
    const auto model = readOnnx(graph.bytes());
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_TRUE(model->network.findParameter("features.0.weight").valid());
    EXPECT_TRUE(model->network.findOperation("/twice/Conv").valid()); // tied weights: the name is taken
    EXPECT_TRUE(model->network.findOperation("sum_of_both").valid());
    EXPECT_TRUE(networkFromText(toText(model->network)).ok());
}

TEST(OnnxReader, ListsEveryUnknownOperatorAtOnce)
{
    OnnxGraph graph(13, {3, 4, 4});
    graph.node("LSTM", "a", {"x"});
    graph.node("Einsum", "b", {"a"});
    graph.node("LSTM", "c", {"b"});
    graph.file.nodes.push_back({.type = "Fused", .name = "d", .inputs = {"c"}, .outputs = {"d"}, .domain = "com.vendor"});
    graph.output("d", {3, 4, 4});
    EXPECT_THAT(errorOf(graph.bytes()), HasSubstr("not read: Einsum, LSTM (2 times), com.vendor.Fused;"));
}

// (x - 1) / {2, 4} * -3 as a chain of constants.
TEST(OnnxReader, ReadsArithmeticWithConstants)
{
    OnnxGraph graph(13, {2, 2, 2});
    graph.node("Sub", "a", {"x", graph.floats("one", {}, {1})});
    graph.node("Div", "b", {"a", graph.floats("d", {2, 1, 1}, {2, 4})});
    graph.node("Mul", "c", {graph.floats("m", {1}, {-3}), "b"});
    graph.node("Sub", "e", {graph.floats("z", {1, 1, 1, 1}, {0}), "c"});
    graph.output("e", {2, 2, 2});
    const auto model = readOnnx(graph.bytes());
    ASSERT_TRUE(model.ok()) << model.error().message;
    const std::vector<float> input{1, 2, 3, 4, 5, 6, 7, 8};
    const auto seen = outputOf(model->network, model->bits, model->grids, input, 1);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(seen[i], 3 * (input[i] - 1.0) / (i < 4 ? 2 : 4), 1e-6);
}

// Keras and others write a fully connected layer as a product and a sum.
TEST(OnnxReader, ReadsAProductWithConstantWeightsAsALayerAndTheSumBehindItAsItsBias)
{
    for (const bool biasFirst : {false, true}) {
        OnnxGraph graph(13, {3, 1, 1});
        graph.node("Flatten", "flat", {"x"});
        graph.node("MatMul", "product", {"flat", graph.floats("w", {3, 2}, {1, 2, 3, 4, 5, 6})});
        const std::string bias = graph.floats("b", {2}, {0.5F, -0.5F});
        graph.node("Add", "sum", biasFirst ? std::vector<std::string>{bias, "product"} : std::vector<std::string>{"product", bias});
        graph.output("sum", {2});
        const auto model = readOnnx(graph.bytes());
        ASSERT_TRUE(model.ok()) << model.error().message;
        ASSERT_EQ(model->bits.layers.size(), 1u);
        EXPECT_EQ(model->network.operations().size(), 3u); // input, flatten, layer: the sum is gone
        const std::vector<float> input{1, 10, 100};
        const auto seen = outputOf(model->network, model->bits, model->grids, input, 1);
        EXPECT_NEAR(seen[0], 1 + 30 + 500 + 0.5, 1e-9);
        EXPECT_NEAR(seen[1], 2 + 40 + 600 - 0.5, 1e-9);
    }
}

TEST(OnnxReader, LeavesASumThatIsNoBiasAsItIs)
{
    OnnxGraph graph(13, {3, 1, 1}); // the product is read twice
    graph.node("Flatten", "flat", {"x"});
    graph.node("MatMul", "product", {"flat", graph.floats("w", {3, 2}, {1, 2, 3, 4, 5, 6})});
    graph.node("Add", "sum", {"product", graph.floats("b", {2}, {0.5F, -0.5F})});
    graph.node("Add", "both", {"product", "sum"});
    graph.output("both", {2});
    const auto model = readOnnx(graph.bytes());
    ASSERT_TRUE(model.ok()) << model.error().message;
    const auto seen = outputOf(model->network, model->bits, model->grids, std::vector<float>{1, 10, 100}, 1);
    EXPECT_NEAR(seen[0], 2 * 531 + 0.5, 1e-9);
    EXPECT_NEAR(seen[1], 2 * 642 - 0.5, 1e-9);
}

TEST(OnnxReader, ReadsAGateOnEitherSideOfItsProduct)
{
    for (const bool first : {false, true}) {
        OnnxGraph graph(13, {2, 2, 2});
        graph.node("GlobalAveragePool", "gate", {"x"});
        graph.node("Mul", "y", first ? std::vector<std::string>{"gate", "x"} : std::vector<std::string>{"x", "gate"});
        graph.output("y", {2, 2, 2});
        const auto model = readOnnx(graph.bytes());
        ASSERT_TRUE(model.ok()) << model.error().message;
        const auto seen
            = outputOf(model->network, model->bits, model->grids, std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}, 1);
        EXPECT_EQ(seen, (std::vector<double>{2.5, 5, 7.5, 10, 32.5, 39, 45.5, 52}));
    }
}

// A quantized convolution as other programs write it: activation uint8 with the given zero point, then `make` adds the rest.
OnnxGraph quantizedGraph(std::int32_t zeroPoint)
{
    OnnxGraph graph(13, {2, 4, 4});
    graph.floats("s", {}, {0.5F});
    graph.codes("z", OnnxType::UInt8, {}, {zeroPoint});
    graph.node("QuantizeLinear", "q", {"x", "s", "z"});
    graph.node("DequantizeLinear", "d", {"q", "s", "z"});
    graph.codes("w", OnnxType::Int8, {1, 2, 1, 1}, {-5, 3});
    graph.codes("wz", OnnxType::Int8, {}, {0});
    graph.node("DequantizeLinear", "wd", {"w", "s", "wz"});
    return graph;
}

TEST(OnnxReader, ReadsQuantizedLayersWithIntegerBiases)
{
    OnnxGraph graph = quantizedGraph(0);
    const std::int32_t bias = 7;
    const auto raw = std::as_bytes(std::span(&bias, 1));
    graph.file.initializers.push_back({"b", OnnxType::Int32, {1}, Bytes(raw.begin(), raw.end())});
    graph.node("DequantizeLinear", "bd", {"b", graph.floats("bs", {}, {0.25F})});
    graph.node("Conv", "conv", {"d", "wd", "bd"});
    graph.output("conv", {1, 4, 4});
    const auto model = readOnnx(graph.bytes());
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->bits.layers, (std::vector<LayerBits>{{4, 8}})); // codes -5 and 3 need four bits
    EXPECT_EQ(model->grids.activations.begin()->second, (FrozenGrid{8, 0, 255, {0.5F}}));
    EXPECT_EQ(model->network.parameter(model->network.findParameter("conv.bias")).data.floats()[0], 1.75F);
    EXPECT_EQ(model->network.parameter(model->network.findParameter("conv.weight")).data.floats()[0], -2.5F);
}

TEST(OnnxReader, TakesAClipOfCodesThatLeavesABoundOut)
{
    const auto gridWith = [](const std::string& lower, const std::string& upper) {
        OnnxGraph graph(13, {2, 4, 4});
        graph.floats("s", {}, {0.5F});
        graph.codes("z", OnnxType::UInt8, {}, {0});
        graph.codes("zero", OnnxType::UInt8, {}, {0});
        graph.codes("fifteen", OnnxType::UInt8, {}, {15});
        graph.node("QuantizeLinear", "q", {"x", "s", "z"});
        graph.node("Clip", "c", {"q", lower, upper});
        graph.node("DequantizeLinear", "d", {"c", "s", "z"});
        graph.codes("w", OnnxType::Int8, {1, 2, 1, 1}, {-5, 3});
        graph.node("DequantizeLinear", "wd", {"w", "s"});
        graph.output(graph.node("Conv", "conv", {"d", "wd"}), {1, 4, 4});
        const auto model = readOnnx(graph.bytes());
        EXPECT_TRUE(model.ok()) << model.error().message;
        return model.ok() ? model->grids.activations.begin()->second : FrozenGrid{};
    };
    EXPECT_EQ(gridWith("zero", ""), (FrozenGrid{8, 0, 255, {0.5F}}));
    EXPECT_EQ(gridWith("", "fifteen"), (FrozenGrid{4, 0, 15, {0.5F}}));
    EXPECT_EQ(gridWith("", ""), (FrozenGrid{8, 0, 255, {0.5F}}));
}

TEST(OnnxReader, OpensUnsignedAndNarrowCodesWithTheirValues)
{
    const auto read = [](OnnxType type, std::vector<std::int32_t> codes, OnnxType inputType) {
        OnnxGraph graph(25, {2, 4, 4});
        graph.floats("s", {}, {0.5F});
        graph.codes("z", inputType, {}, {0});
        graph.node("QuantizeLinear", "q", {"x", "s", "z"});
        graph.node("DequantizeLinear", "d", {"q", "s", "z"});
        graph.codes("w", type, {1, 2, 1, 1}, std::move(codes));
        graph.codes("wz", type, {}, {0});
        graph.node("DequantizeLinear", "wd", {"w", "s", "wz"});
        graph.output(graph.node("Conv", "conv", {"d", "wd"}), {1, 4, 4});
        return readOnnx(graph.bytes());
    };
    const auto uint4 = read(OnnxType::UInt4, {15, 3}, OnnxType::UInt4);
    ASSERT_TRUE(uint4.ok()) << uint4.error().message;
    EXPECT_EQ(uint4->grids.activations.begin()->second, (FrozenGrid{4, 0, 15, {0.5F}}));
    EXPECT_EQ(uint4->grids.weights.at(LayerIndex(0)), (FrozenGrid{5, -16, 15, {0.5F}})); // signed, one bit more
    EXPECT_EQ(uint4->network.parameter(uint4->network.findParameter("conv.weight")).data.floats()[0], 7.5F);
    const auto int4 = read(OnnxType::Int4, {-8, 7}, OnnxType::Int4);
    ASSERT_TRUE(int4.ok()) << int4.error().message;
    EXPECT_EQ(int4->grids.activations.begin()->second, (FrozenGrid{4, -8, 7, {0.5F}}));
    EXPECT_EQ(int4->grids.weights.at(LayerIndex(0)), (FrozenGrid{4, -8, 7, {0.5F}}));
    const auto uint8 = read(OnnxType::UInt8, {127, 0}, OnnxType::Int2);
    ASSERT_TRUE(uint8.ok()) << uint8.error().message;
    EXPECT_EQ(uint8->grids.weights.at(LayerIndex(0)), (FrozenGrid{8, -128, 127, {0.5F}}));
    EXPECT_EQ(uint8->grids.activations.begin()->second, (FrozenGrid{2, -2, 1, {0.5F}}));
    EXPECT_THAT(read(OnnxType::UInt8, {128, 0}, OnnxType::UInt8).error().message, HasSubstr("do not fit signed bytes"));
}

TEST(OnnxReader, CountsCodesFromTheirZeroPoint)
{
    const auto read = [](std::int32_t zeroPoint) {
        OnnxGraph graph = quantizedGraph(zeroPoint);
        graph.codes("v", OnnxType::UInt8, {1, 2, 1, 1}, {120, 131});
        graph.codes("vz", OnnxType::UInt8, {}, {128});
        graph.node("DequantizeLinear", "vd", {"v", "s", "vz"});
        graph.output(graph.node("Conv", "conv", {"d", "vd"}), {1, 4, 4});
        const auto model = readOnnx(graph.bytes());
        EXPECT_TRUE(model.ok()) << model.error().message;
        return *model;
    };
    const QuantizedModel model = read(100);
    EXPECT_EQ(model.grids.activations.begin()->second, (FrozenGrid{8, -100, 155, {0.5F}}));
    EXPECT_EQ(model.network.parameter(model.network.findParameter("conv.weight")).data.floats()[0], -4.0F);
    EXPECT_EQ(model.network.parameter(model.network.findParameter("conv.weight")).data.floats()[1], 1.5F);
    // Written and read again: uint8 with a zero point.
    const auto again = readOnnx(*writeOnnx(model));
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(again->grids, model.grids);
    EXPECT_EQ(read(128).grids.activations.begin()->second, (FrozenGrid{8, -128, 127, {0.5F}}));
}

// Where codes begin at 0, nothing negative gets through: a ReLU that other widths need too.
TEST(OnnxReader, PutsTheReluBackThatUnsignedCodesStandFor)
{
    OnnxGraph graph = quantizedGraph(0);
    graph.output(graph.node("Conv", "conv", {"d", "wd"}), {1, 4, 4});
    const auto model = readOnnx(graph.bytes());
    ASSERT_TRUE(model.ok()) << model.error().message;
    const Operation& before = model->network.operation(model->network.value(model->grids.activations.begin()->first).producer);
    EXPECT_TRUE(before.as<Relu>());
    EXPECT_TRUE(layerTable(model->network).layers[0].inputIsUnsigned);
}

TEST(OnnxReader, QuantizesValuesThatOtherOperationsThanLayersRead)
{
    OnnxGraph graph = quantizedGraph(128);
    graph.node("Conv", "conv", {"d", "wd"});
    graph.codes("k", OnnxType::Int8, {}, {6}); // a constant of codes
    graph.codes("kz", OnnxType::Int8, {}, {2});
    graph.node("DequantizeLinear", "kd", {"k", "s", "kz"});
    graph.node("Add", "sum", {"d", "kd"});
    graph.node("QuantizeLinear", "sumq", {"sum", "s", "z"});
    graph.output(graph.node("DequantizeLinear", "end", {"sumq", "s", "z"}), {2, 4, 4}); // the output is quantized too
    const auto model = readOnnx(graph.bytes());
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->bits.layers, (std::vector<LayerBits>{{4, 8}})); // the layer has its grid as ever
    std::vector<float> input(32);
    for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i) * 4.3F - 66.1F;
    const auto run = runReference(model->network, input, 1);
    const auto& output = run.values[static_cast<std::size_t>(model->network.output().value)];
    for (std::size_t i = 0; i < input.size(); ++i) {
        const double seen = std::clamp(std::nearbyint(input[i] / 0.5), -128.0, 127.0) * 0.5; // q and d
        EXPECT_EQ(output[i], std::clamp(std::nearbyint((seen + 2) / 0.5), -128.0, 127.0) * 0.5) << i; // kd is (6 - 2) * 0.5
    }
    const auto again = readOnnx(*writeOnnx(*model));
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(again->grids, model->grids);
    const auto same = runReference(again->network, input, 1);
    EXPECT_EQ(same.values[static_cast<std::size_t>(again->network.output().value)], output);
}

TEST(OnnxReader, SaysWhatOfAQuantizedFileItCannotHold)
{
    OnnxGraph offsetWeights(13, {2, 4, 4});
    offsetWeights.codes("w", OnnxType::UInt8, {1, 2, 1, 1}, {3, 254});
    offsetWeights.codes("wz", OnnxType::UInt8, {}, {1});
    offsetWeights.node("DequantizeLinear", "wd", {"w", offsetWeights.floats("s", {}, {0.5F}), "wz"});
    offsetWeights.output(offsetWeights.node("Conv", "conv", {"x", "wd"}), {1, 4, 4});
    EXPECT_THAT(errorOf(offsetWeights.bytes()), HasSubstr("counted from their zero point, do not fit signed bytes"));

    OnnxGraph unequal(13, {2, 4, 4});
    unequal.codes("w", OnnxType::UInt8, {2, 2, 1, 1}, {3, 4, 5, 6});
    unequal.codes("wz", OnnxType::UInt8, {2}, {1, 2});
    unequal.node("DequantizeLinear", "wd", {"w", unequal.floats("s", {2}, {0.5F, 0.25F}), "wz"}, {{"axis", std::int64_t(0)}});
    unequal.output(unequal.node("Conv", "conv", {"x", "wd"}), {2, 4, 4});
    EXPECT_THAT(errorOf(unequal.bytes()), HasSubstr("zero points that differ from channel to channel"));

    OnnxGraph blocks = quantizedGraph(0);
    blocks.file.nodes.back().attributes.push_back({"block_size", std::int64_t(2)});
    blocks.output(blocks.node("Conv", "conv", {"d", "wd"}), {1, 4, 4});
    EXPECT_THAT(errorOf(blocks.bytes()), HasSubstr("quantizes in blocks"));

    OnnxGraph channels = quantizedGraph(0);
    channels.file.nodes.front().inputs[1] = channels.floats("s2", {2}, {0.5F, 0.25F});
    channels.output(channels.node("Conv", "conv", {"d", "wd"}), {1, 4, 4});
    EXPECT_THAT(errorOf(channels.bytes()), HasSubstr("more than one scale for an activation"));

    OnnxGraph mixed = quantizedGraph(128); // one layer reads the value, another its codes
    mixed.node("Conv", "one", {"d", "wd"});
    mixed.node("Conv", "two", {"x", "wd"});
    mixed.output(mixed.node("Add", "sum", {"one", "two"}), {1, 4, 4});
    EXPECT_THAT(errorOf(mixed.bytes()), HasSubstr("one and two read the same tensor"));

    OnnxGraph other = quantizedGraph(0); // another scale on the way back
    other.node("DequantizeLinear", "d2", {"q", other.floats("s2", {}, {0.25F}), "z"});
    EXPECT_THAT(errorOf(other.bytes()), HasSubstr("another scale, type or zero point than the QuantizeLinear before it"));
}

TEST(OnnxReader, SaysWhichNodeAsksForMoreThanIsRead)
{
    const auto errorWith = [](auto build) {
        OnnxGraph graph(13, {2, 6, 6});
        graph.randomFloats("w", {2, 2, 3, 3});
        graph.output(build(graph), {1});
        return errorOf(graph.bytes());
    };
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Clip", "n", {"x", g.floats("lo", {}, {-1}), g.floats("hi", {}, {1})});
    }),
        HasSubstr("clips to -1 .. 1"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Pad", "n", {"x", g.integers("p", {0, 0, 1, 1, 0, 0, 1, 1})}, {{"mode", std::string("reflect")}});
    }),
        HasSubstr("something else than zeros"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("MaxPool", "n", {"x"}, {{"kernel_shape", Integers{2, 2}}, {"pads", Integers{0, 0, 1, 1}}});
    }),
        HasSubstr("pads unevenly"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Concat", "n", {"x", "x"}, {{"axis", std::int64_t(2)}});
    }),
        HasSubstr("along dimension 2"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Reshape", "n", {"x", g.integers("s", {0, 4, 18})});
    }),
        HasSubstr("Output 'n'"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Reshape", "n", {"x", g.integers("s", {0, 5, -1})});
    }),
        HasSubstr("splits it otherwise"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        g.node("Transpose", "t", {"x"}, {{"perm", Integers{0, 2, 3, 1}}});
        return g.node("Relu", "n", {"t"});
    }),
        HasSubstr("reads 't', whose dimensions are not batch, channels, height, width"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Resize", "n", {"x", "", g.floats("s", {4}, {1, 1, 1.5F, 2})}, {{"mode", std::string("cubic")}});
    }),
        HasSubstr("'cubic'"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) { return g.node("HardSigmoid", "n", {"x"}); }), HasSubstr("slope 0.2"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Add", "n", {"x", g.floats("c", {6}, {1, 2, 3, 4, 5, 6})});
    }),
        HasSubstr("neither one number nor one for each channel"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) { return g.node("Relu", "n", {"nothing"}); }),
        HasSubstr("'nothing', which nothing before it computes"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Conv", "n", {"x", "x"});
    }),
        HasSubstr("where a constant is needed"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Conv", "n", {"x", g.randomFloats("w3", {2, 2, 3})});
    }),
        HasSubstr("weights of shape 2x2x3"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Conv", "n", {"x", "w"}, {{"kernel_shape", Integers{5, 5}}});
    }),
        HasSubstr("kernel_shape that its weights"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Conv", "n", {"x", "w"}, {{"strides", 1.0F}});
    }),
        HasSubstr("'strides' of a wrong type"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Conv", "n", {"x", "w"}, {{"strides", Integers{0, 1}}});
    }),
        HasSubstr("stride or dilation of 0"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Conv", "n", {"x", "w", g.randomFloats("b", {3})});
    }),
        HasSubstr("3 bias values for 2 output channels"));
    EXPECT_THAT(errorWith([](OnnxGraph& g) {
        return g.node("Gemm", "n", {"x", g.randomFloats("g", {2, 2})});
    }),
        HasSubstr("'n'"));
    EXPECT_THAT(
        errorWith([](OnnxGraph& g) { return g.node("Relu", "x", {"x"}); }), HasSubstr("computes 'x', which exists already"));
    EXPECT_THAT(errorWith([](OnnxGraph&) { return std::string("x"); }), HasSubstr("Output 'x'"));
}

TEST(OnnxReader, SaysWhatIsWrongWithInputsOutputsAndVersions)
{
    const auto relu = [](Shape shape) {
        OnnxGraph graph(13, std::move(shape));
        graph.output(graph.node("Relu", "y", {"x"}), {3, 4, 4});
        return graph;
    };
    OnnxGraph graph = relu({3, 4, 4});
    EXPECT_TRUE(readOnnx(graph.bytes()).ok());
    graph.file.inputs.push_back({.name = "second", .shape = {-1, 3}});
    EXPECT_THAT(errorOf(graph.bytes()), HasSubstr("has 2 inputs"));
    graph = relu({3, 4, 4});
    graph.file.outputs.push_back({.name = "x", .shape = {-1, 3}});
    EXPECT_THAT(errorOf(graph.bytes()), HasSubstr("has 2 outputs"));
    graph = relu({3, -1, -1});
    EXPECT_THAT(errorOf(graph.bytes()), HasSubstr("of a fixed size"));
    graph = relu({std::int64_t(1) << 40, std::int64_t(1) << 40, 1});
    EXPECT_FALSE(readOnnx(graph.bytes()).ok());
    graph = relu({3, 4, 4});
    graph.file.opset = 6;
    EXPECT_THAT(errorOf(graph.bytes()), HasSubstr("uses opset 6, and 7 to 26 are read"));
    graph.file.opset = 0;
    EXPECT_THAT(errorOf(graph.bytes()), HasSubstr("does not say its opset"));
}

// ---- damaged and hostile files ----------------------------------------------------------------------------------------

Bytes tinyModel()
{
    Network network("tiny");
    ValueIndex value = *network.add("conv", Conv2d{.outChannels = 2, .kernel = {2, 2}}, {network.addInput({1, 3, 3})});
    value = *network.add("relu6", Relu6{}, {*network.add("bn", BatchNorm{}, {value})});
    network.setOutput(*network.add("fc", Linear{2}, {*network.add("flat", Flatten{}, {value})}, true));
    initialiseParameters(network, 1);
    const QuantizedModel quantized = quantizeForTest(network, 4);
    return *writeOnnx({quantized.network, uniformAssignment(layerTable(network), 8), quantized.grids}, {.foldBatchNorm = false});
}

TEST(OnnxReader, RefusesAFileThatIsTruncatedAnywhereBeforeItsMetadata)
{
    const Bytes whole = tinyModel();
    ASSERT_TRUE(readOnnx(whole).ok());
    std::size_t accepted = 0;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto model = readOnnx(std::span(whole).first(length));
        if (model.ok()) ++accepted;
        if (!model.ok()) {
            EXPECT_EQ(model.error().code, ErrorCode::Corrupt) << length;
        }
    }
    EXPECT_LE(accepted, 1u); // what ends exactly before the metadata is a whole file
    EXPECT_EQ(errorOf({}), "This is not an ONNX model, or it is truncated (it is empty); export it again.");
}

TEST(OnnxReader, SurvivesRandomDamage)
{
    const Bytes whole = tinyModel();
    Random random(1, "damage");
    std::int64_t accepted = 0;
    for (int round = 0; round < 5000; ++round) {
        Bytes damaged = whole;
        for (std::int64_t flips = 1 + random.below(4); flips > 0; --flips) {
            damaged[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(damaged.size())))]
                = static_cast<std::byte>(random.below(256));
        }
        const auto model = readOnnx(damaged);
        if (!model.ok()) continue;
        ++accepted; // what is read must be a network that can be used
        EXPECT_TRUE(validate(model->bits, layerTable(model->network)).ok());
        EXPECT_TRUE(networkFromText(toText(model->network)).ok());
    }
    EXPECT_GT(accepted, 50); // damaged weights are still weights
}

// One wrong thing at a random place of a file that is otherwise well-formed.
void damage(OnnxFile& file, Random& random)
{
    const auto pick = [&](auto& list) -> auto&
    {
        return list[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(list.size())))];
    };
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const std::vector<std::int64_t> hostile{
        0, -1, 1, 2, 3, 1 << 20, std::int64_t(1) << 31, std::int64_t(1) << 62, kMost, -kMost - 1};
    OnnxNode& node = pick(file.nodes);
    switch (random.below(8)) {
    case 0:
        node.type = pick(file.nodes).type;
        break;
    case 1:
        if (!node.inputs.empty()) pick(node.inputs) = pick(file.nodes).outputs.at(0);
        break;
    case 2:
        if (!node.inputs.empty()) pick(node.inputs) = pick(file.initializers).name;
        break;
    case 3:
        if (!node.inputs.empty()) node.inputs.pop_back();
        break;
    case 4:
        for (OnnxAttribute& attribute : node.attributes) {
            if (auto* integer = std::get_if<std::int64_t>(&attribute.value)) *integer = pick(hostile);
            if (auto* integers = std::get_if<Integers>(&attribute.value)) pick(*integers) = pick(hostile);
        }
        break;
    case 5: {
        OnnxTensor& tensor = pick(file.initializers);
        if (tensor.type != OnnxType::Int64 || tensor.bytes.empty()) break;
        const std::int64_t value = pick(hostile);
        std::memcpy(tensor.bytes.data(), &value, sizeof(value));
        break;
    }
    case 6:
        pick(file.initializers).shape = {};
        break;
    default:
        std::swap(node, pick(file.nodes));
        break;
    }
}

TEST(OnnxReader, SurvivesWrongNodesAttributesAndConstants)
{
    std::vector<OnnxFile> files{foreignGraph(9).file, foreignGraph(13).file};
    const QuantizedModel quantized = quantizeForTest(everyOperationNetwork(), 4);
    for (const bool fold : {true, false}) {
        const OnnxOptions options{.codes = OnnxOptions::Codes::Narrow, .foldBatchNorm = fold};
        files.push_back(*parseOnnx(*writeOnnx(quantized, options)));
    }
    Random random(2, "damage");
    std::int64_t accepted = 0, refused = 0;
    for (int round = 0; round < 1500; ++round) {
        OnnxFile file = files[static_cast<std::size_t>(round) % files.size()];
        for (std::int64_t times = 1 + random.below(3); times > 0; --times) damage(file, random);
        const auto model = readOnnx(*serializeOnnx(file));
        if (!model.ok()) {
            ++refused;
            EXPECT_FALSE(model.error().message.empty());
            continue;
        }
        ++accepted;
        EXPECT_TRUE(validate(model->bits, layerTable(model->network)).ok());
        const auto again = writeOnnx(*model);
        EXPECT_TRUE(again.ok() || again.error().code == ErrorCode::Unsupported || again.error().code == ErrorCode::BadInput);
    }
    EXPECT_GT(accepted, 50);
    EXPECT_GT(refused, 500);
}

TEST(OnnxReader, RefusesTensorsThatDoNotFitTheirShape)
{
    for (const Shape& shape : {Shape{3}, Shape{-2}, Shape{std::int64_t(1) << 62, 4}, Shape{1, 2, std::int64_t(1) << 40}}) {
        OnnxGraph graph(13, {2, 1, 1});
        graph.floats("w", {2}, {1, 2});
        graph.file.initializers[0].shape = shape;
        graph.output(graph.node("Relu", "y", {"x"}), {2, 1, 1});
        EXPECT_THAT(errorOf(graph.bytes()), HasSubstr("'w' of the ONNX file has 8 bytes of data, which does not fit"));
    }
}

TEST(OnnxReader, BoundsWhatAFileMakesOfOneTensorNamedManyTimes)
{
    OnnxGraph graph(13, {64});
    graph.randomFloats("w", {64, 64});
    std::string x = "x";
    for (int i = 0; i < 1000; ++i) x = graph.node("Gemm", "fc" + std::to_string(i), {x, "w"});
    graph.output(x, {64});
    EXPECT_THAT(errorOf(graph.bytes()), HasSubstr("too many that read the same large constants"));
}

TEST(OnnxReader, ReadsAThousandNodesOfOneNameQuickly)
{
    OnnxGraph graph(13, {4});
    std::string x = "x";
    for (int i = 0; i < 4000; ++i) {
        const std::string output = "v" + std::to_string(i);
        graph.file.nodes.push_back({.type = "Relu", .name = "same", .inputs = {x}, .outputs = {output}});
        x = output;
    }
    graph.output(x, {4});
    const auto model = readOnnx(graph.bytes());
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_TRUE(model->network.findOperation("same_4000").valid());
}

TEST(OnnxFile, ReadsBackEverythingThatItWrites)
{
    const QuantizedModel quantized = quantizeForTest(everyOperationNetwork(), 2);
    const Bytes bytes
        = *writeOnnx(quantized, {.codes = OnnxOptions::Codes::Narrow});
    const auto file = parseOnnx(bytes);
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(*serializeOnnx(*file), bytes);
}

} // namespace
} // namespace halftone
