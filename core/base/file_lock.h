// FileLock: one program at a time; the lock goes with its owner, even when that is killed.
#pragma once

#include <filesystem>
#include <utility>

#include "core/base/result.h"

namespace halftone {

class FileLock {
public:
    // `path` is made, holds nothing, and is removed again. Errors: BadInput with `heldSentence` when another holds it; Io.
    static Result<FileLock> acquire(const std::filesystem::path& path, const std::string& heldSentence);
    ~FileLock();
    FileLock(FileLock&& other) noexcept
        : m_path(std::move(other.m_path))
        , m_file(std::exchange(other.m_file, -1))
    {
    }
    FileLock& operator=(FileLock&&) = delete;

private:
    FileLock(std::filesystem::path path, int file)
        : m_path(std::move(path))
        , m_file(file)
    {
    }
    std::filesystem::path m_path;
    int m_file = -1;
};

} // namespace halftone
