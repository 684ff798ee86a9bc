// Fashion-MNIST: the bundled part, the full set, and IDX files that are wrong.
#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/dataset.h"
#include "data_files.h"

namespace halftone {

using test::TemporaryFolder;
using ::testing::HasSubstr;

namespace {

const std::filesystem::path kResources = std::filesystem::path(HALFTONE_SOURCE_DIR) / "resources";
const std::filesystem::path kFull = "/usr/share/datasets/fashion-mnist";

Result<Dataset> openFashion(const std::filesystem::path& folder)
{
    return openDataset({"fashion-mnist", folder}, {.resources = kResources});
}

std::string fashionFailure(const std::filesystem::path& folder, ErrorCode code)
{
    const auto dataset = openFashion(folder);
    if (dataset.ok()) return "it opened";
    EXPECT_EQ(dataset.error().code, code) << dataset.error().message;
    return dataset.error().message;
}

std::int64_t labelSum(const ImageSet& set)
{
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < set.count(); ++i) sum += set.label(i);
    return sum;
}

} // namespace

// The numbers are those of this Python, run on Debian's files (N = 10000 of the training images):
//   b = gzip.open(IMAGES).read()[16:]; print(sum(b[:784]), sum(b[784 * (N - 1):784 * N]), sum(b[:784 * N]))
//   l = gzip.open(LABELS).read()[8:]; print(list(l[:12]), sum(l[:N]))
TEST(FashionMnist, BundledPartIsTheStartOfTheRealSet)
{
    const auto dataset = openFashion({});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    ASSERT_EQ(dataset->train->count(), 10000);
    ASSERT_EQ(dataset->test->count(), 10000);
    EXPECT_EQ(dataset->train->imageShape(), (Shape{1, 28, 28}));
    const std::vector<std::int64_t> trainLabels{9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9},
        testLabels{9, 2, 1, 1, 6, 1, 4, 6, 5, 7, 4, 5};
    for (std::int64_t i = 0; i < 12; ++i) {
        EXPECT_EQ(dataset->train->label(i), trainLabels[static_cast<std::size_t>(i)]);
        EXPECT_EQ(dataset->test->label(i), testLabels[static_cast<std::size_t>(i)]);
    }
    EXPECT_EQ(labelSum(*dataset->train), 45157);
    EXPECT_EQ(labelSum(*dataset->test), 45000);
    EXPECT_EQ(test::pixelSum(*dataset->train, 0), 76247);
    EXPECT_EQ(test::pixelSum(*dataset->train, 9999), 79936);
    EXPECT_EQ(test::pixelSum(*dataset->test, 0), 33456);
    EXPECT_EQ(test::pixelSum(*dataset->test, 9999), 24390);
    std::int64_t train = 0, test = 0;
    for (std::int64_t i = 0; i < 10000; ++i) {
        train += test::pixelSum(*dataset->train, i);
        test += test::pixelSum(*dataset->test, i);
    }
    EXPECT_EQ(train, 572388787);
    EXPECT_EQ(test, 573469082);
    EXPECT_EQ(dataset->classNames.size(), 10U);
    EXPECT_EQ(dataset->classNames[9], "Ankle boot");
}

TEST(FashionMnist, BundledFilesStayUnderTheirLimit)
{
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kResources / "fashion-mnist")) bytes += entry.file_size();
    EXPECT_LT(bytes, 9'300'000U);
    EXPECT_TRUE(std::filesystem::exists(kResources / "fashion-mnist" / "NOTICE"));
}

TEST(FashionMnist, PresetIsTheMeanAndDeviationOfTheFullTrainingSet)
{
    if (!std::filesystem::exists(kFull))
        GTEST_SKIP() << "dataset-fashion-mnist is not installed: the preset's numbers are not checked";
    const auto dataset = openFashion("full");
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    ASSERT_EQ(dataset->train->count(), 60000);
    double sum = 0.0, squares = 0.0;
    for (std::int64_t i = 0; i < 60000; ++i)
        for (const std::uint8_t byte : test::pixelsOf(*dataset->train, i)) {
            sum += byte;
            squares += double{1.0} * byte * byte;
        }
    const double count = 60000.0 * 784.0, mean = sum / count;
    EXPECT_NEAR(dataset->normalisation.mean[0], mean / 255.0, 5e-5);
    EXPECT_NEAR(dataset->normalisation.deviation[0], std::sqrt(squares / count - mean * mean) / 255.0, 5e-5);
    EXPECT_EQ(test::pixelSum(*dataset->train, 59999), 16684);
    EXPECT_EQ(labelSum(*dataset->train), 270000);
    EXPECT_NE(dataset->hash, openFashion({})->hash);
}

TEST(FashionMnist, ReadsPlainAndGzipAlike)
{
    const TemporaryFolder mixed, plain;
    test::writeSmallFashionMnist(mixed.path());
    test::writeSmallFashionMnist(plain.path());
    std::filesystem::remove(plain.path() / "train-images-idx3-ubyte.gz");
    test::writeBytes(plain.path() / "train-images-idx3-ubyte", test::idxImages(12, 4, 1));
    const auto one = openFashion(mixed.path()), two = openFashion(plain.path());
    ASSERT_TRUE(one.ok()) << one.error().message;
    ASSERT_TRUE(two.ok()) << two.error().message;
    EXPECT_EQ(one->hash, two->hash);
    EXPECT_EQ(one->train->imageShape(), (Shape{1, 4, 4}));
    EXPECT_EQ(test::pixelsOf(*one->train, 1)[2], (18 * 37 + 1) & 255);
    EXPECT_EQ(one->test->count(), 7);
}

TEST(FashionMnist, SaysWhatIsMissing)
{
    const TemporaryFolder folder;
    EXPECT_THAT(fashionFailure(folder.path() / "nowhere", ErrorCode::NotFound), HasSubstr("nowhere"));
    EXPECT_THAT(fashionFailure(folder.path(), ErrorCode::NotFound), HasSubstr("train-images-idx3-ubyte.gz"));
    const auto noResources = openDataset({"fashion-mnist", {}}, {.resources = folder.path()});
    ASSERT_FALSE(noResources.ok());
    EXPECT_THAT(noResources.error().message, HasSubstr("bundled"));
    test::writeBytes(folder.path() / "file", "x");
    EXPECT_THAT(fashionFailure(folder.path() / "file", ErrorCode::BadInput), HasSubstr("is a file"));
    if (!std::filesystem::exists(kFull)) {
        EXPECT_THAT(fashionFailure("full", ErrorCode::NotFound), HasSubstr("dataset-fashion-mnist"));
    }
}

TEST(FashionMnist, RefusesFilesThatBreakTheFormat)
{
    const TemporaryFolder folder;
    const auto images = folder.path() / "train-images-idx3-ubyte.gz";
    const std::string good = test::idxImages(12, 4, 1);
    const auto failureOf = [&](const std::string& bytes) {
        test::writeSmallFashionMnist(folder.path());
        test::writeBytes(images, bytes);
        return fashionFailure(folder.path(), ErrorCode::Corrupt);
    };
    const std::string packed = test::gzipped(good);
    std::string flipped = packed;
    flipped[flipped.size() - 6] = static_cast<char>(flipped[flipped.size() - 6] ^ 1); // in the checksum
    EXPECT_THAT(failureOf(packed.substr(0, packed.size() - 20)), HasSubstr("truncated"));
    EXPECT_THAT(failureOf(flipped), HasSubstr("damaged"));
    EXPECT_THAT(failureOf(good.substr(0, good.size() - 1)), HasSubstr("ends after 191 of 192 bytes"));
    EXPECT_THAT(failureOf(good + "x"), HasSubstr("more than its header says"));
    EXPECT_THAT(failureOf(test::gzipped(good + "x")), HasSubstr("more than its header says"));
    EXPECT_THAT(failureOf(test::gzipped(good.substr(0, good.size() - 1))), HasSubstr("truncated"));
    EXPECT_THAT(failureOf(test::idxLabels(12)), HasSubstr("not an IDX file"));
    EXPECT_THAT(failureOf("no IDX file"), HasSubstr("not an IDX file"));
    EXPECT_THAT(failureOf(""), HasSubstr("truncated"));
    EXPECT_THAT(failureOf(good.substr(0, 9)), HasSubstr("truncated"));
    EXPECT_THAT(failureOf(test::idxImages(11, 4, 1)), HasSubstr("do not belong together"));
    EXPECT_EQ(failureOf(packed), "it opened");
}

TEST(FashionMnist, RefusesAPromiseLargerThanTheFileBeforeReservingMemory)
{
    const TemporaryFolder folder;
    const auto failureOf = [&](const std::string& bytes) {
        test::writeSmallFashionMnist(folder.path());
        test::writeBytes(folder.path() / "train-images-idx3-ubyte.gz", bytes);
        return fashionFailure(folder.path(), ErrorCode::Corrupt);
    };
    EXPECT_THAT(
        failureOf(test::idxHeader({0xFFFFFFFFU, 4096, 4096}) + "x"), HasSubstr("more than a file of its size can hold"));
    EXPECT_THAT(
        failureOf(test::gzipped(test::idxHeader({0xFFFFFFFFU, 28, 28}))), HasSubstr("more than a file of its size can hold"));
    EXPECT_THAT(failureOf(test::idxHeader({1, 0xFFFFFFFFU, 0xFFFFFFFFU})), HasSubstr("cannot be right"));
    EXPECT_THAT(failureOf(test::idxHeader({1, 0, 28})), HasSubstr("cannot be right"));
    // A bomb: 64 MB of zeros in 64 kB behind a header of 12 small images is read no farther than the header's promise.
    EXPECT_THAT(failureOf(test::gzipped(test::idxHeader({12, 4, 4}) + std::string(64 << 20, '\0'))),
        HasSubstr("more than its header says"));
}

TEST(FashionMnist, RefusesLabelsThatAreNoClasses)
{
    const TemporaryFolder folder;
    test::writeSmallFashionMnist(folder.path());
    std::string labels = test::idxLabels(12);
    labels[8 + 5] = 10;
    test::writeBytes(folder.path() / "train-labels-idx1-ubyte", labels);
    EXPECT_THAT(fashionFailure(folder.path(), ErrorCode::Corrupt), AllOf(HasSubstr("Label 5 "), HasSubstr("is 10")));
}

TEST(FashionMnist, RefusesSplitsOfDifferentShapesAndEmptyOnes)
{
    const TemporaryFolder folder;
    test::writeSmallFashionMnist(folder.path());
    test::writeBytes(folder.path() / "t10k-images-idx3-ubyte", test::idxImages(7, 5, 2));
    EXPECT_THAT(fashionFailure(folder.path(), ErrorCode::Corrupt), HasSubstr("1x5x5"));
    test::writeBytes(folder.path() / "t10k-images-idx3-ubyte", test::idxImages(0, 4, 2));
    test::writeBytes(folder.path() / "t10k-labels-idx1-ubyte.gz", test::idxLabels(0));
    EXPECT_THAT(fashionFailure(folder.path(), ErrorCode::BadInput), HasSubstr("no images"));
}

} // namespace halftone
