// A command line as one text and as words, with the quotes that a shell knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace halftone {

// "finetune a.halftone --assignment 'my own'" has four words. Errors: BadInput when a quote is not closed.
Result<std::vector<std::string>> splitWords(std::string_view line);
std::string joinWords(const std::vector<std::string>& words); // quoted where a shell needs it

} // namespace halftone
