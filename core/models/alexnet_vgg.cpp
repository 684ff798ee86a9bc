// AlexNet (Krizhevsky 2014) and the VGG networks (Simonyan and Zisserman 2015) as torchvision publishes them.
#include <vector>

#include "core/models/definitions.h"
#include "core/models/network_builder.h"

namespace halftone {

namespace {

constexpr std::int64_t kHidden = 4096;
constexpr std::int64_t kPool = 0; // among the channels of a VGG layout

std::string numbered(const char* part, std::int64_t index) { return std::string(part) + "." + std::to_string(index); }

// Three fully connected layers; torchvision's indices count the dropouts between them.
ValueIndex classifier(NetworkBuilder& build, ValueIndex x, const std::array<std::int64_t, 3>& indices, std::int64_t classes)
{
    x = build.add("flatten", Flatten{}, {x});
    for (std::size_t i = 0; i < 3; ++i) {
        x = build.add(numbered("classifier", indices[i]), Linear{i < 2 ? kHidden : classes}, {x}, true);
        if (i < 2) x = build.relu("classifier.relu" + std::to_string(i + 1), x);
    }
    return x;
}

std::vector<std::int64_t> vggLayout(std::int64_t depth)
{
    constexpr std::int64_t P = kPool;
    switch (depth) {
    case 11: return {64, P, 128, P, 256, 256, P, 512, 512, P, 512, 512, P};
    case 13: return {64, 64, P, 128, 128, P, 256, 256, P, 512, 512, P, 512, 512, P};
    case 16: return {64, 64, P, 128, 128, P, 256, 256, 256, P, 512, 512, 512, P, 512, 512, 512, P};
    default: return {64, 64, P, 128, 128, P, 256, 256, 256, 256, P, 512, 512, 512, 512, P, 512, 512, 512, 512, P}; // 19
    }
}

Result<Network> vggOf(std::string name, std::int64_t depth, const ArchitectureOptions& options, bool batchNorm)
{
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    std::int64_t index = 0;
    for (const std::int64_t channels : vggLayout(depth)) {
        if (channels == kPool) {
            x = build.add(numbered("features", index++), MaxPool{}, {x});
            continue;
        }
        const Conv2d conv{.outChannels = channels, .kernel = {3, 3}, .padding = {1, 1}};
        x = build.add(numbered("features", index++), conv, {x}, true);
        if (batchNorm) x = build.batchNorm(numbered("features", index++), x);
        x = build.relu(numbered("features", index++), x);
    }
    x = build.add("avgpool", AdaptiveAveragePool{.output = {7, 7}}, {x});
    x = classifier(build, x, {0, 3, 6}, options.classes);
    return std::move(build).finish(x);
}

} // namespace

Result<Network> alexnet(std::string name, std::int64_t, const ArchitectureOptions& options)
{
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    const auto conv = [&](std::int64_t index, const Conv2d& attributes) {
        x = build.add(numbered("features", index), attributes, {x}, true);
        x = build.relu(numbered("features", index + 1), x);
    };
    const auto pool = [&](std::int64_t index) {
        x = build.add(numbered("features", index), MaxPool{.kernel = {3, 3}, .stride = {2, 2}}, {x});
    };
    conv(0, {.outChannels = 64, .kernel = {11, 11}, .stride = {4, 4}, .padding = {2, 2}});
    pool(2);
    conv(3, {.outChannels = 192, .kernel = {5, 5}, .padding = {2, 2}});
    pool(5);
    conv(6, {.outChannels = 384, .kernel = {3, 3}, .padding = {1, 1}});
    conv(8, {.outChannels = 256, .kernel = {3, 3}, .padding = {1, 1}});
    conv(10, {.outChannels = 256, .kernel = {3, 3}, .padding = {1, 1}});
    pool(12);
    x = build.add("avgpool", AdaptiveAveragePool{.output = {6, 6}}, {x});
    x = classifier(build, x, {1, 4, 6}, options.classes);
    return std::move(build).finish(x);
}

Result<Network> vgg(std::string name, std::int64_t depth, const ArchitectureOptions& options)
{
    return vggOf(std::move(name), depth, options, false);
}

Result<Network> vggBatchNorm(std::string name, std::int64_t depth, const ArchitectureOptions& options)
{
    return vggOf(std::move(name), depth, options, true);
}

} // namespace halftone
