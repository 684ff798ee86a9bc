// What a written ONNX file contains, seen through the parser.
#include "core/export/onnx_writer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/formats/onnx_metadata.h"
#include "core/formats/onnx_tensor.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

OnnxFile fileOf(const QuantizedModel& quantized, const OnnxOptions& options = {})
{
    const auto bytes = writeOnnx(quantized, options);
    EXPECT_TRUE(bytes.ok()) << bytes.error().message;
    auto file = parseOnnx(*bytes);
    EXPECT_TRUE(file.ok());
    return *file;
}

const OnnxNode* nodeNamed(const OnnxFile& file, std::string_view name)
{
    const auto found
        = std::find_if(file.nodes.begin(), file.nodes.end(), [&](const OnnxNode& node) { return node.name == name; });
    return found == file.nodes.end() ? nullptr : &*found;
}

const OnnxTensor& tensorNamed(const OnnxFile& file, std::string_view name)
{
    const auto found = std::find_if(
        file.initializers.begin(), file.initializers.end(), [&](const OnnxTensor& tensor) { return tensor.name == name; });
    EXPECT_NE(found, file.initializers.end()) << name;
    return *found;
}

std::ptrdiff_t count(const OnnxFile& file, std::string_view type)
{
    return std::count_if(file.nodes.begin(), file.nodes.end(), [&](const OnnxNode& node) { return node.type == type; });
}

std::string errorOf(const QuantizedModel& quantized, const OnnxOptions& options = {})
{
    const auto bytes = writeOnnx(quantized, options);
    EXPECT_FALSE(bytes.ok());
    return bytes.ok() ? std::string() : bytes.error().message;
}

TEST(OnnxWriter, RefusesARangeThatAQuantNodeCannotSay)
{
    QuantizedModel quantized = quantizeForTest(everyOperationNetwork(), 4);
    quantized.grids.weights.at(LayerIndex(1)).highest -= 2;
    const auto file = writeOnnx(quantized, {.form = OnnxOptions::Form::Qonnx});
    ASSERT_FALSE(file.ok());
    EXPECT_NE(file.error().message.find("a Quant node of 4 bits cannot say"), std::string::npos) << file.error().message;
}

TEST(OnnxWriter, TakesTheOldestVersionThatHasWhatTheFileUses)
{
    constexpr auto kNarrow = OnnxOptions::Codes::Narrow;
    const auto versions = [](int bits, OnnxOptions options) {
        const OnnxFile file = fileOf(quantizeForTest(everyOperationNetwork(), bits), options);
        return std::pair(file.opset, file.irVersion);
    };
    EXPECT_EQ(versions(4, {}), std::pair(std::int64_t(13), std::int64_t(7)));
    EXPECT_EQ(versions(8, {.codes = kNarrow}), std::pair(std::int64_t(13), std::int64_t(7)));
    EXPECT_EQ(versions(4, {.codes = kNarrow}), std::pair(std::int64_t(21), std::int64_t(10)));
    EXPECT_EQ(versions(2, {.codes = kNarrow, .foldBatchNorm = false}), std::pair(std::int64_t(25), std::int64_t(13)));
}

TEST(OnnxWriter, NamesNodesAndValuesAfterTheOperations)
{
    const OnnxFile file = fileOf(quantizeForTest(everyOperationNetwork(), 4));
    ASSERT_NE(nodeNamed(file, "layer1.conv1"), nullptr);
    EXPECT_THAT(nodeNamed(file, "layer1.conv1")->outputs, ElementsAre("layer1.bn1")); // folded: the batch norm's value
    EXPECT_THAT(nodeNamed(file, "layer1.conv1")->inputs,
        ElementsAre("maxpool_dequantized", "layer1.conv1.weight", "layer1.conv1.bias"));
    EXPECT_THAT(nodeNamed(file, "layer1.relu")->inputs, ElementsAre("layer1.bn1"));
    EXPECT_EQ(nodeNamed(file, "layer1.bn1"), nullptr);
    EXPECT_EQ(file.inputs[0].name, "input");
    EXPECT_EQ(file.inputs[0].shape, (Shape{-1, 3, 13, 13}));
    EXPECT_EQ(file.outputs[0].name, "softmax");
    EXPECT_EQ(file.producer, "halftone");
    EXPECT_EQ(file.graphName, "every_operation");
}

TEST(OnnxWriter, KeepsBatchNormsOnRequest)
{
    const OnnxFile folded = fileOf(quantizeForTest(everyOperationNetwork(), 4));
    const OnnxFile kept = fileOf(quantizeForTest(everyOperationNetwork(), 4), {.foldBatchNorm = false});
    // conv1 has 8 bit and the code -128 in a channel whose gamma is negative: +128 is no int8, so its batch norm stays.
    EXPECT_EQ(count(folded, "BatchNormalization"), 1);
    EXPECT_EQ(count(kept, "BatchNormalization"), 5);
    EXPECT_THAT(nodeNamed(kept, "layer1.conv1")->outputs, ElementsAre("layer1.conv1"));
    EXPECT_EQ(tensorNamed(kept, "layer1.conv1.weight_scale").shape, Shape{});
    EXPECT_EQ(tensorNamed(folded, "layer1.conv1.weight_scale").shape, Shape{8});
}

TEST(OnnxWriter, QuantizesAValueOnceForAllLayersThatReadIt)
{
    const OnnxFile file = fileOf(quantizeForTest(everyOperationNetwork(), 4));
    EXPECT_EQ(nodeNamed(file, "branch.left")->inputs[0], "layer2.out_dequantized");
    EXPECT_EQ(nodeNamed(file, "branch.right")->inputs[0], "layer2.out_dequantized");
    EXPECT_EQ(count(file, "QuantizeLinear"), 8); // nine layers, two of which share
    // The add reads the value as it was before the quantizer, as in training.
    EXPECT_THAT(nodeNamed(file, "layer1.add")->inputs, ElementsAre("layer1.bn2", "maxpool"));
}

TEST(OnnxWriter, SaysTheTrueRangeByClippingCodesNarrowerThanAByte)
{
    const OnnxFile file = fileOf(quantizeForTest(everyOperationNetwork(), 4));
    const OnnxNode* clip = nodeNamed(file, "maxpool_clipped"); // unsigned
    ASSERT_NE(clip, nullptr);
    EXPECT_THAT(clip->inputs, ElementsAre("maxpool_codes", "maxpool_lowest", "maxpool_highest"));
    EXPECT_THAT(*codesOf(tensorNamed(file, "maxpool_lowest")), ElementsAre(0));
    EXPECT_THAT(*codesOf(tensorNamed(file, "maxpool_highest")), ElementsAre(15));
    EXPECT_EQ(tensorNamed(file, "maxpool_zero_point").type, OnnxType::UInt8);
    EXPECT_THAT(*codesOf(tensorNamed(file, "concat_lowest")), ElementsAre(-8)); // signed
    EXPECT_THAT(*codesOf(tensorNamed(file, "concat_highest")), ElementsAre(7));
    EXPECT_EQ(tensorNamed(file, "concat_zero_point").type, OnnxType::Int8);
    EXPECT_EQ(nodeNamed(file, "input_clipped"), nullptr); // 8 bit: QuantizeLinear itself saturates
}

TEST(OnnxWriter, HoldsNarrowCodesInNarrowTypesUnlessAFlippedCodeNeedsMore)
{
    const auto typeOf = [](int bits, bool fold) {
        QuantizedModel quantized = quantizeForTest(everyOperationNetwork(), bits);
        const OnnxFile file = fileOf(quantized, {.codes = OnnxOptions::Codes::Narrow, .foldBatchNorm = fold});
        return tensorNamed(file, "mix.weight_codes").type; // no batch norm follows it
    };
    EXPECT_EQ(typeOf(2, true), OnnxType::Int2);
    EXPECT_EQ(typeOf(3, true), OnnxType::Int4);
    EXPECT_EQ(typeOf(4, true), OnnxType::Int4);
    EXPECT_EQ(typeOf(8, true), OnnxType::Int8);

    // One layer whose only weight has code -2, behind it a gamma of -1: the flipped code +2 needs four bits.
    Network network("flip");
    const ValueIndex features = *network.add("fc", Linear{1}, {network.addInput({1})});
    network.setOutput(*network.add("bn", BatchNorm{}, {features}));
    const std::vector<float> one{1}, minusOne{-1}, zero{0};
    for (const auto& [name, value] : {std::pair("fc.weight", minusOne), {"bn.weight", minusOne}, {"bn.bias", zero},
             {"bn.running_mean", zero}, {"bn.running_var", one}}) {
        const ParameterIndex index = network.findParameter(name);
        ASSERT_TRUE(network.setParameter(index, TensorData::fromFloats(network.parameter(index).shape, value)).ok());
    }
    QuantizedModel flip{network, {{{2, kFullPrecision}}}, {}};
    flip.grids.weights[LayerIndex(0)] = {2, -2, 1, {0.5F}};
    const OnnxFile file = fileOf(flip, {.codes = OnnxOptions::Codes::Narrow});
    EXPECT_EQ(tensorNamed(file, "fc.weight_codes").type, OnnxType::Int4);
    EXPECT_THAT(*codesOf(tensorNamed(file, "fc.weight_codes")), ElementsAre(2));
}

TEST(OnnxWriter, DescribesLayersInMetadataAndAnnotations)
{
    const OnnxFile file = fileOf(quantizeForTest(everyOperationNetwork(), 3), {.foldBatchNorm = false});
    ASSERT_EQ(file.metadata.size(), 1u);
    EXPECT_EQ(file.metadata[0].first, kLayersMetadata);
    const OnnxMetadata metadata = metadataFromJson(file.metadata[0].second);
    ASSERT_EQ(metadata.layers.size(), 9u);
    EXPECT_EQ(metadata.layers[0], (OnnxLayerMetadata{"conv1", {8, 8}, {-128, 127}}));
    EXPECT_EQ(metadata.layers[1], (OnnxLayerMetadata{"layer1.conv1", {3, 3}, {-4, 3}}));
    EXPECT_THAT(file.annotations, testing::Contains(OnnxAnnotation{"maxpool", "maxpool_scale", "maxpool_zero_point"}));
    EXPECT_THAT(
        file.annotations, testing::Contains(OnnxAnnotation{"fc.weight_codes", "fc.weight_scale", "fc.weight_zero_point"}));
}

TEST(OnnxWriter, WritesTheSameBytesEachTime)
{
    const QuantizedModel quantized = quantizeForTest(everyOperationNetwork(), 2);
    EXPECT_EQ(*writeOnnx(quantized),
        *writeOnnx(quantized));
}

TEST(OnnxWriter, KeepsNamesApartFromThoseItMakes)
{
    Network network("names");
    ValueIndex value = network.addInput({4}, "x");
    value = *network.add("x_scale", Relu{}, {value});
    value = *network.add("x_codes", Relu{}, {value});
    value = *network.add("fc.weight", Relu{}, {value});
    const ValueIndex first = *network.add("fc", Linear{2}, {network.input()});
    const ValueIndex second = *network.add("fc2", Linear{2}, {value});
    network.setOutput(*network.add("sum", Add{}, {first, second}));
    initialiseParameters(network, 1);
    const OnnxFile file = fileOf(quantizeForTest(network, 4));
    std::vector<std::string> names;
    for (const OnnxTensor& tensor : file.initializers) names.push_back(tensor.name);
    for (const OnnxNode& node : file.nodes) names.push_back(node.outputs[0]);
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

// Both forms of a range must give clip(round(v / s)): at ties, at the bounds and their neighbours, for awkward scales.
TEST(OnnxWriter, ClipsToTheSameCodesBeforeAndAfterRounding)
{
    const auto direct
        = [](float v, float s, float lowest, float highest) { return std::clamp(std::nearbyint(v / s), lowest, highest); };
    const auto before = [](float v, float s, float lowest, float highest) {
        return std::nearbyint(std::clamp(v, lowest * s, highest * s) / s);
    };
    const float infinity = std::numeric_limits<float>::infinity();
    std::int64_t checked = 0;
    for (const float noise : randomFloats(500, 1, "scales")) {
        const float s = std::exp(3 * noise);
        for (const int bits : {2, 3, 4, 5, 7, 8}) {
            for (const bool isSigned : {false, true}) {
                const float lowest = isSigned ? -std::ldexp(1.0F, bits - 1) : 0.0F;
                const float highest = lowest + std::ldexp(1.0F, bits) - 1;
                for (float half = 2 * lowest - 3; half <= 2 * highest + 3; half += 1) {
                    const float v = half / 2 * s;
                    for (const float near : {v, std::nextafter(v, infinity), std::nextafter(v, -infinity)}) {
                        ASSERT_EQ(direct(near, s, lowest, highest), before(near, s, lowest, highest)) << near << " / " << s;
                        ++checked;
                    }
                }
            }
        }
    }
    EXPECT_GT(checked, 1000000);
}

TEST(OnnxWriter, SaysWhichGridIsMissingOrDoesNotFit)
{
    const QuantizedModel good = quantizeForTest(everyOperationNetwork(), 4);
    QuantizedModel bad = good;
    bad.grids.weights.erase(LayerIndex(1));
    EXPECT_THAT(errorOf(bad), HasSubstr("the weights of 'layer1.conv1' is missing"));
    bad = good;
    bad.grids.activations.erase(good.network.input());
    EXPECT_THAT(errorOf(bad), HasSubstr("the input of 'conv1' is missing"));
    bad = good;
    bad.grids.weights[LayerIndex(1)].bits = 3;
    EXPECT_THAT(errorOf(bad), HasSubstr("has 3 bits where the assignment says 4"));
    bad = good;
    bad.grids.weights[LayerIndex(1)].scales = {0.1F, 0.2F};
    EXPECT_THAT(errorOf(bad), HasSubstr("has 2 scales for 8 output channels"));
    bad = good;
    bad.grids.activations[good.network.input()].scales = {};
    EXPECT_THAT(errorOf(bad), HasSubstr("has no scale"));
    for (const float scale :
        {0.0F, -1.0F, 1e-42F, 1e38F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        bad.grids.activations[good.network.input()].scales = {scale};
        EXPECT_THAT(errorOf(bad), HasSubstr("not a positive, normal number")) << scale;
    }
    bad = good;
    bad.grids.activations[good.network.input()].highest = 255; // with lowest -128
    EXPECT_THAT(errorOf(bad), HasSubstr("does not fit a byte"));
    bad = good;
    bad.bits.layers.pop_back();
    EXPECT_THAT(errorOf(bad), HasSubstr("the network has 9"));
}

TEST(OnnxWriter, RefusesNetworksThatItCannotSay)
{
    Network empty("empty");
    EXPECT_FALSE(writeOnnx({empty, {}, {}}).ok());
    empty.setOutput(empty.addInput({3, 4, 4}));
    EXPECT_THAT(errorOf({empty, {}, {}}), HasSubstr("no operations"));

    Network uneven("uneven");
    uneven.setOutput(*uneven.add("pool", AdaptiveAveragePool{.output = {3, 3}}, {uneven.addInput({1, 7, 7})}));
    EXPECT_THAT(errorOf({uneven, {}, {}}), HasSubstr("'pool' takes 1x7x7 to 3x3"));

    Network mixed("mixed"); // ceil mode adds a window to the height; along the width the window would start in the padding
    mixed.setOutput(*mixed.add(
        "pool", MaxPool{.kernel = {2, 2}, .stride = {2, 2}, .padding = {0, 1}, .ceilMode = true}, {mixed.addInput({1, 5, 5})}));
    EXPECT_THAT(errorOf({mixed, {}, {}}), HasSubstr("ceil mode of 'pool'"));

    Network unloaded("unloaded");
    unloaded.setOutput(*unloaded.add("fc", Linear{2}, {unloaded.addInput({3})}));
    EXPECT_THAT(errorOf({unloaded, {{LayerBits{}}}, {}}), HasSubstr("'fc.weight' has no data"));
}

} // namespace
} // namespace halftone
