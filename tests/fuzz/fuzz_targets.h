// The readers that are fuzzed: what is done with one input, and small valid inputs to begin with.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file_io.h"

namespace halftone::fuzz {

struct FuzzTarget {
    std::string_view name; // of the program fuzz_NAME and of the folder findings/NAME
    void (*run)(std::span<const std::byte> input); // must come back, whatever the bytes; asserts what holds for every input
    std::vector<Bytes> (*seeds)();
};
std::span<const FuzzTarget> allFuzzTargets(); // written out in all_fuzz_targets.cpp
const FuzzTarget* findFuzzTarget(std::string_view name); // null when there is none

// One a file, NAME_fuzz.cpp.
FuzzTarget torchZipTarget();
FuzzTarget torchLegacyTarget();
FuzzTarget safeTensorsTarget();
FuzzTarget safeTensorsIndexTarget();
FuzzTarget onnxTarget();
FuzzTarget packedTarget();
FuzzTarget idxTarget();
FuzzTarget cifarTarget();
FuzzTarget imageListTarget();
FuzzTarget networkTextTarget();
FuzzTarget importReportTarget();
FuzzTarget studySettingsTarget();

} // namespace halftone::fuzz
