// Decoding with libjpeg or OpenCV, then torchvision's Resize and CenterCrop.
#include "core/data/image_file.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>
#include <string>

#include <opencv2/imgcodecs.hpp>

#include "core/base/file_io.h"
#include "core/data/image_header.h"
#include "core/data/jpeg_image.h"

namespace halftone {

namespace {

constexpr std::uintmax_t kLargestImageFile = std::uintmax_t{256} << 20;

Result<PixelImage> decodeByOpenCv(const Bytes& file, const std::filesystem::path& path)
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
PixelExtent extentBeforeCrop(const PixelExtent& image, std::int64_t width, std::int64_t height, ImageCrop crop)
{
    const bool whole = crop == ImageCrop::WholeSide;
    const std::int64_t wideEnough = whole ? width : width * 256 / 224;
    const std::int64_t highEnough = whole ? height : height * 256 / 224;
    const std::int64_t heightForWidth
        = std::max<std::int64_t>(1, wideEnough * image.height / image.width); // rounded down, as int() does
    if (heightForWidth >= highEnough) return {wideEnough, heightForWidth};
    return {std::max(wideEnough, highEnough * image.width / image.height), highEnough};
}

// Planes R, G, B, or one of luma.
void splitPlanes(const PixelImage& image, std::int64_t planes, std::span<std::uint8_t> chw)
{
    const auto plane = static_cast<std::size_t>(image.width * image.height);
    const std::uint8_t* bgr = image.pixels.data();
    std::uint8_t* const red = chw.data();
    if (planes == 1) { // ITU-R 601 in 16-bit fixed point, as Pillow
        for (std::size_t i = 0; i < plane; ++i, bgr += 3)
            red[i] = static_cast<std::uint8_t>((bgr[2] * 19595 + bgr[1] * 38470 + bgr[0] * 7471 + 0x8000) >> 16);
        return;
    }
    std::uint8_t *const green = red + plane, *const blue = green + plane;
    for (std::size_t i = 0; i < plane; ++i, bgr += 3) {
        red[i] = bgr[2];
        green[i] = bgr[1];
        blue[i] = bgr[0];
    }
}

// What becomes of an image: the size that it is resized to, and the part of that which is taken.
struct Fitting {
    PixelExtent extent;
    PixelWindow window;
};

Result<Fitting> fittingOf(const PixelExtent& image, const Shape& shape, ImageCrop crop, const std::filesystem::path& path)
{
    const std::int64_t height = shape[1], width = shape[2];
    Fitting fitting{image, {0, 0, {width, height}}};
    if (image == fitting.window.extent) return fitting;
    fitting.extent = extentBeforeCrop(image, width, height, crop);
    constexpr std::int64_t kMostPixels = 100'000'000; // a strip of one pixel's width would become a giant
    if (fitting.extent.width * fitting.extent.height > kMostPixels)
        return Error{ErrorCode::BadInput,
            "The image " + path.string() + " of " + std::to_string(image.width) + " x " + std::to_string(image.height)
                + " pixels is too narrow to be resized to " + text(shape) + "; replace or remove it."};
    const auto middle = [](std::int64_t whole, std::int64_t part) { // Python's round()
        return static_cast<std::int64_t>(std::nearbyint(static_cast<double>(whole - part) / 2.0));
    };
    fitting.window.left = middle(fitting.extent.width, width);
    fitting.window.top = middle(fitting.extent.height, height);
    return fitting;
}

} // namespace

Status readImageFile(const std::filesystem::path& path, const Shape& shape, std::span<std::uint8_t> chw, ImageCrop crop)
{
    HALFTONE_TRY(const Bytes file, readFile(path, kLargestImageFile));
    HALFTONE_TRY(const PixelExtent promised, readImageExtent(file, path));
    std::optional<PixelImage> image;
    if (file[0] == std::byte{0xFF}) { // a JPEG: by libjpeg, which is twice as quick as by OpenCV
        HALFTONE_TRY(const Fitting fitting, fittingOf(promised, shape, crop, path));
        const bool isResized = fitting.extent != promised;
        HALFTONE_TRY(image, decodeJpeg(file, path.string(), isResized ? std::nullopt : std::optional(fitting.window)));
        if (image && !isResized) {
            splitPlanes(*image, shape[0], chw);
            return {};
        }
    }
    if (!image) {
        HALFTONE_TRY(image, decodeByOpenCv(file, path));
    }
    HALFTONE_TRY(const Fitting fitting, fittingOf({image->width, image->height}, shape, crop, path));
    splitPlanes(resizeBilinear(*image, fitting.extent, fitting.window), shape[0], chw);
    return {};
}

Result<PixelExtent> imageFileExtent(const std::filesystem::path& path)
{
    HALFTONE_TRY(const Bytes file, readFile(path, kLargestImageFile));
    return readImageExtent(file, path);
}

Result<Shape> shapeOfImageFiles(const Shape& wanted, const std::filesystem::path& first)
{
    constexpr std::int64_t kLargestSide = 8192;
    Shape shape = wanted;
    if (shape.empty()) {
        HALFTONE_TRY(const PixelExtent extent, imageFileExtent(first));
        shape = {3, extent.height, extent.width};
    }
    if ((shape[0] != 1 && shape[0] != 3) || shape[1] > kLargestSide || shape[2] > kLargestSide)
        return Error{ErrorCode::BadInput,
            "Image files cannot give images of " + text(shape) + "; they have 1 or 3 channels and at most "
                + std::to_string(kLargestSide) + " pixels a side."};
    return shape;
}

} // namespace halftone
