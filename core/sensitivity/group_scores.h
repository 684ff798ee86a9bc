// What every sensitivity metric answers: a gain per linked group.
#pragma once

#include <string>
#include <vector>

#include "core/graph/layers.h"

namespace halftone {

// Gain of keeping a group at the higher width instead of the lower one; larger means more sensitive.
struct GroupScore {
    GroupIndex group;
    double gain = 0;
    bool scored = true; // false: this group could not be scored; never to be read as robust
    std::string reason; // why it could not be scored
    bool operator==(const GroupScore&) const = default;
};

struct SensitivityReport {
    std::string metric; // "eagl"
    std::string unit; // "bits of entropy", "training loss"
    int highBits = 4;
    int lowBits = 2;
    std::vector<GroupScore> groups; // one per group that is not an edge group, in group order
    double cpuSeconds = 0; // of making it, all threads
    bool operator==(const SensitivityReport&) const = default;
};

} // namespace halftone
