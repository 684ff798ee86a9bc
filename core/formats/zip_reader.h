// Reads zip archives in memory through their central directory: the container of PyTorch's checkpoints.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/formats/byte_budget.h"

namespace halftone {

struct ZipEntry {
    std::string_view name; // a view into the file
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
    std::uint32_t crc = 0;
    std::uint64_t storedSize = 0;
    std::uint64_t size = 0;
    std::uint64_t headerOffset = 0;
};

class ZipReader {
public:
    // Errors: Corrupt when the central directory is missing (a file that was cut off) or points outside the file.
    static Result<ZipReader> open(std::shared_ptr<const Bytes> file);

    std::span<const ZipEntry> entries() const { return m_entries; }
    const ZipEntry* find(std::string_view name) const; // null when absent
    // A view into the file for stored entries, new memory taken from `budget` for deflated ones. Checksums are verified.
    Result<SharedBytes> read(const ZipEntry& entry, ByteBudget& budget) const;

private:
    Status readDirectory(std::uint64_t offset, std::uint64_t size);
    Result<std::span<const std::byte>> storedBytes(const ZipEntry& entry) const;

    std::shared_ptr<const Bytes> m_file;
    std::vector<ZipEntry> m_entries;
    std::unordered_map<std::string_view, std::size_t> m_byName;
};

} // namespace halftone
