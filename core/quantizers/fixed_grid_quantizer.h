// A quantizer whose grid is given: how networks that were read from a quantized file are run.
#pragma once

#include "core/quantizers/quantizer.h"

namespace halftone {

std::unique_ptr<Quantizer> makeFixedGridQuantizer(const FrozenGrid& grid);

} // namespace halftone
