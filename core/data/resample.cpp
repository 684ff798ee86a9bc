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
// Of the output pixels from `begin` on, `count` of them.
std::vector<Taps> triangleTaps(std::int64_t from, std::int64_t to, std::int64_t begin, std::int64_t count)
{
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double support = std::max(scale, 1.0);
    std::vector<Taps> all(static_cast<std::size_t>(count));
    for (std::int64_t i = begin; i < begin + count; ++i) {
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
        Taps& taps = all[static_cast<std::size_t>(i - begin)];
        taps.first = first;
        for (const double w : weights)
            taps.weights.push_back(static_cast<std::int32_t>(0.5 + (sum != 0.0 ? w / sum : w) * (1 << kFixedPointBits)));
    }
    return all;
}

std::uint8_t rounded(std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kFixedPointBits, 0, 255)); }

// Three sums side by side: nearly all images have three channels, and a loop over the channels would walk the taps thrice.
std::uint8_t* sumOfThree(const Taps& taps, const std::uint8_t* from, std::uint8_t* to)
{
    std::int32_t first = 1 << (kFixedPointBits - 1), second = first, third = first;
    for (const std::int32_t weight : taps.weights) {
        first += weight * from[0];
        second += weight * from[1];
        third += weight * from[2];
        from += 3;
    }
    *to++ = rounded(first);
    *to++ = rounded(second);
    *to++ = rounded(third);
    return to;
}

std::uint8_t* sumOfAny(const Taps& taps, const std::uint8_t* from, std::int64_t channels, std::uint8_t* to)
{
    for (std::int64_t c = 0; c < channels; ++c) {
        std::int32_t sum = 1 << (kFixedPointBits - 1);
        const std::uint8_t* at = from + c;
        for (const std::int32_t weight : taps.weights) {
            sum += weight * *at;
            at += channels;
        }
        *to++ = rounded(sum);
    }
    return to;
}

// Rows `top` to `top` + `rows` of the input, each with one output pixel for each of `all`.
PixelImage resizeColumns(const PixelImage& image, const std::vector<Taps>& all, std::int64_t top, std::int64_t rows)
{
    PixelImage out{static_cast<std::int64_t>(all.size()), rows, image.channels, {}};
    out.pixels.resize(static_cast<std::size_t>(out.width * rows * image.channels));
    std::uint8_t* to = out.pixels.data();
    for (std::int64_t y = top; y < top + rows; ++y) {
        const std::uint8_t* const row = image.pixels.data() + y * image.width * image.channels;
        for (const Taps& taps : all) {
            const std::uint8_t* const from = row + taps.first * image.channels;
            to = image.channels == 3 ? sumOfThree(taps, from, to) : sumOfAny(taps, from, image.channels, to);
        }
    }
    return out;
}

// `image` holds the input's rows from `top` on.
PixelImage resizeRows(const PixelImage& image, const std::vector<Taps>& all, std::int64_t top)
{
    const std::int64_t rowBytes = image.width * image.channels;
    PixelImage out{image.width, static_cast<std::int64_t>(all.size()), image.channels, {}};
    out.pixels.resize(static_cast<std::size_t>(rowBytes) * all.size());
    std::uint8_t* to = out.pixels.data();
    std::vector<std::int32_t> sums;
    for (const Taps& taps : all) {
        sums.assign(static_cast<std::size_t>(rowBytes), 1 << (kFixedPointBits - 1));
        const std::uint8_t* from = image.pixels.data() + (taps.first - top) * rowBytes;
        for (const std::int32_t weight : taps.weights) // row by row, so that the compiler makes vectors of it
            for (std::int32_t& sum : sums) sum += weight * *from++;
        for (const std::int32_t sum : sums) *to++ = rounded(sum);
    }
    return out;
}

PixelImage cropped(const PixelImage& image, const PixelWindow& window)
{
    PixelImage out{window.extent.width, window.extent.height, image.channels, {}};
    out.pixels.reserve(static_cast<std::size_t>(out.width * out.height * out.channels));
    for (std::int64_t y = window.top; y < window.top + window.extent.height; ++y) {
        const auto row = image.pixels.begin() + (y * image.width + window.left) * image.channels;
        out.pixels.insert(out.pixels.end(), row, row + window.extent.width * image.channels);
    }
    return out;
}

} // namespace

PixelImage resizeBilinear(const PixelImage& image, const PixelExtent& extent)
{
    return resizeBilinear(image, extent, {0, 0, extent});
}

PixelImage resizeBilinear(const PixelImage& image, const PixelExtent& extent, const PixelWindow& window)
{
    const auto& [width, height] = window.extent;
    if (image.height == extent.height) { // one pass, or none
        if (image.width == extent.width) return cropped(image, window);
        return resizeColumns(image, triangleTaps(image.width, extent.width, window.left, width), window.top, height);
    }
    const auto rows = triangleTaps(image.height, extent.height, window.top, height);
    const std::int64_t top = rows.front().first;
    const std::int64_t bottom = rows.back().first + static_cast<std::int64_t>(rows.back().weights.size());
    if (image.width == extent.width)
        return resizeRows(cropped(image, {window.left, top, {width, bottom - top}}), rows, top);
    return resizeRows(
        resizeColumns(image, triangleTaps(image.width, extent.width, window.left, width), top, bottom - top), rows, top);
}

} // namespace halftone
