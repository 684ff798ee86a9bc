// One image file as the bytes that a network wants: decoded, resized and cropped as torchvision's evaluation does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/result.h"
#include "core/data/resample.h"
#include "core/graph/tensor_data.h"

namespace halftone {

// How much of the image is kept when it is resized. An image that already has the wanted size is taken as it is.
enum class ImageCrop {
    Published, // to 256/224 of the wanted size, short side first, then the middle: what ImageNet's accuracies were measured
               // with
    WholeSide, // the short side fits exactly: for networks that were trained on uncropped small images
};

// Fills planes R, G, B (or one of luma when C is 1), resized and cropped to the middle. Errors name the file.
Status readImageFile(
    const std::filesystem::path& path, const Shape& shape, std::span<std::uint8_t> chw, ImageCrop crop = ImageCrop::Published);

// Width and height by the file's header.
Result<PixelExtent> imageFileExtent(const std::filesystem::path& path);

// {C, H, W} of a set of image files: as wanted, else three channels of the first file's size. Errors: BadInput when there are not 1 or
// 3 channels or a side is beyond 8192 pixels.
Result<Shape> shapeOfImageFiles(const Shape& wanted, const std::filesystem::path& first);

} // namespace halftone
