// A whole quantized network as files hold it: operations and weights, bit widths, grids.
#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/graph/bit_assignment.h"
#include "core/graph/frozen_grid.h"
#include "core/graph/network.h"

namespace halftone {

struct QuantizedModel {
    Network network; // read from a file, the parameters of quantized layers are codes * scale
    BitAssignment bits; // full precision where nothing is quantized
    NetworkGrids grids;
};

// A network with an output; bits that fit its layers; for each quantized tensor a grid of its bits with usable scales (one, or for
// weights one a filter) whose codes fit a byte. Errors: BadInput, naming the layer.
Status validate(const QuantizedModel& model);
Error badGrid(std::string_view what, std::string_view whose, std::string_view why); // "The grid of the input of 'conv1' <why>; ..."

} // namespace halftone
