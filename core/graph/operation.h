// The operations that a Network is made of, with their attributes as PyTorch names and means them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/index.h"

namespace halftone {

using Pair = std::array<std::int64_t, 2>; // height, width

// Values carry shapes WITHOUT the batch: {C, H, W} or {F}. Attribute dimensions count without the batch too.
struct Input {
    bool operator==(const Input&) const = default;
};
struct Conv2d { // parameters: weight {outChannels, inChannels/groups, kH, kW} [, bias {outChannels}]
    std::int64_t outChannels = 0;
    Pair kernel{1, 1};
    Pair stride{1, 1};
    Pair padding{0, 0};
    Pair dilation{1, 1};
    std::int64_t groups = 1;
    bool operator==(const Conv2d&) const = default;
};
struct ConvTranspose2d { // parameters: weight {inChannels, outChannels/groups, kH, kW} [, bias {outChannels}]
    std::int64_t outChannels = 0;
    Pair kernel{1, 1};
    Pair stride{1, 1};
    Pair padding{0, 0};
    Pair outputPadding{0, 0};
    Pair dilation{1, 1};
    std::int64_t groups = 1;
    bool operator==(const ConvTranspose2d&) const = default;
};
struct Linear { // parameters: weight {outFeatures, inFeatures} [, bias {outFeatures}]
    std::int64_t outFeatures = 0;
    bool operator==(const Linear&) const = default;
};
struct BatchNorm { // parameters: weight, bias, running_mean, running_var, each {C}
    double epsilon = 1e-5;
    double momentum = 0.1; // running = (1 - momentum) * running + momentum * batch, as PyTorch
    bool operator==(const BatchNorm&) const = default;
};
struct LayerNorm { // over `dimension` and all after it; parameters: weight, bias of the shape of these dimensions
    std::int64_t dimension = 0;
    double epsilon = 1e-5;
    bool operator==(const LayerNorm&) const = default;
};
struct Relu {
    bool operator==(const Relu&) const = default;
};
struct Relu6 {
    bool operator==(const Relu6&) const = default;
};
struct LeakyRelu {
    double slope = 0.01; // of negative values
    bool operator==(const LeakyRelu&) const = default;
};
struct PRelu { // parameters: weight {slopes}
    std::int64_t slopes = 1; // one for all channels, or one a channel
    bool operator==(const PRelu&) const = default;
};
struct Sigmoid {
    bool operator==(const Sigmoid&) const = default;
};
struct HardSigmoid { // relu6(x + 3) / 6
    bool operator==(const HardSigmoid&) const = default;
};
struct Silu { // x * sigmoid(x), also called Swish
    bool operator==(const Silu&) const = default;
};
struct HardSwish { // x * relu6(x + 3) / 6
    bool operator==(const HardSwish&) const = default;
};
struct Gelu {
    bool tanhForm = false; // the approximation by tanh
    bool operator==(const Gelu&) const = default;
};
struct Add { // two inputs of one shape
    bool operator==(const Add&) const = default;
};
struct Multiply { // two inputs of one shape, or the second {C, 1, 1}: a gate for each channel
    bool operator==(const Multiply&) const = default;
};
struct MatrixMultiply { // of two values: {C, M, K} x {C, K, N}, channel by channel (attention's heads)
    bool operator==(const MatrixMultiply&) const = default;
};
struct ChannelAffine { // x * scale + shift with constants, one of each for every channel
    std::vector<double> scale;
    std::vector<double> shift;
    bool operator==(const ChannelAffine&) const = default;
};
// clip(round half to even(x / scale), lowest, highest) * scale: what a file that was quantized elsewhere does to a value that other
// operations than layers read. Fixed; the gradient passes straight through inside the range.
struct FakeQuantize {
    double scale = 1; // a positive float
    std::int64_t lowest = -128; // codes, within 16 bits
    std::int64_t highest = 127;
    bool operator==(const FakeQuantize&) const = default;
};
struct ChannelShuffle { // channel g * (C / groups) + i goes to i * groups + g
    std::int64_t groups = 1;
    bool operator==(const ChannelShuffle&) const = default;
};
struct Upsample { // to a given height and width, as torch.nn.functional.interpolate with a size
    Pair output{1, 1};
    bool bilinear = false; // else the nearest value
    bool alignCorners = false; // bilinear alone
    bool operator==(const Upsample&) const = default;
};
struct Concat { // along channels (dimension 0 without the batch)
    bool operator==(const Concat&) const = default;
};
struct MaxPool {
    Pair kernel{2, 2};
    Pair stride{2, 2};
    Pair padding{0, 0};
    bool ceilMode = false;
    bool operator==(const MaxPool&) const = default;
};
struct AveragePool {
    Pair kernel{2, 2};
    Pair stride{2, 2};
    Pair padding{0, 0};
    bool ceilMode = false;
    bool countIncludesPadding = true;
    bool operator==(const AveragePool&) const = default;
};
struct AdaptiveAveragePool {
    Pair output{1, 1};
    bool operator==(const AdaptiveAveragePool&) const = default;
};
struct Flatten { // everything but the batch
    bool operator==(const Flatten&) const = default;
};
struct Pad { // constant zeros; one (before, after) pair per dimension of {C, H, W}
    std::array<Pair, 3> amounts{};
    bool operator==(const Pad&) const = default;
};
struct Slice { // x[start:end:step] along one dimension of {C, H, W}; end may exceed the size
    std::int64_t dimension = 0;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t step = 1;
    bool operator==(const Slice&) const = default;
};
struct Softmax { // over the features, or at each place over the channels
    bool operator==(const Softmax&) const = default;
};

// Order is stored nowhere: files name operations in words.
using Attributes = std::variant<Input, Conv2d, ConvTranspose2d, Linear, BatchNorm, LayerNorm, Relu, Relu6, LeakyRelu, PRelu,
    Sigmoid, HardSigmoid, Silu, HardSwish, Gelu, Add, Multiply, MatrixMultiply, ChannelAffine, FakeQuantize, ChannelShuffle, Upsample, Concat, MaxPool, AveragePool,
    AdaptiveAveragePool, Flatten, Pad, Slice, Softmax>;

std::string_view kindName(const Attributes& attributes); // "conv2d", "linear", "batch_norm", ... as in the text form

struct Operation {
    std::string name; // the module path of the published definition: "layer1.0.conv1"; unique in its network
    Attributes attributes;
    std::vector<ValueIndex> inputs;
    ValueIndex output;
    std::vector<ParameterIndex> parameters; // in the order that the attributes' comment gives

    template <typename T> const T* as() const { return std::get_if<T>(&attributes); }
    bool isLayer() const { return as<Conv2d>() || as<ConvTranspose2d>() || as<Linear>(); } // what can be quantized
};

} // namespace halftone
