// Where chips stand: shares of the cost, none too narrow to be grabbed, stages from the layers' names.
#include "widgets/pages/bits/board_layout.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

std::vector<BoardChip> chips(const std::vector<std::pair<std::string, std::vector<double>>>& layers)
{
    std::vector<BoardChip> made;
    for (const auto& [name, shares] : layers)
        made.push_back({.group = GroupIndex(static_cast<std::int64_t>(made.size())), .shares = shares, .name = nameParts(name)});
    return made;
}

TEST(BoardLayout, ReadsStageBlockAndLeafOfANames)
{
    const LayerNameParts deep = nameParts("layer3.0.downsample.0");
    EXPECT_EQ(deep.stage, QStringLiteral("layer3"));
    EXPECT_EQ(deep.block, QStringLiteral(".0"));
    EXPECT_EQ(deep.leaf, QStringLiteral("downsample.0"));
    const LayerNameParts two = nameParts("block.conv");
    EXPECT_EQ(two.stage, QStringLiteral("block"));
    EXPECT_TRUE(two.block.isEmpty());
    EXPECT_EQ(two.leaf, QStringLiteral("conv"));
    const LayerNameParts one = nameParts("conv1");
    EXPECT_TRUE(one.stage.isEmpty());
    EXPECT_EQ(one.leaf, QStringLiteral("conv1"));
}

TEST(BoardLayout, FillsItsPlaceByShareWithRoomToGrabEveryChip)
{
    const BoardLayout layout = layOutBoard(chips({{"conv1", {0.001}}, {"layer1.0.conv1", {0.3}}, {"layer1.0.conv2", {0.6, 0.001}}, {"fc", {0}}}), 800, true);
    ASSERT_EQ(layout.columns.size(), 4U);
    EXPECT_NEAR(layout.width, 800, 1e-6);
    for (const BoardColumn& column : layout.columns)
        for (const double width : column.layerWidths) EXPECT_GE(width, 10);
    EXPECT_NEAR(layout.columns[2].layerWidths[0] / layout.columns[1].layerWidths[0], 2, 1e-6);
    for (std::size_t i = 1; i < 4; ++i) EXPECT_GT(layout.columns[i].left, layout.columns[i - 1].right());
    ASSERT_EQ(layout.stages.size(), 1U);
    EXPECT_DOUBLE_EQ(layout.stages[0].left, layout.columns[1].left);
    EXPECT_DOUBLE_EQ(layout.stages[0].right, layout.columns[2].right());
    ASSERT_EQ(layout.blocks.size(), 1U);
}

TEST(BoardLayout, GrowsBeyondItsPlaceForManyLayers)
{
    std::vector<std::pair<std::string, std::vector<double>>> many;
    for (int i = 0; i < 500; ++i) many.push_back({"stage" + std::to_string(i / 50) + "." + std::to_string(i) + ".conv", {0.002}});
    const BoardLayout layout = layOutBoard(chips(many), 900, true);
    EXPECT_GT(layout.width, 5000);
    EXPECT_EQ(layout.stages.size(), 10U);
    for (const BoardColumn& column : layout.columns) EXPECT_GE(column.width, 16);
}

TEST(BoardLayout, TakesNothingAndNetworksWithoutCost)
{
    EXPECT_TRUE(layOutBoard({}, 800, true).columns.empty());
    const BoardLayout layout = layOutBoard(chips({{"a", {0}}, {"b", {0}}}), 402, false);
    EXPECT_DOUBLE_EQ(layout.columns[0].width, layout.columns[1].width);
    EXPECT_NEAR(layout.width, 402, 1e-6);
    EXPECT_TRUE(layout.stages.empty());
    EXPECT_GE(layOutBoard(chips({{"a", {1}}}), 0, true).width, 10); // no place at all
}

} // namespace
} // namespace halftone
