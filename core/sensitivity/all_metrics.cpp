// The list of metrics.
#include "core/sensitivity/all_metrics.h"

#include <array>

namespace halftone {

std::span<const MetricInfo> allMetrics()
{
    static constexpr std::array kMetrics{
        MetricInfo{"eagl", "EAGL", "bits of entropy",
            "Entropy of the quantized weights of the trained base network; needs no data"},
        MetricInfo{"alps", "ALPS", "nats of training loss",
            "Loss that one epoch of fine-tuning leaves when the group alone is lowered", true, true},
        MetricInfo{"hawq-v3", "HAWQ-v3", "nats of loss, to second order",
            "Mean curvature of the loss in the group's weights times what rounding moves them", false, true, true},
        MetricInfo{"output-divergence", "Output divergence", "nats of KL divergence",
            "How far the pretrained network's outputs move when the group alone is rounded", false, false, true},
    };
    return kMetrics;
}

} // namespace halftone
