// libpng's simplified interface: asked for a colour map, it answers a palette's or a grey file's own numbers.
#include "core/data/png_indices.h"

#include <png.h>

#include <array>
#include <string>

namespace halftone {

namespace {

constexpr std::size_t kBitsAt = 24, kColourTypeAt = 25, kHeaderEnd = 26; // in IHDR, the first chunk
constexpr std::byte kGrey{0}, kPalette{3};
constexpr std::byte kMostBits{8};

} // namespace

bool isPng(std::span<const std::byte> file)
{
    return file.size() >= 8 && png_sig_cmp(reinterpret_cast<png_const_bytep>(file.data()), 0, 8) == 0;
}

Status readPngIndices(std::span<const std::byte> file, const std::filesystem::path& path, std::span<std::uint8_t> hw)
{
    if (file.size() < kHeaderEnd || !isPng(file))
        return Error{ErrorCode::Corrupt, "The mask " + path.string() + " is no PNG file; replace or remove it."};
    if (file[kColourTypeAt] != kGrey && file[kColourTypeAt] != kPalette)
        return Error{ErrorCode::BadInput,
            "The mask " + path.string() + " has colours; a mask has one number a pixel, its class, with a palette or without. Convert it."};
    if (file[kBitsAt] > kMostBits)
        return Error{ErrorCode::BadInput, "The mask " + path.string() + " has 16 bit a pixel; a mask has at most 8. Convert it."};

    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    const auto corrupt = [&] {
        const std::string why = image.message;
        png_image_free(&image);
        return Error{ErrorCode::Corrupt, "The mask " + path.string() + " cannot be decoded (" + why + "); replace or remove it."};
    };
    if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) return corrupt();
    if (hw.size() != std::size_t{image.width} * image.height) {
        png_image_free(&image);
        return Error{ErrorCode::BadInput,
            "The mask " + path.string() + " is " + std::to_string(image.width) + " x " + std::to_string(image.height)
                + " pixels, other than its image; make them agree."};
    }
    image.format = PNG_FORMAT_RGBA_COLORMAP;
    std::array<std::uint8_t, 4 * 256> colours{}; // asked for because it must be; the numbers are what counts
    if (png_image_finish_read(&image, nullptr, hw.data(), 0, colours.data()) == 0) return corrupt();
    return {};
}

} // namespace halftone
