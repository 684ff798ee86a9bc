// Output divergence: how far the network's outputs move when one group alone is quantized, without any training.
#pragma once

#include <span>
#include <vector>

#include "core/execution/torch_network.h"

namespace halftone {

enum class DivergenceMeasure {
    KullbackLeibler, // KL(full precision || quantized) of the classes' probabilities, nats; of every pixel where there are pixels
    OutputError // |quantized - full precision|^2 / |full precision|^2 of the outputs, noise over signal
};

// Mean over all images (and pixels), summed in double. The two lists are alike in number and shapes, {N, ...} each.
double meanDivergence(
    std::span<const torch::Tensor> reference, std::span<const torch::Tensor> outputs, DivergenceMeasure measure);

// The network's outputs for every batch. Errors: Cancelled between batches.
Result<std::vector<torch::Tensor>> outputsOf(
    TorchNetwork& network, std::span<const torch::Tensor> batches, const TaskContext& task = {});

// Takes all quantizers away, then puts fixed grids at the group's weights and input. Errors: BadInput when one is missing.
Status quantizeOnly(TorchNetwork& network, GroupIndex group, const NetworkGrids& grids);

struct GroupDivergence {
    double high = 0, low = 0; // with the group alone at these widths
};
// `network` is used up: it is left with the group at the low width. Errors: Cancelled; Failed when outputs are NaN.
Result<GroupDivergence> groupDivergence(TorchNetwork& network, GroupIndex group, const NetworkGrids& high, const NetworkGrids& low,
    std::span<const torch::Tensor> batches, std::span<const torch::Tensor> reference, DivergenceMeasure measure,
    const TaskContext& task = {});

} // namespace halftone
