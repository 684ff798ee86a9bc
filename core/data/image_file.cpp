// Decoding with OpenCV, then torchvision's Resize and CenterCrop.
#include "core/data/image_file.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <string>

#include <opencv2/imgcodecs.hpp>

#include "core/base/file_io.h"
#include "core/data/image_header.h"

namespace halftone {

namespace {

constexpr std::uintmax_t kLargestImageFile = std::uintmax_t{256} << 20;

Result<PixelImage> decodeImage(const Bytes& file, const std::filesystem::path& path)
{
    try {
        const cv::Mat encoded(1, static_cast<int>(file.size()), CV_8UC1, const_cast<std::byte*>(file.data())); // only read
        // The camera's orientation is ignored, as torchvision ignores it.
        const cv::Mat decoded = cv::imdecode(encoded, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
        if (decoded.empty() || decoded.type() != CV_8UC3)
            return Error{ErrorCode::Corrupt, "The image " + path.string() + " cannot be decoded; replace or remove it."};
        PixelImage image{decoded.cols, decoded.rows, 3, {}};
        image.pixels.reserve(static_cast<std::size_t>(image.width * image.height * 3));
        for (int y = 0; y < decoded.rows; ++y)
            image.pixels.insert(image.pixels.end(), decoded.ptr(y), decoded.ptr(y) + decoded.cols * 3);
        return image;
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Corrupt, "Decoding the image " + path.string() + " failed: " + failure.what()};
    }
}

// The smallest size that keeps the proportions and covers 256/224 of what is wanted (for 224 x 224 a short side of 256), or
// just what is wanted.
PixelExtent extentBeforeCrop(const PixelImage& image, std::int64_t width, std::int64_t height, ImageCrop crop)
{
    const bool whole = crop == ImageCrop::WholeSide;
    const std::int64_t wideEnough = whole ? width : width * 256 / 224;
    const std::int64_t highEnough = whole ? height : height * 256 / 224;
    const std::int64_t heightForWidth
        = std::max<std::int64_t>(1, wideEnough * image.height / image.width); // rounded down, as int() does
    if (heightForWidth >= highEnough) return {wideEnough, heightForWidth};
    return {std::max(wideEnough, highEnough * image.width / image.height), highEnough};
}

} // namespace

Status readImageFile(const std::filesystem::path& path, const Shape& shape, std::span<std::uint8_t> chw, ImageCrop crop)
{
    HALFTONE_TRY(const Bytes file, readFile(path, kLargestImageFile));
    HALFTONE_CHECK(readImageExtent(file, path));
    HALFTONE_TRY(PixelImage image, decodeImage(file, path));
    const std::int64_t height = shape[1], width = shape[2];
    if (image.width != width || image.height != height) {
        const PixelExtent extent = extentBeforeCrop(image, width, height, crop);
        constexpr std::int64_t kMostPixels = 100'000'000; // a strip of one pixel's width would become a giant
        if (extent.width * extent.height > kMostPixels)
            return Error{ErrorCode::BadInput,
                "The image " + path.string() + " of " + std::to_string(image.width) + " x " + std::to_string(image.height)
                    + " pixels is too narrow to be resized to " + text(shape) + "; replace or remove it."};
        image = resizeBilinear(image, extent);
    }
    const auto top
        = static_cast<std::int64_t>(std::nearbyint(static_cast<double>(image.height - height) / 2.0)); // Python's round()
    const auto left = static_cast<std::int64_t>(std::nearbyint(static_cast<double>(image.width - width) / 2.0));
    const std::int64_t plane = width * height;
    for (std::int64_t y = 0; y < height; ++y) {
        const std::uint8_t* bgr = image.pixels.data() + ((top + y) * image.width + left) * 3;
        for (std::int64_t i = y * width; i < (y + 1) * width; ++i, bgr += 3) {
            if (shape[0] == 1) { // ITU-R 601 luma in 16-bit fixed point, as Pillow
                chw[static_cast<std::size_t>(i)]
                    = static_cast<std::uint8_t>((bgr[2] * 19595 + bgr[1] * 38470 + bgr[0] * 7471 + 0x8000) >> 16);
                continue;
            }
            for (std::int64_t c = 0; c < 3; ++c) chw[static_cast<std::size_t>(c * plane + i)] = bgr[2 - c];
        }
    }
    return {};
}

Result<PixelExtent> imageFileExtent(const std::filesystem::path& path)
{
    HALFTONE_TRY(const Bytes file, readFile(path, kLargestImageFile));
    return readImageExtent(file, path);
}

} // namespace halftone
