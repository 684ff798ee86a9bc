// Whole-file reading and atomic writing over POSIX calls.
#include "core/base/file_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace halftone {

namespace {

class Descriptor {
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor()
    {
        if (m_fd >= 0) ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    int close()
    {
        const int result = ::close(m_fd);
        m_fd = -1;
        return result;
    }

private:
    int m_fd;
};

Error ioError(std::string_view what, const std::filesystem::path& path)
{
    const int reason = errno;
    std::string text = std::string(what) + " " + path.string() + " failed: " + std::strerror(reason);
    text += reason == ENOSPC || reason == EDQUOT ? "; free some space and try again."
                                                 : "; check the folder and its permissions.";
    return Error{ErrorCode::Io, text};
}

} // namespace

Result<Bytes> readFile(const std::filesystem::path& path, std::uintmax_t maxBytes)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return Error{ErrorCode::NotFound, "There is no file " + path.string() + "; check the path."};
        return ioError("Opening", path);
    }
    struct stat info { };
    if (::fstat(file.get(), &info) != 0) return ioError("Reading", path);
    if (!S_ISREG(info.st_mode)) return Error{ErrorCode::BadInput, path.string() + " is not a file; give the path of a file."};
    if (static_cast<std::uintmax_t>(info.st_size) > maxBytes)
        return Error{ErrorCode::BadInput,
            path.string() + " has " + std::to_string(info.st_size) + " bytes, more than the " + std::to_string(maxBytes)
                + " that are read as one; is it the right file?"};
    Bytes bytes(static_cast<std::size_t>(info.st_size));
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ioError("Reading", path);
        if (got == 0) return Error{ErrorCode::Io, path.string() + " became shorter while it was read; try again."};
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

Status writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes)
{
    const std::filesystem::path temporary = path.string() + ".writing-" + std::to_string(::getpid());
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0) return ioError("Writing", path);
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t put = ::write(file.get(), bytes.data() + done, bytes.size() - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) {
            const Error error = ioError("Writing", path);
            ::unlink(temporary.c_str());
            return error;
        }
        done += static_cast<std::size_t>(put);
    }
    if (::fsync(file.get()) != 0 || file.close() != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
        const Error error = ioError("Writing", path);
        ::unlink(temporary.c_str());
        return error;
    }
    return {};
}

Status writeFileAtomically(const std::filesystem::path& path, std::string_view text)
{
    return writeFileAtomically(path, std::as_bytes(std::span(text.data(), text.size())));
}

} // namespace halftone
