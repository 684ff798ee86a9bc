// The architectures have the published parameters, shapes and operation counts.
#include "core/models/architectures.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/formats/checkpoint_reader.h"
#include "core/graph/layers.h"
#include "core/graph/network_text.h"
#include "core/models/published_names.h"
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

// Parameters and multiply-accumulates (in thousands of millions) as torchvision's documentation lists them for its weights.
struct Published {
    const char* name;
    std::int64_t parameters;
    double gigaMacs;
};
constexpr Published kPublished[] = {
    {"alexnet", 61'100'840, 0.714},
    {"vgg11", 132'863'336, 7.609},
    {"vgg13", 133'047'848, 11.308},
    {"vgg16", 138'357'544, 15.470},
    {"vgg19", 143'667'240, 19.632},
    {"vgg11_bn", 132'868'840, 7.609},
    {"vgg13_bn", 133'053'736, 11.308},
    {"vgg16_bn", 138'365'992, 15.470},
    {"vgg19_bn", 143'678'248, 19.632},
    {"resnet18", 11'689'512, 1.814},
    {"resnet34", 21'797'672, 3.664},
    {"resnet50", 25'557'032, 4.089},
    {"resnet101", 44'549'160, 7.801},
    {"resnet152", 60'192'808, 11.514},
    {"wide_resnet50_2", 68'883'240, 11.398},
    {"resnext50_32x4d", 25'028'904, 4.230},
    {"densenet121", 7'978'856, 2.834},
    {"densenet161", 28'681'000, 7.728},
    {"densenet169", 14'149'480, 3.360},
    {"densenet201", 20'013'928, 4.291},
    {"googlenet", 6'624'904, 1.498},
    {"squeezenet1_0", 1'248'424, 0.819},
    {"squeezenet1_1", 1'235'496, 0.349},
    {"mobilenet_v2", 3'504'872, 0.301},
    {"mobilenet_v3_small", 2'542'856, 0.057},
    {"mobilenet_v3_large", 5'483'032, 0.217},
    {"shufflenet_v2_x1_0", 2'278'604, 0.145},
    {"mnasnet1_0", 4'383'312, 0.314},
    {"efficientnet_b0", 5'288'548, 0.386},
};

TEST(Architectures, HaveTorchvisionsParameterAndOperationCounts)
{
    for (const Published& published : kPublished) {
        const Network network = built(published.name);
        EXPECT_EQ(network.parameterCount(), published.parameters) << published.name;
        EXPECT_NEAR(static_cast<double>(network.macs()) / 1e9, published.gigaMacs, 0.00051) << published.name;
    }
    // Published with its auxiliary head: a 1x1 convolution to 128, a 5x5 to 768, both with batch norm, and 768 x 1000 + 1000.
    const std::int64_t auxiliary = 768 * 128 + 2 * 128 + 128 * 768 * 25 + 2 * 768 + 768 * 1000 + 1000;
    EXPECT_EQ(built("inception_v3").parameterCount() + auxiliary, 27'161'264);
    EXPECT_NEAR(static_cast<double>(built("inception_v3").macs()) / 1e9, 5.713, 0.00051);
}

TEST(Architectures, NameTheirParametersAsThePublishedStateDictsDo)
{
    // A few keys of each family, with what is easy to get wrong.
    const std::pair<const char*, std::vector<std::pair<const char*, Shape>>> families[] = {
        {"alexnet", {{"features.10.bias", {256}}, {"classifier.6.weight", {1000, 4096}}}},
        {"vgg16_bn", {{"features.41.running_var", {512}}, {"classifier.3.weight", {4096, 4096}}}},
        {"resnext50_32x4d", {{"layer4.2.conv2.weight", {1024, 32, 3, 3}}}},
        {"wide_resnet50_2", {{"layer1.0.conv3.weight", {256, 128, 1, 1}}}},
        {"densenet161",
            {{"features.denseblock3.denselayer36.conv2.weight", {48, 192, 3, 3}}, {"features.transition3.norm.weight", {2112}},
                {"features.norm5.weight", {2208}}, {"classifier.weight", {1000, 2208}}}},
        {"inception_v3",
            {{"Mixed_6b.branch7x7dbl_5.conv.weight", {192, 128, 1, 7}}, {"Mixed_7c.branch3x3dbl_3b.bn.running_mean", {384}},
                {"Mixed_7a.branch7x7x3_4.conv.weight", {192, 192, 3, 3}}, {"Conv2d_4a_3x3.conv.weight", {192, 80, 3, 3}}}},
        {"googlenet", {{"inception4d.branch3.1.conv.weight", {64, 32, 3, 3}}, {"inception5b.branch4.1.bn.bias", {128}}}},
        {"squeezenet1_1", {{"features.12.expand3x3.weight", {256, 64, 3, 3}}, {"classifier.1.weight", {1000, 512, 1, 1}}}},
        {"mobilenet_v2",
            {{"features.1.conv.0.0.weight", {32, 1, 3, 3}}, {"features.1.conv.2.weight", {16}},
                {"features.17.conv.3.running_var", {320}}, {"features.18.0.weight", {1280, 320, 1, 1}}}},
        {"mobilenet_v3_large",
            {{"features.1.block.0.0.weight", {16, 1, 3, 3}}, {"features.4.block.2.fc1.weight", {24, 72, 1, 1}},
                {"features.4.block.3.1.weight", {40}}, {"features.16.0.weight", {960, 160, 1, 1}}, {"classifier.3.bias", {1000}}}},
        {"mobilenet_v3_small", {{"features.1.block.1.fc2.bias", {16}}, {"features.11.block.2.fc1.weight", {144, 576, 1, 1}}}},
        {"shufflenet_v2_x1_0",
            {{"stage2.0.branch1.0.weight", {24, 1, 3, 3}}, {"stage3.7.branch2.5.weight", {116, 116, 1, 1}},
                {"conv5.1.running_mean", {1024}}, {"fc.weight", {1000, 1024}}}},
        {"mnasnet1_0",
            {{"layers.6.weight", {16, 32, 1, 1}}, {"layers.10.2.layers.3.weight", {480, 1, 5, 5}}, {"layers.15.weight", {1280}},
                {"classifier.1.bias", {1000}}}},
        {"efficientnet_b0",
            {{"features.1.0.block.1.fc1.weight", {8, 32, 1, 1}}, {"features.6.3.block.3.0.weight", {192, 1152, 1, 1}},
                {"features.8.1.bias", {1280}}, {"classifier.1.weight", {1000, 1280}}}},
    };
    for (const auto& [architecture, keys] : families) {
        const Network network = built(architecture);
        for (const auto& [key, shape] : keys) {
            const ParameterIndex index = network.findParameter(key);
            ASSERT_TRUE(index.valid()) << architecture << ": " << key;
            EXPECT_EQ(network.parameter(index).shape, shape) << architecture << ": " << key;
        }
    }
}

TEST(Architectures, BuildAndAreTheSameFromTheirText)
{
    for (const ArchitectureInfo& info : allArchitectures()) {
        const Network network = built(info.name);
        const auto read = networkFromText(toText(network));
        ASSERT_TRUE(read.ok()) << info.name << ": " << read.error().message;
        EXPECT_EQ(toText(*read), toText(network));
    }
}

TEST(Architectures, AllBuildAndHaveAsManyLayersAsTheirNamesSay)
{
    std::set<std::string_view> names;
    for (const ArchitectureInfo& info : allArchitectures()) {
        EXPECT_TRUE(names.insert(info.name).second) << info.name;
        EXPECT_FALSE(info.description.empty());
        const Network network = built(info.name);
        EXPECT_EQ(network.architecture(), info.name);
        if (!info.name.starts_with("resnet") && !info.name.starts_with("cifar_") && !info.name.starts_with("fashion_")) continue;
        std::size_t depth = 0, downsamples = 0;
        for (const Layer& layer : layerTable(network).layers)
            ++(layer.name.find("downsample") == std::string::npos ? depth : downsamples);
        EXPECT_TRUE(info.name.ends_with("resnet" + std::to_string(depth))) << info.name << " has " << depth;
        EXPECT_LE(downsamples, 4u);
    }
    EXPECT_EQ(names.size(), 39u);
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

TEST(SegmentationNetworks, AnswerEveryPixel)
{
    const Network espnet = built("espnet"), pspnet = built("pspnet_resnet50");
    EXPECT_EQ(espnet.value(espnet.output()).shape, (Shape{12, 360, 480}));
    EXPECT_EQ(pspnet.value(pspnet.output()).shape, (Shape{19, 713, 713}));
    const Network small = built("pspnet_resnet50", {.classes = 3, .input = {3, 57, 41}});
    EXPECT_EQ(small.value(small.output()).shape, (Shape{3, 57, 41}));
    const OperationIndex last = small.findOperation("layer4.2.relu3");
    EXPECT_EQ(small.value(small.operation(last).output).shape, (Shape{2048, 8, 6})); // (side - 1) / 8 + 1
}

// Summed by PyTorch over modules written down for it; the files have the auxiliary head besides.
TEST(SegmentationNetworks, HaveAsManyParametersAsPyTorchsModules)
{
    EXPECT_EQ(built("espnet").parameterCount(), 354'517); // of the published file
    EXPECT_EQ(built("pspnet_resnet50").parameterCount(), 46'715'347);
    EXPECT_EQ(built("pspnet_resnet50", {.classes = 150, .input = {}}).parameterCount(), 46'782'550);
}

TEST(SegmentationNetworks, TakeTheValuesAPixelFromTheFile)
{
    const StateDict cityscapes = shapesOf(built("espnet", {.classes = 20, .input = {}}));
    EXPECT_EQ(matchingArchitectures(cityscapes), std::vector<std::string>{"espnet"});
    EXPECT_EQ(classesFor("espnet", cityscapes), 20);
    EXPECT_EQ(classesFor("pspnet_resnet50", shapesOf(built("pspnet_resnet50", {.classes = 21, .input = {}}))), 21);
}

TEST(SegmentationNetworks, HaveThePublishedNamesAndShapes)
{
    const std::filesystem::path file = HALFTONE_SOURCE_DIR "/../shared/data/models/camvid/espnet_p_2_q_8_camvid.pth";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "../shared/data/models/camvid is absent: ESPNet's names are not checked";
    const auto checkpoint = readCheckpoint(file);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_EQ(matchingArchitectures(checkpoint->tensors), std::vector<std::string>{"espnet"});
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
    for (const char* name : {"cifar_resnet20", "resnet50", "fashion_resnet8", "espnet", "pspnet_resnet50"}) {
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

TEST(MatchingArchitectures, ReadsTheOldKeysOfPublishedDenseNets)
{
    StateDict tensors = shapesOf(built("densenet121"));
    std::size_t old = 0;
    for (NamedTensor& entry : tensors.entries)
        for (const char* part : {".norm1.", ".norm2.", ".conv1.", ".conv2."})
            if (const auto at = entry.name.find(part); at != std::string::npos && entry.name.find("denselayer") < at) {
                entry.name.insert(at + 5, "."); // ".norm1." was ".norm.1."
                ++old;
            }
    EXPECT_EQ(old, 58u * (4 + 4 + 2)); // two batch norms and two convolutions in each of 58 layers
    EXPECT_TRUE(matchingArchitectures(tensors).empty());
    usePublishedNames(tensors);
    EXPECT_EQ(matchingArchitectures(tensors), std::vector<std::string>{"densenet121"});
}

TEST(MatchingArchitectures, LeavesAuxiliaryHeadsOut)
{
    for (const auto& [architecture, key] : {std::pair{"inception_v3", "AuxLogits.fc.weight"}, std::pair{"googlenet", "aux2.fc1.bias"}, std::pair{"pspnet_resnet50", "aux.4.weight"}}) {
        StateDict tensors = shapesOf(built(architecture));
        tensors.entries.insert(tensors.entries.begin(), {.name = key, .tensor = TensorData(DType::Float32, {1000, 768}, nullptr)});
        EXPECT_EQ(matchingArchitectures(tensors), std::vector<std::string>{architecture});
    }
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

TEST(MatchingArchitectures, LetsStatisticsBeLeftOutTogether)
{
    StateDict tensors = shapesOf(built("resnet18"));
    const auto leftOut = [&](const char* ending) {
        std::erase_if(tensors.entries, [&](const NamedTensor& e) { return e.name.ends_with(ending); });
        return matchingArchitectures(tensors);
    };
    EXPECT_TRUE(leftOut("running_mean").empty());
    EXPECT_EQ(leftOut("running_var"), std::vector<std::string>{"resnet18"});
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
