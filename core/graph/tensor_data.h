// TensorData: a named dtype, a shape and bytes; how weights live outside Torch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace halftone {

enum class DType { Float32, Float64, Float16, BFloat16, Int64, Int32, Int16, Int8, UInt8, Bool };

std::int64_t byteWidth(DType dtype);
std::string_view name(DType dtype); // "float32", ...

using Shape = std::vector<std::int64_t>;

std::int64_t elementCount(const Shape& shape); // 1 for a scalar (empty shape); the caller has checked for overflow
std::string text(const Shape& shape); // "16x3x3x3", "scalar"

// Contiguous, row-major, little-endian. Copies share the bytes, which are never changed in place.
class TensorData {
public:
    TensorData() = default;
    // `bytes` may be a view into a larger buffer that `owner` keeps alive. Size must be elementCount * byteWidth.
    TensorData(DType dtype, Shape shape, std::shared_ptr<const std::byte> bytes);
    static TensorData fromFloats(Shape shape, std::span<const float> values);
    static TensorData fromInts(Shape shape, std::span<const std::int64_t> values); // dtype Int64

    DType dtype() const { return m_dtype; }
    const Shape& shape() const { return m_shape; }
    std::int64_t size() const { return elementCount(m_shape); }
    std::span<const std::byte> bytes() const;
    std::span<const float> floats() const; // only when dtype() is Float32
    TensorData toFloat32() const; // converts from any dtype; shares the bytes when it already is Float32
    bool empty() const { return m_bytes == nullptr; }

private:
    DType m_dtype = DType::Float32;
    Shape m_shape;
    std::shared_ptr<const std::byte> m_bytes; // shared: tied weights and views of one checkpoint buffer
};

struct NamedTensor {
    std::string name;
    TensorData tensor;
};

// The tensors of a file in the file's own order.
struct StateDict {
    std::vector<NamedTensor> entries;
    const TensorData* find(std::string_view name) const; // null when absent
};

} // namespace halftone
