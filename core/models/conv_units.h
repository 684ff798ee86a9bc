// Convolution, batch norm and activation as one step, and squeeze-and-excitation: what torchvision's networks are made of.
#pragma once

#include <optional>
#include <string>

#include "core/models/network_builder.h"

namespace halftone {

struct ConvUnit {
    std::int64_t channels = 0; // out
    Pair kernel{1, 1};
    std::int64_t stride = 1;
    std::optional<Pair> padding; // absent: half the kernel, which keeps the size at stride 1
    std::int64_t groups = 1;
    std::optional<Attributes> activation; // absent: none
    BatchNorm norm;
    // The parts' names behind the unit's own: torchvision's Conv2dNormActivation counts, its BasicConv2d says "conv" and "bn".
    std::string convName = "0";
    std::string normName = "1";
};
// "<name>.<convName>" and so on; the activation is "<name>.activation".
ValueIndex convUnit(NetworkBuilder& build, const std::string& name, ValueIndex x, const ConvUnit& unit);

struct SqueezeExcitation { // Hu et al. 2018: x times a gate computed from the means of its channels
    std::int64_t squeezed = 0; // channels in between
    Attributes activation = Relu{};
    Attributes gate = Sigmoid{};
};
// 1x1 convolutions "<name>.fc1" and "<name>.fc2" with bias.
ValueIndex squeezeExcitation(NetworkBuilder& build, const std::string& name, ValueIndex x, const SqueezeExcitation& options);

// What torchvision's Inception networks do to an image normalised for ImageNet: the range -1 to 1 that they were trained with.
ChannelAffine inceptionInput();

} // namespace halftone
