// The list of metrics.
#include "core/sensitivity/all_metrics.h"

#include <array>

namespace halftone {

std::span<const MetricInfo> allMetrics()
{
    static constexpr std::array kMetrics{
        MetricInfo{"eagl", "EAGL", "bits of entropy",
            "Entropy of the quantized weights of the trained base network; needs no data", false},
        MetricInfo{"alps", "ALPS", "nats of training loss",
            "Loss that one epoch of fine-tuning leaves when the group alone is lowered", true},
    };
    return kMetrics;
}

} // namespace halftone
