// Between OnnxFile and protobuf's messages; the only file that sees them.
#include "core/formats/onnx_file.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <exception>
#include <limits>
#include <new>
#include <set>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <onnx/onnx_pb.h>

#include "core/formats/onnx_external_data.h"
#include "core/formats/onnx_tensor.h"

namespace halftone {

const OnnxAttribute* OnnxNode::find(std::string_view attribute) const
{
    for (const OnnxAttribute& candidate : attributes) {
        if (candidate.name == attribute) return &candidate;
    }
    return nullptr;
}

namespace {

// ---- writing ----------------------------------------------------------------------------------------------------------

void fill(onnx::TensorProto& proto, const OnnxTensor& tensor)
{
    proto.set_name(tensor.name);
    proto.set_data_type(static_cast<std::int32_t>(tensor.type));
    for (const std::int64_t dimension : tensor.shape) proto.add_dims(dimension);
    proto.set_raw_data(tensor.bytes.data(), tensor.bytes.size());
}

void fill(onnx::AttributeProto& proto, const OnnxAttribute& attribute)
{
    using Type = onnx::AttributeProto;
    proto.set_name(attribute.name);
    if (const auto* integer = std::get_if<std::int64_t>(&attribute.value)) {
        proto.set_type(Type::INT);
        proto.set_i(*integer);
    } else if (const auto* real = std::get_if<float>(&attribute.value)) {
        proto.set_type(Type::FLOAT);
        proto.set_f(*real);
    } else if (const auto* word = std::get_if<std::string>(&attribute.value)) {
        proto.set_type(Type::STRING);
        proto.set_s(*word);
    } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&attribute.value)) {
        proto.set_type(Type::INTS);
        for (const std::int64_t value : *integers) proto.add_ints(value);
    } else if (const auto* reals = std::get_if<std::vector<float>>(&attribute.value)) {
        proto.set_type(Type::FLOATS);
        for (const float value : *reals) proto.add_floats(value);
    } else if (const auto* tensor = std::get_if<OnnxTensor>(&attribute.value)) {
        proto.set_type(Type::TENSOR);
        fill(*proto.mutable_t(), *tensor);
    }
}

void fill(onnx::NodeProto& proto, const OnnxNode& node)
{
    proto.set_op_type(node.type);
    proto.set_name(node.name);
    if (!node.domain.empty()) proto.set_domain(node.domain);
    if (!node.note.empty()) proto.set_doc_string(node.note);
    for (const std::string& input : node.inputs) proto.add_input(input);
    for (const std::string& output : node.outputs) proto.add_output(output);
    for (const OnnxAttribute& attribute : node.attributes) fill(*proto.add_attribute(), attribute);
}

void fill(onnx::ValueInfoProto& proto, const OnnxValueInfo& value)
{
    proto.set_name(value.name);
    onnx::TypeProto_Tensor& tensor = *proto.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(static_cast<std::int32_t>(value.type));
    if (!value.hasShape) return;
    onnx::TensorShapeProto& shape = *tensor.mutable_shape();
    for (std::size_t d = 0; d < value.shape.size(); ++d) {
        onnx::TensorShapeProto_Dimension& dimension = *shape.add_dim();
        if (value.shape[d] >= 0) {
            dimension.set_dim_value(value.shape[d]);
        } else if (d == 0) {
            dimension.set_dim_param(std::string(kOnnxBatch));
        }
    }
}

void fill(onnx::TensorAnnotation& proto, const OnnxAnnotation& annotation)
{
    proto.set_tensor_name(annotation.tensor);
    const auto add = [&](const char* key, const std::string& name) {
        onnx::StringStringEntryProto& entry = *proto.add_quant_parameter_tensor_names();
        entry.set_key(key);
        entry.set_value(name);
    };
    add("SCALE_TENSOR", annotation.scale);
    add("ZERO_POINT_TENSOR", annotation.zeroPoint);
}

void fill(onnx::ModelProto& proto, const OnnxFile& file)
{
    proto.set_ir_version(file.irVersion);
    proto.set_producer_name(file.producer);
    proto.set_producer_version(file.producerVersion);
    onnx::OperatorSetIdProto& opset = *proto.add_opset_import();
    opset.set_domain("");
    opset.set_version(file.opset);
    std::set<std::string> domains; // each that a node has must be declared
    for (const OnnxNode& node : file.nodes)
        if (!node.domain.empty() && domains.insert(node.domain).second) {
            onnx::OperatorSetIdProto& other = *proto.add_opset_import();
            other.set_domain(node.domain);
            other.set_version(1);
        }
    for (const auto& [key, value] : file.metadata) {
        onnx::StringStringEntryProto& entry = *proto.add_metadata_props();
        entry.set_key(key);
        entry.set_value(value);
    }
    onnx::GraphProto& graph = *proto.mutable_graph();
    graph.set_name(file.graphName);
    for (const OnnxNode& node : file.nodes) fill(*graph.add_node(), node);
    for (const OnnxTensor& tensor : file.initializers) fill(*graph.add_initializer(), tensor);
    for (const OnnxValueInfo& value : file.inputs) fill(*graph.add_input(), value);
    for (const OnnxValueInfo& value : file.outputs) fill(*graph.add_output(), value);
    for (const OnnxValueInfo& value : file.values) fill(*graph.add_value_info(), value);
    for (const OnnxAnnotation& annotation : file.annotations) fill(*graph.add_quantization_annotation(), annotation);
}

// ---- reading ----------------------------------------------------------------------------------------------------------

template <typename T> void append(Bytes& bytes, T value)
{
    const auto* first = reinterpret_cast<const std::byte*>(&value);
    bytes.insert(bytes.end(), first, first + sizeof(T));
}

// The typed fields hold an element per entry, except that four-bit and two-bit codes come packed, a byte to an entry.
Bytes typedData(const onnx::TensorProto& proto, int bits)
{
    Bytes bytes;
    if (proto.float_data_size() > 0) {
        for (const float value : proto.float_data()) append(bytes, value);
    } else if (proto.double_data_size() > 0) {
        for (const double value : proto.double_data()) append(bytes, value);
    } else if (proto.int64_data_size() > 0) {
        for (const std::int64_t value : proto.int64_data()) append(bytes, value);
    } else {
        for (const std::int32_t value : proto.int32_data()) {
            if (bits == 32) append(bytes, value);
            if (bits == 16) append(bytes, static_cast<std::uint16_t>(value));
            if (bits <= 8) append(bytes, static_cast<std::uint8_t>(value));
        }
    }
    return bytes;
}

// Bytes that a tensor of this shape takes; empty when a dimension is negative or the product too large to be in any file.
std::optional<std::uint64_t> byteCount(const Shape& shape, int bits)
{
    constexpr std::int64_t kMaxElements = std::int64_t(1) << 40;
    std::int64_t elements = 1;
    for (const std::int64_t dimension : shape) {
        if (dimension < 0) return std::nullopt;
        if (dimension > 0 && elements > kMaxElements / dimension) return std::nullopt;
        elements *= dimension;
    }
    return (static_cast<std::uint64_t>(elements) * static_cast<std::uint64_t>(bits) + 7) / 8;
}

std::optional<std::int64_t> number(const std::string& text)
{
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Result<OnnxDataPlace> placeOf(const onnx::TensorProto& proto)
{
    OnnxDataPlace place;
    for (const onnx::StringStringEntryProto& entry : proto.external_data()) {
        if (entry.key() == "location") place.location = entry.value();
        if (entry.key() != "offset" && entry.key() != "length") continue;
        const auto value = number(entry.value());
        if (!value)
            return Error{ErrorCode::Corrupt,
                fmt::format(
                    "The {} of tensor '{}' in the ONNX file is no number; the file is damaged.", entry.key(), proto.name())};
        if (entry.key() == "offset") place.offset = *value;
        if (entry.key() == "length") place.length = *value;
    }
    return place;
}

Result<Bytes> externalBytes(const onnx::TensorProto& proto, std::optional<std::uint64_t> wanted, OnnxExternalData* data)
{
    if (!data)
        return Error{ErrorCode::Unsupported,
            fmt::format(
                "The ONNX file keeps the data of tensor '{}' in another file, which is not read here; save the model with its "
                "data inside.",
                proto.name())};
    HALFTONE_TRY(const OnnxDataPlace place, placeOf(proto));
    if (!wanted)
        return Error{ErrorCode::Corrupt,
            fmt::format("Tensor '{}' of the ONNX file has an absurd shape; the file is damaged.", proto.name())};
    return data->read(place, *wanted, proto.name());
}

// `data` may be absent: tensors must then hold their own.
Result<OnnxTensor> readTensor(const onnx::TensorProto& proto, OnnxExternalData* data)
{
    OnnxTensor tensor;
    tensor.name = proto.name();
    tensor.type = static_cast<OnnxType>(proto.data_type());
    tensor.shape.assign(proto.dims().begin(), proto.dims().end());
    const int bits = bitWidth(tensor.type);
    const auto wanted = byteCount(tensor.shape, std::max(bits, 1));
    if (bits == 0 && wanted) return tensor;
    if (proto.data_location() == onnx::TensorProto::EXTERNAL || proto.external_data_size() > 0) {
        HALFTONE_TRY(tensor.bytes, externalBytes(proto, wanted, data));
    } else if (proto.has_raw_data()) {
        const std::string& raw = proto.raw_data();
        const auto* first = reinterpret_cast<const std::byte*>(raw.data());
        tensor.bytes.assign(first, first + raw.size());
    } else {
        tensor.bytes = typedData(proto, bits);
    }
    if (!wanted || *wanted != tensor.bytes.size()) {
        return Error{ErrorCode::Corrupt,
            fmt::format(
                "Tensor '{}' of the ONNX file has {} bytes of data, which does not fit its shape {}; the file is damaged.",
                tensor.name, tensor.bytes.size(), text(tensor.shape))};
    }
    return tensor;
}

Result<OnnxAttribute> readAttribute(const onnx::AttributeProto& proto, OnnxExternalData* data)
{
    OnnxAttribute attribute{proto.name(), {}};
    switch (proto.type()) {
    case onnx::AttributeProto::INT:
        attribute.value = static_cast<std::int64_t>(proto.i());
        break;
    case onnx::AttributeProto::FLOAT:
        attribute.value = proto.f();
        break;
    case onnx::AttributeProto::STRING:
        attribute.value = proto.s();
        break;
    case onnx::AttributeProto::INTS:
        attribute.value = std::vector<std::int64_t>(proto.ints().begin(), proto.ints().end());
        break;
    case onnx::AttributeProto::FLOATS:
        attribute.value = std::vector<float>(proto.floats().begin(), proto.floats().end());
        break;
    case onnx::AttributeProto::TENSOR: {
        HALFTONE_TRY(attribute.value, readTensor(proto.t(), data));
        break;
    }
    default:
        break; // graphs and the like: of operators that no reader of ours knows
    }
    return attribute;
}

Result<OnnxNode> readNode(const onnx::NodeProto& proto, OnnxExternalData* data)
{
    OnnxNode node{.type = proto.op_type(), .name = proto.name()};
    node.domain = proto.domain() == "ai.onnx" ? std::string() : proto.domain();
    node.note = proto.doc_string();
    node.inputs.assign(proto.input().begin(), proto.input().end());
    node.outputs.assign(proto.output().begin(), proto.output().end());
    for (const onnx::AttributeProto& attribute : proto.attribute()) {
        HALFTONE_TRY(OnnxAttribute read, readAttribute(attribute, data));
        node.attributes.push_back(std::move(read));
    }
    return node;
}

OnnxValueInfo readValue(const onnx::ValueInfoProto& proto)
{
    const onnx::TypeProto_Tensor& tensor = proto.type().tensor_type();
    OnnxValueInfo value{proto.name(), static_cast<OnnxType>(tensor.elem_type()), {}, tensor.has_shape()};
    for (const onnx::TensorShapeProto_Dimension& dimension : tensor.shape().dim()) {
        value.shape.push_back(dimension.has_dim_value() ? dimension.dim_value() : -1);
    }
    return value;
}

OnnxAnnotation readAnnotation(const onnx::TensorAnnotation& proto)
{
    OnnxAnnotation annotation{proto.tensor_name(), {}, {}};
    for (const onnx::StringStringEntryProto& entry : proto.quant_parameter_tensor_names()) {
        if (entry.key() == "SCALE_TENSOR") annotation.scale = entry.value();
        if (entry.key() == "ZERO_POINT_TENSOR") annotation.zeroPoint = entry.value();
    }
    return annotation;
}

Result<OnnxFile> readModel(const onnx::ModelProto& proto, OnnxExternalData* data)
{
    OnnxFile file;
    file.irVersion = proto.ir_version();
    file.producer = proto.producer_name();
    file.producerVersion = proto.producer_version();
    for (const onnx::OperatorSetIdProto& opset : proto.opset_import()) {
        if (opset.domain().empty() || opset.domain() == "ai.onnx") file.opset = opset.version();
    }
    for (const onnx::StringStringEntryProto& entry : proto.metadata_props())
        file.metadata.emplace_back(entry.key(), entry.value());
    const onnx::GraphProto& graph = proto.graph();
    file.graphName = graph.name();
    for (const onnx::NodeProto& node : graph.node()) {
        HALFTONE_TRY(OnnxNode read, readNode(node, data));
        file.nodes.push_back(std::move(read));
    }
    for (const onnx::TensorProto& tensor : graph.initializer()) {
        HALFTONE_TRY(OnnxTensor read, readTensor(tensor, data));
        file.initializers.push_back(std::move(read));
    }
    for (const onnx::ValueInfoProto& value : graph.input()) file.inputs.push_back(readValue(value));
    for (const onnx::ValueInfoProto& value : graph.output()) file.outputs.push_back(readValue(value));
    for (const onnx::ValueInfoProto& value : graph.value_info()) file.values.push_back(readValue(value));
    for (const onnx::TensorAnnotation& annotation : graph.quantization_annotation()) {
        file.annotations.push_back(readAnnotation(annotation));
    }
    return file;
}

Error notOnnx(std::string_view why)
{
    return Error{ErrorCode::Corrupt, fmt::format("This is not an ONNX model, or it is truncated ({}); export it again.", why)};
}

} // namespace

Result<Bytes> serializeOnnx(const OnnxFile& file)
{
    try {
        onnx::ModelProto proto;
        fill(proto, file);
        const std::size_t size = proto.ByteSizeLong();
        if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
            return Error{ErrorCode::Unsupported,
                fmt::format("The network takes {} bytes as ONNX, and one ONNX file holds less than 2 GiB; choose fewer bits or "
                            "another format.",
                    size)};
        }
        Bytes bytes(size);
        google::protobuf::io::ArrayOutputStream stream(bytes.data(), static_cast<int>(size));
        google::protobuf::io::CodedOutputStream coded(&stream);
        coded.SetSerializationDeterministic(true);
        if (!proto.SerializeToCodedStream(&coded)) {
            return Error{ErrorCode::Failed, "The network could not be turned into an ONNX file; protobuf refused it."};
        }
        return bytes;
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Failed, "There is not enough memory to write the network as ONNX; close other programs."};
    }
}

Result<OnnxFile> parseOnnx(std::span<const std::byte> bytes, const std::filesystem::path& folder)
{
    if (bytes.empty()) return notOnnx("it is empty");
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return notOnnx("it is 2 GiB or larger");
    try {
        onnx::ModelProto proto;
        google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
        if (!proto.ParseFromZeroCopyStream(&stream)) return notOnnx("its fields cannot be read");
        if (!proto.has_graph()) return notOnnx("it has no graph");
        OnnxExternalData data(folder);
        return readModel(proto, folder.empty() ? nullptr : &data);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Failed, "There is not enough memory to read the ONNX file; close other programs."};
    }
}

} // namespace halftone
