// 128-bit content hashes: what cached results are keyed by.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace halftone {

// XXH3-128 of everything added, in order. Each add() is delimited by its length, so "ab"+"c" differs from "a"+"bc".
class ContentHasher {
public:
    ContentHasher();
    ~ContentHasher();
    ContentHasher(const ContentHasher&) = delete;
    ContentHasher& operator=(const ContentHasher&) = delete;

    ContentHasher& add(std::span<const std::byte> bytes);
    ContentHasher& add(std::string_view text);
    std::string hex() const; // 32 lower-case hexadecimal digits

private:
    void* m_state; // XXH3_state_t; third-party types stay out of headers
};

std::string contentHash(std::string_view text);
Result<std::string> contentHashOfFile(const std::filesystem::path& path);

} // namespace halftone
