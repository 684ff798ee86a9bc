// GoogLeNet (Szegedy et al. 2015) and Inception v3 (Szegedy et al. 2016) as torchvision publishes them.
#include <array>

#include "core/models/conv_units.h"
#include "core/models/definitions.h"

namespace halftone {

namespace {

// torchvision's BasicConv2d: convolution, batch norm with its own epsilon, ReLU.
struct Unit {
    std::int64_t channels = 0;
    Pair kernel{1, 1};
    std::int64_t stride = 1;
    std::optional<Pair> padding;
};

class Inception {
public:
    Inception(NetworkBuilder& build, std::string module)
        : m_build(build)
        , m_module(std::move(module))
    {
    }

    ValueIndex unit(const std::string& name, ValueIndex x, const Unit& unit) const
    {
        return convUnit(m_build, m_module.empty() ? name : m_module + "." + name, x,
            {.channels = unit.channels,
                .kernel = unit.kernel,
                .stride = unit.stride,
                .padding = unit.padding,
                .activation = Relu{},
                .norm = {.epsilon = 0.001},
                .convName = "conv",
                .normName = "bn"});
    }
    // Units one after the other: "<name>_1" and so on.
    ValueIndex chain(const std::string& name, ValueIndex x, const std::vector<Unit>& units) const
    {
        for (std::size_t i = 0; i < units.size(); ++i) x = unit(name + "_" + std::to_string(i + 1), x, units[i]);
        return x;
    }
    ValueIndex smoothed(ValueIndex x) const
    {
        return m_build.add(m_module + ".avg_pool", AveragePool{.kernel = {3, 3}, .stride = {1, 1}, .padding = {1, 1}}, {x});
    }
    ValueIndex halved(ValueIndex x) const
    {
        return m_build.add(m_module + ".max_pool", MaxPool{.kernel = {3, 3}, .stride = {2, 2}}, {x});
    }
    ValueIndex joined(std::vector<ValueIndex> parts, const std::string& name = "concat") const
    {
        return m_build.add(m_module + "." + name, Concat{}, std::move(parts));
    }

private:
    NetworkBuilder& m_build;
    std::string m_module;
};

constexpr Pair kRow{1, 7}, kColumn{7, 1}, kThree{3, 3}, kNone{0, 0};

ValueIndex moduleA(const Inception& in, ValueIndex x, std::int64_t poolFeatures)
{
    return in.joined({in.unit("branch1x1", x, {64}), in.chain("branch5x5", x, {{48}, {64, {5, 5}}}),
        in.chain("branch3x3dbl", x, {{64}, {96, kThree}, {96, kThree}}), in.unit("branch_pool", in.smoothed(x), {poolFeatures})});
}

ValueIndex moduleB(const Inception& in, ValueIndex x)
{
    return in.joined({in.unit("branch3x3", x, {384, kThree, 2, kNone}),
        in.chain("branch3x3dbl", x, {{64}, {96, kThree}, {96, kThree, 2, kNone}}), in.halved(x)});
}

ValueIndex moduleC(const Inception& in, ValueIndex x, std::int64_t c)
{
    return in.joined({in.unit("branch1x1", x, {192}), in.chain("branch7x7", x, {{c}, {c, kRow}, {192, kColumn}}),
        in.chain("branch7x7dbl", x, {{c}, {c, kColumn}, {c, kRow}, {c, kColumn}, {192, kRow}}),
        in.unit("branch_pool", in.smoothed(x), {192})});
}

ValueIndex moduleD(const Inception& in, ValueIndex x)
{
    return in.joined({in.chain("branch3x3", x, {{192}, {320, kThree, 2, kNone}}),
        in.chain("branch7x7x3", x, {{192}, {192, kRow}, {192, kColumn}, {192, kThree, 2, kNone}}), in.halved(x)});
}

ValueIndex moduleE(const Inception& in, ValueIndex x)
{
    const ValueIndex three = in.unit("branch3x3_1", x, {384});
    const ValueIndex twice = in.chain("branch3x3dbl", x, {{448}, {384, kThree}});
    const Unit row{384, {1, 3}}, column{384, {3, 1}};
    const ValueIndex a = in.joined({in.unit("branch3x3_2a", three, row), in.unit("branch3x3_2b", three, column)}, "branch3x3");
    const ValueIndex b
        = in.joined({in.unit("branch3x3dbl_3a", twice, row), in.unit("branch3x3dbl_3b", twice, column)}, "branch3x3dbl");
    return in.joined({in.unit("branch1x1", x, {320}), a, b, in.unit("branch_pool", in.smoothed(x), {192})});
}

struct GoogleNetModule {
    const char* name;
    std::int64_t one, threeReduced, three, fiveReduced, five, pool; // channels
};

// torchvision's "5x5" branch has 3x3 kernels, a slip that its published weights share.
ValueIndex googlenetModule(NetworkBuilder& build, const GoogleNetModule& module, ValueIndex x)
{
    const std::string name = module.name;
    const Inception in(build, name);
    const ValueIndex pooled = build.add(
        name + ".branch4.0", MaxPool{.kernel = {3, 3}, .stride = {1, 1}, .padding = {1, 1}, .ceilMode = true}, {x});
    return in.joined({in.unit("branch1", x, {module.one}),
        in.unit("branch2.1", in.unit("branch2.0", x, {module.threeReduced}), {module.three, kThree}),
        in.unit("branch3.1", in.unit("branch3.0", x, {module.fiveReduced}), {module.five, kThree}),
        in.unit("branch4.1", pooled, {module.pool})});
}

} // namespace

Result<Network> inceptionV3(std::string name, std::int64_t, const ArchitectureOptions& options)
{
    NetworkBuilder build(std::move(name));
    const Inception stem(build, "");
    ValueIndex x = build.add("transform_input", inceptionInput(), {build.input(options.input)});
    x = stem.unit("Conv2d_1a_3x3", x, {32, kThree, 2, kNone});
    x = stem.unit("Conv2d_2a_3x3", x, {32, kThree, 1, kNone});
    x = stem.unit("Conv2d_2b_3x3", x, {64, kThree});
    x = build.add("maxpool1", MaxPool{.kernel = kThree, .stride = {2, 2}}, {x});
    x = stem.unit("Conv2d_3b_1x1", x, {80});
    x = stem.unit("Conv2d_4a_3x3", x, {192, kThree, 1, kNone});
    x = build.add("maxpool2", MaxPool{.kernel = kThree, .stride = {2, 2}}, {x});
    x = moduleA({build, "Mixed_5b"}, x, 32);
    x = moduleA({build, "Mixed_5c"}, x, 64);
    x = moduleA({build, "Mixed_5d"}, x, 64);
    x = moduleB({build, "Mixed_6a"}, x);
    x = moduleC({build, "Mixed_6b"}, x, 128);
    x = moduleC({build, "Mixed_6c"}, x, 160);
    x = moduleC({build, "Mixed_6d"}, x, 160);
    x = moduleC({build, "Mixed_6e"}, x, 192);
    x = moduleD({build, "Mixed_7a"}, x);
    x = moduleE({build, "Mixed_7b"}, x);
    x = moduleE({build, "Mixed_7c"}, x);
    x = build.classifier("fc", x, options.classes);
    return std::move(build).finish(x);
}

Result<Network> googlenet(std::string name, std::int64_t, const ArchitectureOptions& options)
{
    constexpr std::array kModules{GoogleNetModule{"inception3a", 64, 96, 128, 16, 32, 32},
        GoogleNetModule{"inception3b", 128, 128, 192, 32, 96, 64}, GoogleNetModule{"inception4a", 192, 96, 208, 16, 48, 64},
        GoogleNetModule{"inception4b", 160, 112, 224, 24, 64, 64}, GoogleNetModule{"inception4c", 128, 128, 256, 24, 64, 64},
        GoogleNetModule{"inception4d", 112, 144, 288, 32, 64, 64}, GoogleNetModule{"inception4e", 256, 160, 320, 32, 128, 128},
        GoogleNetModule{"inception5a", 256, 160, 320, 32, 128, 128}, GoogleNetModule{"inception5b", 384, 192, 384, 48, 128, 128}};
    NetworkBuilder build(std::move(name));
    const Inception stem(build, "");
    const auto pool = [&build](const char* pooling, ValueIndex x, const Pair& kernel) {
        return build.add(pooling, MaxPool{.kernel = kernel, .stride = {2, 2}, .ceilMode = true}, {x});
    };
    ValueIndex x = build.add("transform_input", inceptionInput(), {build.input(options.input)});
    x = pool("maxpool1", stem.unit("conv1", x, {64, {7, 7}, 2}), kThree);
    x = pool("maxpool2", stem.unit("conv3", stem.unit("conv2", x, {64}), {192, kThree}), kThree);
    for (const GoogleNetModule& module : kModules) {
        if (std::string_view(module.name) == "inception4a") x = pool("maxpool3", x, kThree);
        if (std::string_view(module.name) == "inception5a") x = pool("maxpool4", x, {2, 2});
        x = googlenetModule(build, module, x);
    }
    x = build.classifier("fc", x, options.classes);
    return std::move(build).finish(x);
}

} // namespace halftone
