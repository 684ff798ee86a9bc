// ByteStream: a file read from front to back, gzip or plain, never giving more bytes than were asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"

namespace halftone {

class ByteStream {
public:
    // Errors: NotFound when it is not there, BadInput when it is no regular file, Io.
    static Result<ByteStream> open(const std::filesystem::path& path);

    // The most bytes the file can hold: its size when plain, 1032 times that (deflate's densest code) when gzip.
    std::uint64_t mostBytes() const;
    // The next `count` bytes. Corrupt when the file ends before them or its checksum is wrong. Memory grows with what is really
    // read, so a promise that the file does not keep costs nothing.
    Result<std::vector<std::uint8_t>> take(std::uint64_t count);
    // Corrupt when anything follows what was read.
    Status expectEnd();

private:
    struct Handle;
    explicit ByteStream(std::shared_ptr<Handle> handle)
        : m_handle(std::move(handle))
    {
    }
    std::shared_ptr<Handle> m_handle; // shared only to keep the stream copyable inside Result
};

} // namespace halftone
