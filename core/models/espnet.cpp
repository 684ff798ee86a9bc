// ESPNet of Mehta et al. 2018 with p = 2 and q = 8, as sacmehta/ESPNet: spatial pyramids of dilated convolutions, and a light
// decoder that answers every pixel.
#include <array>

#include "core/models/definitions.h"
#include "core/models/network_builder.h"

namespace halftone {

namespace {

constexpr std::array<std::int64_t, 5> kDilations{1, 2, 4, 8, 16};

class Espnet {
public:
    Espnet(std::string name, std::int64_t classes)
        : m_build(std::move(name))
        , m_classes(classes)
    {
    }

    Result<Network> network(const Shape& input)
    {
        const ValueIndex image = m_build.input(input);
        const ValueIndex half = halved("encoder.sample1.pool.0", image);
        const ValueIndex quarter = halved("encoder.sample2.pool.1", halved("encoder.sample2.pool.0", image));
        ValueIndex x = normAct("encoder.level1", m_build.conv("encoder.level1.conv", image, 16, 3, 2));
        const ValueIndex level1 = normAct("encoder.b1", concat("encoder.cat1", {x, half}));
        const ValueIndex level2 = level("encoder.level2", level1, {.channels = 64, .blocks = 2, .norm = "encoder.b2"}, quarter);
        const ValueIndex level3 = level("encoder.level3", level2, {.channels = 128, .blocks = 8, .norm = "encoder.b3"}, {});
        return std::move(m_build).finish(decoder(level1, level2, level3));
    }

private:
    struct Level {
        std::int64_t channels = 0;
        std::int64_t blocks = 0;
        std::string norm; // of all that is handed on
    };

    ValueIndex concat(const std::string& name, std::vector<ValueIndex> parts)
    {
        return m_build.add(name, Concat{}, std::move(parts));
    }
    ValueIndex halved(const std::string& name, ValueIndex x)
    {
        return m_build.add(name, AveragePool{.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}}, {x});
    }
    ValueIndex doubled(const std::string& name, ValueIndex x)
    {
        return m_build.add(name, ConvTranspose2d{.outChannels = m_classes, .kernel = {2, 2}, .stride = {2, 2}}, {x});
    }
    ValueIndex norm(const std::string& name, ValueIndex x) { return m_build.add(name, BatchNorm{.epsilon = 1e-3}, {x}); }
    // "<name>.bn" and "<name>.act", with a slope for each channel.
    ValueIndex normAct(const std::string& name, ValueIndex x)
    {
        x = norm(name + ".bn", x);
        return m_build.add(name + ".act", PRelu{.slopes = m_build.channels(x)}, {x});
    }

    // Five dilated convolutions of one reduced value. Those of larger dilation are summed up step by step, which takes the
    // grid pattern out of them; the first has the channels that five do not divide.
    ValueIndex pyramid(const std::string& name, ValueIndex reduced, std::int64_t channels)
    {
        const std::int64_t part = channels / 5;
        std::vector<ValueIndex> parts;
        for (const std::int64_t dilation : kDilations) {
            const std::string number = std::to_string(dilation);
            ValueIndex x = m_build.add(name + ".d" + number + ".conv",
                Conv2d{.outChannels = dilation == 1 ? channels - 4 * part : part,
                    .kernel = {3, 3},
                    .padding = {dilation, dilation},
                    .dilation = {dilation, dilation}},
                {reduced});
            if (dilation > 2) x = m_build.addition(name + ".add" + number, parts.back(), x);
            parts.push_back(x);
        }
        return concat(name + ".cat", parts);
    }

    ValueIndex block(const std::string& name, ValueIndex input, std::int64_t channels, bool residual)
    {
        ValueIndex x = m_build.conv(name + ".c1.conv", input, channels / 5, 1);
        x = pyramid(name, x, channels);
        if (residual) x = m_build.addition(name + ".add", input, x);
        return normAct(name + ".bn", x);
    }

    // "<name>_0" halves the size; the blocks follow; both ends, and `image` where it is given, are handed on together.
    ValueIndex level(const std::string& name, ValueIndex input, const Level& options, ValueIndex image)
    {
        const std::string first = name + "_0";
        ValueIndex x = m_build.conv(first + ".c1.conv", input, options.channels / 5, 3, 2);
        const ValueIndex start = x = normAct(first, pyramid(first, x, options.channels));
        for (std::int64_t i = 0; i < options.blocks; ++i)
            x = block(name + "." + std::to_string(i), x, options.channels, true);
        // The published code lists the two ends of its levels in different order.
        std::vector<ValueIndex> parts{start, x};
        if (image.valid()) parts = {x, start, image};
        return normAct(options.norm, concat(name + ".cat", parts));
    }

    ValueIndex decoder(ValueIndex level1, ValueIndex level2, ValueIndex level3)
    {
        ValueIndex coarse = m_build.conv("encoder.classifier.conv", level3, m_classes, 1);
        coarse = doubled("up_l3.0", norm("br", coarse));
        ValueIndex x = concat("cat_l2_l3", {m_build.conv("level3_C.conv", level2, m_classes, 1), coarse});
        x = block("combine_l2_l3.1", normAct("combine_l2_l3.0", x), m_classes, false);
        x = normAct("up_l2.1", doubled("up_l2.0", x));
        x = normAct("conv", m_build.conv("conv.conv", concat("cat_l1", {x, level1}), m_classes, 3));
        return doubled("classifier", x);
    }

    NetworkBuilder m_build;
    std::int64_t m_classes;
};

} // namespace

Result<Network> espnet(std::string name, std::int64_t, const ArchitectureOptions& options)
{
    return Espnet(std::move(name), options.classes).network(options.input);
}

} // namespace halftone
