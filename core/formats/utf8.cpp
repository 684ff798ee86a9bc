// UTF-8 as RFC 3629 defines it: shortest forms, no surrogates, nothing above U+10FFFF.
#include "core/formats/utf8.h"

namespace halftone {

namespace {

// Bytes of the character at `text`'s front; 0 when there is none in good form.
std::size_t characterSize(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0u) == 0x80u; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4) return 0;
    if (first < 0xe0) return continues(1) ? 2 : 0;
    const unsigned lowest = first == 0xe0 ? 0xa0u : first == 0xf0 ? 0x90u : 0x80u;
    const unsigned highest = first == 0xed ? 0x9fu : first == 0xf4 ? 0x8fu : 0xbfu;
    if (byte(1) < lowest || byte(1) > highest) return 0;
    if (first < 0xf0) return continues(2) ? 3 : 0;
    return continues(2) && continues(3) ? 4 : 0;
}

} // namespace

bool isUtf8(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t size = characterSize(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::string printable(std::string_view text, std::size_t maxBytes)
{
    std::string shown;
    while (!text.empty()) {
        const std::size_t size = characterSize(text);
        if (shown.size() + size > maxBytes) return shown + "...";
        const bool control = size == 1 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7f);
        shown += size == 0 || control ? std::string_view("?") : text.substr(0, size);
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return shown;
}

} // namespace halftone
