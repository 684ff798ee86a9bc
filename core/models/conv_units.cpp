// Steps that the architectures share, in torchvision's layout.
#include "core/models/conv_units.h"

namespace halftone {

ValueIndex convUnit(NetworkBuilder& build, const std::string& name, ValueIndex x, const ConvUnit& unit)
{
    const Conv2d conv{.outChannels = unit.channels,
        .kernel = unit.kernel,
        .stride = {unit.stride, unit.stride},
        .padding = unit.padding.value_or(Pair{unit.kernel[0] / 2, unit.kernel[1] / 2}),
        .groups = unit.groups};
    x = build.add(name + "." + unit.convName, conv, {x});
    x = build.add(name + "." + unit.normName, unit.norm, {x});
    return unit.activation ? build.add(name + ".activation", *unit.activation, {x}) : x;
}

ValueIndex squeezeExcitation(NetworkBuilder& build, const std::string& name, ValueIndex x, const SqueezeExcitation& options)
{
    ValueIndex gate = build.add(name + ".avgpool", AdaptiveAveragePool{}, {x});
    gate = build.add(name + ".fc1", Conv2d{.outChannels = options.squeezed}, {gate}, true);
    gate = build.add(name + ".activation", options.activation, {gate});
    gate = build.add(name + ".fc2", Conv2d{.outChannels = build.channels(x)}, {gate}, true);
    gate = build.add(name + ".scale_activation", options.gate, {gate});
    return build.add(name + ".scale", Multiply{}, {x, gate});
}

ChannelAffine inceptionInput()
{
    // (x * deviation + mean - 0.5) / 0.5 with ImageNet's mean and deviation.
    return {{0.229 / 0.5, 0.224 / 0.5, 0.225 / 0.5}, {(0.485 - 0.5) / 0.5, (0.456 - 0.5) / 0.5, (0.406 - 0.5) / 0.5}};
}

} // namespace halftone
