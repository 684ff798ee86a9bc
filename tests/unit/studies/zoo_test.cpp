// Networks by name: bundled weights where there are some, random ones elsewhere, and sentences for wrong names.
#include "core/studies/zoo.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/formats/safetensors.h"
#include "core/models/architectures.h"

namespace halftone {
namespace {

const std::filesystem::path kResources = HALFTONE_SOURCE_DIR "/resources";

Bytes weightsOf(const ImportedModel& model) { return writeSafeTensors(stateDict(model.network)); }

TEST(Zoo, ListsEveryArchitectureAndWhatIsBundled)
{
    const auto entries = zooEntries(kResources);
    ASSERT_EQ(entries.size(), allArchitectures().size());
    for (const ZooEntry& entry : entries) {
        EXPECT_EQ(entry.hasWeights, entry.name == "fashion_resnet8") << entry.name;
        EXPECT_GT(entry.parameters, 100'000) << entry.name;
        EXPECT_GT(entry.macs, 5'000'000) << entry.name;
        EXPECT_EQ(entry.input.size(), 3u) << entry.name;
    }
    const auto resnet
        = std::find_if(entries.begin(), entries.end(), [](const ZooEntry& one) { return one.name == "resnet50"; });
    ASSERT_NE(resnet, entries.end());
    EXPECT_EQ(resnet->parameters, 25'557'032);
}

TEST(Zoo, TakesBundledWeights)
{
    const auto model = importFromZoo({.file = "zoo:fashion_resnet8"}, {kResources, 3});
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->report.format, "safetensors");
    EXPECT_EQ(model->report.source, "zoo:fashion_resnet8");
    EXPECT_EQ(weightsOf(*model), weightsOf(*importFromZoo({.file = "zoo:fashion_resnet8"}, {kResources, 4})));
}

TEST(Zoo, DrawsWeightsFromTheSeedWhereNoneAreBundled)
{
    const auto with = [](std::optional<std::uint64_t> seed) {
        auto model = importFromZoo({.file = "zoo:squeezenet1_1", .classes = 7, .input = {3, 64, 64}}, {kResources, seed});
        EXPECT_TRUE(model.ok()) << model.error().message;
        return *std::move(model);
    };
    const ImportedModel model = with(1);
    EXPECT_EQ(model.report.format, kRandomFormat);
    EXPECT_EQ(model.report.source, "zoo:squeezenet1_1");
    EXPECT_EQ(model.network.value(model.network.output()).shape, Shape{7});
    EXPECT_EQ(model.network.inputShape(), (Shape{3, 64, 64}));
    EXPECT_EQ(weightsOf(model), weightsOf(with(1)));
    EXPECT_NE(weightsOf(model), weightsOf(with(2)));
    EXPECT_TRUE(checkImport(model, "zoo:squeezenet1_1").ok());
    EXPECT_TRUE(stateDict(with({}).network).entries.empty());
}

TEST(Zoo, NamesTheNearestOfAWrongName)
{
    const auto near = importFromZoo({.file = "zoo:resnet51"}, {kResources, 0});
    ASSERT_FALSE(near.ok());
    EXPECT_EQ(near.error().code, ErrorCode::BadInput);
    EXPECT_EQ(near.error().message.find("There is no network zoo:resnet51; did you mean "), 0u) << near.error().message;
    EXPECT_NE(near.error().message.find("resnet50"), std::string::npos) << near.error().message;
    for (const char* none : {"zoo:", "zoo:transformer_xxl", "zoo:../networks/fashion_resnet8"}) {
        const auto absent = importFromZoo({.file = none}, {kResources, 0});
        ASSERT_FALSE(absent.ok()) << none;
        EXPECT_NE(absent.error().message.find(none), std::string::npos) << absent.error().message;
    }
    EXPECT_TRUE(isZooName("zoo:"));
    EXPECT_FALSE(isZooName("zoo"));
    EXPECT_FALSE(isZooName("models/zoo:resnet50"));
}

TEST(Zoo, RefusesWhatOnlyAFileCanHave)
{
    const auto refused = [](const ModelImportOptions& options) { return !importFromZoo(options, {kResources, 0}).ok(); };
    EXPECT_TRUE(refused({.file = "zoo:resnet18", .architecture = "resnet34"}));
    EXPECT_TRUE(refused({.file = "zoo:fashion_resnet8", .architecture = "resnet34"}));
    EXPECT_TRUE(refused({.file = "zoo:resnet18", .map = {{"classifier", "fc"}}}));
    EXPECT_TRUE(refused({.file = "zoo:resnet18", .weights = "ema"}));
    EXPECT_TRUE(importFromZoo({.file = "zoo:resnet18", .architecture = "resnet18"}, {kResources, {}}).ok());
}

} // namespace
} // namespace halftone
