// A convolution whose second derivatives are convolutions too: LibTorch's own go through transposed ones, many times slower.
#pragma once

#include <torch/types.h>

#include <vector>

namespace halftone {

struct ConvolutionShape {
    std::vector<std::int64_t> stride, padding, dilation, outputPadding;
    bool transposed = false;
    std::int64_t groups = 1;
};

// at::convolution without bias; may be differentiated twice. y = conv(x, w) is linear in x and in w, so with
//   gx = X(gy, w), gw = W(gy, x)      the gradients of the first derivative
// the second needs nothing but the same three: for the gradients hx, hw that come back to gx, gw
//   to gy: conv(hx, w) + conv(x, hw)      to x: X(gy, hw)      to w: W(gy, hx)
torch::Tensor curvedConvolution(const torch::Tensor& x, const torch::Tensor& weight, const ConvolutionShape& shape);

} // namespace halftone
