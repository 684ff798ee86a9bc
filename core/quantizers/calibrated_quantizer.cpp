// The calibrated quantizer: a scale that calibration sets and training leaves alone.
#include "core/quantizers/calibrated_quantizer.h"

#include "core/quantizers/lsq_quantizer.h"
#include "core/quantizers/step_rules.h"

namespace halftone {

namespace {

class CalibratedQuantizer final : public Quantizer {
public:
    using StepRule = Result<float> (*)(const torch::Tensor& sample, std::int32_t lowest, std::int32_t highest);

    CalibratedQuantizer(const QuantizerSpec& spec, StepRule rule)
        : m_spec(spec)
        , m_rule(rule)
        , m_scale(torch::ones({1}))
    {
    }

    Status calibrate(const torch::Tensor& sample) override
    {
        HALFTONE_TRY(const float step, m_rule(sample, lowestCode(m_spec), highestCode(m_spec)));
        m_scale.fill_(step);
        return {};
    }
    bool startFrom(const FrozenGrid& grid) override
    {
        const auto step = stepOf(grid, m_spec);
        if (step) m_scale.fill_(*step);
        return step.has_value();
    }
    // LSQ's forward and its gradient to the values are the straight-through estimator's; the scale asks for none.
    torch::Tensor forward(const torch::Tensor& x) override
    {
        return lsqQuantize(x, m_scale, lowestCode(m_spec), highestCode(m_spec), 1.0);
    }
    std::vector<QuantizerTensor> tensors() override { return {{"scale", m_scale, false}}; }
    Result<FrozenGrid> freeze() const override { return frozenUniformGrid(m_spec, m_scale.item<float>()); }

private:
    QuantizerSpec m_spec;
    StepRule m_rule;
    torch::Tensor m_scale;
};

} // namespace

std::unique_ptr<Quantizer> makeMinMaxQuantizer(const QuantizerSpec& spec)
{
    return std::make_unique<CalibratedQuantizer>(spec, minMaxStep);
}
std::unique_ptr<Quantizer> makeLeastSquareErrorQuantizer(const QuantizerSpec& spec)
{
    return std::make_unique<CalibratedQuantizer>(spec, leastSquareErrorInitialStep);
}

} // namespace halftone
