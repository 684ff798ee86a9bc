// JPEG files, decoded by libjpeg-turbo.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/data/resample.h"

namespace halftone {

// Pixels B, G, R, byte for byte as cv::imdecode gives them: every pixel is decoded, with the exact inverse transform, because a
// decoder that scales while it decodes changes pixels, and with them published accuracies. Nothing for files of four components
// (CMYK), which are left to another decoder. Of the image only `window` is kept, and nothing below it decoded; Corrupt when the image
// does not reach so far. Errors name `name`.
Result<std::optional<PixelImage>> decodeJpeg(
    std::span<const std::byte> file, const std::string& name, const std::optional<PixelWindow>& window = {});

} // namespace halftone
