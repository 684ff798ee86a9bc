// ContentKey: a name for a result made from everything that made it.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace halftone {

// ContentKey("fine-tune").add("model", hash).add("seed", 7).add("learning rate", 0.01).hex()
// The order of the add() calls does not matter; the type does (1, 1.0, "1" and true are four keys). A name that is added
// again replaces its value.
class ContentKey {
public:
    explicit ContentKey(std::string_view kind); // keeps results of different kinds apart

    ContentKey& add(std::string_view name, std::string_view text);
    ContentKey& add(std::string_view name, const char* text) { return add(name, std::string_view(text)); }
    ContentKey& add(std::string_view name, double value); // 17 significant digits: every double has its own text
    template <std::same_as<bool> Bool> // not a plain bool, to which pointers would convert
    ContentKey& add(std::string_view name, Bool value)
    {
        return addFlag(name, value);
    }
    template <std::integral Integer>
    requires(!std::same_as<Integer, bool>) ContentKey& add(std::string_view name, Integer value)
    {
        if constexpr (std::signed_integral<Integer>)
            return addSigned(name, value);
        else
            return addUnsigned(name, value);
    }
    std::string hex() const; // 32 lower-case hexadecimal digits

private:
    ContentKey& addFlag(std::string_view name, bool value);
    ContentKey& addSigned(std::string_view name, std::int64_t value);
    ContentKey& addUnsigned(std::string_view name, std::uint64_t value);

    std::string m_kind;
    std::map<std::string, std::string, std::less<>> m_parts;
};

} // namespace halftone
