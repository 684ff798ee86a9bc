// The select stage: bit widths for a budget, by a metric's scores or a baseline, saved under a name.
#pragma once

#include <string>
#include <vector>

#include "core/selection/bit_selection.h"
#include "core/studies/scoring.h"

namespace halftone {

struct SelectOptions {
    std::string metric = "eagl"; // a metric, or a baseline: uniform, first-to-last, last-to-first, random
    std::string cost = "linear";
    double budget = 0.75; // fraction of the inner layers' cost at the highest level
    std::vector<int> levels{4, 2};
    std::vector<std::string> pins; // "PATTERN=BITS"
    std::string saveAs; // empty: not saved
    bool replace = false;
    std::uint64_t seed = 0; // of the random baseline
    ScoreOptions scoring; // how missing scores are made
};
struct SelectReport {
    Selection selection;
    std::string metric, cost, unit;
    std::vector<std::pair<std::string, int>> layers; // name to weight bits, in order
};
Result<SelectReport> select(Study& study, const SelectOptions& options, const TaskContext& task = {});

} // namespace halftone
