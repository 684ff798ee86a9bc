// PNG files by their own numbers, other formats by OpenCV.
#include "core/data/mask_file.h"

#include <algorithm>
#include <exception>
#include <string>

#include <opencv2/imgcodecs.hpp>

#include "core/base/file_io.h"
#include "core/data/image_header.h"
#include "core/data/png_indices.h"

namespace halftone {

namespace {

Error wrongSize(const std::filesystem::path& path, const PixelExtent& found, const PixelExtent& wanted)
{
    return Error{ErrorCode::BadInput,
        "The mask " + path.string() + " is " + std::to_string(found.width) + " x " + std::to_string(found.height)
            + " pixels but its image is " + std::to_string(wanted.width) + " x " + std::to_string(wanted.height)
            + "; make them agree."};
}

} // namespace

Status readMaskFile(const std::filesystem::path& path, const PixelExtent& extent, std::span<std::uint8_t> hw)
{
    constexpr std::uintmax_t kLargestMaskFile = std::uintmax_t{64} << 20;
    HALFTONE_TRY(const Bytes file, readFile(path, kLargestMaskFile));
    HALFTONE_TRY(const PixelExtent found, readImageExtent(file, path));
    if (found != extent) return wrongSize(path, found, extent);
    if (isPng(file)) return readPngIndices(file, path, hw);
    try {
        const cv::Mat encoded(1, static_cast<int>(file.size()), CV_8UC1, const_cast<std::byte*>(file.data())); // only read
        const cv::Mat decoded = cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
        if (decoded.empty())
            return Error{ErrorCode::Corrupt, "The mask " + path.string() + " cannot be decoded; replace or remove it."};
        if (decoded.type() != CV_8UC1)
            return Error{ErrorCode::BadInput,
                "The mask " + path.string()
                    + " has colours; a mask has one channel of 8 bit, whose values are the classes. Convert it."};
        if (decoded.cols != extent.width || decoded.rows != extent.height)
            return wrongSize(path, {decoded.cols, decoded.rows}, extent);
        for (int y = 0; y < decoded.rows; ++y)
            std::copy_n(decoded.ptr(y), decoded.cols, hw.begin() + static_cast<std::ptrdiff_t>(y) * decoded.cols);
        return {};
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Corrupt, "Decoding the mask " + path.string() + " failed: " + failure.what()};
    }
}

} // namespace halftone
