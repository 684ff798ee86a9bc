// Segmentation folders and plain images: layouts, classes, splits, and files that do not fit.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "core/data/dataset.h"
#include "core/data/pixel_classes.h"
#include "data_files.h"

namespace halftone {

using test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

constexpr int kWidth = 6, kHeight = 4;

void writePixels(const fs::path& path, const cv::Mat& pixels)
{
    fs::create_directories(path.parent_path());
    ASSERT_TRUE(cv::imwrite(path.string(), pixels));
}

// Every pixel of frame i has the class i modulo 3; the left column is void, 255.
void writeFrames(const fs::path& images, const fs::path& masks, int count, int first = 0)
{
    for (int i = first; i < first + count; ++i) {
        const std::string name = std::to_string(100 + i).append(".png");
        writePixels(images / name, cv::Mat(kHeight, kWidth, CV_8UC3, cv::Scalar(10 * i, 20, 30)));
        cv::Mat mask(kHeight, kWidth, CV_8UC1, cv::Scalar(i % 3));
        mask.col(0).setTo(cv::Scalar(255));
        writePixels(masks / name, mask);
    }
}

void writeClasses(const fs::path& folder, const std::string& text = R"({"classes": ["a", "b", "c"], "void": 255})")
{
    test::writeBytes(folder / "classes.json", text);
}

Result<Dataset> openSegmentation(const fs::path& folder, const DatasetOptions& options = {})
{
    return openDataset({"segmentation", folder}, options);
}

std::string failureOf(const fs::path& folder, const DatasetOptions& options = {})
{
    const auto opened = openSegmentation(folder, options);
    return opened.ok() ? "it opened" : opened.error().message;
}

std::vector<std::uint8_t> maskOf(const ImageSet& set, std::int64_t index)
{
    std::vector<std::uint8_t> mask(kWidth * kHeight);
    const Status read = set.readMask(index, mask);
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().message);
    return mask;
}

} // namespace

TEST(SegmentationFolder, ReadsTwoSplitsAndTheirMasks)
{
    const TemporaryFolder folder;
    writeFrames(folder.path() / "train", folder.path() / "trainannot", 4);
    writeFrames(folder.path() / "val", folder.path() / "valannot", 2, 10);
    writeClasses(folder.path());
    const auto data = openSegmentation(folder.path());
    ASSERT_TRUE(data.ok()) << data.error().message;
    EXPECT_THAT(data->classNames, ElementsAre("a", "b", "c"));
    EXPECT_EQ(data->train->count(), 4);
    EXPECT_EQ(data->test->count(), 2);
    EXPECT_EQ(data->train->imageShape(), (Shape{3, kHeight, kWidth}));
    EXPECT_EQ(data->test->labelKind().task, Task::Segmentation);
    EXPECT_EQ(data->test->labelKind().classes, 3);
    EXPECT_EQ(data->test->labelKind().voidClass, 255);
    EXPECT_FALSE(data->normalisation.bgr); // ImageNet's numbers, for its classes are its own
    for (int again = 0; again < 2; ++again) { // the second time from memory
        const auto mask = maskOf(*data->test, 1);
        EXPECT_EQ(mask[0], 255);
        EXPECT_EQ(mask[1], 11 % 3);
        EXPECT_EQ(mask[kWidth * kHeight - 1], 11 % 3);
        EXPECT_EQ(test::pixelsOf(*data->test, 1)[2 * kWidth * kHeight], 110); // blue is the last plane
    }
}

TEST(SegmentationFolder, SendsEveryFifthFrameOfOneFolderToTheTest)
{
    const TemporaryFolder folder;
    writeFrames(folder.path() / "images", folder.path() / "masks", 11);
    writeClasses(folder.path());
    const auto data = openSegmentation(folder.path());
    ASSERT_TRUE(data.ok()) << data.error().message;
    EXPECT_EQ(data->train->count(), 9);
    ASSERT_EQ(data->test->count(), 2);
    EXPECT_EQ(maskOf(*data->test, 0)[1], 4 % 3);
    EXPECT_EQ(maskOf(*data->test, 1)[1], 9 % 3);
    fs::remove_all(folder.path() / "masks");
    EXPECT_THAT(failureOf(folder.path()), HasSubstr("There is no pair of folders"));
}

TEST(SegmentationFolder, HasCamVidsClassesWithoutAFileOfItsOwn)
{
    const TemporaryFolder folder;
    writeFrames(folder.path() / "val", folder.path() / "valannot", 5);
    const auto data = openSegmentation(folder.path());
    ASSERT_TRUE(data.ok()) << data.error().message;
    EXPECT_EQ(data->classNames.size(), 11u);
    EXPECT_EQ(data->test->labelKind().voidClass, 11);
    EXPECT_TRUE(data->normalisation.bgr);
    std::vector<std::uint8_t> mask(kWidth * kHeight);
    const Status read = data->test->readMask(0, mask); // its void is 255
    ASSERT_FALSE(read.ok());
    EXPECT_THAT(read.error().message, HasSubstr("valannot/104.png has the value 255"));
    EXPECT_THAT(failureOf(folder.path(), {.preset = "imagenet"}), HasSubstr("does not name the classes"));
}

TEST(SegmentationFolder, NamesFilesThatDoNotFit)
{
    const TemporaryFolder folder;
    const fs::path images = folder.path() / "images", masks = folder.path() / "masks";
    writeFrames(images, masks, 6);
    writeClasses(folder.path());
    writePixels(masks / "104.png", cv::Mat(kHeight, kWidth + 1, CV_8UC1, cv::Scalar(0)));
    std::vector<std::uint8_t> mask(kWidth * kHeight), pixels(3 * kWidth * kHeight);
    const auto readTestMask = [&] { return openSegmentation(folder.path())->test->readMask(0, mask).error().message; };
    EXPECT_THAT(readTestMask(), HasSubstr("104.png is 7 x 4 pixels but its image is 6 x 4"));
    writePixels(masks / "104.png", cv::Mat(kHeight, kWidth, CV_8UC3, cv::Scalar(0, 1, 2)));
    EXPECT_THAT(readTestMask(), HasSubstr("104.png has colours"));
    writePixels(images / "104.png", cv::Mat(kHeight + 3, kWidth, CV_8UC3, cv::Scalar(0, 1, 2)));
    const Status read = openSegmentation(folder.path())->test->read(0, pixels);
    ASSERT_FALSE(read.ok());
    EXPECT_THAT(read.error().message, HasSubstr("104.png is 6 x 7 pixels, not 6 x 4"));
    fs::remove(masks / "102.png");
    EXPECT_THAT(failureOf(folder.path()), HasSubstr("102.png has no mask"));
    EXPECT_THAT(failureOf(folder.path() / "nowhere"), HasSubstr("There is no folder"));
}

TEST(SegmentationFolder, ChangesItsHashWithClassesAndMasks)
{
    const TemporaryFolder folder;
    writeFrames(folder.path() / "images", folder.path() / "masks", 5);
    writeClasses(folder.path());
    const std::string before = openSegmentation(folder.path())->hash;
    EXPECT_EQ(openSegmentation(folder.path())->hash, before);
    writeClasses(folder.path(), R"({"classes": ["a", "b", "d"], "void": 255})");
    const std::string named = openSegmentation(folder.path())->hash;
    EXPECT_NE(named, before);
    writePixels(folder.path() / "masks" / "101.png", cv::Mat(kHeight, kWidth, CV_8UC1, cv::Scalar(0)));
    EXPECT_NE(openSegmentation(folder.path())->hash, named);
}

TEST(PixelClasses, RefuseWhatIsNoListOfNames)
{
    EXPECT_EQ(parsePixelClasses(R"({"classes": ["x"]})", "f")->voidClass, std::nullopt);
    EXPECT_EQ(parsePixelClasses(R"({"classes": ["x"], "void": 0})", "f")->voidClass, 0);
    for (const char* text : {"", "[]", "{}", R"({"classes": []})", R"({"classes": [3]})", R"({"classes": ["a"], "void": 256})",
             R"({"classes": ["a"], "void": -1})", R"({"classes": ["a"], "void": "x"})", R"({"classes": "a"})"}) {
        const auto classes = parsePixelClasses(text, "classes.json");
        ASSERT_FALSE(classes.ok()) << text;
        EXPECT_THAT(classes.error().message, HasSubstr("classes.json"));
    }
}

TEST(CamVid, IsReadWithItsClasses)
{
    const fs::path path = test::sharedData("camvid");
    if (!fs::exists(path)) GTEST_SKIP() << "../shared/data/camvid is absent: its masks are not read";
    const auto data = openSegmentation(path);
    ASSERT_TRUE(data.ok()) << data.error().message;
    EXPECT_EQ(data->train->count(), 81);
    EXPECT_EQ(data->test->count(), 20);
    EXPECT_EQ(data->train->imageShape(), (Shape{3, 360, 480}));
    std::vector<std::uint8_t> mask(360 * 480);
    for (std::int64_t i = 0; i < data->test->count(); ++i) ASSERT_TRUE(data->test->readMask(i, mask).ok());
}

TEST(PlainImages, AreReadWithoutLabels)
{
    const TemporaryFolder folder;
    for (int i = 0; i < 6; ++i)
        writePixels(folder.path() / "below" / std::to_string(i).append(".png"),
            cv::Mat(kHeight + i, kWidth, CV_8UC3, cv::Scalar(10 * i, 20, 30)));
    const auto data = openDataset({"images", folder.path()}, {.imageShape = {3, 4, 4}});
    ASSERT_TRUE(data.ok()) << data.error().message;
    EXPECT_EQ(data->train->count(), 5);
    EXPECT_EQ(data->test->count(), 1);
    EXPECT_EQ(data->test->labelKind().task, Task::Outputs);
    EXPECT_EQ(test::pixelsOf(*data->test, 0)[32], 40);
    EXPECT_EQ(data->normalisation, (Normalisation{{0, 0, 0}, {1, 1, 1}}));
    const TemporaryFolder empty;
    EXPECT_THAT(openDataset({"images", empty.path()}, {}).error().message, HasSubstr("fewer than two images"));
}

} // namespace halftone
