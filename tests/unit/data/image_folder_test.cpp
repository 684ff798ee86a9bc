// Image folders: layouts, labels, splits, decoding, and files that are no images.
#include <array>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "core/data/dataset.h"
#include "core/data/folder_identity.h"
#include "core/data/image_file.h"
#include "core/data/image_header.h"
#include "data_files.h"

namespace halftone {

using test::TemporaryFolder;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

using Colour = std::array<std::uint8_t, 3>; // R, G, B

// One colour everywhere but in the left top pixel, which is black.
void writePicture(const fs::path& path, int width, int height, const Colour& colour)
{
    fs::create_directories(path.parent_path());
    cv::Mat picture(height, width, CV_8UC3, cv::Scalar(colour[2], colour[1], colour[0]));
    picture.at<cv::Vec3b>(0, 0) = {0, 0, 0};
    ASSERT_TRUE(cv::imwrite(path.string(), picture));
}

// append, because g++ 12 warns of `"p" + std::to_string(...)` without reason (GCC bug 105651)
std::string numbered(std::string name, int number, std::string_view ending = {})
{
    return name.append(std::to_string(number)).append(ending);
}

void writeClass(const fs::path& folder, int count, const Colour& colour)
{
    for (int i = 0; i < count; ++i) writePicture(folder / numbered("p", 10 + i, ".png"), 8, 8, colour);
}

Result<Dataset> openFolder(const fs::path& folder, const Shape& shape = {3, 8, 8})
{
    return openDataset({"imagefolder", folder}, {.imageShape = shape});
}

std::string folderFailure(const fs::path& folder, ErrorCode code)
{
    const auto dataset = openFolder(folder);
    if (dataset.ok()) return "it opened";
    EXPECT_EQ(dataset.error().code, code) << dataset.error().message;
    return dataset.error().message;
}

std::map<std::int64_t, int> labelCounts(const ImageSet& set)
{
    std::map<std::int64_t, int> counts;
    for (std::int64_t i = 0; i < set.count(); ++i) ++counts[set.label(i)];
    return counts;
}

std::string readFailure(const fs::path& path)
{
    std::vector<std::uint8_t> bytes(3 * 8 * 8);
    const Status status = readImageFile(path, {3, 8, 8}, bytes);
    return status.ok() ? "it was read" : status.error().message;
}

} // namespace

TEST(ImageFolder, LabelIsTheRankOfTheFolderName)
{
    const TemporaryFolder folder;
    writeClass(folder.path() / "train" / "b", 2, {0, 255, 0});
    writeClass(folder.path() / "train" / "a", 3, {255, 0, 0});
    writeClass(folder.path() / "train" / "c", 1, {0, 0, 255});
    writeClass(folder.path() / "val" / "c", 2, {0, 0, 255});
    writeClass(folder.path() / "val" / "a", 1, {255, 0, 0});
    fs::create_directories(folder.path() / "train" / ".hidden");
    test::writeBytes(folder.path() / "train" / "a" / "notes.txt", "no image");
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->classNames, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(labelCounts(*dataset->train), (std::map<std::int64_t, int>{{0, 3}, {1, 2}, {2, 1}}));
    EXPECT_EQ(labelCounts(*dataset->test), (std::map<std::int64_t, int>{{0, 1}, {2, 2}}));
    for (const auto& set : {dataset->train, dataset->test})
        for (std::int64_t i = 0; i < set->count(); ++i) {
            const auto pixels = test::pixelsOf(*set, i);
            for (std::int64_t c = 0; c < 3; ++c)
                EXPECT_EQ(pixels[static_cast<std::size_t>(c * 64 + 9)], c == set->label(i) ? 255 : 0);
            EXPECT_EQ(pixels[0] + pixels[64] + pixels[128], 0);
        }
    EXPECT_EQ(dataset->normalisation.mean, (std::vector<float>{0.485F, 0.456F, 0.406F}));
}

TEST(ImageFolder, TestFolderServesAsVal)
{
    const TemporaryFolder folder;
    writeClass(folder.path() / "train" / "a", 2, {1, 2, 3});
    writeClass(folder.path() / "test" / "a", 4, {1, 2, 3});
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->test->count(), 4);
}

TEST(ImageFolder, OneTreeGivesEveryFifthImageOfAClassToTheTest)
{
    const TemporaryFolder folder;
    writeClass(folder.path() / "a", 11, {255, 0, 0});
    writeClass(folder.path() / "b", 5, {0, 255, 0});
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(labelCounts(*dataset->train), (std::map<std::int64_t, int>{{0, 9}, {1, 4}}));
    EXPECT_EQ(labelCounts(*dataset->test), (std::map<std::int64_t, int>{{0, 2}, {1, 1}}));
}

TEST(ImageFolder, ClassesOfOneImageAreCountedThroughTogether)
{
    const TemporaryFolder folder;
    for (int i = 0; i < 12; ++i) writeClass(folder.path() / numbered("class", 10 + i), 1, {9, 9, 9});
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->classNames.size(), 12U);
    EXPECT_EQ(labelCounts(*dataset->test), (std::map<std::int64_t, int>{{4, 1}, {9, 1}}));
    const auto train = labelCounts(*dataset->train);
    EXPECT_EQ(train.size(), 10U);
    EXPECT_FALSE(train.contains(4) || train.contains(9));
}

TEST(ImageFolder, TwoImagesAreOneForEach)
{
    const TemporaryFolder folder;
    writeClass(folder.path() / "a", 1, {9, 9, 9});
    EXPECT_THAT(folderFailure(folder.path(), ErrorCode::BadInput), HasSubstr("only one image"));
    writeClass(folder.path() / "b", 1, {9, 9, 9});
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->train->label(0), 0);
    EXPECT_EQ(dataset->test->label(0), 1);
}

TEST(ImageFolder, TakesTheFirstImagesSizeWhenNoneIsWanted)
{
    const TemporaryFolder folder;
    for (int i = 0; i < 5; ++i) writePicture(folder.path() / "a" / numbered("p", i, ".png"), 9, 6, {7, 7, 7});
    const auto dataset = openFolder(folder.path(), {});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->train->imageShape(), (Shape{3, 6, 9}));
    EXPECT_EQ(test::pixelsOf(*dataset->train, 0)[1], 7); // not resized: the black pixel has not run
    EXPECT_EQ(test::pixelsOf(*dataset->train, 0)[0], 0);
}

TEST(ImageFolder, ReadsEveryFormatAndDeeperFolders)
{
    const TemporaryFolder folder;
    int number = 0;
    for (const std::string extension : {"png", "bmp", "ppm", "JPG", "jpeg", "webp"})
        writePicture(folder.path() / "a" / numbered("deeper", number++) / ("p." + extension), 40, 30, {200, 100, 50});
    const auto dataset = openFolder(folder.path(), {3, 16, 16});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->train->count() + dataset->test->count(), 6);
    for (std::int64_t i = 0; i < dataset->train->count(); ++i) {
        const auto pixels = test::pixelsOf(*dataset->train, i);
        EXPECT_NEAR(pixels[200], 200, 6);
        EXPECT_NEAR(pixels[256 + 200], 100, 6);
        EXPECT_NEAR(pixels[512 + 200], 50, 6);
    }
}

TEST(ImageFolder, GivesLumaToANetworkOfOneChannel)
{
    const TemporaryFolder folder;
    writeClass(folder.path() / "a", 5, {200, 100, 50});
    const auto dataset = openFolder(folder.path(), {1, 8, 8});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(test::pixelsOf(*dataset->train, 0)[9], 124); // 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2
    EXPECT_EQ(dataset->normalisation.mean.size(), 1U);
    EXPECT_FALSE(openFolder(folder.path(), {2, 8, 8}).ok());
    EXPECT_FALSE(openFolder(folder.path(), {3, 100000, 8}).ok());
}

// The numbers are those of Pillow 13.0.0: Resize(S * 256 // 224), CenterCrop(S), the pixels [0, 0] and [S // 2, S // 3], the
// sums of the three planes and of convert("L").
TEST(ImageFolder, EvaluatesAsTorchvisionDoes)
{
    const auto folder = test::sharedData("coco128/images/train2017");
    if (!fs::exists(folder))
        GTEST_SKIP() << "../shared/data/coco128 is absent: agreement with torchvision's evaluation is not checked";
    struct Expected {
        std::string file;
        std::int64_t side;
        std::array<int, 3> corner, inside;
        std::array<std::int64_t, 3> planes;
        std::int64_t luma;
    };
    const std::vector<Expected> all{
        {"000000000009.jpg", 224, {3, 42, 141}, {236, 100, 166}, {8096450, 5688348, 3325270}, 6139060},
        {"000000000009.jpg", 64, {2, 39, 140}, {239, 111, 178}, {662837, 465036, 274675}, 502493},
        {"000000000025.jpg", 224, {151, 117, 57}, {136, 118, 50}, {6088013, 4960401, 2748540}, 5045446},
        {"000000000030.jpg", 64, {204, 221, 231}, {189, 194, 190}, {490921, 539448, 478608}, 518062}};
    for (const Expected& expected : all) {
        SCOPED_TRACE(expected.file);
        const std::int64_t plane = expected.side * expected.side;
        std::vector<std::uint8_t> colours(static_cast<std::size_t>(3 * plane)), luma(static_cast<std::size_t>(plane));
        ASSERT_TRUE(readImageFile(folder / expected.file, {3, expected.side, expected.side}, colours).ok());
        ASSERT_TRUE(readImageFile(folder / expected.file, {1, expected.side, expected.side}, luma).ok());
        constexpr double kDecoderShare = 1e-4; // other versions of libjpeg may round some pixels otherwise
        constexpr int kDecoderStep = 1;
        for (std::size_t c = 0; c < 3; ++c) {
            const auto first = colours.begin() + static_cast<std::int64_t>(c) * plane;
            EXPECT_NEAR(first[0], expected.corner[c], kDecoderStep);
            EXPECT_NEAR(first[expected.side / 2 * expected.side + expected.side / 3], expected.inside[c], kDecoderStep);
            const auto sum = static_cast<double>(expected.planes[c]);
            EXPECT_NEAR(std::accumulate(first, first + plane, 0.0), sum, kDecoderShare * sum);
        }
        const auto sum = static_cast<double>(expected.luma);
        EXPECT_NEAR(std::accumulate(luma.begin(), luma.end(), 0.0), sum, kDecoderShare * sum);
    }
}

TEST(ImageFolder, HashFollowsNamesSizesContentsAndShapeButNotWhenItWasCopied)
{
    const TemporaryFolder folder, other;
    writeClass(folder.path() / "a", 6, {1, 2, 3});
    const std::string before = openFolder(folder.path())->hash;
    fs::copy(folder.path(), other.path(), fs::copy_options::recursive);
    const auto file = other.path() / "a" / "p10.png";
    fs::last_write_time(file, fs::last_write_time(file) + std::chrono::hours(5));
    EXPECT_EQ(openFolder(other.path())->hash, before);
    EXPECT_NE(openFolder(folder.path(), {3, 16, 16})->hash, before);
    std::string bytes = test::readBytes(file);
    bytes[bytes.size() / 2] ^= 1; // of the same size
    test::writeBytes(file, bytes);
    EXPECT_NE(openFolder(other.path())->hash, before);
    fs::rename(folder.path() / "a" / "p10.png", folder.path() / "a" / "p09.png");
    EXPECT_NE(openFolder(folder.path())->hash, before);
}

TEST(FolderIdentity, ReadsEveryKthFileWhereAllAreTooMany)
{
    const TemporaryFolder folder;
    std::vector<fs::path> files;
    for (const char* const name : {"a", "b", "c", "d"}) test::writeBytes(files.emplace_back(folder.path() / name), "0123456789");
    const auto identity = [&](std::uintmax_t mostRead) { return *folderIdentity(folder.path(), files, {}, mostRead); };
    const std::string all = identity(40), half = identity(20);
    EXPECT_NE(all, half); // 40 bytes fit, then a and c alone
    test::writeBytes(files[1], "X123456789");
    EXPECT_NE(identity(40), all);
    EXPECT_EQ(identity(20), half);
    test::writeBytes(files[2], "X123456789");
    EXPECT_NE(identity(20), half);
    test::writeBytes(files[1], "longer than before"); // sizes always count
    EXPECT_NE(identity(20), half);
    for (const fs::path& file : files) test::writeBytes(file, "");
    EXPECT_EQ(identity(40), identity(0 + 1)); // nothing to read
}

TEST(ImageFolder, SaysWhatIsWrongWithTheFolder)
{
    const TemporaryFolder folder;
    EXPECT_THAT(folderFailure(folder.path() / "nowhere", ErrorCode::NotFound), HasSubstr("nowhere"));
    EXPECT_THAT(folderFailure(folder.path(), ErrorCode::BadInput), HasSubstr("no class folders"));
    test::writeBytes(folder.path() / "file", "x");
    EXPECT_THAT(folderFailure(folder.path() / "file", ErrorCode::BadInput), HasSubstr("is a file"));
    fs::create_directories(folder.path() / "empty");
    EXPECT_THAT(folderFailure(folder.path(), ErrorCode::BadInput), AllOf(HasSubstr("empty"), HasSubstr("no images")));
    const TemporaryFolder trainOnly;
    writeClass(trainOnly.path() / "train" / "a", 3, {1, 2, 3});
    EXPECT_THAT(folderFailure(trainOnly.path(), ErrorCode::BadInput), HasSubstr("none named val or test"));
    writeClass(trainOnly.path() / "val" / "b", 3, {1, 2, 3});
    EXPECT_THAT(folderFailure(trainOnly.path(), ErrorCode::BadInput), HasSubstr("The class b"));
}

TEST(ImageFolder, ShowsNoImageTwiceThroughLinks)
{
    const TemporaryFolder folder;
    writeClass(folder.path() / "a", 5, {1, 2, 3});
    fs::create_directory_symlink("..", folder.path() / "a" / "circle");
    fs::create_directory_symlink("a", folder.path() / "b"); // a class folder may lie elsewhere
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->classNames.size(), 2U);
    EXPECT_EQ(dataset->train->count() + dataset->test->count(), 10);
    const TemporaryFolder same;
    writeClass(same.path() / "train" / "a", 5, {1, 2, 3});
    fs::create_directory_symlink("train", same.path() / "val");
    EXPECT_THAT(folderFailure(same.path(), ErrorCode::BadInput), HasSubstr("same folder"));
}

TEST(ImageFolder, NamesTheImageThatCannotBeReadWhenItIsRead)
{
    const TemporaryFolder folder;
    writeClass(folder.path() / "a", 5, {1, 2, 3});
    test::writeBytes(folder.path() / "a" / "p10.png", "no image at all");
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    std::vector<std::uint8_t> bytes(3 * 8 * 8);
    const Status status = dataset->train->read(0, bytes);
    ASSERT_FALSE(status.ok());
    EXPECT_THAT(status.error().message, HasSubstr("p10.png"));
    EXPECT_TRUE(dataset->train->read(1, bytes).ok());
}

TEST(ImageFolder, KeepsWhatItDecoded)
{
    const TemporaryFolder folder;
    writeClass(folder.path() / "a", 5, {1, 2, 3});
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    const auto before = test::pixelsOf(*dataset->train, 0);
    fs::remove_all(folder.path() / "a");
    EXPECT_EQ(test::pixelsOf(*dataset->train, 0), before);
    std::vector<std::uint8_t> bytes(3 * 8 * 8);
    EXPECT_EQ(dataset->train->read(1, bytes).error().code, ErrorCode::NotFound);
}

TEST(ImageFolder, ReadsFromManyThreadsAlike)
{
    const TemporaryFolder folder;
    for (int i = 0; i < 20; ++i)
        writePicture(folder.path() / "a" / numbered("p", 10 + i, ".png"), 8, 8, {static_cast<std::uint8_t>(i), 0, 0});
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (std::int64_t i = 0; i < dataset->train->count(); ++i) {
                std::vector<std::uint8_t> bytes(3 * 8 * 8);
                const bool good = dataset->train->read(i, bytes).ok() && bytes[9] == i + i / 4; // every fifth is a test image
                wrong += good ? 0 : 1;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

TEST(ImageFile, RefusesTruncatedImagesOfEveryFormat)
{
    const TemporaryFolder folder;
    for (const std::string extension : {"png", "jpg", "webp"}) {
        const auto path = folder.path() / ("p." + extension);
        writePicture(path, 50, 40, {10, 120, 240});
        const std::string whole = test::readBytes(path);
        EXPECT_EQ(readFailure(path), "it was read");
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{11}, whole.size() / 2, whole.size() - 13}) {
            test::writeBytes(path, whole.substr(0, size));
            EXPECT_THAT(readFailure(path), HasSubstr("p." + extension)) << size;
        }
    }
}

TEST(ImageFile, SurvivesAnyTruncationAndAnyFlippedByte)
{
    const TemporaryFolder folder;
    for (const std::string extension : {"png", "jpg", "webp", "bmp", "ppm"}) {
        const auto path = folder.path() / ("p." + extension);
        writePicture(path, 9, 7, {10, 120, 240});
        const std::string whole = test::readBytes(path);
        for (std::size_t i = 0; i < whole.size(); i += 3) {
            test::writeBytes(path, whole.substr(0, i));
            EXPECT_NE(readFailure(path), "");
            std::string flipped = whole;
            flipped[i] = static_cast<char>(flipped[i] ^ 0xFF);
            test::writeBytes(path, flipped);
            EXPECT_NE(readFailure(path), "");
        }
    }
}

TEST(ImageFile, RefusesHeadersThatPromiseTooMuch)
{
    const TemporaryFolder folder;
    const auto ppm = folder.path() / "p.ppm";
    test::writeBytes(ppm, "P6\n# comment\n60000 60000\n255\nabc");
    EXPECT_THAT(readFailure(ppm), HasSubstr("60000 x 60000"));
    test::writeBytes(ppm, "P6 99999999999999999999999 1 255 abc");
    EXPECT_THAT(readFailure(ppm), HasSubstr("more than is read"));
    const auto png = folder.path() / "p.png";
    writePicture(png, 9, 7, {1, 2, 3});
    std::string bytes = test::readBytes(png);
    bytes.replace(16, 8, std::string("\x7f\xff\xff\xff\x7f\xff\xff\xff", 8));
    test::writeBytes(png, bytes);
    EXPECT_THAT(readFailure(png), HasSubstr("2147483647 x 2147483647"));
    const auto strip = folder.path() / "strip.png";
    writePicture(strip, 20000, 1, {1, 2, 3});
    std::vector<std::uint8_t> large(3 * 224 * 224);
    EXPECT_FALSE(readImageFile(strip, {3, 224, 224}, large).ok());
}

TEST(ImageFile, ReadsExtentsAsTheDecoderFindsThem)
{
    const TemporaryFolder folder;
    for (const std::string extension : {"png", "bmp", "ppm", "jpg", "webp"})
        for (const auto& [width, height] : std::vector<std::pair<int, int>>{{1, 1}, {3, 17}, {300, 259}}) {
            const auto path = folder.path() / ("p." + extension);
            writePicture(path, width, height, {90, 90, 90});
            const auto extent = imageFileExtent(path);
            ASSERT_TRUE(extent.ok()) << extent.error().message;
            EXPECT_EQ(*extent, (PixelExtent{width, height})) << extension;
        }
    EXPECT_TRUE(hasImageExtension("a/b.JPEG"));
    EXPECT_FALSE(hasImageExtension("a/b.txt"));
    EXPECT_FALSE(hasImageExtension("png"));
}

} // namespace halftone
