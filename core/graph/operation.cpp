// The words for operations in text forms and error sentences.
#include "core/graph/operation.h"

namespace halftone {

namespace {
struct KindName {
    std::string_view operator()(const Input&) const { return "input"; }
    std::string_view operator()(const Conv2d&) const { return "conv2d"; }
    std::string_view operator()(const ConvTranspose2d&) const { return "conv_transpose2d"; }
    std::string_view operator()(const Linear&) const { return "linear"; }
    std::string_view operator()(const BatchNorm&) const { return "batch_norm"; }
    std::string_view operator()(const LayerNorm&) const { return "layer_norm"; }
    std::string_view operator()(const Relu&) const { return "relu"; }
    std::string_view operator()(const Relu6&) const { return "relu6"; }
    std::string_view operator()(const LeakyRelu&) const { return "leaky_relu"; }
    std::string_view operator()(const PRelu&) const { return "prelu"; }
    std::string_view operator()(const Sigmoid&) const { return "sigmoid"; }
    std::string_view operator()(const HardSigmoid&) const { return "hard_sigmoid"; }
    std::string_view operator()(const Silu&) const { return "silu"; }
    std::string_view operator()(const HardSwish&) const { return "hard_swish"; }
    std::string_view operator()(const Gelu&) const { return "gelu"; }
    std::string_view operator()(const Add&) const { return "add"; }
    std::string_view operator()(const Multiply&) const { return "multiply"; }
    std::string_view operator()(const MatrixMultiply&) const { return "matrix_multiply"; }
    std::string_view operator()(const ChannelAffine&) const { return "channel_affine"; }
    std::string_view operator()(const FakeQuantize&) const { return "fake_quantize"; }
    std::string_view operator()(const ChannelShuffle&) const { return "channel_shuffle"; }
    std::string_view operator()(const Upsample&) const { return "upsample"; }
    std::string_view operator()(const Concat&) const { return "concat"; }
    std::string_view operator()(const MaxPool&) const { return "max_pool"; }
    std::string_view operator()(const AveragePool&) const { return "average_pool"; }
    std::string_view operator()(const AdaptiveAveragePool&) const { return "adaptive_average_pool"; }
    std::string_view operator()(const Flatten&) const { return "flatten"; }
    std::string_view operator()(const Pad&) const { return "pad"; }
    std::string_view operator()(const Slice&) const { return "slice"; }
    std::string_view operator()(const Softmax&) const { return "softmax"; }
};
} // namespace

std::string_view kindName(const Attributes& attributes) { return std::visit(KindName{}, attributes); }

} // namespace halftone
