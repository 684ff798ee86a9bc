// Extents of the image formats that are read.
#include "core/data/image_header.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>

namespace halftone {

namespace {

// A view of a file's bytes in which nothing can be read outside.
class HeaderBytes {
public:
    explicit HeaderBytes(std::span<const std::byte> bytes)
        : m_text(reinterpret_cast<const char*>(bytes.data()), bytes.size())
    {
    }
    std::size_t size() const { return m_text.size(); }
    std::string_view text() const { return m_text; }
    std::string_view text(std::size_t i, std::size_t count) const { return m_text.substr(std::min(i, m_text.size()), count); }
    std::int64_t at(std::size_t i) const { return i < m_text.size() ? static_cast<unsigned char>(m_text[i]) : 0; }
    std::int64_t big(std::size_t i, std::size_t count) const
    {
        std::int64_t value = 0;
        for (std::size_t k = 0; k < count; ++k) value = value << 8 | at(i + k);
        return value;
    }
    std::int64_t little(std::size_t i, std::size_t count) const
    {
        std::int64_t value = 0;
        for (std::size_t k = count; k-- > 0;) value = value << 8 | at(i + k);
        return value;
    }

private:
    std::string_view m_text;
};

using MaybeExtent = std::optional<PixelExtent>; // empty: cut off or not of the format

// Segments FF xx length..., the frame header among them, until the first scan; complete only with an end marker behind it.
MaybeExtent jpegExtent(const HeaderBytes& file)
{
    MaybeExtent extent;
    for (std::size_t i = 2; i + 3 < file.size();) {
        if (file.at(i) != 0xFF) return {};
        const std::int64_t marker = file.at(i + 1);
        if (marker == 0xFF) { // fill byte
            ++i;
            continue;
        }
        const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) extent = PixelExtent{file.big(i + 7, 2), file.big(i + 5, 2)};
        constexpr std::int64_t kStartOfScan = 0xDA;
        if (marker == kStartOfScan) return file.text().find("\xFF\xD9", i) == std::string_view::npos ? MaybeExtent{} : extent;
        const std::int64_t length = file.big(i + 2, 2);
        if (length < 2) return {};
        i += 2 + static_cast<std::size_t>(length);
    }
    return {};
}

MaybeExtent pngExtent(const HeaderBytes& file)
{
    if (file.text().find("IEND", 16) == std::string_view::npos) return {};
    return PixelExtent{file.big(16, 4), file.big(20, 4)};
}

MaybeExtent bmpExtent(const HeaderBytes& file)
{
    constexpr std::int64_t kCoreHeader = 12; // the oldest version has 16-bit sides
    if (file.little(14, 4) == kCoreHeader) return PixelExtent{file.little(18, 2), file.little(20, 2)};
    const auto height = static_cast<std::int32_t>(file.little(22, 4)); // negative: top row first
    return PixelExtent{file.little(18, 4), std::abs(static_cast<std::int64_t>(height))};
}

// "P6", white space and comments, width, white space, height.
MaybeExtent pnmExtent(const HeaderBytes& file)
{
    std::array<std::int64_t, 2> sides{};
    std::size_t i = 2;
    for (std::int64_t& side : sides) {
        while (i < file.size() && (std::isspace(static_cast<int>(file.at(i))) != 0 || file.at(i) == '#')) {
            if (file.at(i) == '#')
                while (i < file.size() && file.at(i) != '\n') ++i;
            else
                ++i;
        }
        for (; i < file.size() && std::isdigit(static_cast<int>(file.at(i))) != 0 && side < (std::int64_t{1} << 32); ++i)
            side = side * 10 + file.at(i) - '0';
    }
    return PixelExtent{sides[0], sides[1]};
}

// RIFF with a lossy (VP8), lossless (VP8L) or extended (VP8X) first chunk.
MaybeExtent webpExtent(const HeaderBytes& file)
{
    if (file.little(4, 4) + 8 > static_cast<std::int64_t>(file.size())) return {};
    const std::string_view chunk = file.text(12, 4);
    if (chunk == "VP8 ") return PixelExtent{file.little(26, 2) & 0x3FFF, file.little(28, 2) & 0x3FFF};
    if (chunk == "VP8L") return PixelExtent{(file.little(21, 4) & 0x3FFF) + 1, (file.little(21, 4) >> 14 & 0x3FFF) + 1};
    if (chunk == "VP8X") return PixelExtent{file.little(24, 3) + 1, file.little(27, 3) + 1};
    return {};
}

} // namespace

bool hasImageExtension(const std::filesystem::path& path)
{
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr std::array<std::string_view, 7> kExtensions{".jpg", ".jpeg", ".png", ".bmp", ".ppm", ".pgm", ".webp"};
    return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

Result<PixelExtent> readImageExtent(std::span<const std::byte> bytes, const std::filesystem::path& path)
{
    const HeaderBytes file(bytes);
    const std::string_view start = file.text(0, 12);
    MaybeExtent extent;
    bool known = true;
    if (start.starts_with("\xFF\xD8"))
        extent = jpegExtent(file);
    else if (start.starts_with("\x89PNG"))
        extent = pngExtent(file);
    else if (start.starts_with("BM"))
        extent = bmpExtent(file);
    else if (start.size() > 2 && start[0] == 'P' && start[1] >= '1' && start[1] <= '6')
        extent = pnmExtent(file);
    else if (start.starts_with("RIFF") && file.text(8, 4) == "WEBP")
        extent = webpExtent(file);
    else
        known = false;

    const std::string name = "The image " + path.string();
    if (!known)
        return Error{ErrorCode::Corrupt, name + " is not a JPEG, PNG, BMP, PPM, PGM or WebP file; replace or remove it."};
    if (!extent || extent->width < 1 || extent->height < 1)
        return Error{ErrorCode::Corrupt, name + " is truncated or damaged; replace or remove it."};
    // Deflate's densest code gives 1032 bytes for one, of one-bit pixels 8256; small files may be a single colour.
    constexpr std::int64_t kMostPixels = 100'000'000;
    const std::int64_t plausible
        = std::min<std::int64_t>(kMostPixels, (1 << 20) + 8256 * static_cast<std::int64_t>(file.size()));
    if (extent->width > kMostPixels || extent->height > kMostPixels || extent->width * extent->height > plausible)
        return Error{ErrorCode::Corrupt,
            name + " says that it is " + std::to_string(extent->width) + " x " + std::to_string(extent->height)
                + " pixels, more than is read from a file of its size; replace or remove it."};
    return *extent;
}

} // namespace halftone
