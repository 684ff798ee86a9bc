// Masks as PNG files of every kind, written here chunk by chunk, so that nothing but zlib is shared with what reads them.
#include "core/data/png_indices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

namespace halftone {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

std::string big(std::uint32_t value)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
}

std::string chunk(const std::string& name, const std::string& content)
{
    const std::string checked = name + content;
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
    return big(static_cast<std::uint32_t>(content.size())) + checked + big(static_cast<std::uint32_t>(sum));
}

struct Png {
    std::uint32_t width = 5, height = 2;
    int bits = 8, colourType = 3;
    std::string palette = std::string(3, '\x80') + std::string(3 * 255, '\x11'); // all colours but the first are the same
    std::string rows; // each behind its filter's byte
    bool transparent = false;
};

std::string written(const Png& png)
{
    std::string packed(compressBound(png.rows.size()), '\0');
    uLongf size = packed.size();
    EXPECT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(png.rows.data()), png.rows.size()), Z_OK);
    packed.resize(size);
    std::string header = big(png.width) + big(png.height);
    for (const int byte : {png.bits, png.colourType, 0, 0, 0}) header += static_cast<char>(byte);
    std::string file = "\x89PNG\r\n\x1A\n" + chunk("IHDR", header);
    if (!png.palette.empty()) file += chunk("PLTE", png.palette.substr(0, 3 * std::size_t{1} << png.bits));
    if (png.transparent) file += chunk("tRNS", std::string(1, '\0'));
    return file + chunk("IDAT", packed) + chunk("IEND", "");
}

Result<std::vector<int>> indicesOf(const std::string& file, std::size_t pixels = 10)
{
    std::vector<std::uint8_t> hw(pixels);
    HALFTONE_CHECK(readPngIndices(std::as_bytes(std::span(file)), "mask.png", hw));
    return std::vector<int>(hw.begin(), hw.end());
}

std::string failureOf(const std::string& file, ErrorCode code, std::size_t pixels = 10)
{
    const auto read = indicesOf(file, pixels);
    if (read.ok()) return "it was read";
    EXPECT_EQ(read.error().code, code);
    return read.error().message;
}

const std::string kBytes = {0, 0, 1, 2, 3, '\xFF', 0, 9, 8, 7, 6, 5};
const std::string kNibbles = {0, '\x01', '\x2F', '\x30', 0, '\x98', '\x76', '\x50'};

} // namespace

TEST(PngIndices, ArePlacesInThePaletteAndNotItsColours)
{
    EXPECT_THAT(*indicesOf(written({.rows = kBytes})), ElementsAre(0, 1, 2, 3, 255, 9, 8, 7, 6, 5));
    EXPECT_THAT(*indicesOf(written({.rows = kBytes, .transparent = true})), ElementsAre(0, 1, 2, 3, 255, 9, 8, 7, 6, 5));
    EXPECT_THAT(*indicesOf(written({.bits = 4, .rows = kNibbles})), ElementsAre(0, 1, 2, 15, 3, 9, 8, 7, 6, 5));
}

TEST(PngIndices, OfGreyFilesAreTheStoredValuesAtEveryDepth)
{
    EXPECT_THAT(*indicesOf(written({.colourType = 0, .palette = {}, .rows = kBytes})), ElementsAre(0, 1, 2, 3, 255, 9, 8, 7, 6, 5));
    EXPECT_THAT(*indicesOf(written({.bits = 4, .colourType = 0, .palette = {}, .rows = kNibbles})),
        ElementsAre(0, 1, 2, 15, 3, 9, 8, 7, 6, 5)); // 15 is not 255
    const std::string bits = {0, '\x50', 0, '\xA8'};
    EXPECT_THAT(*indicesOf(written({.bits = 1, .colourType = 0, .palette = {}, .rows = bits})),
        ElementsAre(0, 1, 0, 1, 0, 1, 0, 1, 0, 1));
}

TEST(PngIndices, RefusesWhatIsNoMask)
{
    const std::string colours(2 * (1 + 3 * 5), '\0'), wide(2 * (1 + 2 * 5), '\0');
    EXPECT_THAT(failureOf(written({.colourType = 2, .palette = {}, .rows = colours}), ErrorCode::BadInput), HasSubstr("has colours"));
    EXPECT_THAT(failureOf(written({.bits = 16, .colourType = 0, .palette = {}, .rows = wide}), ErrorCode::BadInput), HasSubstr("16 bit"));
    EXPECT_THAT(failureOf(written({.rows = kBytes}), ErrorCode::BadInput, 11), HasSubstr("5 x 2"));
    const std::string whole = written({.rows = kBytes});
    EXPECT_THAT(failureOf(whole.substr(0, whole.size() - 20), ErrorCode::Corrupt), HasSubstr("cannot be decoded"));
    EXPECT_THAT(failureOf(whole.substr(0, 20), ErrorCode::Corrupt), HasSubstr("no PNG"));
    EXPECT_THAT(failureOf("", ErrorCode::Corrupt), HasSubstr("no PNG"));
}

} // namespace halftone
