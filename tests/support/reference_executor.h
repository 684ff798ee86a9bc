// Runs a Network in plain loops and double precision: the truth that faster executors and file formats are compared with.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/graph/bit_assignment.h"
#include "core/graph/frozen_grid.h"
#include "core/graph/network.h"

namespace halftone {

// Null members: full precision.
struct ReferenceQuantization {
    const BitAssignment* bits = nullptr;
    const NetworkGrids* grids = nullptr;
};

struct ReferenceRun {
    std::vector<std::vector<double>> values; // by ValueIndex; batch first, then row-major
    // How near, in steps, a quantized activation came to the middle between two codes. A float executor with errors below
    // this picks the same codes, so its results may be compared tightly.
    double closestTie = std::numeric_limits<double>::infinity();
};

// Every parameter must have data; `input` holds batch * elements of the network's input.
ReferenceRun runReference(
    const Network& network, std::span<const float> input, std::int64_t batch, const ReferenceQuantization& quantization = {});

} // namespace halftone
