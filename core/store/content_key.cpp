// Content keys: every part with its type, in the order of the names.
#include "core/store/content_key.h"

#include <array>
#include <charconv>

#include "core/base/content_hash.h"

namespace halftone {

ContentKey::ContentKey(std::string_view kind)
    : m_kind(kind)
{
}

ContentKey& ContentKey::add(std::string_view name, std::string_view text)
{
    m_parts.insert_or_assign(std::string(name), "text:" + std::string(text));
    return *this;
}

ContentKey& ContentKey::add(std::string_view name, double value)
{
    std::array<char, 64> digits{}; // as printf's %.17g, whatever the program's language
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::general, 17).ptr;
    m_parts.insert_or_assign(std::string(name), "real:" + std::string(digits.data(), end));
    return *this;
}

ContentKey& ContentKey::addFlag(std::string_view name, bool value)
{
    m_parts.insert_or_assign(std::string(name), value ? "flag:yes" : "flag:no");
    return *this;
}

ContentKey& ContentKey::addSigned(std::string_view name, std::int64_t value)
{
    m_parts.insert_or_assign(std::string(name), "integer:" + std::to_string(value));
    return *this;
}

ContentKey& ContentKey::addUnsigned(std::string_view name, std::uint64_t value)
{
    m_parts.insert_or_assign(std::string(name), "integer:" + std::to_string(value));
    return *this;
}

std::string ContentKey::hex() const
{
    ContentHasher hasher;
    hasher.add(m_kind);
    for (const auto& [name, value] : m_parts) hasher.add(name).add(value);
    return hasher.hex();
}

} // namespace halftone
