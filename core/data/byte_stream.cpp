// Reading gzip and plain files through zlib, which tells them apart by their first bytes.
#include "core/data/byte_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include <zlib.h>

namespace halftone {

struct ByteStream::Handle {
    std::filesystem::path path;
    std::uint64_t fileSize = 0;
    gzFile file = nullptr;

    ~Handle()
    {
        if (file) gzclose_r(file);
    }
    // Up to `count` bytes; fewer only at the end of the file.
    Result<std::size_t> read(std::uint8_t* to, std::size_t count)
    {
        const int got = gzread(file, to, static_cast<unsigned>(count));
        int code = Z_OK;
        const char* reason = gzerror(file, &code);
        // Z_BUF_ERROR is how zlib tells of a gzip file that ends in the middle of its data.
        if (got >= 0 && (code == Z_OK || code == Z_STREAM_END)) return static_cast<std::size_t>(got);
        if (code == Z_ERRNO)
            return Error{ErrorCode::Io, "Reading " + path.string() + " failed: " + std::strerror(errno) + "; check the disk."};
        if (code == Z_BUF_ERROR)
            return Error{ErrorCode::Corrupt, path.string() + " is truncated: its gzip data end too early; fetch it again."};
        return Error{
            ErrorCode::Corrupt, path.string() + " is damaged (" + (reason ? reason : "gzip error") + "); fetch it again."};
    }
};

Result<ByteStream> ByteStream::open(const std::filesystem::path& path)
{
    std::error_code failure;
    const auto kind = std::filesystem::status(path, failure).type();
    if (kind == std::filesystem::file_type::not_found)
        return Error{ErrorCode::NotFound, "There is no file " + path.string() + "; check the path."};
    if (kind != std::filesystem::file_type::regular)
        return Error{ErrorCode::BadInput, path.string() + " is not a file that can be read; check the path."};
    auto handle = std::make_shared<Handle>();
    handle->path = path;
    handle->fileSize = std::filesystem::file_size(path, failure);
    handle->file = gzopen(path.c_str(), "rb");
    if (failure || !handle->file)
        return Error{
            ErrorCode::Io, "Opening " + path.string() + " failed: " + std::strerror(errno) + "; check its permissions."};
    constexpr unsigned kBufferBytes = 1 << 18;
    gzbuffer(handle->file, kBufferBytes);
    return ByteStream(std::move(handle));
}

std::uint64_t ByteStream::mostBytes() const
{
    constexpr std::uint64_t kDensest = 1032;
    return gzdirect(m_handle->file) ? m_handle->fileSize : m_handle->fileSize * kDensest;
}

Result<std::vector<std::uint8_t>> ByteStream::take(std::uint64_t count)
{
    constexpr std::uint64_t kBlock = 1 << 20;
    std::vector<std::uint8_t> bytes;
    bytes.reserve(static_cast<std::size_t>(std::min(count, std::max(kBlock, m_handle->fileSize))));
    while (bytes.size() < count) {
        const std::size_t done = bytes.size();
        const auto wanted = static_cast<std::size_t>(std::min(kBlock, count - done));
        bytes.resize(done + wanted);
        HALFTONE_TRY(const std::size_t got, m_handle->read(bytes.data() + done, wanted));
        if (got < wanted)
            return Error{ErrorCode::Corrupt,
                m_handle->path.string() + " ends after " + std::to_string(done + got) + " of " + std::to_string(count)
                    + " bytes that should be there; it is truncated, fetch it again."};
    }
    return bytes;
}

Status ByteStream::expectEnd()
{
    std::uint8_t extra = 0;
    HALFTONE_TRY(const std::size_t got, m_handle->read(&extra, 1));
    if (got == 0) return {};
    return Error{ErrorCode::Corrupt, m_handle->path.string() + " holds more than its header says; is it the right file?"};
}

} // namespace halftone
