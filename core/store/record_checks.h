// What is refused before it is saved. Internal to store/.
#pragma once

#include <initializer_list>
#include <string_view>

#include "core/base/result.h"

namespace halftone {

// A name that a person gives and reads: 1 to 200 bytes of UTF-8 without control characters. `what`: "An assignment's name".
Status checkName(std::string_view name, std::string_view what);
// What a person types: UTF-8, of any length, without a zero. `what`: "An argument of a job".
Status checkText(std::string_view text, std::string_view what);
// `what`: "the run's options".
Status checkJson(std::string_view json, std::string_view what);

struct NamedNumber {
    std::string_view name; // "loss"
    double value;
};
// `of`: "epoch 3".
Status checkFinite(std::initializer_list<NamedNumber> numbers, std::string_view of);

} // namespace halftone
