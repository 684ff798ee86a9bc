// One file of an index mask: a byte a pixel, which is the pixel's class.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/result.h"
#include "core/data/resample.h"

namespace halftone {

// Fills hw, width * height bytes, exactly as they are in the file. Errors name the file: another size, colours instead of one
// channel of 8 bit, or a format that does not keep bytes exactly.
Status readMaskFile(const std::filesystem::path& path, const PixelExtent& extent, std::span<std::uint8_t> hw);

} // namespace halftone
