// Text from files: is it UTF-8, and how to show it in a sentence.
#pragma once

#include <string>
#include <string_view>

namespace halftone {

bool isUtf8(std::string_view text);
// The same text without control characters and bytes that are not UTF-8 ('?' in their place), cut at `maxBytes`.
std::string printable(std::string_view text, std::size_t maxBytes = 600);

} // namespace halftone
