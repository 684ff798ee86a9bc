// Reading whole files, and writing them so that a crash leaves the old file or the new one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace halftone {

using Bytes = std::vector<std::byte>;

// Errors: NotFound when it is not there, BadInput for a folder or a file over maxBytes, Io when reading fails.
Result<Bytes> readFile(const std::filesystem::path& path, std::uintmax_t maxBytes = std::uintmax_t(4) << 30);
// Writes to a temporary name beside `path`, flushes to disk, then renames. Errors: Io (names a full disk as such).
Status writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
Status writeFileAtomically(const std::filesystem::path& path, std::string_view text);

} // namespace halftone
