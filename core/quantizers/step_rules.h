// Rules for the step of a uniform grid from sample values; shared by quantizers.
#pragma once

#include <torch/types.h>

#include <optional>

#include "core/quantizers/quantizer.h"

namespace halftone {

// 2<|v|>/sqrt(Qp), LSQ section 2.1. All-zero samples give 1.
Result<float> paperInitialStep(const torch::Tensor& sample, std::int32_t lowest, std::int32_t highest);
// The s that minimises sum (v - s clip(round(v/s), lowest, highest))^2.
Result<float> leastSquareErrorInitialStep(const torch::Tensor& sample, std::int32_t lowest, std::int32_t highest);
// The smallest s with no value clipped.
Result<float> minMaxStep(const torch::Tensor& sample, std::int32_t lowest, std::int32_t highest);
// The step of a grid that is exactly the quantizer's: one scale, the same codes. Nothing for others.
std::optional<float> stepOf(const FrozenGrid& grid, const QuantizerSpec& spec);
// Errors: Failed when the step is not positive and finite.
Result<FrozenGrid> frozenUniformGrid(const QuantizerSpec& spec, float step);

} // namespace halftone
