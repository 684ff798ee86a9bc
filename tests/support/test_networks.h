// Small networks with random weights, and grids for them, for tests of several rooms.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/graph/quantized_model.h"

namespace halftone {

struct EveryOperationOptions {
    std::uint64_t seed = 1;
    bool softmax = true; // as the last operation
};

// A residual network of the classical operations: grouped, dilated and strided convolutions, with and without
// bias; linked layers; option-A shortcut by slice and pad; every pooling. Batch norms have random statistics, gammas of both
// signs, and one gamma of 0. Input 3 x 13 x 13, 10 outputs, value names as in the file.
Network everyOperationNetwork(const EveryOperationOptions& options = {});

// A network of what mobile and segmentation networks add: depthwise and transposed convolutions, squeeze-and-excite gates, every
// activation, channel shuffle, resizing in every mode, constants a channel, softmax over channels; and of attention: products of
// matrices and layer norms. The same input and outputs.
Network mobileOperationNetwork(const EveryOperationOptions& options = {});

// Per-tensor grids that hold what the network computes on random inputs; edge layers at 8 bit, the others at `bits`.
QuantizedModel quantizeForTest(Network network, int bits, std::uint64_t seed = 1);

std::vector<float> randomFloats(std::int64_t count, std::uint64_t seed, std::string_view purpose);

} // namespace halftone
