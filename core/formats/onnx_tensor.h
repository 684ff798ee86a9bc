// Numbers in ONNX tensors: integer codes of 2, 4 and 8 bits packed and unpacked, floats and integers read from any type.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/formats/onnx_file.h"
#include "core/graph/code_range.h"

namespace halftone {

int bitWidth(OnnxType type); // of one element; 0 for a type that is not known
std::optional<CodeRange> codeRange(OnnxType type); // what it can hold; absent unless it is an integer type of at most 8 bits

OnnxTensor floatTensor(std::string name, Shape shape, std::span<const float> values);
OnnxTensor int64Tensor(std::string name, std::span<const std::int64_t> values); // one-dimensional
// Every code must lie in the type's range. Two-bit and four-bit codes are packed from the low bits of each byte.
// How codes of a range of at most 256 are stored: as they are, or counted from a zero point.
struct OnnxCodes {
    OnnxType type = OnnxType::Int8;
    std::int32_t zeroPoint = 0;
};
OnnxCodes storedCodes(CodeRange range);
OnnxTensor codeTensor(std::string name, OnnxType type, Shape shape, std::span<const std::int32_t> codes);

// Errors: Unsupported when the type is not one that holds such numbers; names the tensor.
Result<std::vector<float>> floatsOf(const OnnxTensor& tensor); // from float, double, float16 and bfloat16
Result<std::vector<std::int64_t>> integersOf(const OnnxTensor& tensor); // from int32 and int64
Result<std::vector<std::int32_t>> codesOf(const OnnxTensor& tensor); // from the types that have a codeRange

} // namespace halftone
