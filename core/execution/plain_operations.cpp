// What each operation is in LibTorch's words.
#include "core/execution/plain_operations.h"

#include <cassert>
#include <optional>

namespace halftone {

namespace {

// One number a channel, shaped so that it meets {N, C, ...}.
torch::Tensor perChannel(const std::vector<double>& values, const torch::Tensor& like)
{
    std::vector<std::int64_t> shape(static_cast<std::size_t>(like.dim()), 1);
    shape[1] = -1;
    return torch::tensor(values, torch::kFloat64).to(like.options()).view(shape);
}

torch::Tensor shuffled(const torch::Tensor& x, std::int64_t groups)
{
    const auto sizes = x.sizes();
    return x.reshape({sizes[0], groups, sizes[1] / groups, sizes[2], sizes[3]}).transpose(1, 2).reshape(sizes);
}

torch::Tensor upsampled(const torch::Tensor& x, const Upsample& upsample)
{
    if (upsample.bilinear) return at::upsample_bilinear2d(x, upsample.output, upsample.alignCorners);
    return at::upsample_nearest2d(x, upsample.output);
}

struct PlainRunner {
    const Operation& operation;
    const OperationTensors& tensors;

    const torch::Tensor& x() const { return tensors.input(0); }

    torch::Tensor operator()(const LayerNorm& norm) const
    {
        const auto sizes = x().sizes().slice(static_cast<std::size_t>(norm.dimension) + 1);
        return torch::layer_norm(x(), sizes, tensors.parameter(0), tensors.parameter(1), norm.epsilon);
    }
    torch::Tensor operator()(const MatrixMultiply&) const { return torch::matmul(x(), tensors.input(1)); }
    torch::Tensor operator()(const Relu&) const { return torch::relu(x()); }
    torch::Tensor operator()(const Relu6&) const { return torch::clamp(x(), 0, 6); }
    torch::Tensor operator()(const LeakyRelu& relu) const { return at::leaky_relu(x(), relu.slope); }
    torch::Tensor operator()(const PRelu&) const { return at::prelu(x(), tensors.parameter(0)); }
    torch::Tensor operator()(const Sigmoid&) const { return torch::sigmoid(x()); }
    // at::hardsigmoid has no second derivative; the values are the same.
    torch::Tensor operator()(const HardSigmoid&) const { return torch::clamp(x() + 3, 0, 6) / 6; }
    torch::Tensor operator()(const Silu&) const { return at::silu(x()); }
    torch::Tensor operator()(const HardSwish&) const { return at::hardswish(x()); }
    torch::Tensor operator()(const Gelu& gelu) const { return at::gelu(x(), gelu.tanhForm ? "tanh" : "none"); }
    torch::Tensor operator()(const Add&) const { return x() + tensors.input(1); }
    torch::Tensor operator()(const Multiply&) const { return x() * tensors.input(1); }
    torch::Tensor operator()(const ChannelAffine& affine) const
    {
        return x() * perChannel(affine.scale, x()) + perChannel(affine.shift, x());
    }
    torch::Tensor operator()(const FakeQuantize& quantize) const
    {
        const torch::Tensor steps = torch::full({}, quantize.scale, x().options()); // one float, as files hold it
        const torch::Tensor codes = torch::clamp(x() / steps, quantize.lowest, quantize.highest);
        return (codes + (torch::round(codes) - codes).detach()) * steps; // the sum is exact
    }
    torch::Tensor operator()(const ChannelShuffle& shuffle) const { return shuffled(x(), shuffle.groups); }
    torch::Tensor operator()(const Upsample& upsample) const { return upsampled(x(), upsample); }
    torch::Tensor operator()(const Concat&) const
    {
        std::vector<torch::Tensor> parts;
        for (std::size_t i = 0; i < operation.inputs.size(); ++i) parts.push_back(tensors.input(i));
        return torch::cat(parts, 1);
    }
    torch::Tensor operator()(const MaxPool& pool) const
    {
        return torch::max_pool2d(x(), pool.kernel, pool.stride, pool.padding, {1, 1}, pool.ceilMode);
    }
    torch::Tensor operator()(const AveragePool& pool) const
    {
        return torch::avg_pool2d(x(), pool.kernel, pool.stride, pool.padding, pool.ceilMode, pool.countIncludesPadding);
    }
    torch::Tensor operator()(const AdaptiveAveragePool& pool) const { return torch::adaptive_avg_pool2d(x(), pool.output); }
    torch::Tensor operator()(const Flatten&) const { return x().flatten(1); }
    torch::Tensor operator()(const Pad& pad) const
    {
        const auto& a = pad.amounts; // LibTorch lists the last dimension first
        return torch::constant_pad_nd(x(), {a[2][0], a[2][1], a[1][0], a[1][1], a[0][0], a[0][1]}, 0);
    }
    torch::Tensor operator()(const Slice& slice) const
    {
        return x().slice(slice.dimension + 1, slice.start, slice.end, slice.step);
    }
    torch::Tensor operator()(const Softmax&) const { return torch::softmax(x(), 1); }
    template <typename Other> torch::Tensor operator()(const Other&) const
    {
        assert(false && "an input, a layer or a batch norm is run by the network itself");
        return {};
    }
};

} // namespace

torch::Tensor runPlainOperation(const Operation& operation, const OperationTensors& tensors)
{
    return std::visit(PlainRunner{operation, tensors}, operation.attributes);
}

} // namespace halftone
