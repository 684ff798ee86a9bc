// Resizing against Pillow's own results.
#include "core/data/resample.h"

#include <gtest/gtest.h>

namespace halftone {

namespace {

PixelImage patternImage(std::int64_t width, std::int64_t height)
{
    PixelImage image{width, height, 3, {}};
    for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x)
            for (std::int64_t c = 0; c < 3; ++c)
                image.pixels.push_back(static_cast<std::uint8_t>((x * x * 7 + y * 13 + x * y * 3 + c * 50) % 256));
    return image;
}

std::uint64_t fnv1a(const std::vector<std::uint8_t>& bytes)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3ULL;
    return hash;
}

struct PillowResult {
    PixelExtent from;
    PixelExtent to;
    std::uint64_t hash; // FNV-1a of Image.fromarray(pattern).resize(to, Image.BILINEAR).tobytes(), Pillow 13.0.0
};

} // namespace

class ResizeAsPillow : public ::testing::TestWithParam<PillowResult> { };

TEST_P(ResizeAsPillow, ToTheBit)
{
    const PillowResult& expected = GetParam();
    const PixelImage image = resizeBilinear(patternImage(expected.from.width, expected.from.height), expected.to);
    EXPECT_EQ((PixelExtent{image.width, image.height}), expected.to);
    EXPECT_EQ(fnv1a(image.pixels), expected.hash);
}

INSTANTIATE_TEST_SUITE_P(Sizes, ResizeAsPillow,
    ::testing::Values(PillowResult{{37, 23}, {16, 10}, 0x99fdc2a551dde5c1ULL},
        PillowResult{{5, 4}, {2, 2}, 0xcd62c347f4f4d134ULL}, PillowResult{{10, 7}, {33, 20}, 0x0ffeedaf98a1598eULL},
        PillowResult{{64, 48}, {64, 20}, 0xe787cc345222af14ULL}, PillowResult{{3, 3}, {1, 1}, 0xb0f6b818e5f62b1eULL},
        PillowResult{{1, 1}, {4, 3}, 0xbbcc3241313888b5ULL}, PillowResult{{200, 150}, {7, 149}, 0x7b786e18fc6c24a2ULL}),
    [](const auto& test) {
        return "From" + std::to_string(test.param.from.width) + "x" + std::to_string(test.param.from.height) + "To"
            + std::to_string(test.param.to.width) + "x" + std::to_string(test.param.to.height);
    });

TEST(Resize, LeavesAnImageOfTheRightSizeAlone)
{
    const PixelImage image = patternImage(9, 5);
    EXPECT_EQ(resizeBilinear(image, {9, 5}).pixels, image.pixels);
}

TEST(Resize, MakesAWindowAsThePartOfTheWhole)
{
    for (const auto& [from, to] : std::vector<std::pair<PixelExtent, PixelExtent>>{
             {{37, 23}, {16, 10}}, {{10, 7}, {33, 20}}, {{64, 48}, {64, 20}}, {{64, 48}, {30, 48}}, {{20, 20}, {20, 20}}}) {
        const PixelImage image = patternImage(from.width, from.height), whole = resizeBilinear(image, to);
        const PixelWindow window{3, 2, {11, 7}};
        const PixelImage part = resizeBilinear(image, to, window);
        ASSERT_EQ((PixelExtent{part.width, part.height}), window.extent);
        for (std::int64_t y = 0; y < 7; ++y)
            for (std::int64_t i = 0; i < 33; ++i)
                ASSERT_EQ(part.pixels[static_cast<std::size_t>(y * 33 + i)],
                    whole.pixels[static_cast<std::size_t>(((y + 2) * to.width + 3) * 3 + i)]);
    }
}

TEST(Resize, TreatsEveryChannelCountAlike)
{
    const PixelImage colours = patternImage(23, 19);
    PixelImage one{23, 19, 1, {}};
    for (std::size_t i = 1; i < colours.pixels.size(); i += 3) one.pixels.push_back(colours.pixels[i]);
    const PixelImage resizedColours = resizeBilinear(colours, {9, 30}), resizedOne = resizeBilinear(one, {9, 30});
    for (std::size_t i = 0; i < resizedOne.pixels.size(); ++i) ASSERT_EQ(resizedOne.pixels[i], resizedColours.pixels[3 * i + 1]);
}

TEST(Resize, KeepsAFlatImageFlat)
{
    PixelImage image{31, 17, 3, std::vector<std::uint8_t>(31 * 17 * 3, 255)};
    for (const std::uint8_t byte : resizeBilinear(image, {13, 40}).pixels) ASSERT_EQ(byte, 255);
}

} // namespace halftone
