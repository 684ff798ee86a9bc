// What an image file says of itself, read before a decoder may believe it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "core/base/result.h"
#include "core/data/resample.h"

namespace halftone {

// By extension, in any case: jpg, jpeg, png, bmp, ppm, pgm, webp.
bool hasImageExtension(const std::filesystem::path& path);

// Width and height of a JPEG, PNG, BMP, PPM, PGM or WebP file. Corrupt, naming `path`, when the file is none of these, is cut
// off, or promises more pixels than a file of its size can hold (decoders reserve memory by that promise).
Result<PixelExtent> readImageExtent(std::span<const std::byte> file, const std::filesystem::path& path);

} // namespace halftone
