// A lock by flock(2) on a file of its own.
#include "core/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace halftone {

namespace {

// False when the last holder removed the name between our opening and locking it: then somebody else may lock a new file.
bool stillHasItsName(int file, const std::filesystem::path& path)
{
    struct stat opened { };
    struct stat named { };
    return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino
        && opened.st_dev == named.st_dev;
}

} // namespace

Result<FileLock> FileLock::acquire(const std::filesystem::path& path, const std::string& heldSentence)
{
    const auto failed = [&path] {
        return Error{ErrorCode::Io, "Making " + path.string() + " failed: " + std::strerror(errno) + "; check its folder."};
    };
    while (true) {
        const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (file < 0) return failed();
        if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
            const bool held = errno == EWOULDBLOCK;
            const Error error = held ? Error{ErrorCode::BadInput, heldSentence} : failed();
            ::close(file);
            return error;
        }
        if (stillHasItsName(file, path)) return FileLock(path, file);
        ::close(file);
    }
}

FileLock::~FileLock()
{
    if (m_file < 0) return;
    ::unlink(m_path.c_str()); // while it is still locked: see stillHasItsName
    ::close(m_file);
}

} // namespace halftone
