// Residual stages in torchvision's layout, for the architectures that share it.
#pragma once

#include "core/models/network_builder.h"

namespace halftone {

struct ResidualStage {
    std::string name; // "layer1"
    std::int64_t blocks = 1;
    std::int64_t channels = 0; // of the 3x3 convolutions
    std::int64_t stride = 1; // of the first block
    bool bottleneck = false; // 1x1, 3x3, 1x1 to four times the channels, instead of 3x3, 3x3
    std::int64_t width = 0; // of a bottleneck's 3x3 convolution; 0: `channels`
    std::int64_t groups = 1; // of a bottleneck's 3x3 convolution
    std::int64_t dilation = 1; // of a bottleneck's 3x3 convolution
};

// Blocks "<name>.0" and so on; the first has a 1x1 convolution "downsample.0" on its shortcut when the shape changes.
ValueIndex residualStage(NetworkBuilder& build, const ResidualStage& stage, ValueIndex x);

} // namespace halftone
