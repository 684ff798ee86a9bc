// Runs one operation that is neither a layer nor a batch norm on LibTorch.
#pragma once

#include <functional>

#include <torch/types.h>

#include "core/graph/operation.h"

namespace halftone {

// `input(i)` and `parameter(i)` are the operation's, with the batch as first dimension; differentiable in all of them.
struct OperationTensors {
    std::function<const torch::Tensor&(std::size_t)> input;
    std::function<torch::Tensor(std::size_t)> parameter;
};
torch::Tensor runPlainOperation(const Operation& operation, const OperationTensors& tensors);

} // namespace halftone
