// Two passes of weighted sums in fixed point, horizontal then vertical.
#include "core/data/resample.h"

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr int kFixedPointBits = 22; // 32 bits less 8 of the pixel and 2 of room

// Output pixel i is sum over k of weights[k] * input[first + k].
struct Taps {
    std::int64_t first = 0;
    std::vector<std::int32_t> weights;
};

// The triangle filter, widened by the scale when shrinking: weight(t) = 1 - |t|, t the distance of the pixels' centres over the
// filter's scale. From 4 to 2 pixels output 0 has its centre at 1.0 and takes inputs 0..2 with distances .25 .25 .75 (weights
// 3:3:1).
std::vector<Taps> triangleTaps(std::int64_t from, std::int64_t to)
{
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double support = std::max(scale, 1.0);
    std::vector<Taps> all(static_cast<std::size_t>(to));
    for (std::int64_t i = 0; i < to; ++i) {
        const double center = (static_cast<double>(i) + 0.5) * scale;
        const std::int64_t first = std::max<std::int64_t>(static_cast<std::int64_t>(center - support + 0.5), 0);
        const std::int64_t last = std::min(static_cast<std::int64_t>(center + support + 0.5), from);
        std::vector<double> weights;
        double sum = 0.0;
        for (std::int64_t x = first; x < last; ++x) {
            const double distance = std::abs((static_cast<double>(x) - center + 0.5) * (1.0 / support));
            weights.push_back(distance < 1.0 ? 1.0 - distance : 0.0);
            sum += weights.back();
        }
        Taps& taps = all[static_cast<std::size_t>(i)];
        taps.first = first;
        for (const double w : weights)
            taps.weights.push_back(static_cast<std::int32_t>(0.5 + (sum != 0.0 ? w / sum : w) * (1 << kFixedPointBits)));
    }
    return all;
}

std::uint8_t rounded(std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kFixedPointBits, 0, 255)); }

PixelImage resizeColumns(const PixelImage& image, std::int64_t width)
{
    const auto all = triangleTaps(image.width, width);
    PixelImage out{width, image.height, image.channels, {}};
    out.pixels.resize(static_cast<std::size_t>(width * image.height * image.channels));
    std::uint8_t* to = out.pixels.data();
    for (std::int64_t y = 0; y < image.height; ++y) {
        const std::uint8_t* const row = image.pixels.data() + y * image.width * image.channels;
        for (const Taps& taps : all)
            for (std::int64_t c = 0; c < image.channels; ++c) {
                std::int32_t sum = 1 << (kFixedPointBits - 1);
                const std::uint8_t* from = row + taps.first * image.channels + c;
                for (const std::int32_t weight : taps.weights) {
                    sum += weight * *from;
                    from += image.channels;
                }
                *to++ = rounded(sum);
            }
    }
    return out;
}

PixelImage resizeRows(const PixelImage& image, std::int64_t height)
{
    const auto all = triangleTaps(image.height, height);
    const std::int64_t rowBytes = image.width * image.channels;
    PixelImage out{image.width, height, image.channels, {}};
    out.pixels.reserve(static_cast<std::size_t>(rowBytes * height));
    std::vector<std::int32_t> sums;
    for (const Taps& taps : all) {
        sums.assign(static_cast<std::size_t>(rowBytes), 1 << (kFixedPointBits - 1));
        const std::uint8_t* from = image.pixels.data() + taps.first * rowBytes;
        for (const std::int32_t weight : taps.weights) // row by row, so that the compiler makes vectors of it
            for (std::int32_t& sum : sums) sum += weight * *from++;
        for (const std::int32_t sum : sums) out.pixels.push_back(rounded(sum));
    }
    return out;
}

} // namespace

PixelImage resizeBilinear(const PixelImage& image, const PixelExtent& extent)
{
    PixelImage out = image.width == extent.width ? image : resizeColumns(image, extent.width);
    return out.height == extent.height ? out : resizeRows(out, extent.height);
}

} // namespace halftone
