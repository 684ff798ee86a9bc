// Content hashes by XXH3-128.
#include "core/base/content_hash.h"

#include <xxhash.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <vector>

namespace halftone {

namespace {
XXH3_state_t* state(void* p) { return static_cast<XXH3_state_t*>(p); }
} // namespace

ContentHasher::ContentHasher()
    : m_state(XXH3_createState())
{
    XXH3_128bits_reset(state(m_state));
}
ContentHasher::~ContentHasher() { XXH3_freeState(state(m_state)); }

ContentHasher& ContentHasher::add(std::span<const std::byte> bytes)
{
    const std::uint64_t size = bytes.size();
    XXH3_128bits_update(state(m_state), &size, sizeof size);
    XXH3_128bits_update(state(m_state), bytes.data(), bytes.size());
    return *this;
}

ContentHasher& ContentHasher::add(std::string_view text) { return add(std::as_bytes(std::span(text.data(), text.size()))); }

std::string ContentHasher::hex() const
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state(m_state)));
    std::string text;
    for (const unsigned char byte : canonical.digest) {
        constexpr char kDigits[] = "0123456789abcdef";
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string contentHash(std::string_view text) { return ContentHasher().add(text).hex(); }

Result<std::string> contentHashOfFile(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) return Error{ErrorCode::NotFound, "Cannot open " + path.string() + "; check the path and its permissions."};
    ContentHasher hasher;
    std::vector<char> block(1 << 20);
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0)
        hasher.add(std::as_bytes(std::span(block.data(), static_cast<std::size_t>(file.gcount()))));
    if (file.bad())
        return Error{
            ErrorCode::Io, "Reading " + path.string() + " failed; the disk may be damaged or the file is being changed."};
    return hasher.hex();
}

} // namespace halftone
