// A whole quantized network as files hold it: operations and weights, bit widths, grids.
#pragma once

#include "core/graph/bit_assignment.h"
#include "core/graph/frozen_grid.h"
#include "core/graph/network.h"

namespace halftone {

struct QuantizedModel {
    Network network; // read from a file, the parameters of quantized layers are codes * scale
    BitAssignment bits; // full precision where nothing is quantized
    NetworkGrids grids;
};

} // namespace halftone
