// The DenseNets of Huang et al. 2017 as torchvision publishes them.
#include <array>

#include "core/models/definitions.h"
#include "core/models/network_builder.h"

namespace halftone {

namespace {

struct Layout {
    std::int64_t depth;
    std::int64_t growth; // channels that each dense layer adds
    std::int64_t first; // channels of the stem
    std::array<std::int64_t, 4> layers; // per block
};
constexpr std::array kLayouts{Layout{121, 32, 64, {6, 12, 24, 16}}, Layout{161, 48, 96, {6, 12, 36, 24}},
    Layout{169, 32, 64, {6, 12, 32, 32}}, Layout{201, 32, 64, {6, 12, 48, 32}}};
constexpr std::int64_t kBottleneck = 4; // the 1x1 convolution's channels, in growths

ValueIndex denseLayer(NetworkBuilder& build, const std::string& name, ValueIndex x, std::int64_t growth)
{
    ValueIndex y = build.relu(name + ".relu1", build.batchNorm(name + ".norm1", x));
    y = build.conv(name + ".conv1", y, kBottleneck * growth, 1);
    y = build.relu(name + ".relu2", build.batchNorm(name + ".norm2", y));
    y = build.conv(name + ".conv2", y, growth, 3);
    return build.add(name + ".concat", Concat{}, {x, y});
}

ValueIndex transition(NetworkBuilder& build, const std::string& name, ValueIndex x)
{
    const std::int64_t half = build.channels(x) / 2;
    x = build.relu(name + ".relu", build.batchNorm(name + ".norm", x));
    x = build.conv(name + ".conv", x, half, 1);
    return build.add(name + ".pool", AveragePool{}, {x});
}

} // namespace

Result<Network> densenet(std::string name, std::int64_t depth, const ArchitectureOptions& options)
{
    const Layout* layout = kLayouts.data();
    while (layout->depth != depth) ++layout; // definitions.h: only the depths listed here are asked for
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    x = build.conv("features.conv0", x, layout->first, 7, 2);
    x = build.relu("features.relu0", build.batchNorm("features.norm0", x));
    x = build.add("features.pool0", MaxPool{.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}}, {x});
    for (std::size_t block = 0; block < layout->layers.size(); ++block) {
        const std::string number = std::to_string(block + 1);
        for (std::int64_t layer = 1; layer <= layout->layers[block]; ++layer)
            x = denseLayer(
                build, "features.denseblock" + number + ".denselayer" + std::to_string(layer), x, layout->growth);
        if (block + 1 < layout->layers.size()) x = transition(build, "features.transition" + number, x);
    }
    x = build.relu("features.relu5", build.batchNorm("features.norm5", x));
    x = build.classifier("classifier", x, options.classes);
    return std::move(build).finish(x);
}

} // namespace halftone
