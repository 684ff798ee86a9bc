// The numbers that a PNG file stores for its pixels: places in its palette, or grey values, before anything makes colours of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/result.h"

namespace halftone {

bool isPng(std::span<const std::byte> file);

// Fills hw, width * height bytes. Files of 1, 2, 4 and 8 bit a pixel, with a palette or grey. Errors name `path`: BadInput for colours
// without a palette, 16 bit or another number of pixels than `hw` has; Corrupt when it cannot be decoded.
Status readPngIndices(std::span<const std::byte> file, const std::filesystem::path& path, std::span<std::uint8_t> hw);

} // namespace halftone
