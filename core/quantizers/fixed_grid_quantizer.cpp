// Rounds to a given grid, per tensor or per output channel; inference only.
#include "core/quantizers/fixed_grid_quantizer.h"

namespace halftone {

namespace {

class FixedGridQuantizer final : public Quantizer {
public:
    explicit FixedGridQuantizer(const FrozenGrid& grid)
        : m_grid(grid)
        , m_scales(torch::tensor(grid.scales))
    {
    }

    Status calibrate(const torch::Tensor&) override { return {}; } // the grid is what it is
    torch::Tensor forward(const torch::Tensor& x) override
    {
        torch::Tensor scales = m_scales;
        if (scales.numel() > 1) {
            std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
            shape[0] = scales.numel();
            scales = scales.view(shape);
        }
        return torch::round(torch::clamp(x / scales, m_grid.lowest, m_grid.highest)) * scales;
    }
    std::vector<QuantizerTensor> tensors() override { return {{"scale", m_scales, false}}; }
    Result<FrozenGrid> freeze() const override { return m_grid; }

private:
    FrozenGrid m_grid;
    torch::Tensor m_scales;
};

} // namespace

std::unique_ptr<Quantizer> makeFixedGridQuantizer(const FrozenGrid& grid) { return std::make_unique<FixedGridQuantizer>(grid); }

} // namespace halftone
