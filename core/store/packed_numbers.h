// Numbers of eight bytes, little-endian, for curves that are stored as one blob. Internal to store/.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "core/base/file_io.h"

namespace halftone {

template <typename Number>
requires(sizeof(Number) == 8) void packNumber(Bytes& bytes, Number number)
{
    const auto bits = std::bit_cast<std::uint64_t>(number);
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<std::byte>(bits >> shift & 0xff));
}

// `bytes` has at least at + 8.
template <typename Number>
requires(sizeof(Number) == 8) Number unpackNumber(std::span<const std::byte> bytes, std::size_t at)
{
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) bits |= std::to_integer<std::uint64_t>(bytes[at + i]) << 8 * i;
    return std::bit_cast<Number>(bits);
}

} // namespace halftone
