// Fixed steps calibrated once, gradients straight through inside the range: the simplest quantizer.
#pragma once

#include "core/quantizers/quantizer.h"

namespace halftone {

std::unique_ptr<Quantizer> makeMinMaxQuantizer(const QuantizerSpec& spec);
std::unique_ptr<Quantizer> makeLeastSquareErrorQuantizer(const QuantizerSpec& spec);

} // namespace halftone
