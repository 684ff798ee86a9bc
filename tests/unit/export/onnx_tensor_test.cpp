// Packed codes and other numbers of ONNX tensors, against bytes written out by hand from the ONNX specification.
#include "core/formats/onnx_tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

Bytes bytes(std::initializer_list<int> values)
{
    Bytes result;
    for (const int value : values) result.push_back(static_cast<std::byte>(value));
    return result;
}

TEST(OnnxTensor, PacksFourBitCodesFromTheLowHalfOfEachByte)
{
    const std::vector<std::int32_t> codes{1, -2, 7, -8, 3};
    const OnnxTensor tensor = codeTensor("w", OnnxType::Int4, {5}, codes);
    EXPECT_EQ(tensor.bytes, bytes({0xe1, 0x87, 0x03}));
    EXPECT_EQ(*codesOf(tensor), codes);
}

TEST(OnnxTensor, PacksTwoBitCodesFromTheLowEndOfEachByte)
{
    const std::vector<std::int32_t> codes{-2, -1, 0, 1, -1}; // 10 11 00 01 | 11
    const OnnxTensor tensor = codeTensor("w", OnnxType::Int2, {5}, codes);
    EXPECT_EQ(tensor.bytes, bytes({0b01001110, 0b11}));
    EXPECT_EQ(*codesOf(tensor), codes);
}

TEST(OnnxTensor, ReadsBackEveryCodeOfEveryType)
{
    for (const OnnxType type :
        {OnnxType::UInt2, OnnxType::Int2, OnnxType::UInt4, OnnxType::Int4, OnnxType::UInt8, OnnxType::Int8}) {
        const CodeRange range = *codeRange(type);
        std::vector<std::int32_t> codes;
        for (std::int32_t code = range.lowest; code <= range.highest; ++code) codes.push_back(code);
        codes.push_back(range.lowest); // an odd number of them
        const OnnxTensor tensor = codeTensor("w", type, {static_cast<std::int64_t>(codes.size())}, codes);
        EXPECT_EQ(tensor.bytes.size(), (codes.size() * static_cast<std::size_t>(bitWidth(type)) + 7) / 8);
        EXPECT_EQ(*codesOf(tensor), codes);
    }
}

TEST(OnnxTensor, ReadsFloatsOfEveryWidth)
{
    const std::vector<float> values{1.5F, -0.25F};
    EXPECT_EQ(*floatsOf(floatTensor("f", {2}, values)), values);
    EXPECT_EQ(*floatsOf({"h", OnnxType::Float16, {2}, bytes({0x00, 0x3e, 0x00, 0xb4})}), values);
    EXPECT_EQ(*floatsOf({"b", OnnxType::BFloat16, {2}, bytes({0xc0, 0x3f, 0x80, 0xbe})}), values);
    EXPECT_EQ(*floatsOf({"d", OnnxType::Double, {1}, bytes({0, 0, 0, 0, 0, 0, 0xf8, 0x3f})}), std::vector<float>{1.5F});
    EXPECT_TRUE(floatsOf(floatTensor("none", {0}, {}))->empty());
}

TEST(OnnxTensor, NamesATensorOfTheWrongType)
{
    const OnnxTensor tensor = floatTensor("scale", {}, std::vector<float>{1});
    EXPECT_THAT(codesOf(tensor).error().message, HasSubstr("'scale'"));
    EXPECT_THAT(integersOf(tensor).error().message, HasSubstr("'scale'"));
    EXPECT_EQ(floatsOf(int64Tensor("shape", std::vector<std::int64_t>{1})).error().code, ErrorCode::Unsupported);
}

} // namespace
} // namespace halftone
