// Between TensorData and torch::Tensor.
#pragma once

#include <torch/types.h>

#include "core/graph/tensor_data.h"

namespace halftone {

torch::Tensor toTorch(const TensorData& data); // float32, a copy
TensorData fromTorch(const torch::Tensor& tensor); // float32 or int64, contiguous copy on the CPU

} // namespace halftone
