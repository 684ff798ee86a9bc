// MemoryImages: an ImageSet whose bytes and labels all lie in memory.
#pragma once

#include <vector>

#include "core/data/dataset.h"

namespace halftone {

class MemoryImages : public ImageSet {
public:
    // `pixels` holds labels.size() images of `shape`, one after the other, planes R, G, B.
    MemoryImages(Shape shape, std::vector<std::uint8_t> pixels, std::vector<std::uint8_t> labels);

    std::int64_t count() const override { return static_cast<std::int64_t>(m_labels.size()); }
    const Shape& imageShape() const override { return m_shape; }
    std::int64_t label(std::int64_t index) const override { return m_labels[static_cast<std::size_t>(index)]; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override;

    std::span<const std::uint8_t> pixels() const { return m_pixels; }
    std::span<const std::uint8_t> labels() const { return m_labels; }

private:
    Shape m_shape;
    std::vector<std::uint8_t> m_pixels;
    std::vector<std::uint8_t> m_labels;
};

// Of shape, pixels and labels of both sets.
std::string contentHash(const MemoryImages& train, const MemoryImages& test);

} // namespace halftone
