// The architectures have the published parameters, shapes and operation counts.
#include "core/models/architectures.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/graph/layers.h"
#include "core/graph/network_text.h"
#include "core/models/nearest_architecture.h"

namespace halftone {
namespace {

Network built(std::string_view name, const ArchitectureOptions& options = {})
{
    auto network = buildArchitecture(name, options);
    EXPECT_TRUE(network.ok()) << name << ": " << (network.ok() ? "" : network.error().message);
    return network.ok() ? std::move(network).value() : Network();
}

// The network's names and shapes as a state_dict without data, as a file's header gives them.
StateDict shapesOf(const Network& network)
{
    StateDict tensors;
    for (const Parameter& parameter : network.parameters())
        tensors.entries.push_back({.name = parameter.name, .tensor = TensorData(DType::Float32, parameter.shape, nullptr)});
    return tensors;
}

std::int64_t innerMacs(const Network& network)
{
    std::int64_t macs = 0;
    for (const Layer& layer : layerTable(network).layers)
        if (!layer.edge) macs += layer.macs;
    return macs;
}

std::vector<std::string> linkedGroupNames(std::string_view architecture)
{
    std::vector<std::string> names;
    for (const LinkedGroup& group : layerTable(built(architecture)).groups)
        if (group.layers.size() > 1) names.push_back(group.name);
    return names;
}

// ResNet-50's convolutions without the stem, summed by hand from He et al. 2016, table 1; `late`: stride in the 3x3.
std::int64_t resnet50MacsByHand(bool late)
{
    std::int64_t sum = 0, in = 64, side = 56;
    const std::array<std::int64_t, 4> blocks{3, 4, 6, 3};
    for (std::size_t stage = 0; stage < 4; ++stage) {
        const std::int64_t mid = std::int64_t{64} << stage, out = 4 * mid, before = side;
        if (stage > 0) side /= 2;
        const std::int64_t reduced = late ? before : side;
        sum += reduced * reduced * in * mid + side * side * (9 * mid * mid + mid * out + in * out);
        sum += (blocks[stage] - 1) * side * side * (out * mid + 9 * mid * mid + mid * out);
        in = out;
    }
    return sum;
}

TEST(Architectures, HaveThePublishedParameterCounts)
{
    EXPECT_EQ(built("cifar_resnet20").parameterCount(), 269'722);
    EXPECT_EQ(built("cifar_resnet56").parameterCount(), 853'018);
    EXPECT_EQ(built("resnet18").parameterCount(), 11'689'512);
    EXPECT_EQ(built("resnet34").parameterCount(), 21'797'672);
    EXPECT_EQ(built("resnet50").parameterCount(), 25'557'032);
    EXPECT_EQ(built("resnet101").parameterCount(), 44'549'160);
    EXPECT_EQ(built("resnet152").parameterCount(), 60'192'808);
}

TEST(Architectures, AllBuildAndHaveAsManyLayersAsTheirNamesSay)
{
    std::set<std::string_view> names;
    for (const ArchitectureInfo& info : allArchitectures()) {
        EXPECT_TRUE(names.insert(info.name).second) << info.name;
        EXPECT_FALSE(info.description.empty());
        const Network network = built(info.name);
        EXPECT_EQ(network.architecture(), info.name);
        std::size_t depth = 0, downsamples = 0;
        for (const Layer& layer : layerTable(network).layers)
            ++(layer.name.find("downsample") == std::string::npos ? depth : downsamples);
        EXPECT_TRUE(info.name.ends_with("resnet" + std::to_string(depth))) << info.name << " has " << depth;
        EXPECT_LE(downsamples, 4u);
        const auto read = networkFromText(toText(network));
        ASSERT_TRUE(read.ok()) << read.error().message;
        EXPECT_EQ(toText(*read), toText(network));
    }
    EXPECT_EQ(names.size(), 12u);
}

TEST(CifarResnet, HasTheNamesShapesAndOrderOfThePublishedCheckpoint)
{
    const std::filesystem::path path = HALFTONE_SOURCE_DIR "/../shared/data/models/cifar10/resnet20.safetensors";
    if (!std::filesystem::exists(path))
        GTEST_SKIP() << "../shared/data is absent: the published ResNet-20's names are not compared";
    std::ifstream file(path, std::ios::binary);
    std::uint64_t length = 0;
    file.read(reinterpret_cast<char*>(&length), 8);
    ASSERT_LT(length, 1u << 20);
    std::string header(length, '\0');
    file.read(header.data(), static_cast<std::streamsize>(length));
    std::vector<std::pair<std::string, Shape>> published;
    const auto tensors = nlohmann::ordered_json::parse(header);
    for (const auto& [name, entry] : tensors.items())
        if (name != "__metadata__") published.emplace_back(name, entry["shape"].get<Shape>());

    std::vector<std::pair<std::string, Shape>> ours;
    const Network network = built("cifar_resnet20");
    for (const Parameter& parameter : network.parameters()) ours.emplace_back(parameter.name, parameter.shape);
    EXPECT_EQ(ours, published);
}

TEST(CifarResnet, HasTheMacsOfTheOracle)
{
    const std::filesystem::path path = HALFTONE_SOURCE_DIR "/../shared/oracles/eagl_resnet20.json";
    if (!std::filesystem::exists(path))
        GTEST_SKIP() << "../shared/oracles is absent: ResNet-20's operation counts are not compared";
    const auto oracle = nlohmann::json::parse(std::ifstream(path));
    const LayerTable table = layerTable(built("cifar_resnet20"));
    ASSERT_EQ(oracle["layers"].size(), table.layers.size());
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const Layer& layer = table.layers[i];
        EXPECT_EQ(layer.name, oracle["layers"][i]["layer"]);
        EXPECT_EQ(layer.macs, oracle["layers"][i]["macs"]) << layer.name;
        EXPECT_EQ(layer.weights, oracle["layers"][i]["parameters"]) << layer.name;
    }
}

TEST(CifarResnet, HasOneLayerAGroupAndReadsUnsignedInputs)
{
    const LayerTable table = layerTable(built("cifar_resnet20"));
    EXPECT_EQ(table.groups.size(), 20u);
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        EXPECT_EQ(table.layers[i].edge, i == 0 || i == 19) << table.layers[i].name;
        EXPECT_EQ(table.layers[i].inputIsUnsigned, i != 0) << table.layers[i].name;
    }
    EXPECT_EQ(batchNormFolds(built("cifar_resnet20")).size(), 19u);
}

TEST(CifarResnet, ShortensWithZerosOnBothSides)
{
    const Network network = built("cifar_resnet20");
    const Operation& pad = network.operation(network.findOperation("layer3.0.shortcut.pad"));
    EXPECT_EQ(network.value(pad.inputs[0]).shape, (Shape{32, 8, 8}));
    EXPECT_EQ(network.value(pad.output).shape, (Shape{64, 8, 8}));
    EXPECT_EQ(pad.as<Pad>()->amounts[0], (Pair{16, 16}));
    EXPECT_TRUE(network.findOperation("layer2.0.shortcut.slice_h").valid());
    EXPECT_TRUE(network.findOperation("layer2.0.shortcut.slice_w").valid());
    EXPECT_FALSE(network.findOperation("layer1.0.shortcut.pad").valid());
}

TEST(TorchvisionResnet, HasThePublishedOperationCounts)
{
    EXPECT_EQ(innerMacs(built("resnet18")), 1'695'547'392) << "HAWQ-v3's 1695.5 M over 19 convolutions";
    EXPECT_EQ(resnet50MacsByHand(false) / 100'000, 37379)
        << "HAWQ-v3's 3737.9 M, stride in the first 1x1: checks the sum itself";
    EXPECT_EQ(innerMacs(built("resnet50")), resnet50MacsByHand(true));
    EXPECT_EQ(built("resnet18").macs(), 1'814'073'344);
    EXPECT_EQ(built("resnet50").macs(), 4'089'184'256);
}

TEST(TorchvisionResnet, NamesItsParametersAsTheStateDictDoes)
{
    const Network network = built("resnet50");
    EXPECT_EQ(network.parameters().size(), 320u - 53u) << "without num_batches_tracked";
    EXPECT_EQ(built("resnet18").parameters().size(), 122u - 20u);
    const auto shape = [&](std::string_view name) {
        const ParameterIndex index = network.findParameter(name);
        return index.valid() ? network.parameter(index).shape : Shape{};
    };
    EXPECT_EQ(shape("conv1.weight"), (Shape{64, 3, 7, 7}));
    EXPECT_EQ(shape("bn1.running_var"), (Shape{64}));
    EXPECT_EQ(shape("layer1.0.conv1.weight"), (Shape{64, 64, 1, 1}));
    EXPECT_EQ(shape("layer1.0.downsample.0.weight"), (Shape{256, 64, 1, 1}));
    EXPECT_EQ(shape("layer1.0.downsample.1.running_mean"), (Shape{256}));
    EXPECT_EQ(shape("layer3.5.conv2.weight"), (Shape{256, 256, 3, 3}));
    EXPECT_EQ(shape("layer4.2.bn3.bias"), (Shape{2048}));
    EXPECT_EQ(shape("fc.weight"), (Shape{1000, 2048}));
    EXPECT_EQ(shape("fc.bias"), (Shape{1000}));
}

TEST(TorchvisionResnet, PutsABottlenecksStrideIntoTheThreeByThree)
{
    const Network network = built("resnet50");
    EXPECT_EQ(network.operation(network.findOperation("layer2.0.conv1")).as<Conv2d>()->stride, (Pair{1, 1}));
    EXPECT_EQ(network.operation(network.findOperation("layer2.0.conv2")).as<Conv2d>()->stride, (Pair{2, 2}));
    EXPECT_EQ(network.operation(network.findOperation("layer2.0.downsample.0")).as<Conv2d>()->stride, (Pair{2, 2}));
    EXPECT_EQ(network.operation(network.findOperation("layer2.1.conv2")).as<Conv2d>()->stride, (Pair{1, 1}));
}

TEST(TorchvisionResnet, LinksTheDownsamplesAsHawqDoes)
{
    EXPECT_EQ(linkedGroupNames("resnet18"),
        (std::vector<std::string>{"layer2.0.conv1 + layer2.0.downsample.0", "layer3.0.conv1 + layer3.0.downsample.0",
            "layer4.0.conv1 + layer4.0.downsample.0"}));
    EXPECT_EQ(linkedGroupNames("resnet50").size(), 4u);
    EXPECT_EQ(linkedGroupNames("resnet50")[0], "layer1.0.conv1 + layer1.0.downsample.0");
}

TEST(FashionResnet, IsSmallAndHasLinkedLayers)
{
    const Network network = built("fashion_resnet8");
    EXPECT_EQ(network.inputShape(), (Shape{1, 28, 28}));
    EXPECT_EQ(network.parameterCount(), 308'074);
    EXPECT_EQ(network.macs(), 10'150'272);
    EXPECT_EQ(layerTable(network).layers.size(), 10u);
    EXPECT_EQ(linkedGroupNames("fashion_resnet8"),
        (std::vector<std::string>{"layer2.0.conv1 + layer2.0.downsample.0", "layer3.0.conv1 + layer3.0.downsample.0"}));
    EXPECT_EQ(layerTable(built("fashion_resnet14")).layers.size(), 16u);
    EXPECT_EQ(batchNormFolds(network).size(), 9u);
}

TEST(Architectures, TakeAnotherInputAndClassCount)
{
    const Network network = built("resnet18", {.classes = 7, .input = {1, 65, 33}});
    EXPECT_EQ(network.inputShape(), (Shape{1, 65, 33}));
    EXPECT_EQ(network.value(network.output()).shape, Shape{7});
    EXPECT_EQ(network.parameter(network.findParameter("conv1.weight")).shape, (Shape{64, 1, 7, 7}));
    EXPECT_EQ(built("cifar_resnet20", {.classes = 0, .input = {3, 31, 17}}).value(ValueIndex(3)).shape, (Shape{16, 31, 17}));
    EXPECT_TRUE(buildArchitecture("resnet50", {.classes = 1, .input = {3, 1, 1}}).ok());
}

TEST(Architectures, RefuseImpossibleOptions)
{
    for (const char* name : {"cifar_resnet20", "resnet50", "fashion_resnet8"}) {
        for (const ArchitectureOptions& options : {ArchitectureOptions{-1, {}}, ArchitectureOptions{std::int64_t{1} << 40, {}},
                 ArchitectureOptions{10, {3}}, ArchitectureOptions{10, {3, 32}}, ArchitectureOptions{10, {0, 32, 32}},
                 ArchitectureOptions{10, {3, 1 << 30, 1 << 30}}, ArchitectureOptions{10, {3, 32, -1}}}) {
            const auto network = buildArchitecture(name, options);
            ASSERT_FALSE(network.ok()) << name << ' ' << options.classes << ' ' << text(options.input);
            EXPECT_EQ(network.error().code, ErrorCode::BadInput);
        }
    }
}

TEST(Architectures, NameTheNearestOrAllWhenThereIsNone)
{
    const auto near = buildArchitecture("resnet19");
    ASSERT_FALSE(near.ok());
    EXPECT_EQ(near.error().code, ErrorCode::BadInput);
    EXPECT_NE(near.error().message.find("did you mean"), std::string::npos) << near.error().message;
    EXPECT_NE(near.error().message.find("resnet18"), std::string::npos) << near.error().message;
    EXPECT_NE(buildArchitecture("vit").error().message.find("known are cifar_resnet20, "), std::string::npos);
    EXPECT_FALSE(buildArchitecture("").ok());
}

TEST(MatchingArchitectures, FindsEachByItsNamesAndShapes)
{
    for (const ArchitectureInfo& info : allArchitectures())
        EXPECT_EQ(matchingArchitectures(shapesOf(built(info.name))), std::vector{std::string(info.name)});
}

TEST(MatchingArchitectures, TakesTheClassCountFromTheLastLayer)
{
    EXPECT_EQ(
        matchingArchitectures(shapesOf(built("resnet34", {.classes = 37, .input = {}}))), std::vector<std::string>{"resnet34"});
    EXPECT_EQ(matchingArchitectures(shapesOf(built("cifar_resnet44", {.classes = 100, .input = {}}))),
        std::vector<std::string>{"cifar_resnet44"});
}

TEST(MatchingArchitectures, LetsBatchCountersPassButNothingElse)
{
    StateDict tensors = shapesOf(built("resnet18"));
    tensors.entries.push_back({"bn1.num_batches_tracked", TensorData::fromInts({}, std::vector<std::int64_t>{5})});
    EXPECT_EQ(matchingArchitectures(tensors), std::vector<std::string>{"resnet18"});
    tensors.entries.push_back({"extra.weight", TensorData::fromFloats({1}, std::vector{1.0f})});
    EXPECT_TRUE(matchingArchitectures(tensors).empty());
}

TEST(MatchingArchitectures, RefusesAMissingOrMisshapenTensor)
{
    StateDict missing = shapesOf(built("cifar_resnet20"));
    missing.entries.erase(missing.entries.begin() + 7);
    EXPECT_TRUE(matchingArchitectures(missing).empty());
    StateDict misshapen = shapesOf(built("cifar_resnet20"));
    misshapen.entries[6].tensor = TensorData(DType::Float32, {16, 1, 3, 3}, nullptr);
    EXPECT_TRUE(matchingArchitectures(misshapen).empty());
    StateDict hostile = shapesOf(built("cifar_resnet20"));
    for (const Shape& shape : {Shape{}, Shape{-5, 64}, Shape{0, 64}, Shape{std::int64_t{1} << 62, 64}, Shape{10, 64, 1}}) {
        hostile.entries[hostile.entries.size() - 2].tensor = TensorData(DType::Float32, shape, nullptr);
        EXPECT_TRUE(matchingArchitectures(hostile).empty()) << text(shape);
    }
    EXPECT_TRUE(matchingArchitectures({}).empty());
}

TEST(Architectures, TheNearestIsFoundByShapesWhenNamesDiffer)
{
    StateDict tensors = shapesOf(built("cifar_resnet32", {.classes = 7, .input = {}}));
    for (NamedTensor& entry : tensors.entries) entry.name = "renamed." + entry.name;
    const auto nearest = nearestArchitecture(tensors);
    ASSERT_TRUE(nearest.has_value());
    EXPECT_EQ(nearest->name, "cifar_resnet32");
    EXPECT_EQ(nearest->classes, 7);
    EXPECT_EQ(nearest->share, 1.0);
    tensors.entries.resize(tensors.entries.size() / 4);
    EXPECT_NE(nearestArchitecture(tensors).value_or(NearestArchitecture{}).name, "cifar_resnet32");
    EXPECT_FALSE(nearestArchitecture({}).has_value());
}

} // namespace
} // namespace halftone
