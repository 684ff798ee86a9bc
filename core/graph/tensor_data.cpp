// Tensor bytes: views, element counts, and the conversions of every dtype to float.
#include "core/graph/tensor_data.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

namespace halftone {

static_assert(std::endian::native == std::endian::little, "TensorData is little-endian, as the files are");

namespace {

// std::vector<std::byte> gets its memory from operator new: aligned for every element type here.
std::shared_ptr<const std::byte> copyOf(const void* bytes, std::size_t size)
{
    const auto owner = std::make_shared<std::vector<std::byte>>(std::max<std::size_t>(size, 1));
    if (size > 0) std::memcpy(owner->data(), bytes, size);
    return {owner, owner->data()};
}

// IEEE half: 1 sign, 5 exponent (bias 15), 10 fraction bits.
float fromHalf(std::uint16_t half)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1fu;
    const std::uint32_t fraction = half & 0x3ffu;
    if (exponent == 0) { // zero and subnormals: fraction * 2^-24, exact in float
        const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13)); // infinity, or NaN with its payload
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
}

// bfloat16 is the upper half of a float.
float fromBFloat16(std::uint16_t upper) { return std::bit_cast<float>(static_cast<std::uint32_t>(upper) << 16); }

template <typename Element, typename Convert> std::vector<float> convertAll(std::span<const std::byte> bytes, Convert convert)
{
    std::vector<float> floats(bytes.size() / sizeof(Element));
    for (std::size_t i = 0; i < floats.size(); ++i) {
        Element element;
        std::memcpy(&element, bytes.data() + i * sizeof(Element), sizeof(Element));
        floats[i] = convert(element);
    }
    return floats;
}

template <typename Element> std::vector<float> castAll(std::span<const std::byte> bytes)
{
    return convertAll<Element>(bytes, [](Element element) { return static_cast<float>(element); });
}

std::vector<float> convertedToFloat(DType dtype, std::span<const std::byte> bytes)
{
    switch (dtype) {
    case DType::Float32:
        return castAll<float>(bytes);
    case DType::Float64:
        return castAll<double>(bytes);
    case DType::Float16:
        return convertAll<std::uint16_t>(bytes, fromHalf);
    case DType::BFloat16:
        return convertAll<std::uint16_t>(bytes, fromBFloat16);
    case DType::Int64:
        return castAll<std::int64_t>(bytes);
    case DType::Int32:
        return castAll<std::int32_t>(bytes);
    case DType::Int16:
        return castAll<std::int16_t>(bytes);
    case DType::Int8:
        return castAll<std::int8_t>(bytes);
    case DType::UInt8:
        return castAll<std::uint8_t>(bytes);
    case DType::Bool:
        return convertAll<std::uint8_t>(bytes, [](std::uint8_t b) { return b ? 1.0f : 0.0f; });
    }
    return {};
}

} // namespace

std::int64_t byteWidth(DType dtype)
{
    switch (dtype) {
    case DType::Float64:
    case DType::Int64:
        return 8;
    case DType::Float32:
    case DType::Int32:
        return 4;
    case DType::Float16:
    case DType::BFloat16:
    case DType::Int16:
        return 2;
    case DType::Int8:
    case DType::UInt8:
    case DType::Bool:
        return 1;
    }
    return 1;
}

std::string_view name(DType dtype)
{
    switch (dtype) {
    case DType::Float32:
        return "float32";
    case DType::Float64:
        return "float64";
    case DType::Float16:
        return "float16";
    case DType::BFloat16:
        return "bfloat16";
    case DType::Int64:
        return "int64";
    case DType::Int32:
        return "int32";
    case DType::Int16:
        return "int16";
    case DType::Int8:
        return "int8";
    case DType::UInt8:
        return "uint8";
    case DType::Bool:
        return "bool";
    }
    return "unknown";
}

std::int64_t elementCount(const Shape& shape)
{
    std::int64_t count = 1;
    for (const std::int64_t dimension : shape) count *= dimension;
    return count;
}

std::string text(const Shape& shape)
{
    if (shape.empty()) return "scalar";
    std::string joined;
    for (const std::int64_t dimension : shape) {
        if (!joined.empty()) joined += 'x';
        joined += std::to_string(dimension);
    }
    return joined;
}

TensorData::TensorData(DType dtype, Shape shape, std::shared_ptr<const std::byte> bytes)
    : m_dtype(dtype)
    , m_shape(std::move(shape))
    , m_bytes(std::move(bytes))
{
    // Files may place a tensor at any byte; floats() needs its elements aligned.
    if (reinterpret_cast<std::uintptr_t>(m_bytes.get()) % static_cast<std::uintptr_t>(byteWidth(dtype)) != 0)
        m_bytes = copyOf(m_bytes.get(), static_cast<std::size_t>(size() * byteWidth(dtype)));
}

TensorData TensorData::fromFloats(Shape shape, std::span<const float> values)
{
    assert(elementCount(shape) == static_cast<std::int64_t>(values.size()) && "values fill the shape");
    return {DType::Float32, std::move(shape), copyOf(values.data(), values.size_bytes())};
}

TensorData TensorData::fromInts(Shape shape, std::span<const std::int64_t> values)
{
    assert(elementCount(shape) == static_cast<std::int64_t>(values.size()) && "values fill the shape");
    return {DType::Int64, std::move(shape), copyOf(values.data(), values.size_bytes())};
}

std::span<const std::byte> TensorData::bytes() const
{
    if (empty()) return {};
    return {m_bytes.get(), static_cast<std::size_t>(size() * byteWidth(m_dtype))};
}

std::span<const float> TensorData::floats() const
{
    assert(m_dtype == DType::Float32 && "call toFloat32() first");
    if (empty()) return {};
    return {reinterpret_cast<const float*>(m_bytes.get()), static_cast<std::size_t>(size())};
}

TensorData TensorData::toFloat32() const
{
    if (empty() || m_dtype == DType::Float32) return *this;
    return fromFloats(m_shape, convertedToFloat(m_dtype, bytes()));
}

const TensorData* StateDict::find(std::string_view name) const
{
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const NamedTensor& t) { return t.name == name; });
    return entry == entries.end() ? nullptr : &entry->tensor;
}

} // namespace halftone
