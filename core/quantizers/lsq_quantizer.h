// LSQ: learned step size quantization (Esser et al., ICLR 2020; arXiv 1902.08153v3).
#pragma once

#include "core/quantizers/quantizer.h"

namespace halftone {

// Started at the step of least square error on the sample: short fine-tunes need it (docs/methods/lsq.md).
std::unique_ptr<Quantizer> makeLsqQuantizer(const QuantizerSpec& spec);
// Started as the paper does: s = 2<|v|>/sqrt(Qp).
std::unique_ptr<Quantizer> makePaperLsqQuantizer(const QuantizerSpec& spec);

// The quantized values of `v` with LSQ's gradients to `v` and to `step` (one element); the step's is times gradientScale.
torch::Tensor lsqQuantize(
    const torch::Tensor& v, const torch::Tensor& step, std::int32_t lowest, std::int32_t highest, double gradientScale);
// The same composed of tensor operations as in the paper's appendix B; for any device, and to test the fused form against.
torch::Tensor lsqQuantizeComposed(
    const torch::Tensor& v, const torch::Tensor& step, std::int32_t lowest, std::int32_t highest, double gradientScale);

} // namespace halftone
