// Bit assignments: what is refused, and the text that hashes and the store keep.
#include "core/graph/bit_assignment.h"

#include <gtest/gtest.h>

#include "tests/unit/graph/small_networks.h"

namespace halftone {
namespace {

TEST(BitAssignment, KeepsEdgeLayersAtEightBit)
{
    const LayerTable table = layerTable(smallResidualNetwork());
    EXPECT_EQ(toText(uniformAssignment(table, 4)), "8,4,4,4,4,8");
    EXPECT_EQ(toText(uniformAssignment(table, kFullPrecision)), "32,32,32,32,32,32");
    EXPECT_EQ(uniformAssignment(table, kFullPrecision), fullPrecisionAssignment(table));
    EXPECT_TRUE(validate(uniformAssignment(table, 2), table).ok());
}

TEST(BitAssignment, KeepsLayersThatShareAFirstLayersInputAtEightBitToo)
{
    Network network("shared_head");
    const ValueIndex input = network.addInput({3, 8, 8});
    const ValueIndex stem = *network.add("stem", Conv2d{.outChannels = 4}, {input});
    const ValueIndex side = *network.add("side", Conv2d{.outChannels = 4}, {stem}); // reads what the last layer reads
    const ValueIndex unread = *network.add("beyond", Conv2d{.outChannels = 4}, {side});
    static_cast<void>(unread);
    network.setOutput(*network.add("head", Conv2d{.outChannels = 4}, {stem}));
    const LayerTable table = layerTable(network);
    EXPECT_TRUE(validate(uniformAssignment(table, 4), table).ok());
    EXPECT_EQ(toText(uniformAssignment(table, 4)), "8,8,4,8");
}

TEST(BitAssignment, RefusesAnotherNetworksSize)
{
    const LayerTable table = layerTable(smallResidualNetwork());
    const Status status = validate({{{4, 4}}}, table);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::BadInput);
    EXPECT_NE(status.error().message.find("1 layers"), std::string::npos) << status.error().message;
}

TEST(BitAssignment, NamesTheLayerWhoseWidthIsImpossible)
{
    const LayerTable table = layerTable(smallResidualNetwork());
    for (const int width : {-1, 0, 1, 9, 16, 31, 33}) {
        BitAssignment assignment = uniformAssignment(table, 4);
        assignment[LayerIndex(2)].weight = width;
        const Status status = validate(assignment, table);
        ASSERT_FALSE(status.ok()) << width;
        EXPECT_TRUE(status.error().message.starts_with("block.conv2: ")) << status.error().message;
    }
}

TEST(BitAssignment, RefusesTwoWidthsForOneTensor)
{
    const LayerTable table = layerTable(smallResidualNetwork());
    BitAssignment assignment = uniformAssignment(table, 4);
    const LayerIndex shortcut(3);
    assignment[shortcut].weight = 2;
    EXPECT_TRUE(validate(assignment, table).ok()) << "weights may differ";
    assignment[shortcut].activation = 2;
    const Status status = validate(assignment, table);
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().message.find("block.conv1 and block.shortcut read the same tensor"), std::string::npos)
        << status.error().message;
}

TEST(BitAssignment, ReadsItsTextBack)
{
    const BitAssignment assignment{{{8, 8}, {4, 2}, {32, 32}, {2, 32}}};
    EXPECT_EQ(toText(assignment), "8,4/2,32,2/32");
    const auto read = assignmentFromText(toText(assignment));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, assignment);
    EXPECT_EQ(assignmentFromText("").value(), BitAssignment{});
}

TEST(BitAssignment, RefusesTextThatIsNotWidths)
{
    for (const char* text :
        {"4,", ",4", ",", "4,,4", "x", "4x", "1", "9", "4/", "/4", "4/4/4", " 4", "+4", "99999999999999999999", "-4"}) {
        const auto read = assignmentFromText(text);
        ASSERT_FALSE(read.ok()) << text;
        EXPECT_EQ(read.error().code, ErrorCode::BadInput);
    }
}

} // namespace
} // namespace halftone
