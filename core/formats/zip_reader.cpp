// Zip archives: end record, central directory (zip64 too), stored and deflated entries.
#include "core/formats/zip_reader.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace halftone {

namespace {

constexpr std::uint32_t kLocalSignature = 0x04034b50, kDirectorySignature = 0x02014b50, kEndSignature = 0x06054b50,
                        kEnd64Signature = 0x06064b50, kLocator64Signature = 0x07064b50;
constexpr std::size_t kLocalSize = 30, kDirectorySize = 46, kEndSize = 22, kEnd64Size = 56, kLocator64Size = 20,
                      kMaxComment = 65535;
constexpr std::uint16_t kStored = 0, kDeflated = 8, kZip64Extra = 1, kEncrypted = 1;
constexpr std::uint32_t kInZip64 = 0xffffffff; // the true number stands in a zip64 field

Error corrupt(std::string what) { return Error{ErrorCode::Corrupt, std::move(what)}; }

// The caller has checked that `width` bytes stand at `offset`.
std::uint64_t number(std::span<const std::byte> bytes, std::size_t offset, std::size_t width)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value |= std::to_integer<std::uint64_t>(bytes[offset + i]) << (8 * i);
    return value;
}

std::optional<std::size_t> findEnd(std::span<const std::byte> file)
{
    if (file.size() < kEndSize) return std::nullopt;
    const std::size_t last = file.size() - kEndSize;
    for (std::size_t i = last + 1; i-- > last - std::min(last, kMaxComment);)
        if (number(file, i, 4) == kEndSignature && i + kEndSize + number(file, i + 20, 2) == file.size()) return i;
    return std::nullopt;
}

struct Place {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

// Where the central directory is, from the end record or from its zip64 form before it.
std::optional<Place> findDirectory(std::span<const std::byte> file)
{
    const auto end = findEnd(file);
    if (!end) return std::nullopt;
    Place place{.offset = number(file, *end + 16, 4), .size = number(file, *end + 12, 4)};
    std::uint64_t limit = *end;
    if (*end >= kLocator64Size && number(file, *end - kLocator64Size, 4) == kLocator64Signature) {
        const std::uint64_t at = number(file, *end - kLocator64Size + 8, 8);
        if (at > *end - kLocator64Size || *end - kLocator64Size - at < kEnd64Size) return std::nullopt;
        if (number(file, static_cast<std::size_t>(at), 4) != kEnd64Signature) return std::nullopt;
        place = {.offset = number(file, static_cast<std::size_t>(at) + 48, 8),
            .size = number(file, static_cast<std::size_t>(at) + 40, 8)};
        limit = at;
    }
    if (place.offset > limit || place.size > limit - place.offset) return std::nullopt;
    return place;
}

// Sizes and offset of 4 bytes that are full are replaced, in this order, by numbers of 8 bytes in the zip64 extra field.
bool applyZip64(ZipEntry& entry, std::span<const std::byte> extra)
{
    std::size_t at = 0;
    while (extra.size() - at >= 4) {
        const std::size_t size = number(extra, at + 2, 2);
        if (size > extra.size() - at - 4) return false;
        if (number(extra, at, 2) == kZip64Extra) {
            const auto field = extra.subspan(at + 4, size);
            std::size_t used = 0;
            for (std::uint64_t* value : {&entry.size, &entry.storedSize, &entry.headerOffset}) {
                if (*value != kInZip64) continue;
                if (field.size() - used < 8) return false;
                *value = number(field, used, 8);
                used += 8;
            }
            return true;
        }
        at += 4 + size;
    }
    return true; // no such field: the 4 bytes were meant as they stand
}

Result<SharedBytes> inflateEntry(const ZipEntry& entry, std::span<const std::byte> stored, ByteBudget& budget)
{
    constexpr std::uint64_t kMost = std::numeric_limits<uInt>::max(); // zlib counts in 32 bits
    if (entry.size > kMost || stored.size() > kMost || !budget.take(entry.size))
        return Error{ErrorCode::Unsupported,
            fmt::format(
                "its entry {} unpacks to {} bytes, too many for a compressed entry; pack the archive again without compression",
                entry.name, entry.size)};
    const auto buffer = std::make_shared<Bytes>(static_cast<std::size_t>(entry.size) + 1); // one more: never a null pointer
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return Error{ErrorCode::Failed, "zlib could not start; memory may be short"};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(stored.data()));
    stream.avail_in = static_cast<uInt>(stored.size());
    stream.next_out = reinterpret_cast<Bytef*>(buffer->data());
    stream.avail_out = static_cast<uInt>(entry.size);
    const int result = inflate(&stream, Z_FINISH);
    const bool whole = result == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    if (!whole) return corrupt(fmt::format("its compressed entry {} is damaged", entry.name));
    return SharedBytes{.data = {buffer, buffer->data()}, .size = entry.size};
}

std::uint32_t checksum(std::span<const std::byte> bytes)
{
    return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

} // namespace

Result<ZipReader> ZipReader::open(std::shared_ptr<const Bytes> file)
{
    ZipReader reader;
    reader.m_file = std::move(file);
    const auto place = findDirectory(*reader.m_file);
    if (!place)
        return corrupt("the directory at the end of the zip archive is missing or damaged; the file may have been cut off, "
                       "fetch it again");
    HALFTONE_CHECK(reader.readDirectory(place->offset, place->size));
    return reader;
}

Status ZipReader::readDirectory(std::uint64_t offset, std::uint64_t size)
{
    const auto directory = std::span(*m_file).subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
    std::size_t at = 0;
    while (at < directory.size()) {
        const auto rest = directory.subspan(at);
        if (rest.size() < kDirectorySize || number(rest, 0, 4) != kDirectorySignature)
            return corrupt("the zip directory is damaged");
        const std::size_t nameSize = number(rest, 28, 2), extraSize = number(rest, 30, 2), commentSize = number(rest, 32, 2);
        const std::size_t whole = kDirectorySize + nameSize + extraSize + commentSize;
        if (rest.size() < whole) return corrupt("the zip directory is damaged");
        ZipEntry entry{
            .name = {reinterpret_cast<const char*>(rest.data()) + kDirectorySize, nameSize},
            .method = static_cast<std::uint16_t>(number(rest, 10, 2)),
            .flags = static_cast<std::uint16_t>(number(rest, 8, 2)),
            .crc = static_cast<std::uint32_t>(number(rest, 16, 4)),
            .storedSize = number(rest, 20, 4),
            .size = number(rest, 24, 4),
            .headerOffset = number(rest, 42, 4),
        };
        if (!applyZip64(entry, rest.subspan(kDirectorySize + nameSize, extraSize)))
            return corrupt("the zip directory is damaged");
        if (!m_byName.emplace(entry.name, m_entries.size()).second)
            return corrupt(fmt::format("the zip directory names {} twice", entry.name));
        m_entries.push_back(entry);
        at += whole;
    }
    return {};
}

const ZipEntry* ZipReader::find(std::string_view name) const
{
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : &m_entries[found->second];
}

Result<std::span<const std::byte>> ZipReader::storedBytes(const ZipEntry& entry) const
{
    const std::span<const std::byte> file(*m_file);
    const Error outside = corrupt(fmt::format("its entry {} lies outside the file or has a damaged header", entry.name));
    if (entry.headerOffset > file.size() || file.size() - entry.headerOffset < kLocalSize) return outside;
    const auto local = file.subspan(static_cast<std::size_t>(entry.headerOffset));
    if (number(local, 0, 4) != kLocalSignature) return outside;
    const std::size_t begin = kLocalSize + number(local, 26, 2) + number(local, 28, 2);
    if (begin > local.size() || entry.storedSize > local.size() - begin) return outside;
    return local.subspan(begin, static_cast<std::size_t>(entry.storedSize));
}

Result<SharedBytes> ZipReader::read(const ZipEntry& entry, ByteBudget& budget) const
{
    if (entry.flags & kEncrypted) return Error{ErrorCode::Unsupported, fmt::format("its entry {} is encrypted", entry.name)};
    HALFTONE_TRY(const auto stored, storedBytes(entry));
    SharedBytes bytes;
    if (entry.method == kStored) {
        if (entry.storedSize != entry.size) return corrupt(fmt::format("its entry {} has two sizes", entry.name));
        if (!budget.take(entry.size)) return corrupt("its entries lie over each other");
        bytes = {.data = {m_file, stored.data()}, .size = entry.size};
    } else if (entry.method == kDeflated) {
        HALFTONE_TRY(bytes, inflateEntry(entry, stored, budget));
    } else {
        return Error{ErrorCode::Unsupported,
            fmt::format("its entry {} is compressed by method {}, only deflate is read", entry.name, entry.method)};
    }
    // PyTorch writes 0 where the person switched checksums off (torch.serialization.set_crc32_options).
    if (entry.crc != 0 && checksum(bytes.span()) != entry.crc)
        return corrupt(fmt::format("its entry {} does not match its checksum; fetch the file again", entry.name));
    return bytes;
}

} // namespace halftone
