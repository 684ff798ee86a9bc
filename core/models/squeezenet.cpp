// SqueezeNet 1.0 and 1.1 (Iandola et al. 2016) as torchvision publishes them.
#include <vector>

#include "core/models/definitions.h"
#include "core/models/network_builder.h"

namespace halftone {

namespace {

// A fire module: channels of the squeeze, then of each of the two expands. {0, 0}: a maximum pooling.
struct Step {
    std::int64_t squeeze = 0;
    std::int64_t expand = 0;
};
const std::vector<Step> kVersion10{{}, {16, 64}, {16, 64}, {32, 128}, {}, {32, 128}, {48, 192}, {48, 192}, {64, 256}, {}, {64, 256}};
const std::vector<Step> kVersion11{{}, {16, 64}, {16, 64}, {}, {32, 128}, {32, 128}, {}, {48, 192}, {48, 192}, {64, 256}, {64, 256}};

ValueIndex fire(NetworkBuilder& build, const std::string& name, ValueIndex x, const Step& step)
{
    x = build.add(name + ".squeeze", Conv2d{.outChannels = step.squeeze}, {x}, true);
    x = build.relu(name + ".squeeze_activation", x);
    ValueIndex narrow = build.add(name + ".expand1x1", Conv2d{.outChannels = step.expand}, {x}, true);
    ValueIndex wide
        = build.add(name + ".expand3x3", Conv2d{.outChannels = step.expand, .kernel = {3, 3}, .padding = {1, 1}}, {x}, true);
    narrow = build.relu(name + ".expand1x1_activation", narrow);
    wide = build.relu(name + ".expand3x3_activation", wide);
    return build.add(name + ".concat", Concat{}, {narrow, wide});
}

} // namespace

Result<Network> squeezenet(std::string name, std::int64_t version, const ArchitectureOptions& options)
{
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    const Conv2d stem = version == 10 ? Conv2d{.outChannels = 96, .kernel = {7, 7}, .stride = {2, 2}}
                                      : Conv2d{.outChannels = 64, .kernel = {3, 3}, .stride = {2, 2}};
    x = build.relu("features.1", build.add("features.0", stem, {x}, true));
    std::int64_t index = 2;
    for (const Step& step : version == 10 ? kVersion10 : kVersion11) {
        const std::string part = "features." + std::to_string(index++);
        x = step.squeeze > 0 ? fire(build, part, x, step)
                             : build.add(part, MaxPool{.kernel = {3, 3}, .stride = {2, 2}, .ceilMode = true}, {x});
    }
    x = build.relu("classifier.2", build.add("classifier.1", Conv2d{.outChannels = options.classes}, {x}, true));
    x = build.add("flatten", Flatten{}, {build.add("classifier.3", AdaptiveAveragePool{}, {x})});
    return std::move(build).finish(x);
}

} // namespace halftone
