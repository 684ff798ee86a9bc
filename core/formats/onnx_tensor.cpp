// Packs and unpacks the numbers of ONNX tensors.
#include "core/formats/onnx_tensor.h"

#include <cassert>
#include <cstring>
#include <memory>

#include <fmt/format.h>

namespace halftone {

namespace {

bool isSigned(OnnxType type) { return type == OnnxType::Int8 || type == OnnxType::Int4 || type == OnnxType::Int2; }

Error wrongType(const OnnxTensor& tensor, std::string_view wanted)
{
    return Error{ErrorCode::Unsupported,
        fmt::format("Tensor '{}' of the ONNX file has element type {} where {} are needed; export the model with another type.",
            tensor.name, static_cast<std::int32_t>(tensor.type), wanted)};
}

std::size_t countOf(const OnnxTensor& tensor) { return static_cast<std::size_t>(elementCount(tensor.shape)); }

template <typename To, typename From> std::vector<To> converted(const OnnxTensor& tensor)
{
    std::vector<To> values(countOf(tensor));
    for (std::size_t i = 0; i < values.size(); ++i) {
        From value;
        std::memcpy(&value, tensor.bytes.data() + i * sizeof(From), sizeof(From));
        values[i] = static_cast<To>(value);
    }
    return values;
}

} // namespace

int bitWidth(OnnxType type)
{
    switch (type) {
    case OnnxType::UInt2:
    case OnnxType::Int2:
        return 2;
    case OnnxType::UInt4:
    case OnnxType::Int4:
        return 4;
    case OnnxType::UInt8:
    case OnnxType::Int8:
    case OnnxType::Bool:
        return 8;
    case OnnxType::UInt16:
    case OnnxType::Int16:
    case OnnxType::Float16:
    case OnnxType::BFloat16:
        return 16;
    case OnnxType::Float:
    case OnnxType::Int32:
        return 32;
    case OnnxType::Int64:
    case OnnxType::Double:
        return 64;
    case OnnxType::Undefined:
        return 0;
    }
    return 0;
}

std::optional<CodeRange> codeRange(OnnxType type)
{
    switch (type) {
    case OnnxType::UInt2:
        return CodeRange{0, 3};
    case OnnxType::Int2:
        return CodeRange{-2, 1};
    case OnnxType::UInt4:
        return CodeRange{0, 15};
    case OnnxType::Int4:
        return CodeRange{-8, 7};
    case OnnxType::UInt8:
        return CodeRange{0, 255};
    case OnnxType::Int8:
        return CodeRange{-128, 127};
    default:
        return std::nullopt;
    }
}

OnnxTensor floatTensor(std::string name, Shape shape, std::span<const float> values)
{
    assert(elementCount(shape) == static_cast<std::int64_t>(values.size()));
    const auto bytes = std::as_bytes(values);
    return {std::move(name), OnnxType::Float, std::move(shape), Bytes(bytes.begin(), bytes.end())};
}

OnnxTensor int64Tensor(std::string name, std::span<const std::int64_t> values)
{
    const auto bytes = std::as_bytes(values);
    return {std::move(name), OnnxType::Int64, {static_cast<std::int64_t>(values.size())}, Bytes(bytes.begin(), bytes.end())};
}

OnnxCodes storedCodes(CodeRange range)
{
    if (range.lowest >= 0 && range.highest <= 255) return {OnnxType::UInt8, 0};
    if (range.lowest >= -128 && range.highest <= 127) return {OnnxType::Int8, 0};
    return {OnnxType::UInt8, -range.lowest};
}

OnnxTensor codeTensor(std::string name, OnnxType type, Shape shape, std::span<const std::int32_t> codes)
{
    assert(codeRange(type) && elementCount(shape) == static_cast<std::int64_t>(codes.size()));
    const auto bits = static_cast<std::size_t>(bitWidth(type));
    const std::size_t perByte = 8 / bits;
    Bytes bytes((codes.size() + perByte - 1) / perByte);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const auto field = static_cast<std::uint32_t>(codes[i]) & ((1U << bits) - 1);
        bytes[i / perByte] |= static_cast<std::byte>(field << (i % perByte * bits));
    }
    return {std::move(name), type, std::move(shape), std::move(bytes)};
}

Result<std::vector<float>> floatsOf(const OnnxTensor& tensor)
{
    const auto throughTensorData = [&](DType dtype) {
        const std::shared_ptr<std::byte> copy(new std::byte[tensor.bytes.size()], std::default_delete<std::byte[]>());
        if (!tensor.bytes.empty()) std::memcpy(copy.get(), tensor.bytes.data(), tensor.bytes.size());
        const TensorData floats = TensorData(dtype, tensor.shape, copy).toFloat32();
        return std::vector<float>(floats.floats().begin(), floats.floats().end());
    };
    switch (tensor.type) {
    case OnnxType::Float:
        return converted<float, float>(tensor);
    case OnnxType::Double:
        return converted<float, double>(tensor);
    case OnnxType::Float16:
        return throughTensorData(DType::Float16);
    case OnnxType::BFloat16:
        return throughTensorData(DType::BFloat16);
    default:
        return wrongType(tensor, "floats");
    }
}

Result<std::vector<std::int64_t>> integersOf(const OnnxTensor& tensor)
{
    if (tensor.type == OnnxType::Int64) return converted<std::int64_t, std::int64_t>(tensor);
    if (tensor.type == OnnxType::Int32) return converted<std::int64_t, std::int32_t>(tensor);
    return wrongType(tensor, "32-bit or 64-bit integers");
}

Result<std::vector<std::int32_t>> codesOf(const OnnxTensor& tensor)
{
    if (!codeRange(tensor.type)) return wrongType(tensor, "codes of 2, 4 or 8 bits");
    const auto bits = static_cast<std::size_t>(bitWidth(tensor.type));
    const std::size_t perByte = 8 / bits;
    const std::uint32_t signBit = isSigned(tensor.type) ? 1U << (bits - 1) : 0;
    std::vector<std::int32_t> codes(countOf(tensor));
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const auto byte = std::to_integer<std::uint32_t>(tensor.bytes[i / perByte]);
        const std::uint32_t field = (byte >> (i % perByte * bits)) & ((1U << bits) - 1);
        codes[i] = static_cast<std::int32_t>(field ^ signBit) - static_cast<std::int32_t>(signBit);
    }
    return codes;
}

} // namespace halftone
