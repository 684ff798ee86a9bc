// TorchNetwork: a Network that runs on LibTorch with gradients, with quantizers at its quantization points.
#pragma once

#include <torch/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/graph/bit_assignment.h"
#include "core/graph/frozen_grid.h"
#include "core/graph/layers.h"
#include "core/graph/network.h"
#include "core/quantizers/quantizer.h"

namespace halftone {

enum class BatchNormMode {
    Train, // batch statistics, running statistics updated
    Frozen, // running statistics, as at inference
    Reestimate, // batch statistics, running statistics averaged over the batches since beginReestimation()
};

struct ForwardOptions {
    BatchNormMode batchNorm = BatchNormMode::Frozen;
    // Called with every operation's output, before a later layer's quantizer; for calibration and comparison.
    std::function<void(OperationIndex, const torch::Tensor&)> observer;
    bool twiceDifferentiable = false; // the gradients will be differentiated again: curvedConvolution() for the layers
    ValueIndex until; // ends with this value and answers it; invalid: the network's output
};

struct QuantizationOptions {
    std::string method = "lsq"; // of allQuantizers()
    bool symmetricWeights2 = true; // 2-bit weights as {-1, 0, 1}
    bool countBatch = false; // see QuantizerSpec
    bool operator==(const QuantizationOptions&) const = default;
};

// A tensor of the whole: a parameter, a running statistic or a quantizer's state.
struct NetworkTensor {
    enum class Role { LayerWeight, Bias, BatchNorm, Statistic, WeightStep, ActivationStep };
    std::string name; // "layer1.0.conv1.weight", "layer1.0.conv1.weight_quantizer.step", "layer1.0.conv1.input_quantizer.step"
    torch::Tensor tensor;
    Role role = Role::LayerWeight;
    bool trainable = true;
    LayerIndex layer; // the layer that it belongs to; invalid for batch norms and biases of none
};

// What startFrom() did where a grid was given.
struct GridStarts {
    std::int64_t taken = 0; // quantizers that start from the grid
    std::vector<std::string> left; // those that cannot hold it, to be calibrated: "the weights of conv1", "the input of fc"
};

// Shapes of tensors: images {N, C, H, W}; outputs {N, F} or {N, C, H, W}. One instance is used by one thread; but forward() at
// full precision with frozen batch norms changes nothing and may run on several at once.
class TorchNetwork {
public:
    // Copies the parameters; the Network needs all of them loaded. Errors: BadInput names one that is empty.
    static Result<TorchNetwork> create(const Network& network, torch::Device device = torch::kCPU);
    TorchNetwork(TorchNetwork&&) noexcept;
    TorchNetwork& operator=(TorchNetwork&&) noexcept;
    ~TorchNetwork();

    const Network& plan() const; // its parameters are those given to create(), not the trained ones
    const LayerTable& table() const;
    torch::Device device() const;

    // Puts new, uncalibrated quantizers where the assignment differs from the present one (others keep their state), and
    // takes them away where it says full precision. Returns the points that are new by the names of their tensors.
    Status assign(const BitAssignment& assignment, const QuantizationOptions& options);
    const BitAssignment& assignment() const;
    // Calibrates the quantizers that assign() made: weights from themselves, activations from `images`, run through the
    // network with all quantizers off. Errors: Failed on NaN; Cancelled.
    Status calibrateNew(const torch::Tensor& images, const TaskContext& task = {});
    bool needsCalibration() const; // assign() made quantizers, and calibrateNew() has not been called since
    // Fixed grids, which cannot be trained, wherever one is given: in a network that was read from a file, everywhere.
    Status setGrids(const NetworkGrids& grids);
    // Lets quantizers that assign() made start from the grids of their places instead of calibration.
    GridStarts startFrom(const NetworkGrids& grids);

    torch::Tensor forward(const torch::Tensor& images, const ForwardOptions& options = {});
    void beginReestimation(); // forgets running statistics; then run forward() in Reestimate mode
    void afterUpdate(); // lets every quantizer keep its state valid

    std::vector<NetworkTensor> tensors() const;
    // Values by name, as tensors() names them. Errors: BadInput names a missing or mis-shaped one; changes nothing then.
    Status load(const StateDict& state);
    StateDict state() const;
    Network trained() const; // the plan with the present parameters
    Result<NetworkGrids> grids() const;

private:
    struct Body;
    explicit TorchNetwork(std::unique_ptr<Body> body);
    std::unique_ptr<Body> m_body;
};

} // namespace halftone
