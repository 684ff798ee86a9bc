// Checks of names, JSON texts and numbers before they are saved.
#include "core/store/record_checks.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace halftone {

namespace {

constexpr std::size_t kLongestName = 200;

bool isUtf8(std::string_view text)
{
    // A JSON string may hold any UTF-8 and nothing else, once quotes, backslashes and control characters are out of the way.
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' || c == '\\' || (c > 0 && c < 0x20) ? 'x' : c;
    return nlohmann::json::accept(quoted + '"');
}

} // namespace

Status checkName(std::string_view name, std::string_view what)
{
    if (name.empty()) return Error{ErrorCode::BadInput, std::string(what) + " is empty; give one."};
    if (name.size() > kLongestName)
        return Error{ErrorCode::BadInput,
            std::string(what) + " has " + std::to_string(name.size()) + " bytes; at most " + std::to_string(kLongestName)
                + " are kept."};
    const bool control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (control || !isUtf8(name))
        return Error{
            ErrorCode::BadInput, std::string(what) + " holds a character that cannot be shown; use letters, digits and signs."};
    return {};
}

Status checkText(std::string_view text, std::string_view what)
{
    if (isUtf8(text)) return {};
    return Error{ErrorCode::BadInput, std::string(what) + " holds bytes that are no text; use file names and words in UTF-8."};
}

Status checkJson(std::string_view json, std::string_view what)
{
    if (nlohmann::json::accept(json)) return {};
    return Error{ErrorCode::Failed, "Not saved: " + std::string(what) + " are no JSON text."};
}

Status checkFinite(std::initializer_list<NamedNumber> numbers, std::string_view of)
{
    for (const auto& [name, value] : numbers)
        if (!std::isfinite(value))
            return Error{ErrorCode::Failed,
                "Not saved: the " + std::string(name) + " of " + std::string(of) + " is not a finite number."};
    return {};
}

} // namespace halftone
