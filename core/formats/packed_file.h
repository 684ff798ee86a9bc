// Halftone's packed file: weights at their real width in bits, with scales, and a manifest in JSON (docs/formats/packed.md).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/graph/quantized_model.h"

namespace halftone {

inline constexpr std::uint32_t kPackedVersion = 1;

// Code i, counted from `lowest`, takes the bits [i * bits, (i + 1) * bits) of the bytes, the least significant first.
// Codes lie in [lowest, lowest + 2^bits); bits 1 to 8.
Bytes packCodes(std::span<const std::int8_t> codes, int bits, std::int32_t lowest);
// `bytes` must hold exactly ceil(count * bits / 8) bytes.
std::vector<std::int8_t> unpackCodes(std::span<const std::byte> bytes, int bits, std::int32_t lowest, std::int64_t count);

// Deterministic: same model, same bytes. Batch norms stay as they are, so reading gives the same network, codes and grids.
// Errors: BadInput for missing weights and for a grid that is missing or wider than its bits.
Result<Bytes> writePacked(const QuantizedModel& model);
bool looksPacked(std::span<const std::byte> file); // begins as such files do
// Errors: Corrupt, with what is wrong and where; Unsupported for a newer version.
Result<QuantizedModel> readPacked(std::span<const std::byte> file);

} // namespace halftone
