// One file of an index mask: a byte a pixel, which is the pixel's class.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/result.h"
#include "core/data/resample.h"

namespace halftone {

// Fills hw, width * height bytes, exactly as they are in the file. A PNG file with a palette gives its
// numbers, not its colours. Errors name the file: another size, colours without a palette, or more than 8 bit.
Status readMaskFile(const std::filesystem::path& path, const PixelExtent& extent, std::span<std::uint8_t> hw);

} // namespace halftone
