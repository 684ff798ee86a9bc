// Integer codes of real values on a frozen grid.
#include "core/graph/frozen_grid.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace halftone {

std::vector<std::int8_t> quantizeToCodes(const FrozenGrid& grid, std::span<const float> values)
{
    assert(!grid.scales.empty() && values.size() % grid.scales.size() == 0 && "one scale, or one a channel");
    assert(grid.lowest >= -128 && grid.highest <= 127 && "codes of weights are signed bytes");
    // In floats, where all codes are exact. Clipping to integers before rounding gives what clipping after it gives, and
    // keeps infinities out of the rounding. Example: scale 0.5, [-8, 7]: 1.25 -> 2.5 -> 2 (half to even), 9 -> 7.
    const auto lowest = static_cast<float>(grid.lowest);
    const auto highest = static_cast<float>(grid.highest);
    const std::size_t perScale = values.size() / grid.scales.size();
    std::vector<std::int8_t> codes(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float steps = values[i] / grid.scales[i / perScale];
        // A NaN has no code; casting it would be undefined, so it becomes 0 here and is the finder's error elsewhere.
        codes[i]
            = std::isnan(steps) ? std::int8_t{0} : static_cast<std::int8_t>(std::nearbyint(std::clamp(steps, lowest, highest)));
    }
    return codes;
}

} // namespace halftone
