// The words for operations in text forms and error sentences.
#include "core/graph/operation.h"

namespace halftone {

namespace {
struct KindName {
    std::string_view operator()(const Input&) const { return "input"; }
    std::string_view operator()(const Conv2d&) const { return "conv2d"; }
    std::string_view operator()(const Linear&) const { return "linear"; }
    std::string_view operator()(const BatchNorm&) const { return "batch_norm"; }
    std::string_view operator()(const Relu&) const { return "relu"; }
    std::string_view operator()(const Relu6&) const { return "relu6"; }
    std::string_view operator()(const Add&) const { return "add"; }
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
