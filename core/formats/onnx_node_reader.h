// What a node of an ONNX file means as operations of a Network; nothing here knows of quantization.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/formats/onnx_file.h"
#include "core/graph/operation.h"

namespace halftone {

// A node together with what is known where it stands.
struct OnnxNodeContext {
    const OnnxNode& node;
    std::int64_t opset = 0;
    Shape input; // of its first input, without the batch
    std::int64_t batch = -1; // the batch that the file declares; -1 when it is open
    std::function<const OnnxTensor*(std::size_t)> constant; // of an input by position; null when absent or not constant
};

// "Node 'conv1' (Conv) of the ONNX file <why>", with what to try.
Error unsupportedNode(const OnnxNode& node, std::string_view why);
Error corruptNode(const OnnxNode& node, std::string_view why);

// True for the operators that can be read at all, layers, quantizers and constants among them.
bool isKnownOperator(const OnnxNode& node);

// The operations, one after the other, that the node stands for; the last one has the node's name. Empty: the value passes
// through. For convolutions `weight` is the shape of the weights; others ignore it.
Result<std::vector<Attributes>> operationsOf(const OnnxNodeContext& context, const Shape& weight = {});

// The integers of a constant input, or of the attribute of the same name that older opsets have; empty when both are absent.
Result<std::vector<std::int64_t>> integersInput(const OnnxNodeContext& context, std::string_view name, std::size_t position);

// Attributes with their defaults. Errors: Corrupt when an attribute has another type than the operator says.
Result<std::int64_t> integerAttribute(const OnnxNode& node, std::string_view name, std::int64_t otherwise);
Result<float> realAttribute(const OnnxNode& node, std::string_view name, float otherwise);
Result<std::vector<std::int64_t>> integersAttribute(
    const OnnxNode& node, std::string_view name, std::vector<std::int64_t> otherwise);
Result<std::string> textAttribute(const OnnxNode& node, std::string_view name, std::string otherwise);

} // namespace halftone
