// JPEGs by libjpeg: the same bytes as OpenCV's decoder gives, and errors that leave everything whole.
#include "core/data/jpeg_image.h"

#include <cstring>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "data_files.h"

namespace halftone {

using ::testing::HasSubstr;

namespace {

std::span<const std::byte> bytesOf(const std::string& file) { return std::as_bytes(std::span(file)); }

cv::Mat noise(int width, int height, int type)
{
    cv::Mat picture(height, width, type);
    cv::RNG random(width * 31 + height);
    random.fill(picture, cv::RNG::UNIFORM, 0, 256);
    return picture;
}

std::string encoded(const cv::Mat& picture, const std::vector<int>& options = {})
{
    std::vector<std::uint8_t> file;
    EXPECT_TRUE(cv::imencode(".jpg", picture, file, options));
    return {file.begin(), file.end()};
}

bool isAsOpenCvSees(const std::string& file)
{
    const auto ours = decodeJpeg(bytesOf(file), "p.jpg");
    const cv::Mat theirs = cv::imdecode(
        std::vector<std::uint8_t>(file.begin(), file.end()), cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    return ours.ok() && ours->has_value() && (*ours)->width == theirs.cols && (*ours)->height == theirs.rows && theirs.isContinuous()
        && std::memcmp((*ours)->pixels.data(), theirs.data, (*ours)->pixels.size()) == 0;
}

} // namespace

TEST(JpegImage, GivesTheBytesThatOpenCvGives)
{
    for (const auto& [width, height] : std::vector<std::pair<int, int>>{{1, 1}, {3, 17}, {8, 8}, {33, 31}, {200, 7}})
        for (const int type : {CV_8UC3, CV_8UC1}) {
            EXPECT_TRUE(isAsOpenCvSees(encoded(noise(width, height, type)))) << width << " x " << height;
            EXPECT_TRUE(isAsOpenCvSees(encoded(noise(width, height, type), {cv::IMWRITE_JPEG_PROGRESSIVE, 1})));
            EXPECT_TRUE(isAsOpenCvSees(encoded(noise(width, height, type), {cv::IMWRITE_JPEG_RST_INTERVAL, 2})));
        }
}

TEST(JpegImage, GivesTheBytesThatOpenCvGivesForPhotographs)
{
    const auto folder = test::sharedData("imagenet_sample");
    if (!std::filesystem::exists(folder))
        GTEST_SKIP() << "../shared/data/imagenet_sample is absent: photographs are not compared with OpenCV's decoder";
    int count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && count++ % 20 == 0) { EXPECT_TRUE(isAsOpenCvSees(test::readBytes(entry.path()))) << entry.path(); }
}

TEST(JpegImage, KeepsTheWindowAlone)
{
    const std::string file = encoded(noise(37, 29, CV_8UC3));
    const auto whole = decodeJpeg(bytesOf(file), "p.jpg");
    for (const PixelWindow& window : {PixelWindow{0, 0, {37, 29}}, PixelWindow{5, 9, {11, 7}}, PixelWindow{36, 28, {1, 1}}}) {
        const auto part = decodeJpeg(bytesOf(file), "p.jpg", window);
        ASSERT_TRUE(part.ok() && part->has_value());
        EXPECT_EQ((*part)->pixels, resizeBilinear(**whole, {37, 29}, window).pixels);
    }
    EXPECT_FALSE(decodeJpeg(bytesOf(file), "p.jpg", PixelWindow{5, 9, {33, 7}}).ok());
}

TEST(JpegImage, LeavesFourComponentsToOthers)
{
    std::string file = encoded(noise(16, 16, CV_8UC1));
    // The frame's one component becomes four, each with its three bytes; so much is read of a header.
    const std::size_t frame = file.find("\xFF\xC0");
    ASSERT_NE(frame, std::string::npos);
    file[frame + 3] = static_cast<char>(8 + 3 * 4);
    file[frame + 9] = 4;
    file.replace(frame + 10, 3, std::string("\1\x11\0\2\x11\0\3\x11\0\4\x11\0", 12));
    const auto left = decodeJpeg(bytesOf(file), "p.jpg");
    ASSERT_TRUE(left.ok()) << left.error().message;
    EXPECT_FALSE(left->has_value());
}

TEST(JpegImage, NamesTheFileThatCannotBeDecoded)
{
    const std::string whole = encoded(noise(40, 30, CV_8UC3));
    for (const std::string& broken : {std::string(), std::string("\xFF\xD8"), std::string("no JPEG"), whole.substr(0, 100)}) {
        const auto decoded = decodeJpeg(bytesOf(broken), "folder/p.jpg");
        ASSERT_FALSE(decoded.ok());
        EXPECT_EQ(decoded.error().code, ErrorCode::Corrupt);
        EXPECT_THAT(decoded.error().message, HasSubstr("folder/p.jpg"));
    }
}

TEST(JpegImage, SurvivesAnyFlippedByte)
{
    const std::string whole = encoded(noise(24, 20, CV_8UC3), {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
    int failed = 0;
    for (std::size_t i = 2; i < whole.size(); ++i) {
        std::string flipped = whole;
        flipped[i] = static_cast<char>(flipped[i] ^ 0x55);
        failed += decodeJpeg(bytesOf(flipped), "p.jpg").ok() ? 0 : 1;
    }
    EXPECT_GT(failed, 0);
}

} // namespace halftone
