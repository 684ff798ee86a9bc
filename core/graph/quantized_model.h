// A whole quantized network as files hold it: operations and weights, bit widths, grids.
#pragma once

#include <map>
#include <set>
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

// What a reader finds of quantizers while it walks through a graph, before it knows the layers.
struct FoundGrids {
    std::map<OperationIndex, FrozenGrid> weights;
    std::map<ValueIndex, FrozenGrid> activations;
    std::set<OperationIndex> quantizedInputs; // operations that read their input quantized
};
// The whole network with what was found. `file`: "The ONNX file". Errors: Unsupported when the grids are no quantized network: a value
// that only some of its layers read quantized, a scale that cannot be computed with.
Result<QuantizedModel> quantizedModel(Network network, const FoundGrids& found, std::string_view file);

// The widths that the grids give; full precision everywhere else.
BitAssignment bitsOf(const NetworkGrids& grids, const LayerTable& table);
// Those of the grids whose width is the assignment's at their place.
NetworkGrids gridsAt(const NetworkGrids& grids, const BitAssignment& bits, const LayerTable& table);

// A network with an output; bits that fit its layers; for each quantized tensor a grid of its bits with usable scales (one, or for
// weights one a filter) whose codes fit a byte, those of activations with a zero point where they must. Errors: BadInput, naming the layer.
Status validate(const QuantizedModel& model);
// The same of grids alone, for a network that has an output.
Status validate(const NetworkGrids& grids, const BitAssignment& bits, const Network& network, const LayerTable& table);
Error badGrid(std::string_view what, std::string_view whose, std::string_view why); // "The grid of the input of 'conv1' <why>; ..."

} // namespace halftone
