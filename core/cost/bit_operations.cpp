// Bit operations: MACs x weight bits x activation bits, as HAWQ-v3 counts them.
#include "core/cost/all_cost_models.h"

namespace halftone {
namespace {

// ResNet-20 layer1.0.conv1 at 4 bit: 2,359,296 * 4 * 4 = 37,748,736.
class BitOperations final : public CostModel {
public:
    std::string_view name() const override { return "bops"; }
    std::string_view unit() const override { return "bit operations"; }
    std::string_view title() const override { return "Bit operations"; }
    bool isMeasured() const override { return false; }
    double layerCost(const Layer& layer, LayerBits bits) const override
    {
        return static_cast<double>(layer.macs) * bits.weight * bits.activation;
    }
};

} // namespace

const CostModel& bitOperationsCost()
{
    static const BitOperations model;
    return model;
}

} // namespace halftone
