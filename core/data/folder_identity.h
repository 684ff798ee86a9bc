// What tells that a folder still holds the files that a study was made with, wherever it lies and whenever it was copied.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/base/task_context.h"

namespace halftone {

// A hash of all files' names (relative to `folder`) and sizes, in order, and of their contents: of every file while they hold at most
// `mostRead` bytes together, else of every k-th, k being the smallest that keeps to it when all are alike. Times do not enter: a
// copy is the same data. Errors: Io naming the file; Cancelled.
inline constexpr std::uintmax_t kMostIdentityBytes = std::uintmax_t{256} << 20;
Result<std::string> folderIdentity(const std::filesystem::path& folder, std::span<const std::filesystem::path> files,
    const TaskContext& task = {}, std::uintmax_t mostRead = kMostIdentityBytes);

} // namespace halftone
