// The architectures have the published parameters, shapes and operation counts.
#include "core/models/architectures.h"

#include <gtest/gtest.h>

#include "core/graph/layers.h"

namespace halftone {
namespace {

std::int64_t publishedParameters(std::string_view name)
{
    const auto network = buildArchitecture(name);
    EXPECT_TRUE(network.ok()) << name;
    return network.ok() ? network->parameterCount() : -1;
}

TEST(Architectures, HaveThePublishedParameterCounts)
{
    EXPECT_EQ(publishedParameters("cifar_resnet20"), 269'722);
    EXPECT_EQ(publishedParameters("cifar_resnet56"), 853'018);
    EXPECT_EQ(publishedParameters("resnet18"), 11'689'512);
    EXPECT_EQ(publishedParameters("resnet34"), 21'797'672);
    EXPECT_EQ(publishedParameters("resnet50"), 25'557'032);
    EXPECT_EQ(publishedParameters("resnet101"), 44'549'160);
    EXPECT_EQ(publishedParameters("resnet152"), 60'192'808);
}

TEST(Architectures, FashionResnet8IsSmallAndHasLinkedLayers)
{
    const auto network = buildArchitecture("fashion_resnet8");
    ASSERT_TRUE(network.ok());
    EXPECT_EQ(network->parameterCount(), 308'074);
    EXPECT_EQ(network->macs(), 10'150'272);
    const LayerTable table = layerTable(*network);
    EXPECT_EQ(table.layers.size(), 10u);
    EXPECT_EQ(table.groups.size(), 8u);
    EXPECT_EQ(table.groups[3].name, "layer2.0.conv1 + layer2.0.downsample.0");
}

} // namespace
} // namespace halftone
