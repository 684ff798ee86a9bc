// What shape an operation makes of its inputs, with every size checked before it is computed with.
#pragma once

#include <span>
#include <string_view>

#include "core/base/result.h"
#include "core/graph/operation.h"
#include "core/graph/tensor_data.h"

namespace halftone {

// Far above any network, far below where 64-bit arithmetic could overflow; they keep hostile files harmless.
inline constexpr std::int64_t kMaxDimension = (std::int64_t{1} << 31) - 1;
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 40; // of one value, and of all parameters together
inline constexpr std::int64_t kMaxMacs = std::int64_t{1} << 53; // of a whole network: exact in double
inline constexpr std::size_t kMaxOperations = std::size_t{1} << 14;

// {C, H, W} or {F}, every dimension positive, within the bounds above. `what` begins the error's sentence.
Status checkValueShape(const Shape& shape, std::string_view what);

// Errors are BadInput, begin with `name` and the kind, and say the shapes. The input shapes have been checked.
Result<Shape> inferShape(std::string_view name, const Attributes& attributes, std::span<const Shape> inputs);

// a * b, or -1 when that is over `limit`; a and b are not negative.
std::int64_t boundedProduct(std::int64_t a, std::int64_t b, std::int64_t limit);

} // namespace halftone
