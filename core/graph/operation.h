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
struct Linear { // parameters: weight {outFeatures, inFeatures} [, bias {outFeatures}]
    std::int64_t outFeatures = 0;
    bool operator==(const Linear&) const = default;
};
struct BatchNorm { // parameters: weight, bias, running_mean, running_var, each {C}
    double epsilon = 1e-5;
    double momentum = 0.1; // running = (1 - momentum) * running + momentum * batch, as PyTorch
    bool operator==(const BatchNorm&) const = default;
};
struct Relu {
    bool operator==(const Relu&) const = default;
};
struct Relu6 {
    bool operator==(const Relu6&) const = default;
};
struct Add { // two inputs of one shape
    bool operator==(const Add&) const = default;
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
struct Softmax { // over the features
    bool operator==(const Softmax&) const = default;
};

// Order is stored nowhere: files name operations in words.
using Attributes = std::variant<Input, Conv2d, Linear, BatchNorm, Relu, Relu6, Add, Concat, MaxPool, AveragePool,
    AdaptiveAveragePool, Flatten, Pad, Slice, Softmax>;

std::string_view kindName(const Attributes& attributes); // "conv2d", "linear", "batch_norm", ... as in the text form

struct Operation {
    std::string name; // the module path of the published definition: "layer1.0.conv1"; unique in its network
    Attributes attributes;
    std::vector<ValueIndex> inputs;
    ValueIndex output;
    std::vector<ParameterIndex> parameters; // in the order that the attributes' comment gives

    template <typename T> const T* as() const { return std::get_if<T>(&attributes); }
    bool isLayer() const { return as<Conv2d>() || as<Linear>(); } // what can be quantized
};

} // namespace halftone
