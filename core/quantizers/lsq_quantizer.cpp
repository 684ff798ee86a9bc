// LSQ as an autograd function over the fused kernel, and its quantizer.
#include "core/quantizers/lsq_quantizer.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <numeric>

#include "core/quantizers/lsq_kernel.h"
#include "core/quantizers/step_rules.h"

namespace halftone {

namespace {

// Chunks are of one size whatever the number of threads, so sums of their partial results are too.
constexpr std::int64_t kLsqChunk = 1 << 15;

// Every other channel, as a channel shuffle leaves it, keeps its layout when it is made dense: what reads it then runs the same
// convolution, to the same last bit, as behind every other elementwise operation.
torch::Tensor denseLike(const torch::Tensor& x)
{
    return x.is_non_overlapping_and_dense() ? x : x.contiguous(x.suggest_memory_format());
}

template <typename Real> LsqRange<Real> rangeOf(const torch::Tensor& step, std::int64_t lowest, std::int64_t highest)
{
    return {*step.data_ptr<Real>(), static_cast<Real>(lowest), static_cast<Real>(highest)};
}

template <typename Real> void fusedForward(const torch::Tensor& v, torch::Tensor& out, LsqRange<Real> range)
{
    const Real* from = v.data_ptr<Real>();
    Real* to = out.data_ptr<Real>();
    at::parallel_for(0, v.numel(), kLsqChunk,
        [&](std::int64_t begin, std::int64_t end) { lsqForward(from + begin, to + begin, end - begin, range); });
}

template <typename Real>
double fusedBackward(const torch::Tensor& v, const torch::Tensor& gradOut, torch::Tensor& gradV, LsqRange<Real> range)
{
    const Real* from = v.data_ptr<Real>();
    const Real* grad = gradOut.data_ptr<Real>();
    Real* to = gradV.data_ptr<Real>();
    const std::int64_t count = v.numel(), chunks = (count + kLsqChunk - 1) / kLsqChunk;
    std::vector<double> partial(static_cast<std::size_t>(chunks));
    at::parallel_for(0, chunks, 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t chunk = first; chunk < last; ++chunk) {
            const std::int64_t begin = chunk * kLsqChunk, size = std::min(kLsqChunk, count - begin);
            partial[static_cast<std::size_t>(chunk)] = lsqBackward(from + begin, grad + begin, to + begin, size, range);
        }
    });
    return std::accumulate(partial.begin(), partial.end(), 0.0);
}

class LsqFunction : public torch::autograd::Function<LsqFunction> {
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& values,
        const torch::Tensor& step, std::int64_t lowest, std::int64_t highest, double gradientScale)
    {
        const torch::Tensor v = denseLike(values);
        context->save_for_backward({v, step});
        context->saved_data["lowest"] = lowest;
        context->saved_data["highest"] = highest;
        context->saved_data["gradientScale"] = gradientScale;
        torch::Tensor out = torch::empty_like(v);
        if (v.scalar_type() == torch::kFloat64)
            fusedForward(v, out, rangeOf<double>(step, lowest, highest));
        else
            fusedForward(v, out, rangeOf<float>(step, lowest, highest));
        return out;
    }

    static torch::autograd::variable_list backward(
        torch::autograd::AutogradContext* context, const torch::autograd::variable_list& gradOuts)
    {
        const auto saved = context->get_saved_variables();
        const torch::Tensor& v = saved[0];
        const torch::Tensor& step = saved[1];
        torch::Tensor gradOut = gradOuts[0];
        if (gradOut.strides() != v.strides())
            gradOut = torch::empty_like(v).copy_(gradOut); // one order of elements for all three
        torch::Tensor gradV = torch::empty_like(v);
        const auto lowest = context->saved_data["lowest"].toInt(), highest = context->saved_data["highest"].toInt();
        const double sum = v.scalar_type() == torch::kFloat64
            ? fusedBackward(v, gradOut, gradV, rangeOf<double>(step, lowest, highest))
            : fusedBackward(v, gradOut, gradV, rangeOf<float>(step, lowest, highest));
        const double scaled = sum * context->saved_data["gradientScale"].toDouble();
        return {gradV, torch::full_like(step, scaled), torch::Tensor(), torch::Tensor(), torch::Tensor()};
    }
};

class LsqQuantizer final : public Quantizer {
public:
    using InitialStep = Result<float> (*)(const torch::Tensor& sample, std::int32_t lowest, std::int32_t highest);

    LsqQuantizer(const QuantizerSpec& spec, InitialStep initialStep)
        : m_spec(spec)
        , m_initialStep(initialStep)
        , m_step(torch::ones({1}, torch::TensorOptions().requires_grad(true)))
    {
    }

    Status calibrate(const torch::Tensor& sample) override
    {
        HALFTONE_TRY(const float step, m_initialStep(sample, lowestCode(m_spec), highestCode(m_spec)));
        const at::NoGradGuard noGrad;
        m_step.fill_(step);
        return {};
    }

    bool startFrom(const FrozenGrid& grid) override
    {
        const auto step = stepOf(grid, m_spec);
        if (!step) return false;
        const at::NoGradGuard noGrad;
        m_step.fill_(*step);
        return true;
    }

    torch::Tensor forward(const torch::Tensor& x) override
    {
        const double batch = m_spec.countBatch && !m_spec.isWeight ? static_cast<double>(x.size(0)) : 1.0;
        const double gradientScale
            = 1.0 / std::sqrt(static_cast<double>(m_spec.elements) * batch * highestCode(m_spec)); // section 2.2
        return lsqQuantize(x, m_step, lowestCode(m_spec), highestCode(m_spec), gradientScale);
    }

    std::vector<QuantizerTensor> tensors() override { return {{"step", m_step, true}}; }

    void afterUpdate() override
    {
        const at::NoGradGuard noGrad;
        m_step.clamp_min_(kSmallestStep);
    }

    Result<FrozenGrid> freeze() const override { return frozenUniformGrid(m_spec, m_step.item<float>()); }

private:
    static constexpr float kSmallestStep = 1e-8f; // methods: not stated in the paper; keeps steps positive
    QuantizerSpec m_spec;
    InitialStep m_initialStep;
    torch::Tensor m_step;
};

} // namespace

torch::Tensor lsqQuantize(
    const torch::Tensor& v, const torch::Tensor& step, std::int32_t lowest, std::int32_t highest, double gradientScale)
{
    const bool fused = v.device().is_cpu() && v.scalar_type() == step.scalar_type()
        && (v.scalar_type() == torch::kFloat32 || v.scalar_type() == torch::kFloat64);
    if (!fused) return lsqQuantizeComposed(v, step, lowest, highest, gradientScale);
    return LsqFunction::apply(v, step, static_cast<std::int64_t>(lowest), static_cast<std::int64_t>(highest), gradientScale);
}

torch::Tensor lsqQuantizeComposed(
    const torch::Tensor& v, const torch::Tensor& step, std::int32_t lowest, std::int32_t highest, double gradientScale)
{
    // gradscale(s, g) = detach(s - g s) + g s. Written with masks, so that the clip's edges get exactly eq 3 and eq 5:
    // clamp() would pass the gradient at the edges themselves.
    const torch::Tensor s = (step - step * gradientScale).detach() + step * gradientScale;
    const torch::Tensor q = (v / step).detach();
    const torch::Tensor codes = torch::round(torch::clamp(q, lowest, highest));
    const torch::Tensor inside = v + (codes - q) * s;
    const torch::Tensor outside = codes * s;
    const torch::Tensor out = torch::where((q > lowest).logical_and(q < highest), inside, outside);
    return out + (codes * step - out).detach(); // the value without the rounding of v + (codes - q) s
}

std::unique_ptr<Quantizer> makeLsqQuantizer(const QuantizerSpec& spec)
{
    return std::make_unique<LsqQuantizer>(spec, leastSquareErrorInitialStep);
}
std::unique_ptr<Quantizer> makePaperLsqQuantizer(const QuantizerSpec& spec)
{
    return std::make_unique<LsqQuantizer>(spec, paperInitialStep);
}

} // namespace halftone
