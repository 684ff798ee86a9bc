// Networks as boxes and edges: what is drawn of them, and that nothing drawn lies on anything else.
#include "widgets/graph/graph_layout.h"

#include <algorithm>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/models/architectures.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

NetworkParts measured(const Network& network)
{
    NetworkParts parts = networkParts(network, layerTable(network), QStringLiteral("linked: same input"));
    QFont font(QStringLiteral("Inter"));
    font.setPixelSize(12);
    measureParts(parts, {.name = font, .detail = font, .pill = font});
    return parts;
}

const GraphPart& partNamed(const NetworkParts& parts, const char* name)
{
    const auto found = std::ranges::find(parts.parts, QString::fromUtf8(name), &GraphPart::name);
    EXPECT_NE(found, parts.parts.end()) << name;
    return found == parts.parts.end() ? parts.parts.front() : *found;
}

// The line itself, not the area that it encloses.
bool crosses(const QPainterPath& path, const QRectF& box)
{
    if (!path.controlPointRect().intersects(box)) return false;
    for (double at = 0; at <= 1; at += 0.01)
        if (box.contains(path.pointAtPercent(at))) return true;
    return false;
}

TEST(NetworkParts, ShowALayerWithItsBatchNormAsOneBox)
{
    const NetworkParts parts = measured(*buildArchitecture("resnet18"));
    const GraphPart& conv = partNamed(parts, "layer2.0.conv1");
    EXPECT_EQ(conv.kind, PartKind::Layer);
    EXPECT_EQ(conv.text, QStringLiteral("conv1"));
    EXPECT_EQ(conv.detail, QStringLiteral("64×128, 3×3, /2"));
    EXPECT_THAT(conv.folded, ElementsAre(QStringLiteral("layer2.0.bn1")));
    EXPECT_TRUE(std::ranges::none_of(parts.parts, [](const GraphPart& part) { return part.text == QLatin1String("batch norm"); }));
    EXPECT_EQ(partNamed(parts, "fc").detail, QStringLiteral("512×1000"));
}

TEST(NetworkParts, FrameTheStagesOfTheStateDict)
{
    const NetworkParts parts = measured(*buildArchitecture("fashion_resnet8"));
    EXPECT_THAT(parts.frames, ElementsAre(QStringLiteral("layer1.0"), QStringLiteral("layer2.0"), QStringLiteral("layer3.0")));
    EXPECT_EQ(partNamed(parts, "conv1").frame, -1);
    EXPECT_EQ(partNamed(parts, "layer2.0.downsample.0").text, QStringLiteral("downsample.0"));
    EXPECT_EQ(parts.frames[partNamed(parts, "layer2.0.downsample.0").frame], QStringLiteral("layer2.0"));
}

TEST(NetworkParts, OutlineLayersThatReadTheSameInput)
{
    const NetworkParts parts = measured(*buildArchitecture("fashion_resnet8"));
    ASSERT_EQ(parts.links.size(), 2u);
    const int link = partNamed(parts, "layer2.0.conv1").link;
    EXPECT_GE(link, 0);
    EXPECT_EQ(partNamed(parts, "layer2.0.downsample.0").link, link);
    EXPECT_EQ(partNamed(parts, "layer2.0.conv2").link, -1);
}

TEST(NetworkParts, MarkOneUnbrokenMainWayToTheEnd)
{
    const NetworkParts parts = measured(*buildArchitecture("cifar_resnet20"));
    int at = 0;
    std::size_t steps = 0;
    for (bool more = true; more;) {
        const auto next = std::ranges::find_if(parts.edges, [&](const GraphEdge& edge) { return edge.main && edge.from == at; });
        more = next != parts.edges.end();
        if (more) at = next->to;
        steps += more;
    }
    EXPECT_EQ(parts.parts[static_cast<std::size_t>(at)].name, QStringLiteral("linear"));
    EXPECT_EQ(steps, static_cast<std::size_t>(std::ranges::count_if(parts.edges, &GraphEdge::main)));
    EXPECT_GT(steps, 40u);
}

TEST(NetworkParts, NameStagesByTheirPrefix)
{
    EXPECT_EQ(stageOf(QStringLiteral("layer2.0.downsample.0")), QStringLiteral("layer2.0"));
    EXPECT_EQ(stageOf(QStringLiteral("features.3")), QStringLiteral("features"));
    EXPECT_EQ(stageOf(QStringLiteral("conv1")), QString());
    EXPECT_EQ(stageOf(QString()), QString());
}

class GraphLayoutOf : public testing::TestWithParam<std::string> { };

TEST_P(GraphLayoutOf, LaysNothingOnAnythingElse)
{
    const NetworkParts parts = measured(*buildArchitecture(GetParam()));
    const auto layout = layOut(parts);
    ASSERT_TRUE(layout.ok()) << layout.error().message;
    ASSERT_EQ(layout->parts.size(), parts.parts.size());
    ASSERT_EQ(layout->edges.size(), parts.edges.size());
    for (std::size_t a = 0; a < parts.parts.size(); ++a) {
        EXPECT_TRUE(layout->bounds.contains(layout->parts[a]));
        for (std::size_t b = a + 1; b < parts.parts.size(); ++b)
            EXPECT_FALSE(layout->parts[a].intersects(layout->parts[b]))
                << parts.parts[a].name.toStdString() << " and " << parts.parts[b].name.toStdString();
        for (std::size_t f = 0; f < layout->frames.size(); ++f)
            EXPECT_EQ(layout->frames[f].intersects(layout->parts[a]), parts.parts[a].frame == int(f)) << parts.parts[a].name.toStdString();
        for (std::size_t l = 0; l < layout->links.size(); ++l)
            EXPECT_EQ(layout->links[l].contains(layout->parts[a]), parts.parts[a].link == int(l)) << parts.parts[a].name.toStdString();
    }
}

TEST_P(GraphLayoutOf, LeadsEveryEdgeFromItsStartToItsEndPastTheOtherBoxes)
{
    const NetworkParts parts = measured(*buildArchitecture(GetParam()));
    const auto layout = layOut(parts);
    ASSERT_TRUE(layout.ok()) << layout.error().message;
    constexpr double kTouch = 1.5; // Graphviz rounds to points
    for (std::size_t e = 0; e < parts.edges.size(); ++e) {
        const GraphEdge& edge = parts.edges[e];
        if (!edge.drawn) continue;
        const QRectF& from = layout->parts[static_cast<std::size_t>(edge.from)];
        const QRectF& to = layout->parts[static_cast<std::size_t>(edge.to)];
        const QPainterPath& path = layout->edges[e].path;
        ASSERT_FALSE(path.isEmpty());
        EXPECT_TRUE(from.adjusted(-kTouch, -kTouch, kTouch, kTouch).contains(path.pointAtPercent(0)));
        EXPECT_TRUE(to.adjusted(-kTouch, -kTouch, kTouch, kTouch).contains(layout->edges[e].tip));
        EXPECT_GT(to.center().x(), from.center().x()) << "left to right";
        for (std::size_t p = 0; p < parts.parts.size(); ++p) {
            if (int(p) == edge.from || int(p) == edge.to || parts.parts[p].kind == PartKind::Caption) continue;
            EXPECT_FALSE(crosses(path, layout->parts[p].adjusted(1, 1, -1, -1))) << parts.parts[p].name.toStdString();
        }
    }
}

std::vector<std::string> architectureNames()
{
    std::vector<std::string> names;
    for (const ArchitectureInfo& info : allArchitectures()) names.emplace_back(info.name);
    return names;
}
INSTANTIATE_TEST_SUITE_P(Architectures, GraphLayoutOf, testing::ValuesIn(architectureNames()),
    [](const auto& one) { return one.param; });

// Three branches of unequal length that are joined: nothing like a residual network.
TEST(GraphLayout, LaysBranchesOut)
{
    Network network("branches");
    const ValueIndex in = network.addInput({3, 8, 8});
    const ValueIndex a = *network.add("a", Conv2d{.outChannels = 4}, {in});
    const ValueIndex b = *network.add("b", Conv2d{.outChannels = 4}, {in});
    const ValueIndex c = *network.add("c", Conv2d{.outChannels = 4}, {in});
    const ValueIndex a2 = *network.add("a2", Conv2d{.outChannels = 4}, {a});
    const ValueIndex joined = *network.add("cat", Concat{}, {a2, b, c, in});
    network.setOutput(*network.add("last", Conv2d{.outChannels = 2}, {joined}));
    const NetworkParts parts = measured(network);
    EXPECT_EQ(parts.links.size(), 1u);
    const auto layout = layOut(parts);
    ASSERT_TRUE(layout.ok());
    for (std::size_t i = 0; i < parts.parts.size(); ++i)
        for (std::size_t j = i + 1; j < parts.parts.size(); ++j) EXPECT_FALSE(layout->parts[i].intersects(layout->parts[j]));
}

TEST(GraphLayout, LaysASingleOperationOut)
{
    Network network("one");
    network.setOutput(network.addInput({3, 8, 8}));
    const auto layout = layOut(measured(network));
    ASSERT_TRUE(layout.ok());
    EXPECT_EQ(layout->parts.size(), 1u);
    EXPECT_TRUE(layOut(NetworkParts{}).ok());
}

TEST(GraphLayout, RefusesWhatNobodyCouldLookAt)
{
    NetworkParts parts;
    parts.parts.resize(kMostParts + 1);
    const auto layout = layOut(parts);
    ASSERT_FALSE(layout.ok());
    EXPECT_EQ(layout.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(layout.error().message, HasSubstr("6001 operations"));
}

TEST(GraphLayout, TakesTurnsWhenAskedFromSeveralThreads)
{
    const NetworkParts parts = measured(*buildArchitecture("resnet18"));
    const auto alone = layOut(parts);
    std::vector<Result<GraphLayout>> made(3, Error{});
    {
        std::vector<std::jthread> threads;
        for (auto& result : made) threads.emplace_back([&] { result = layOut(parts); });
    }
    for (const auto& result : made) {
        ASSERT_TRUE(result.ok());
        EXPECT_EQ(result->parts, alone->parts);
    }
}

} // namespace
} // namespace halftone
