// Which exported files onnxruntime would change: those with a coarse layer's bias between two quantizers.
#include "core/export/runtime_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/export/onnx_writer.h"
#include "core/formats/onnx_reader.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

using testing::HasSubstr;

// Between quantizers stand `inner` alone and, with a second block, `second` too; `last` is followed by a pooling in float.
Network chainNetwork(bool secondBlock)
{
    Network network("chain");
    ValueIndex x = network.addInput({3, 8, 8});
    const auto block = [&](const std::string& name) {
        x = *network.add(name, Conv2d{.outChannels = 4, .kernel = {3, 3}, .padding = {1, 1}}, {x});
        x = *network.add(name + "_bn", BatchNorm{}, {x});
        x = *network.add(name + "_relu", Relu{}, {x});
    };
    block("first");
    block("inner");
    if (secondBlock) block("second");
    block("last");
    x = *network.add("pool", AdaptiveAveragePool{.output = {1, 1}}, {x});
    x = *network.add("flatten", Flatten{}, {x});
    network.setOutput(*network.add("classifier", Linear{.outFeatures = 5}, {x}, true));
    initialiseParameters(network, 1);
    return network;
}

std::vector<std::string> warningsOf(int bits, bool secondBlock, const OnnxOptions& options = {})
{
    const QuantizedModel quantized = quantizeForTest(chainNetwork(secondBlock), bits);
    const auto bytes = writeOnnx(quantized, options);
    EXPECT_TRUE(bytes.ok()) << bytes.error().message;
    const auto model = readOnnx(*bytes);
    EXPECT_TRUE(model.ok()) << model.error().message;
    return onnxRuntimeWarnings(model->network, layerTable(model->network), model->grids);
}

TEST(RuntimeWarnings, NameTheLayersWhoseBiasIsRounded)
{
    const auto one = warningsOf(2, false);
    ASSERT_EQ(one.size(), 1u);
    EXPECT_THAT(one[0], HasSubstr("rounds the bias of inner by default"));
    EXPECT_THAT(one[0], HasSubstr("session.disable_quant_qdq"));
    const auto several = warningsOf(4, true, {.codes = OnnxOptions::Codes::Narrow});
    ASSERT_EQ(several.size(), 1u);
    EXPECT_THAT(several[0], HasSubstr("rounds the biases of 2 layers by default"));
}

TEST(RuntimeWarnings, AreSilentWhereNothingChanges)
{
    EXPECT_TRUE(warningsOf(8, true).empty());
    EXPECT_TRUE(warningsOf(2, true, {.foldBatchNorm = false}).empty());
}

} // namespace
} // namespace halftone
