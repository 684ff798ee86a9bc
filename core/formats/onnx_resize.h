// Resize and Upsample nodes of ONNX graphs.
#pragma once

#include <vector>

#include "core/formats/onnx_node_reader.h"

namespace halftone {

// One Upsample. Errors: Unsupported for rules that PyTorch's nearest and bilinear modes do not have, and for sizes that are computed.
Result<std::vector<Attributes>> resizeOperations(const OnnxNodeContext& context);

} // namespace halftone
