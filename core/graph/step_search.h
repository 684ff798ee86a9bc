// The step (scale) of a uniform grid that represents given values with the least square error.
#pragma once

#include <span>

namespace halftone {

// The global minimiser over s > 0 of E(s) = sum_i (w_i - s * clip(round(w_i / s), lowest, highest))^2.
// The range holds zero: lowest <= 0 <= highest, lowest < highest. Values that are not finite are left out; when nothing
// but zeros (or nothing that the range can represent) remains, any step is as good and 1 is returned.
// Always positive and finite. Example: {-1.0, 0.5, 0.25}, [-8, 7] -> 0.125 or 0.25, both without error.
float leastSquareErrorStep(std::span<const float> values, int lowest, int highest);

} // namespace halftone
