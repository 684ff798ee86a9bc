// Halftone's own small residual network for 28x28 grey images: quick on two cores, with linked layers like the large ones.
#include "core/models/definitions.h"
#include "core/models/residual_blocks.h"

namespace halftone {

// Depth 6n + 2. The stem halves the size at once: nearly all work is then at 14x14 and below, and there are weights
// enough (0.3 M at depth 8) for few bits to matter.
Result<Network> fashionResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options)
{
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    x = build.conv("conv1", x, 32, 3, 2);
    x = build.batchNorm("bn1", x);
    x = build.relu("relu", x);
    for (std::int64_t stage = 0; stage < 3; ++stage)
        x = residualStage(build,
            {.name = "layer" + std::to_string(stage + 1),
                .blocks = (depth - 2) / 6,
                .channels = std::int64_t{32} << stage,
                .stride = stage == 0 ? 1 : 2,
                .bottleneck = false},
            x);
    x = build.classifier("fc", x, options.classes);
    return std::move(build).finish(x);
}

} // namespace halftone
