// Linear cost: MACs x bit width; throughput doubles when the width halves.
#include "core/cost/all_cost_models.h"

#include <algorithm>

namespace halftone {
namespace {

// cost = MACs * max(weight bits, activation bits). methods_ibm 1.6 has one width a layer; where the two differ, a processor
// that multiplies at one width must use the larger (our choice). ResNet-20 layer1.0.conv1 at 4 bit: 2,359,296 * 4 = 9,437,184.
class LinearCost final : public CostModel {
public:
    std::string_view name() const override { return "linear"; }
    std::string_view unit() const override { return "bit x MAC"; }
    std::string_view title() const override { return "Linear cost"; }
    bool isMeasured() const override { return false; }
    double layerCost(const Layer& layer, LayerBits bits) const override
    {
        return static_cast<double>(layer.macs) * std::max(bits.weight, bits.activation);
    }
};

} // namespace

const CostModel& linearCost()
{
    static const LinearCost model;
    return model;
}

} // namespace halftone
