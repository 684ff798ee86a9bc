// IDX, the format of MNIST and its kin: an array of unsigned bytes in a file, gzip or plain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/tensor_data.h"

namespace halftone {

struct IdxArray {
    Shape shape;
    std::vector<std::uint8_t> bytes;
};

constexpr std::size_t idxHeaderBytes(std::size_t rank) { return 4 + 4 * rank; }
// The shape that a header of idxHeaderBytes(rank) bytes tells. Corrupt when it is no IDX header of unsigned bytes and `rank`
// dimensions, or the sides of its images cannot be right.
Result<Shape> parseIdxHeader(std::span<const std::uint8_t> header, std::size_t rank, const std::string& name);

// The whole file. A header that promises more than the file can hold is refused before memory is reserved.
Result<IdxArray> readIdx(const std::filesystem::path& path, std::size_t rank);

} // namespace halftone
