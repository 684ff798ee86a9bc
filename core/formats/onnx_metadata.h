// The metadata that Halftone's ONNX files carry: which bit widths and ranges the layers have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/formats/onnx_tensor.h"
#include "core/graph/bit_assignment.h"

namespace halftone {

inline constexpr std::string_view kLayersMetadata = "halftone.layers"; // the key in metadata_props
// Marks a Clip that is part of a quantizer, so that it is never mistaken for an operation of the network.
inline constexpr std::string_view kRangeClipNote = "halftone: range of a quantizer";

inline constexpr std::string_view kQonnxDomain = "qonnx.custom_op.general"; // of Quant nodes

struct OnnxLayerMetadata {
    std::string name;
    LayerBits bits;
    CodeRange weightRange; // meaningless at full precision
    bool operator==(const OnnxLayerMetadata&) const = default;
};

struct OnnxMetadata {
    std::vector<OnnxLayerMetadata> layers;
    bool operator==(const OnnxMetadata&) const = default;
};

// [{"name":"conv1","weightBits":4,"activationBits":8,"weightLowest":-8,"weightHighest":7}, ...]
std::string toJson(const OnnxMetadata& metadata);
// Anything that is not as toJson writes it is left out: metadata explain a file, they do not decide whether it opens.
OnnxMetadata metadataFromJson(std::string_view json);

} // namespace halftone
