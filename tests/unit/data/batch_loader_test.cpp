// BatchLoader: against a plain reference, from the seed alone, and its end in every situation.
#include "core/data/batch_loader.h"

#include <chrono>
#include <cmath>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/data/memory_images.h"

namespace halftone {

using ::testing::HasSubstr;

namespace {

constexpr std::int64_t kHeight = 5, kWidth = 7; // odd and unequal, so that no axis passes for the other
const Normalisation kNumbers{{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}};

std::shared_ptr<const MemoryImages> randomImages(int count)
{
    Random random(11);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(count * 3 * kHeight * kWidth)), labels;
    for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random.below(255) + 1); // 0 is left to the padding
    for (int i = 0; i < count; ++i) labels.push_back(static_cast<std::uint8_t>(i));
    return std::make_shared<MemoryImages>(Shape{3, kHeight, kWidth}, pixels, labels);
}

// Every byte of an image is 1 + its mask's, so that the two can be compared after any crop and flip; 0 is left to the padding.
class MaskedImages final : public ImageSet {
public:
    static constexpr std::uint8_t kVoid = 4;
    std::int64_t count() const override { return 6; }
    const Shape& imageShape() const override { return m_shape; }
    LabelKind labelKind() const override { return {.task = Task::Segmentation, .classes = 4, .voidClass = kVoid}; }
    std::int64_t label(std::int64_t) const override { return 0; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override
    {
        for (std::size_t i = 0; i < chw.size(); ++i)
            chw[i] = static_cast<std::uint8_t>(1 + maskAt(index, i % static_cast<std::size_t>(kHeight * kWidth)));
        return {};
    }
    Status readMask(std::int64_t index, std::span<std::uint8_t> hw) const override
    {
        for (std::size_t i = 0; i < hw.size(); ++i) hw[i] = maskAt(index, i);
        return {};
    }

private:
    static std::uint8_t maskAt(std::int64_t index, std::size_t pixel)
    {
        return static_cast<std::uint8_t>((pixel * 7 + static_cast<std::size_t>(index)) % 5);
    }
    Shape m_shape{3, kHeight, kWidth};
};

struct Pass {
    std::vector<torch::Tensor> images; // one an image
    std::vector<std::int64_t> labels; // in randomImages the image's own number
    std::vector<std::int64_t> batchSizes;
};

Pass readAll(const std::shared_ptr<const ImageSet>& set, const BatchOptions& options)
{
    BatchLoader loader(set, kNumbers, options);
    Pass pass;
    for (;;) {
        auto batch = loader.next();
        EXPECT_TRUE(batch.ok()) << batch.error().message;
        if (!batch.ok() || !batch->has_value()) break;
        const Batch& b = **batch;
        EXPECT_TRUE(b.images.is_contiguous());
        EXPECT_EQ(b.images.scalar_type(), torch::kFloat32);
        EXPECT_EQ(b.labels.scalar_type(), torch::kInt64);
        EXPECT_EQ(b.images.size(0), b.labels.size(0));
        pass.batchSizes.push_back(b.images.size(0));
        for (std::int64_t i = 0; i < b.images.size(0); ++i) {
            pass.images.push_back(b.images[i]);
            pass.labels.push_back(b.labels[i].item<std::int64_t>());
        }
    }
    EXPECT_EQ(loader.batchCount(), static_cast<std::int64_t>(pass.batchSizes.size()));
    return pass;
}

// What the loader must give for one image, pixel by pixel in double.
double referencePixel(const MemoryImages& set, std::int64_t image, std::int64_t c, std::int64_t y, std::int64_t x)
{
    double byte = 0.0;
    if (y >= 0 && y < kHeight && x >= 0 && x < kWidth)
        byte = set.pixels()[static_cast<std::size_t>(((image * 3 + c) * kHeight + y) * kWidth + x)];
    const auto channel = static_cast<std::size_t>(c);
    return (byte / 255.0 - double{kNumbers.mean[channel]}) / double{kNumbers.deviation[channel]};
}

bool isPlacedAt(
    const torch::Tensor& got, const MemoryImages& set, std::int64_t image, std::int64_t top, std::int64_t left, bool mirrored)
{
    constexpr double kFloatRounding = 1e-5; // values reach 2.7
    const auto values = got.accessor<float, 3>();
    for (std::int64_t c = 0; c < 3; ++c)
        for (std::int64_t y = 0; y < kHeight; ++y)
            for (std::int64_t x = 0; x < kWidth; ++x) {
                const std::int64_t from = (mirrored ? kWidth - 1 - x : x) + left;
                if (std::abs(double{values[c][y][x]} - referencePixel(set, image, c, y + top, from)) > kFloatRounding)
                    return false;
            }
    return true;
}

bool samePasses(const Pass& a, const Pass& b)
{
    if (a.labels != b.labels || a.images.size() != b.images.size()) return false;
    for (std::size_t i = 0; i < a.images.size(); ++i)
        if (!torch::equal(a.images[i], b.images[i])) return false;
    return true;
}

// Fails at one image, or waits at every one.
class TroublesomeImages : public ImageSet {
public:
    std::int64_t badImage = -1;
    bool throws = false;
    std::chrono::milliseconds delay{0};
    Shape shape{3, 2, 2};

    std::int64_t count() const override { return 1000; }
    const Shape& imageShape() const override { return shape; }
    std::int64_t label(std::int64_t index) const override { return index; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override
    {
        std::this_thread::sleep_for(delay);
        if (index == badImage && throws) throw std::runtime_error("out of luck");
        if (index == badImage) return Error{ErrorCode::Corrupt, "The image bad.png cannot be decoded."};
        std::fill(chw.begin(), chw.end(), std::uint8_t{1});
        return {};
    }
};

} // namespace

TEST(BatchLoader, GivesNormalisedImagesInOrder)
{
    const auto set = randomImages(10);
    const Pass pass = readAll(set, {.batchSize = 4});
    EXPECT_EQ(pass.batchSizes, (std::vector<std::int64_t>{4, 4, 2}));
    ASSERT_EQ(pass.labels, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    for (std::int64_t i = 0; i < 10; ++i)
        EXPECT_TRUE(isPlacedAt(pass.images[static_cast<std::size_t>(i)], *set, i, 0, 0, false));
}

TEST(BatchLoader, NormalisesToTheBitAsPyTorchDoes)
{
    std::vector<std::uint8_t> bytes(256);
    for (std::size_t i = 0; i < 256; ++i) bytes[i] = static_cast<std::uint8_t>(i);
    BatchLoader loader(
        std::make_shared<MemoryImages>(Shape{1, 16, 16}, bytes, std::vector<std::uint8_t>{0}), {{0.2860F}, {0.3530F}}, {});
    const auto batch = loader.next();
    ASSERT_TRUE(batch.ok() && batch->has_value());
    // ToTensor, then Normalize.
    const auto expected = torch::arange(256, torch::kUInt8)
                              .to(torch::kFloat32)
                              .div(255)
                              .sub(torch::tensor(0.2860F))
                              .div(torch::tensor(0.3530F));
    EXPECT_TRUE(torch::equal((*batch)->images.flatten(), expected));
}

TEST(BatchLoader, LeavesOutTheSmallLastBatchWhenAsked)
{
    EXPECT_EQ(readAll(randomImages(10), {.batchSize = 4, .dropLast = true}).batchSizes, (std::vector<std::int64_t>{4, 4}));
    EXPECT_EQ(readAll(randomImages(8), {.batchSize = 4, .dropLast = true}).batchSizes, (std::vector<std::int64_t>{4, 4}));
    EXPECT_TRUE(readAll(randomImages(3), {.batchSize = 4, .dropLast = true}).batchSizes.empty());
    EXPECT_EQ(readAll(randomImages(3), {.batchSize = 4}).batchSizes, (std::vector<std::int64_t>{3}));
    EXPECT_TRUE(readAll(randomImages(0), {.batchSize = 4}).batchSizes.empty());
}

TEST(BatchLoader, ShowsEveryImageOnceAnEpoch)
{
    for (const std::int64_t epoch : {0, 1, 2}) {
        const Pass pass = readAll(randomImages(101), {.batchSize = 17, .shuffle = true, .seed = 5, .epoch = epoch});
        EXPECT_EQ(std::set<std::int64_t>(pass.labels.begin(), pass.labels.end()).size(), 101U);
        EXPECT_EQ(pass.labels.size(), 101U);
    }
}

TEST(BatchLoader, SameSeedAndEpochGiveTheSameBatchesAndOthersDoNot)
{
    const auto set = randomImages(50);
    const auto pass = [&](std::uint64_t seed, std::int64_t epoch) {
        return readAll(
            set, {.batchSize = 8, .shuffle = true, .augmentation = Augmentation{2, true}, .seed = seed, .epoch = epoch});
    };
    const Pass first = pass(3, 1);
    EXPECT_TRUE(samePasses(first, pass(3, 1)));
    EXPECT_NE(first.labels, pass(3, 2).labels);
    EXPECT_NE(first.labels, pass(4, 1).labels);
}

TEST(BatchLoader, AugmentationIsACropOfThePaddedImageMirroredOrNot)
{
    constexpr std::int64_t kPadding = 2;
    const auto set = randomImages(250);
    const Pass pass = readAll(set, {.batchSize = 32, .augmentation = Augmentation{kPadding, true}, .seed = 9});
    std::map<std::tuple<std::int64_t, std::int64_t, bool>, int> seen;
    for (std::int64_t i = 0; i < 250; ++i) {
        int matches = 0;
        for (std::int64_t top = -kPadding; top <= kPadding; ++top)
            for (std::int64_t left = -kPadding; left <= kPadding; ++left)
                for (const bool mirrored : {false, true})
                    if (isPlacedAt(pass.images[static_cast<std::size_t>(i)], *set, i, top, left, mirrored)) {
                        ++matches;
                        ++seen[{top, left, mirrored}];
                    }
        ASSERT_EQ(matches, 1) << "image " << i;
    }
    EXPECT_GE(seen.size(), 48U); // of 50 equally likely placements, five draws of each expected
    for (const auto& [placement, times] : seen) EXPECT_LE(times, 18);
}

TEST(BatchLoader, MirrorsOnlyWhenAsked)
{
    const auto set = randomImages(40);
    const Pass straight = readAll(set, {.augmentation = Augmentation{0, false}, .seed = 9});
    for (std::int64_t i = 0; i < 40; ++i)
        EXPECT_TRUE(isPlacedAt(straight.images[static_cast<std::size_t>(i)], *set, i, 0, 0, false));
    const Pass mirrored = readAll(set, {.augmentation = Augmentation{0, true}, .seed = 9});
    int flips = 0;
    for (std::int64_t i = 0; i < 40; ++i)
        flips += isPlacedAt(mirrored.images[static_cast<std::size_t>(i)], *set, i, 0, 0, true) ? 1 : 0;
    EXPECT_GT(flips, 8);
    EXPECT_LT(flips, 32);
}

TEST(BatchLoader, AugmentationDependsNeitherOnOrderNorOnBatchSize)
{
    const auto set = randomImages(30);
    const Pass one = readAll(set, {.batchSize = 7, .augmentation = Augmentation{2, true}, .seed = 2, .epoch = 4});
    const Pass two
        = readAll(set, {.batchSize = 11, .shuffle = true, .augmentation = Augmentation{2, true}, .seed = 2, .epoch = 4});
    for (std::size_t i = 0; i < 30; ++i)
        EXPECT_TRUE(torch::equal(two.images[i], one.images[static_cast<std::size_t>(two.labels[i])]));
}

TEST(BatchLoader, ThreadsChangeNoNumber)
{
    const auto set = randomImages(103);
    const auto pass = [&](int threads, std::int64_t batchSize) {
        return readAll(set,
            {.batchSize = batchSize, .shuffle = true, .augmentation = Augmentation{2, true}, .seed = 7, .epoch = 2, .threads = threads});
    };
    for (const std::int64_t batchSize : {1, 10, 103, 500}) {
        const Pass one = pass(1, batchSize);
        ASSERT_EQ(one.labels.size(), 103U);
        for (const int threads : {2, 3, 8}) EXPECT_TRUE(samePasses(one, pass(threads, batchSize))) << threads << " threads";
    }
}

TEST(BatchLoader, NeverWritesIntoABatchThatSomebodyHolds)
{
    const auto set = randomImages(60);
    const Pass wanted = readAll(set, {.batchSize = 1}); // holds every batch, by a view
    for (std::int64_t i = 0; i < 60; ++i) EXPECT_TRUE(isPlacedAt(wanted.images[static_cast<std::size_t>(i)], *set, i, 0, 0, false));
    BatchLoader loader(set, kNumbers, {.batchSize = 1});
    for (std::size_t i = 0; i < 60; ++i) { // holds two
        const auto batch = loader.next();
        const torch::Tensor row = (*batch)->images.view({3, kHeight, kWidth});
        EXPECT_TRUE(torch::equal(row, wanted.images[i])) << i;
    }
}

TEST(BatchLoader, TheFirstErrorInOrderIsToldHoweverManyThreads)
{
    struct TwiceBad : TroublesomeImages {
        Status read(std::int64_t index, std::span<std::uint8_t>) const override
        {
            if (index == 21) std::this_thread::sleep_for(std::chrono::milliseconds(30)); // the later one fails earlier
            if (index == 21 || index >= 25) return Error{ErrorCode::Corrupt, "Image " + std::to_string(index) + " is bad."};
            return {};
        }
    };
    for (const int threads : {1, 2, 4}) {
        BatchLoader loader(std::make_shared<TwiceBad>(), kNumbers, {.batchSize = 10, .threads = threads});
        EXPECT_TRUE(loader.next().ok());
        EXPECT_TRUE(loader.next().ok());
        const auto third = loader.next();
        ASSERT_FALSE(third.ok());
        EXPECT_EQ(third.error().message, "Image 21 is bad.");
        EXPECT_EQ(loader.next().error().message, "Image 21 is bad.");
    }
}

TEST(BatchLoader, EndStaysTheEnd)
{
    BatchLoader loader(randomImages(3), kNumbers, {});
    EXPECT_TRUE(loader.next()->has_value());
    EXPECT_FALSE(loader.next()->has_value());
    EXPECT_FALSE(loader.next()->has_value());
}

TEST(BatchLoader, HandsOnErrorsOfReadingAndStops)
{
    const auto set = std::make_shared<TroublesomeImages>();
    set->badImage = 25;
    BatchLoader loader(set, kNumbers, {.batchSize = 10});
    EXPECT_TRUE(loader.next().ok());
    EXPECT_TRUE(loader.next().ok());
    const auto third = loader.next();
    ASSERT_FALSE(third.ok());
    EXPECT_THAT(third.error().message, HasSubstr("bad.png"));
    EXPECT_FALSE(loader.next().ok());
}

TEST(BatchLoader, TurnsExceptionsOfTheThreadIntoErrors)
{
    const auto set = std::make_shared<TroublesomeImages>();
    set->badImage = 0;
    set->throws = true;
    BatchLoader loader(set, kNumbers, {});
    const auto batch = loader.next();
    ASSERT_FALSE(batch.ok());
    EXPECT_THAT(batch.error().message, HasSubstr("out of luck"));
}

TEST(BatchLoader, RefusesOptionsThatCannotBe)
{
    const auto set = randomImages(3);
    const auto failureOf
        = [](std::shared_ptr<const ImageSet> images, const Normalisation& numbers, const BatchOptions& options) {
              BatchLoader loader(std::move(images), numbers, options);
              const auto batch = loader.next();
              return batch.ok() ? std::string("it worked") : batch.error().message;
          };
    EXPECT_THAT(failureOf(set, kNumbers, {.batchSize = 0}), HasSubstr("batch of 0"));
    EXPECT_THAT(failureOf(set, kNumbers, {.batchSize = -5}), HasSubstr("batch of -5"));
    EXPECT_THAT(failureOf(nullptr, kNumbers, {}), HasSubstr("no images"));
    EXPECT_THAT(failureOf(set, {{0.5F}, {0.5F}}, {}), HasSubstr("1 means"));
    EXPECT_THAT(failureOf(set, {{0, 0, 0}, {1, 0, 1}}, {}), HasSubstr("not positive"));
    EXPECT_THAT(failureOf(set, {{0, 0, 0}, {1, std::nanf(""), 1}}, {}), HasSubstr("not positive"));
    EXPECT_THAT(failureOf(set, kNumbers, {.augmentation = Augmentation{-1, true}}), HasSubstr("padding of -1"));
    EXPECT_THAT(failureOf(set, kNumbers, {.augmentation = Augmentation{6, true}}), HasSubstr("padding of 6"));
    EXPECT_EQ(failureOf(set, kNumbers, {.batchSize = std::numeric_limits<std::int64_t>::max()}), "it worked");
}

TEST(BatchLoader, GoesAwayQuicklyInEveryState)
{
    const auto started = std::chrono::steady_clock::now();
    const auto slow = std::make_shared<TroublesomeImages>();
    slow->delay = std::chrono::milliseconds(5);
    {
        const BatchLoader untouched(slow, kNumbers, {.batchSize = 1000}); // five seconds of reading lie ahead
    }
    {
        BatchLoader full(randomImages(200), kNumbers, {.batchSize = 1}); // the thread waits for room
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    {
        BatchLoader begun(randomImages(200), kNumbers, {.batchSize = 1});
        EXPECT_TRUE(begun.next().ok());
    }
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(2));
}

TEST(BatchLoader, ReadsAheadNoMoreThanAFewBatches)
{
    struct Counting : TroublesomeImages {
        mutable std::atomic<int> reads{0};
        Status read(std::int64_t, std::span<std::uint8_t>) const override
        {
            ++reads;
            return {};
        }
    };
    const auto set = std::make_shared<Counting>();
    BatchLoader loader(set, kNumbers, {.batchSize = 10});
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_LE(set->reads, 30); // two ready and one that waits for room
    EXPECT_GT(set->reads, 0);
}

TEST(BatchLoader, KeepsTheImagesAliveThatItReads)
{
    auto set = randomImages(20);
    BatchLoader loader(set, kNumbers, {.batchSize = 5});
    set.reset();
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(loader.next()->has_value());
}

TEST(BatchLoader, TurnsThePlanesRoundForNetworksThatWantBlueFirst)
{
    const auto set = randomImages(1);
    Normalisation turned = kNumbers;
    turned.bgr = true;
    const Pass plain = readAll(set, {.batchSize = 1});
    BatchLoader loader(set, turned, {.batchSize = 1});
    const auto batch = loader.next();
    ASSERT_TRUE(batch.ok() && batch->has_value());
    EXPECT_TRUE((*batch)->images[0].equal(plain.images[0].flip(0)));
}

TEST(BatchLoader, MovesMasksAsTheirImages)
{
    const auto set = subset(std::make_shared<MaskedImages>(), {0, 1, 2, 3, 5});
    const Normalisation bytes{{0.0F, 0.0F, 0.0F}, {1.0F, 1.0F, 1.0F}};
    BatchLoader loader(set, bytes, {.batchSize = 5, .augmentation = Augmentation{.cropPadding = 3, .horizontalFlip = true}});
    auto batch = loader.next();
    ASSERT_TRUE(batch.ok() && batch->has_value());
    ASSERT_EQ((*batch)->labels.sizes(), (std::vector<std::int64_t>{5, kHeight, kWidth}));
    int outside = 0, voids = 0;
    for (std::int64_t n = 0; n < 5; ++n)
        for (std::int64_t y = 0; y < kHeight; ++y)
            for (std::int64_t x = 0; x < kWidth; ++x) {
                const auto byte = std::lround((*batch)->images[n][1][y][x].item<double>() * 255);
                const bool ignored = byte == 0 || byte == 1 + MaskedImages::kVoid;
                outside += byte == 0 ? 1 : 0;
                voids += byte == 1 + MaskedImages::kVoid ? 1 : 0;
                EXPECT_EQ((*batch)->labels[n][y][x].item<std::int64_t>(), ignored ? kIgnoredLabel : byte - 1);
            }
    EXPECT_GT(outside, 0);
    EXPECT_GT(voids, 0);
}

TEST(BatchLoader, SaysThatImagesWithoutMasksHaveNone)
{
    std::vector<std::uint8_t> mask(kHeight * kWidth);
    const Status read = randomImages(1)->readMask(0, mask);
    ASSERT_FALSE(read.ok());
    EXPECT_THAT(read.error().message, HasSubstr("have no masks"));
}

} // namespace halftone
