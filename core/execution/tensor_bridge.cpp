// Copies between the plain library's tensors and LibTorch's.
#include "core/execution/tensor_bridge.h"

namespace halftone {

torch::Tensor toTorch(const TensorData& data)
{
    const TensorData floats = data.toFloat32();
    torch::Tensor tensor = torch::empty(floats.shape(), torch::kFloat32);
    std::copy(floats.floats().begin(), floats.floats().end(), tensor.data_ptr<float>());
    return tensor;
}

TensorData fromTorch(const torch::Tensor& tensor)
{
    const torch::Tensor plain = tensor.detach().to(torch::kCPU).contiguous();
    const Shape shape(plain.sizes().begin(), plain.sizes().end());
    const auto count = static_cast<std::size_t>(plain.numel());
    if (plain.scalar_type() == torch::kInt64) return TensorData::fromInts(shape, {plain.data_ptr<std::int64_t>(), count});
    const torch::Tensor floats = plain.to(torch::kFloat32);
    return TensorData::fromFloats(shape, {floats.data_ptr<float>(), count});
}

} // namespace halftone
