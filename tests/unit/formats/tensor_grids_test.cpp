// Grids in a file of tensors: written, read, refused.
#include "core/formats/tensor_grids.h"

#include <gmock/gmock.h>

#include "tests/unit/graph/small_networks.h"

using testing::HasSubstr;

namespace halftone {
namespace {

class TensorGrids : public testing::Test {
protected:
    void tensor(const std::string& name, const std::vector<float>& values)
    {
        tensors.entries.push_back({name, TensorData::fromFloats({static_cast<std::int64_t>(values.size())}, values)});
    }
    void refused(const std::string& codes, const char* expected) const
    {
        const auto grids = gridsFromTensors(codes, tensors, network, table);
        ASSERT_FALSE(grids.ok()) << codes;
        EXPECT_EQ(grids.error().code, ErrorCode::Corrupt);
        EXPECT_THAT(grids.error().message, HasSubstr(expected));
    }
    Network network = smallResidualNetwork();
    LayerTable table = layerTable(network);
    StateDict tensors;
};

TEST_F(TensorGrids, ComeBack)
{
    const NamedGrids named{.weights = {{"conv1", {4, -8, 8, {1, 2, 3, 4}}}, {"fc", {8, -128, 127, {0.5F}}}},
        .activations = {{"relu1", {4, 0, 15, {0.25F}}}}};
    tensor("conv1.weight_quantizer.scale", {1, 2, 3, 4});
    tensor("fc.weight_quantizer.step", {0.5F});
    tensor("block.conv1.input_quantizer.step", {0.25F}); // the first of the two layers that read it
    const auto grids = gridsFromTensors(codesToJson(named), tensors, network, table);
    ASSERT_TRUE(grids.ok()) << grids.error().message;
    EXPECT_EQ(namedGrids(*grids, network, table), named);
    EXPECT_TRUE(gridsFromTensors(codesToJson({}), {}, network, table).ok());
}

TEST_F(TensorGrids, AreRefusedWhenDamaged)
{
    tensor("conv1.weight_quantizer.step", {0.5F});
    const auto weights = [](const std::string& entry) { return R"({"weights":{"conv1":)" + entry + R"(},"activations":{}})"; };
    EXPECT_TRUE(gridsFromTensors(weights("[4,-8,7]"), tensors, network, table).ok());
    for (const char* const entry : {"[4,-8]", "[4,-8,7,0]", "4", "null", R"(["4",-8,7])", "[4,-8,7.5]", "[4,-8,18446744073709551615]",
             "[4,-9223372036854775808,7]"})
        refused(weights(entry), "'conv1' is damaged");
    refused(weights("[9,-128,127]"), "");
    refused(weights("[2,-8,7]"), "wider range than its bits");
    refused("", "is damaged");
    refused("[]", "is damaged");
    refused(R"({"weights":{},"activations":3})", "'activations' is damaged");
    refused(R"({"weights":{"fc":[4,-8,7]},"activations":{}})", "'fc' is damaged or has no scales");
    refused(R"({"weights":{"conv9":[4,-8,7]},"activations":{}})", "'conv9'");
    refused(R"({"weights":{},"activations":{"conv1":[4,0,15]}})", "'conv1'"); // which no layer reads
    tensors.entries[0].tensor = TensorData::fromFloats({1}, std::vector<float>{-1});
    refused(weights("[4,-8,7]"), "not a positive, normal number");
}

} // namespace
} // namespace halftone
