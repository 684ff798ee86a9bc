// The list of fuzz targets.
#include <algorithm>
#include <array>

#include "fuzz_targets.h"

namespace halftone::fuzz {

std::span<const FuzzTarget> allFuzzTargets()
{
    static const std::array targets{torchZipTarget(), torchLegacyTarget(), safeTensorsTarget(), safeTensorsIndexTarget(),
        onnxTarget(), packedTarget(), idxTarget(), cifarTarget(), imageListTarget(), networkTextTarget(), importReportTarget(),
        studySettingsTarget()};
    return targets;
}

const FuzzTarget* findFuzzTarget(std::string_view name)
{
    const auto found = std::ranges::find(allFuzzTargets(), name, &FuzzTarget::name);
    return found == allFuzzTargets().end() ? nullptr : &*found;
}

} // namespace halftone::fuzz
