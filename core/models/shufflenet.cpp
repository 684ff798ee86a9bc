// ShuffleNet v2 (Ma et al. 2018) as torchvision publishes it.
#include <array>

#include "core/models/conv_units.h"
#include "core/models/definitions.h"

namespace halftone {

namespace {

// A chain whose parts count: "<name>.0" and so on.
class Chain {
public:
    Chain(NetworkBuilder& build, std::string name, ValueIndex x)
        : m_build(build)
        , m_name(std::move(name))
        , m_value(x)
    {
    }

    Chain& pointwise(std::int64_t channels)
    {
        add(Conv2d{.outChannels = channels});
        add(BatchNorm{});
        add(Relu{});
        return *this;
    }
    Chain& depthwise(std::int64_t stride)
    {
        const std::int64_t channels = m_build.channels(m_value);
        add(Conv2d{.outChannels = channels, .kernel = {3, 3}, .stride = {stride, stride}, .padding = {1, 1}, .groups = channels});
        add(BatchNorm{});
        return *this;
    }
    ValueIndex value() const { return m_value; }

private:
    void add(const Attributes& attributes)
    {
        m_value = m_build.add(m_name + "." + std::to_string(m_part++), attributes, {m_value});
    }

    NetworkBuilder& m_build;
    std::string m_name;
    ValueIndex m_value;
    int m_part = 0;
};

ValueIndex unit(NetworkBuilder& build, const std::string& name, ValueIndex x, std::int64_t channels, std::int64_t stride)
{
    const std::int64_t half = channels / 2;
    ValueIndex kept, input = x;
    if (stride == 1) { // one half of the channels passes
        kept = build.add(name + ".kept", Slice{.dimension = 0, .start = 0, .end = half}, {x});
        input = build.add(name + ".worked", Slice{.dimension = 0, .start = half, .end = channels}, {x});
    } else {
        kept = Chain(build, name + ".branch1", x).depthwise(stride).pointwise(half).value();
    }
    const ValueIndex worked = Chain(build, name + ".branch2", input).pointwise(half).depthwise(stride).pointwise(half).value();
    x = build.add(name + ".concat", Concat{}, {kept, worked});
    return build.add(name + ".shuffle", ChannelShuffle{2}, {x});
}

} // namespace

Result<Network> shufflenetV2(std::string name, std::int64_t, const ArchitectureOptions& options)
{
    struct Stage {
        const char* name;
        std::int64_t units, channels;
    };
    constexpr std::array kStages{Stage{"stage2", 4, 116}, Stage{"stage3", 8, 232}, Stage{"stage4", 4, 464}}; // 1.0 x
    NetworkBuilder build(std::move(name));
    ValueIndex x = build.input(options.input);
    x = convUnit(build, "conv1", x, {.channels = 24, .kernel = {3, 3}, .stride = 2, .activation = Relu{}});
    x = build.add("maxpool", MaxPool{.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}}, {x});
    for (const Stage& stage : kStages)
        for (std::int64_t i = 0; i < stage.units; ++i)
            x = unit(build, std::string(stage.name) + "." + std::to_string(i), x, stage.channels, i == 0 ? 2 : 1);
    x = convUnit(build, "conv5", x, {.channels = 1024, .activation = Relu{}});
    x = build.classifier("fc", x, options.classes);
    return std::move(build).finish(x);
}

} // namespace halftone
