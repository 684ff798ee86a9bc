// Runs the network once a group and width and compares its outputs.
#include "core/sensitivity/output_divergence.h"

#include <ATen/core/grad_mode.h>

#include <cassert>
#include <cmath>

#include "core/training/task_loss.h"

namespace halftone {

namespace {

// In double: at 8 bit the terms of the sum cancel to less than a float resolves.
torch::Tensor klOfEach(const torch::Tensor& outputs, const torch::Tensor& reference)
{
    const torch::Tensor wanted = torch::log_softmax(reference.to(torch::kFloat64), 1);
    const torch::Tensor own = torch::log_softmax(outputs.to(torch::kFloat64), 1);
    return (wanted.exp() * (wanted - own)).sum(1);
}

} // namespace

double meanDivergence(
    std::span<const torch::Tensor> reference, std::span<const torch::Tensor> outputs, DivergenceMeasure measure)
{
    assert(reference.size() == outputs.size() && "one list of batches, run twice");
    const at::NoGradGuard noGrad;
    double sum = 0;
    std::int64_t count = 0;
    for (std::size_t batch = 0; batch < reference.size(); ++batch) {
        const torch::Tensor each = measure == DivergenceMeasure::KullbackLeibler
            ? klOfEach(outputs[batch], reference[batch])
            : outputError(outputs[batch].to(torch::kFloat64), reference[batch].to(torch::kFloat64));
        sum += each.sum().item<double>();
        count += each.numel();
    }
    return count > 0 ? sum / static_cast<double>(count) : 0;
}

Result<std::vector<torch::Tensor>> outputsOf(
    TorchNetwork& network, std::span<const torch::Tensor> batches, const TaskContext& task)
{
    const at::NoGradGuard noGrad;
    std::vector<torch::Tensor> outputs;
    for (const torch::Tensor& images : batches) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped while outputs were compared."};
        outputs.push_back(network.forward(images));
    }
    return outputs;
}

Status quantizeOnly(TorchNetwork& network, GroupIndex group, const NetworkGrids& grids)
{
    const LinkedGroup& linked = network.table().group(group);
    NetworkGrids own;
    for (const LayerIndex layer : linked.layers) {
        const auto weights = grids.weights.find(layer);
        const auto input = grids.activations.find(linked.input);
        if (weights == grids.weights.end() || input == grids.activations.end())
            return Error{ErrorCode::BadInput,
                "There is no grid for " + network.table().layer(layer).name + "; calibrate the network first."};
        own.weights[layer] = weights->second;
        own.activations[linked.input] = input->second;
    }
    HALFTONE_CHECK(network.assign(fullPrecisionAssignment(network.table()), {}));
    return network.setGrids(own);
}

Result<GroupDivergence> groupDivergence(TorchNetwork& network, GroupIndex group, const NetworkGrids& high, const NetworkGrids& low,
    std::span<const torch::Tensor> batches, std::span<const torch::Tensor> reference, DivergenceMeasure measure,
    const TaskContext& task)
{
    GroupDivergence made;
    for (const auto& [grids, divergence] : {std::pair{&high, &made.high}, std::pair{&low, &made.low}}) {
        HALFTONE_CHECK(quantizeOnly(network, group, *grids));
        HALFTONE_TRY(const auto outputs, outputsOf(network, batches, task));
        *divergence = meanDivergence(reference, outputs, measure);
        if (!std::isfinite(*divergence))
            return Error{ErrorCode::Failed,
                "The outputs are NaN or infinite with " + network.table().group(group).name
                    + " quantized; check the weights and the input normalisation."};
    }
    return made;
}

} // namespace halftone
