// Weight bytes: what the quantized weights take when packed; scales and biases are not counted.
#include "core/cost/all_cost_models.h"

namespace halftone {
namespace {

// ResNet-20 layer1.0.conv1 at 4 bit: 2,304 * 4 / 8 = 1,152 bytes.
class WeightBytes final : public CostModel {
public:
    std::string_view name() const override { return "size"; }
    std::string_view unit() const override { return "bytes"; }
    std::string_view title() const override { return "Weight bytes"; }
    bool isMeasured() const override { return false; }
    double layerCost(const Layer& layer, LayerBits bits) const override
    {
        return static_cast<double>(layer.weights) * bits.weight / 8.0;
    }
};

} // namespace

const CostModel& weightBytesCost()
{
    static const WeightBytes model;
    return model;
}

} // namespace halftone
