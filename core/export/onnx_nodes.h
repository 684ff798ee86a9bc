// The ONNX node of an operation other than a layer or batch norm: its type, attributes and constant inputs.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/formats/onnx_file.h"
#include "core/graph/network.h"

namespace halftone {

struct ConstantInput {
    std::string suffix; // for its name: "pads"
    OnnxTensor tensor; // not yet named
};

struct NodeForm {
    std::string type;
    std::vector<OnnxAttribute> attributes;
    std::vector<ConstantInput> constants; // inputs after the operation's own
    std::int64_t opset = 13; // the first that has the node
};

// The nodes that stand for the operation, each reading the one before it; the first reads the operation's inputs, and so does
// a last Mul (x * sigmoid(x)) once more. Errors: Unsupported for a pooling that ONNX cannot say, and for kinds that the caller
// writes itself.
Result<std::vector<NodeForm>> nodeForms(const Network& network, const Operation& operation);
std::vector<OnnxAttribute> convolutionAttributes(const Conv2d& convolution);
std::vector<OnnxAttribute> convolutionAttributes(const ConvTranspose2d& convolution);

} // namespace halftone
