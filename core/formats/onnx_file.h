// What an ONNX file says, as plain structs: nodes, tensors and metadata; protobuf stays inside onnx_file.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/graph/tensor_data.h"

namespace halftone {

// Element types with the numbers that TensorProto.DataType gives them; other numbers may stand in files that were read.
enum class OnnxType : std::int32_t {
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    BFloat16 = 16,
    UInt4 = 21,
    Int4 = 22,
    UInt2 = 25,
    Int2 = 26,
};

// A tensor in the layout of TensorProto.raw_data: little-endian, row-major; elements under a byte fill it from the low bits.
// `bytes` is empty when the type is none of the above; otherwise it has exactly the size that type and shape demand.
struct OnnxTensor {
    std::string name;
    OnnxType type = OnnxType::Undefined;
    Shape shape;
    Bytes bytes;
    bool operator==(const OnnxTensor&) const = default;
};

using OnnxAttributeValue = std::variant<std::monostate, std::int64_t, float, std::string, std::vector<std::int64_t>,
    std::vector<float>, OnnxTensor>; // monostate: a kind that no node of ours has

struct OnnxAttribute {
    std::string name;
    OnnxAttributeValue value;
    bool operator==(const OnnxAttribute&) const = default;
};

struct OnnxNode {
    std::string type;
    std::string name;
    std::vector<std::string> inputs; // an empty name stands for an input that is left out
    std::vector<std::string> outputs;
    std::vector<OnnxAttribute> attributes;
    std::string domain;
    std::string note; // doc_string
    const OnnxAttribute* find(std::string_view attribute) const; // null when absent
    bool operator==(const OnnxNode&) const = default;
};

// A graph input, output or inner value with its shape. A negative dimension is unknown, or symbolic when it is the batch.
struct OnnxValueInfo {
    std::string name;
    OnnxType type = OnnxType::Float;
    Shape shape;
    bool hasShape = true;
    bool operator==(const OnnxValueInfo&) const = default;
};

// Says which initializers hold scale and zero point of a tensor, for viewers.
struct OnnxAnnotation {
    std::string tensor;
    std::string scale;
    std::string zeroPoint;
    bool operator==(const OnnxAnnotation&) const = default;
};

struct OnnxFile {
    std::int64_t irVersion = 0;
    std::int64_t opset = 0; // of the default domain
    std::string producer;
    std::string producerVersion;
    std::string graphName;
    std::vector<OnnxNode> nodes; // in topological order
    std::vector<OnnxTensor> initializers;
    std::vector<OnnxValueInfo> inputs;
    std::vector<OnnxValueInfo> outputs;
    std::vector<OnnxValueInfo> values;
    std::vector<OnnxAnnotation> annotations;
    std::vector<std::pair<std::string, std::string>> metadata;
    bool operator==(const OnnxFile&) const = default;
};

// The name of the symbolic first dimension of every value in files of ours.
inline constexpr std::string_view kOnnxBatch = "N";

// The same file gives the same bytes. Errors: Unsupported when it would be 2 GB or more, which protobuf cannot hold.
Result<Bytes> serializeOnnx(const OnnxFile& file);
// Tensors may keep their data in files in `folder`, the model's own; without one such a model is Unsupported. Errors: Corrupt when
// the bytes are no ONNX model or a tensor's data does not fit its shape, and what OnnxExternalData says. Allocates no more than a
// fixed multiple of the sizes of the files.
Result<OnnxFile> parseOnnx(std::span<const std::byte> bytes, const std::filesystem::path& folder = {});

} // namespace halftone
