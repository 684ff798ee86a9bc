// How many bytes a reader may read and allocate for one file, and bytes that keep their owner alive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace halftone {

// Bounds what a small hostile file can make a reader allocate or go over again and again: whatever is unpacked, copied or
// checked takes from it.
class ByteBudget {
public:
    // Real checkpoints take their own size, or twice that where they are copied.
    static ByteBudget forFile(std::uint64_t fileSize) { return ByteBudget(16 * fileSize + (std::uint64_t(1) << 20)); }
    explicit ByteBudget(std::uint64_t bytes)
        : m_left(bytes)
    {
    }

    bool take(std::uint64_t bytes)
    {
        if (bytes > m_left) return false;
        m_left -= bytes;
        return true;
    }

private:
    std::uint64_t m_left;
};

// Bytes of a file or of a buffer of their own; `data` keeps them alive. `data` is null only when nothing was read.
struct SharedBytes {
    std::shared_ptr<const std::byte> data;
    std::uint64_t size = 0;
    std::span<const std::byte> span() const { return {data.get(), static_cast<std::size_t>(size)}; }
};

} // namespace halftone
