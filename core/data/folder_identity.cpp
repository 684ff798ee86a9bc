// Names and sizes of all files, contents of as many as can be read in a moment.
#include "core/data/folder_identity.h"

#include <vector>

#include "core/base/content_hash.h"

namespace halftone {

Result<std::string> folderIdentity(const std::filesystem::path& folder, std::span<const std::filesystem::path> files,
    const TaskContext& task, std::uintmax_t mostRead)
{
    const auto stopped = [&] { return Error{ErrorCode::Cancelled, "Reading " + folder.string() + " was stopped."}; };
    ContentHasher hasher;
    std::uintmax_t total = 0;
    for (const std::filesystem::path& file : files) {
        if (task.stopRequested()) return stopped();
        std::error_code failure;
        const std::uintmax_t size = std::filesystem::file_size(file, failure);
        if (failure)
            return Error{ErrorCode::Io,
                "Reading the size of " + file.string() + " failed: " + failure.message() + "; check its permissions."};
        hasher.add(file.lexically_relative(folder).generic_string()).add(std::to_string(size));
        total += size;
    }
    const std::size_t stride = static_cast<std::size_t>((total + mostRead - 1) / mostRead);
    for (std::size_t i = 0; i < files.size() && stride > 0; i += stride) { // stride 0: all files are empty
        if (task.stopRequested()) return stopped();
        HALFTONE_TRY(const std::string content, contentHashOfFile(files[i]));
        hasher.add(content);
    }
    return hasher.hex();
}

} // namespace halftone
