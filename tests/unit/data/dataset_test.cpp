// References, presets, parts of sets and the held-back part.
#include "core/data/dataset.h"

#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/data_kinds.h"
#include "core/data/dataset_presets.h"
#include "core/data/memory_images.h"
#include "data_files.h"

namespace halftone {

using test::TemporaryFolder;
using ::testing::HasSubstr;

namespace {

// One pixel an image, which is the image's own number.
std::shared_ptr<const ImageSet> numberedImages(int count)
{
    std::vector<std::uint8_t> numbers;
    for (int i = 0; i < count; ++i) numbers.push_back(static_cast<std::uint8_t>(i));
    return std::make_shared<MemoryImages>(Shape{1, 1, 1}, numbers, numbers);
}

std::vector<int> numbersOf(const ImageSet& set)
{
    std::vector<int> numbers;
    for (std::int64_t i = 0; i < set.count(); ++i) {
        numbers.push_back(test::pixelsOf(set, i)[0]);
        EXPECT_EQ(set.label(i), numbers.back());
    }
    return numbers;
}

} // namespace

TEST(DataReference, ReadsKindAndFolder)
{
    EXPECT_EQ(parseDataReference("fashion-mnist")->kind, "fashion-mnist");
    EXPECT_TRUE(parseDataReference("fashion-mnist")->path.empty());
    EXPECT_EQ(parseDataReference("fashion-mnist:full")->path, "full");
    EXPECT_EQ(parseDataReference("cifar10:/data/c10")->path, "/data/c10");
    EXPECT_EQ(parseDataReference("imagefolder:a:b/c d")->path, "a:b/c d");
    EXPECT_TRUE(parseDataReference("fashion-mnist:")->path.empty());
}

TEST(DataReference, WritesWhatItReads)
{
    for (const std::string written : {"fashion-mnist", "fashion-mnist:full", "cifar10:../shared/x", "imagefolder:a:b"})
        EXPECT_EQ(text(*parseDataReference(written)), written);
}

TEST(DataReference, CanOpenEveryKindThatIsListed)
{
    for (const DataKind& kind : allDataKinds()) {
        const auto reference = parseDataReference(std::string(kind.name) + ":/there/is/nothing");
        ASSERT_TRUE(reference.ok()) << reference.error().message;
        EXPECT_FALSE(openDataset(*reference, {}).ok()) << kind.name;
    }
}

TEST(DataReference, NamesTheNearestKindsOfAWrongOne)
{
    const auto nearMiss = parseDataReference("cifar11:/data");
    ASSERT_FALSE(nearMiss.ok());
    EXPECT_EQ(nearMiss.error().code, ErrorCode::BadInput);
    EXPECT_THAT(nearMiss.error().message, HasSubstr("did you mean cifar10"));
    const auto pathOnly = parseDataReference("/data/pictures");
    ASSERT_FALSE(pathOnly.ok());
    EXPECT_THAT(pathOnly.error().message, HasSubstr("idx:FOLDER"));
    EXPECT_THAT(pathOnly.error().message, HasSubstr("imagefolder"));
    EXPECT_FALSE(parseDataReference("").ok());
    EXPECT_FALSE(parseDataReference(":x").ok());
}

TEST(DataReference, AsksForAFolderWhereTheKindNeedsOne)
{
    for (const std::string incomplete : {"cifar10", "imagefolder:"}) {
        const auto reference = parseDataReference(incomplete);
        ASSERT_FALSE(reference.ok());
        EXPECT_THAT(reference.error().message, HasSubstr("need a folder"));
    }
    EXPECT_FALSE(openDataset({"cifar10", {}}, {}).ok());
}

TEST(DatasetPreset, FitsTheChannels)
{
    EXPECT_EQ(datasetPreset("cifar10", 3)->normalisation.mean, (std::vector<float>{0.485F, 0.456F, 0.406F}));
    EXPECT_EQ(datasetPreset("imagenet", 3)->normalisation.deviation, (std::vector<float>{0.229F, 0.224F, 0.225F}));
    EXPECT_EQ(datasetPreset("fashion-mnist", 3)->normalisation.mean, (std::vector<float>{0.2860F, 0.2860F, 0.2860F}));
    EXPECT_NEAR(datasetPreset("imagenet", 1)->normalisation.mean[0], 0.449, 1e-6);
    EXPECT_EQ(datasetPreset("none", 3)->normalisation, (Normalisation{{0, 0, 0}, {1, 1, 1}}));
    EXPECT_EQ(datasetPreset("cifar10", 3)->augmentation, (Augmentation{4, true}));
}

TEST(DatasetPreset, NamesTheNearestOfAWrongOne)
{
    const TemporaryFolder folder;
    test::writeSmallCifar10(folder.path());
    const auto dataset = openDataset({"cifar10", folder.path()}, {.preset = "imagnet"});
    ASSERT_FALSE(dataset.ok());
    EXPECT_THAT(dataset.error().message, HasSubstr("imagenet"));
}

TEST(Dataset, RefusesAnInputShapeThatTheDataDoNotHave)
{
    const TemporaryFolder folder;
    test::writeSmallCifar10(folder.path());
    EXPECT_TRUE(openDataset({"cifar10", folder.path()}, {.imageShape = {3, 32, 32}}).ok());
    const auto other = openDataset({"cifar10", folder.path()}, {.imageShape = {1, 28, 28}});
    ASSERT_FALSE(other.ok());
    EXPECT_THAT(other.error().message, HasSubstr("1x28x28"));
    EXPECT_THAT(other.error().message, HasSubstr("3x32x32"));
    EXPECT_FALSE(openDataset({"cifar10", folder.path()}, {.imageShape = {3, 32}}).ok());
    EXPECT_FALSE(openDataset({"cifar10", folder.path()}, {.imageShape = {3, 0, 32}}).ok());
}

TEST(Dataset, StopsWhenAsked)
{
    const TemporaryFolder folder;
    test::writeSmallCifar10(folder.path());
    std::stop_source stop;
    stop.request_stop();
    const auto dataset = openDataset({"cifar10", folder.path()}, {}, TaskContext(stop.get_token()));
    ASSERT_FALSE(dataset.ok());
    EXPECT_EQ(dataset.error().code, ErrorCode::Cancelled);
}

TEST(Subset, GivesTheImagesInTheGivenOrder)
{
    const auto part = subset(numberedImages(9), {8, 0, 3, 3});
    EXPECT_EQ(numbersOf(*part), (std::vector<int>{8, 0, 3, 3}));
    EXPECT_EQ(part->imageShape(), (Shape{1, 1, 1}));
    EXPECT_EQ(numbersOf(*subset(part, {1, 0})), (std::vector<int>{0, 8}));
    EXPECT_EQ(subset(numberedImages(9), {})->count(), 0);
}

TEST(HoldBack, PartsAreDisjointAndComplete)
{
    const auto [kept, held] = holdBack(numberedImages(101), 0.1, 7);
    EXPECT_EQ(held->count(), 10);
    const auto keptNumbers = numbersOf(*kept), heldNumbers = numbersOf(*held);
    std::set<int> all(keptNumbers.begin(), keptNumbers.end());
    all.insert(heldNumbers.begin(), heldNumbers.end());
    EXPECT_EQ(all.size(), 101U);
    EXPECT_EQ(keptNumbers.size() + heldNumbers.size(), 101U);
    EXPECT_NE(heldNumbers, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})); // a permutation, not the front
}

TEST(HoldBack, FollowsTheSeed)
{
    const auto held = [](std::uint64_t seed) { return numbersOf(*holdBack(numberedImages(60), 0.25, seed).second); };
    EXPECT_EQ(held(3), held(3));
    EXPECT_NE(held(3), held(4));
}

TEST(HoldBack, HandlesExtremeFractions)
{
    const auto sizes = [](int count, double fraction) {
        const auto [kept, held] = holdBack(numberedImages(count), fraction, 1);
        return std::pair(kept->count(), held->count());
    };
    EXPECT_EQ(sizes(10, 0.0), std::pair(std::int64_t{10}, std::int64_t{0}));
    EXPECT_EQ(sizes(10, 1.0), std::pair(std::int64_t{0}, std::int64_t{10}));
    EXPECT_EQ(sizes(10, 0.001), std::pair(std::int64_t{9}, std::int64_t{1}));
    EXPECT_EQ(sizes(10, 0.999), std::pair(std::int64_t{1}, std::int64_t{9}));
    EXPECT_EQ(sizes(1, 0.5).first + sizes(1, 0.5).second, 1);
    EXPECT_EQ(sizes(0, 0.5), std::pair(std::int64_t{0}, std::int64_t{0}));
    EXPECT_EQ(sizes(10, -1.0), std::pair(std::int64_t{10}, std::int64_t{0}));
    EXPECT_EQ(sizes(10, std::nan("")), std::pair(std::int64_t{10}, std::int64_t{0}));
}

} // namespace halftone
