// Label maps: the names of a network's classes in its own order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace halftone {

struct LabelMap {
    std::vector<std::string> names; // by index; "" for an index that has none
    bool operator==(const LabelMap&) const = default;
};

// One class a line: a name, its index being the line's rank; or on every line a name, a comma or tab, and the index. Names that are
// WordNet ids (n01440764) may have a blank before the index, and words behind them, which are passed over. Empty lines are none.
// Errors name `name` and the line.
Result<LabelMap> parseLabelMap(std::string_view text, const std::string& name);
std::string text(const LabelMap& map); // in the second form, which parseLabelMap reads back

// The index in `map` of each of `classes`. BadInput, with the nearest name, when one is not in it; `what` stands in the error.
Result<std::vector<std::int64_t>> indicesOf(const std::vector<std::string>& classes, const LabelMap& map, const std::string& what);

} // namespace halftone
