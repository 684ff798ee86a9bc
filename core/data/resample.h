// Bilinear resizing with antialiasing, to the bit as Pillow does it: published accuracies were measured behind it.
#pragma once

#include <cstdint>
#include <vector>

namespace halftone {

// Interleaved 8-bit pixels, rows one after the other.
struct PixelImage {
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::int64_t channels = 0;
    std::vector<std::uint8_t> pixels;
};

struct PixelExtent {
    std::int64_t width = 0;
    std::int64_t height = 0;
    bool operator==(const PixelExtent&) const = default;
};

// A part of an image, inside it.
struct PixelWindow {
    std::int64_t left = 0;
    std::int64_t top = 0;
    PixelExtent extent;
};

PixelImage resizeBilinear(const PixelImage& image, const PixelExtent& extent); // all sides at least 1
// The window of the resized image, without making the rest.
PixelImage resizeBilinear(const PixelImage& image, const PixelExtent& extent, const PixelWindow& window);

} // namespace halftone
