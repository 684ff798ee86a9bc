// Quantizer: what real values a tensor may take, and how a gradient passes; one instance per quantization point.
#pragma once

#include <torch/types.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/graph/frozen_grid.h"

namespace halftone {

// What a point asks of its quantizer.
struct QuantizerSpec {
    int bits = 4; // 2..8
    bool isUnsigned = false; // the values are never negative: codes 0 .. 2^b - 1, else -2^(b-1) .. 2^(b-1) - 1
    bool isWeight = false;
    bool symmetricWeights2 = false; // 2-bit weights as {-1, 0, 1} instead of {-2, -1, 0, 1}
    std::int64_t elements = 0; // N of the gradient scale: weights of the layer, or features of one sample
    bool countBatch = false; // activations: N times the batch, as many reimplementations of LSQ have it
};
std::int32_t lowestCode(const QuantizerSpec& spec);
std::int32_t highestCode(const QuantizerSpec& spec);

// A tensor of the quantizer's own: a learned step, a calibrated scale. Names are unique within the quantizer.
struct QuantizerTensor {
    std::string name;
    torch::Tensor tensor;
    bool trainable = false;
};

class Quantizer {
public:
    virtual ~Quantizer() = default;
    // Initial state from sample values (any shape, flattened copies): a layer's weights, or activations of some images.
    // Errors: Failed when the sample has NaN or infinity.
    virtual Status calibrate(const torch::Tensor& sample) = 0;
    // Starts from a grid instead. False, and nothing is changed, where the quantizer cannot hold it: it has a scale a channel, or
    // another range or width.
    virtual bool startFrom(const FrozenGrid&) { return false; }
    // The quantized values, same shape; gradients as the method defines them.
    virtual torch::Tensor forward(const torch::Tensor& x) = 0;
    virtual std::vector<QuantizerTensor> tensors() = 0;
    // Called after every optimiser step; keeps the state valid (LSQ: steps positive).
    virtual void afterUpdate() { }
    // The final grid. Errors: Failed when a scale is not positive and finite.
    virtual Result<FrozenGrid> freeze() const = 0;
};

} // namespace halftone
