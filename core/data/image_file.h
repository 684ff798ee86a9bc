// One image file as the bytes that a network wants: decoded, resized and cropped as torchvision's evaluation does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/result.h"
#include "core/data/resample.h"
#include "core/graph/tensor_data.h"

namespace halftone {

// Fills planes R, G, B (or one of luma when C is 1). The image is resized to 256/224 of the wanted size, short side first, and
// the middle is cut out; an image that already has the wanted size is taken as it is. Errors name the file.
Status readImageFile(const std::filesystem::path& path, const Shape& shape, std::span<std::uint8_t> chw);

// Width and height by the file's header.
Result<PixelExtent> imageFileExtent(const std::filesystem::path& path);

} // namespace halftone
