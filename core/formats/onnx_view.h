// A tensor seen through Reshape, Transpose and Gather, without its numbers: where each of its elements lies in the original.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/graph/operation.h"
#include "core/graph/tensor_data.h"

namespace halftone {

// Each dimension is a product of factors (size, stride), the slowest first; a whole tensor starts with one factor a dimension.
// Shapes count a batch of one. What cannot be said in this way (a reshape that splits a factor unevenly) is refused.
class OnnxView {
public:
    explicit OnnxView(const Shape& shape); // of a value, without the batch

    Shape shape() const;
    std::int64_t elements() const;
    // ONNX's rules: 0 keeps a dimension (unless `zeroIsZero`), -1 is what remains. False: not possible.
    bool reshape(std::vector<std::int64_t> target, bool zeroIsZero);
    bool transpose(std::span<const std::int64_t> order);
    bool pick(std::int64_t dimension, std::int64_t index, bool keepsDimension); // Gather of one index

    // The operations on a value of shape `original` that give what is seen; empty for the value itself. Absent: none do.
    std::optional<std::vector<Attributes>> asOperations(const Shape& original) const;
    // Where dimension `d` (with the batch) of what is seen is one whole dimension of the original: that one's number.
    std::optional<std::size_t> originalDimension(std::size_t d, const Shape& original) const;

private:
    struct Factor {
        std::int64_t size;
        std::int64_t stride;
    };
    using Dimension = std::vector<Factor>;
    static std::int64_t sizeOf(const Dimension& dimension);
    static bool isRun(const Dimension& dimension, std::int64_t size, std::int64_t stride);

    std::vector<Dimension> m_dimensions;
    std::int64_t m_offset = 0;
};

} // namespace halftone
