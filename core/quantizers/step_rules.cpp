// Steps of uniform grids.
#include "core/quantizers/step_rules.h"

#include <cmath>

#include "core/graph/step_search.h"

namespace halftone {

namespace {
Status checkFinite(const torch::Tensor& sample)
{
    if (sample.numel() == 0)
        return Error{ErrorCode::Failed, "A quantizer was given no values to start from; calibrate with at least one image."};
    if (!torch::isfinite(sample).all().item<bool>())
        return Error{ErrorCode::Failed,
            "The values to calibrate from hold NaN or infinity; check the weights and the input normalisation."};
    return {};
}
float orOne(double step) { return step > 0 ? static_cast<float>(step) : 1.0f; } // all zeros: any step represents them
} // namespace

Result<float> paperInitialStep(const torch::Tensor& sample, std::int32_t, std::int32_t highest)
{
    HALFTONE_CHECK(checkFinite(sample));
    return orOne(2.0 * sample.detach().abs().mean().item<double>() / std::sqrt(static_cast<double>(highest)));
}

Result<float> leastSquareErrorInitialStep(const torch::Tensor& sample, std::int32_t lowest, std::int32_t highest)
{
    HALFTONE_CHECK(checkFinite(sample));
    const torch::Tensor flat = sample.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    return orOne(leastSquareErrorStep({flat.data_ptr<float>(), static_cast<std::size_t>(flat.numel())}, lowest, highest));
}

Result<float> minMaxStep(const torch::Tensor& sample, std::int32_t lowest, std::int32_t highest)
{
    HALFTONE_CHECK(checkFinite(sample));
    const double largest = sample.detach().max().item<double>(), smallest = sample.detach().min().item<double>();
    const double positive = largest / highest, negative = lowest < 0 ? smallest / lowest : 0.0;
    return orOne(std::max(positive, negative));
}

std::optional<float> stepOf(const FrozenGrid& grid, const QuantizerSpec& spec)
{
    const bool same = grid.bits == spec.bits && grid.lowest == lowestCode(spec) && grid.highest == highestCode(spec);
    if (!same || grid.scales.size() != 1) return std::nullopt;
    return grid.scales.front();
}

Result<FrozenGrid> frozenUniformGrid(const QuantizerSpec& spec, float step)
{
    if (!(step > 0) || !std::isfinite(step))
        return Error{ErrorCode::Failed,
            "A quantization step is " + std::to_string(step)
                + ", not a positive number; lower the learning rate of the steps."};
    return FrozenGrid{.bits = spec.bits, .lowest = lowestCode(spec), .highest = highestCode(spec), .scales = {step}};
}

} // namespace halftone
