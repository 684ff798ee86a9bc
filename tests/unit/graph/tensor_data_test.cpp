// Conversions of every dtype to float, against their definitions in double precision.
#include "core/graph/tensor_data.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace halftone {
namespace {

template <typename Element> TensorData tensorOf(DType dtype, const std::vector<Element>& elements, std::size_t offset = 0)
{
    const auto buffer = std::make_shared<std::vector<std::byte>>(elements.size() * sizeof(Element) + offset + 1);
    std::memcpy(buffer->data() + offset, elements.data(), elements.size() * sizeof(Element));
    return {
        dtype, {static_cast<std::int64_t>(elements.size())}, std::shared_ptr<const std::byte>(buffer, buffer->data() + offset)};
}

std::vector<float> floatsOf(const TensorData& tensor)
{
    const auto converted = tensor.toFloat32();
    return {converted.floats().begin(), converted.floats().end()};
}

// The definition of IEEE half, in double.
double halfByDefinition(unsigned bits)
{
    const double sign = bits & 0x8000u ? -1 : 1;
    const int exponent = static_cast<int>(bits >> 10) & 31;
    const double fraction = (bits & 1023u) / 1024.0;
    if (exponent == 31) return fraction == 0 ? sign * std::numeric_limits<double>::infinity() : std::nan("");
    return exponent == 0 ? sign * std::ldexp(fraction, -14) : sign * std::ldexp(1 + fraction, exponent - 15);
}

TEST(TensorData, ConvertsAllHalvesExactly)
{
    std::vector<std::uint16_t> halves(65536);
    for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<std::uint16_t>(i);
    const std::vector<float> floats = floatsOf(tensorOf(DType::Float16, halves));
    for (unsigned i = 0; i < 65536; ++i) {
        const double expected = halfByDefinition(i);
        if (std::isnan(expected))
            ASSERT_TRUE(std::isnan(floats[i])) << i;
        else
            ASSERT_EQ(static_cast<double>(floats[i]), expected) << i;
        ASSERT_EQ(std::signbit(floats[i]), (i & 0x8000u) != 0) << i;
    }
}

TEST(TensorData, ConvertsBFloat16IncludingSubnormalsAndInfinity)
{
    const std::vector<float> floats
        = floatsOf(tensorOf<std::uint16_t>(DType::BFloat16, {0x3f80, 0xc040, 0x0001, 0x7f80, 0x7fc0, 0x8000}));
    EXPECT_EQ(floats[0], 1.0f);
    EXPECT_EQ(floats[1], -3.0f);
    EXPECT_EQ(floats[2], std::ldexp(1.0f, -133));
    EXPECT_EQ(floats[3], std::numeric_limits<float>::infinity());
    EXPECT_TRUE(std::isnan(floats[4]));
    EXPECT_TRUE(std::signbit(floats[5]));
}

TEST(TensorData, ConvertsDoublesByRoundingToNearest)
{
    const std::vector<float> floats = floatsOf(tensorOf<double>(DType::Float64, {0.1, 1e300, -1e-300, 1e-45, std::nan("")}));
    EXPECT_EQ(floats[0], 0.1f);
    EXPECT_EQ(floats[1], std::numeric_limits<float>::infinity());
    EXPECT_EQ(floats[2], -0.0f);
    EXPECT_EQ(floats[3], std::numeric_limits<float>::denorm_min());
    EXPECT_TRUE(std::isnan(floats[4]));
}

TEST(TensorData, ConvertsIntegersWithTheirSign)
{
    EXPECT_EQ(floatsOf(tensorOf<std::int64_t>(DType::Int64, {-3, std::int64_t{1} << 40})), (std::vector{-3.0f, 0x1p40f}));
    EXPECT_EQ(floatsOf(tensorOf<std::int32_t>(DType::Int32, {-70000, 16777217})), (std::vector{-70000.0f, 16777216.0f}));
    EXPECT_EQ(floatsOf(tensorOf<std::int16_t>(DType::Int16, {-300, 300})), (std::vector{-300.0f, 300.0f}));
    EXPECT_EQ(floatsOf(tensorOf<std::int8_t>(DType::Int8, {-128, 127})), (std::vector{-128.0f, 127.0f}));
    EXPECT_EQ(floatsOf(tensorOf<std::uint8_t>(DType::UInt8, {0, 255})), (std::vector{0.0f, 255.0f}));
    EXPECT_EQ(floatsOf(tensorOf<std::uint8_t>(DType::Bool, {0, 1, 255})), (std::vector{0.0f, 1.0f, 1.0f}));
}

TEST(TensorData, ReadsElementsFromUnalignedPlacesOfABuffer)
{
    for (const std::size_t offset : {1u, 2u, 3u}) {
        const TensorData tensor = tensorOf<float>(DType::Float32, {1.5f, -2.5f}, offset);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.floats().data()) % alignof(float), 0u);
        EXPECT_EQ(floatsOf(tensor), (std::vector{1.5f, -2.5f}));
    }
}

TEST(TensorData, SharesTheBytesOfFloats)
{
    const TensorData tensor = TensorData::fromFloats({2}, std::vector{1.0f, 2.0f});
    EXPECT_EQ(tensor.toFloat32().floats().data(), tensor.floats().data());
}

TEST(TensorData, KnowsEmptyScalarAndZeroSized)
{
    EXPECT_TRUE(TensorData().empty());
    EXPECT_TRUE(TensorData().bytes().empty());
    const TensorData scalar = TensorData::fromInts({}, std::vector<std::int64_t>{7});
    EXPECT_EQ(scalar.size(), 1);
    EXPECT_EQ(floatsOf(scalar), std::vector{7.0f});
    const TensorData none = TensorData::fromFloats({3, 0}, {});
    EXPECT_FALSE(none.empty());
    EXPECT_EQ(none.size(), 0);
    EXPECT_TRUE(none.floats().empty());
}

TEST(TensorData, WritesShapesForPeople)
{
    EXPECT_EQ(text(Shape{}), "scalar");
    EXPECT_EQ(text(Shape{16, 3, 1}), "16x3x1");
}

TEST(StateDict, FindsByName)
{
    const StateDict tensors{
        {{"a", TensorData::fromFloats({1}, std::vector{1.0f})}, {"b", TensorData::fromFloats({1}, std::vector{2.0f})}}};
    ASSERT_NE(tensors.find("b"), nullptr);
    EXPECT_EQ(tensors.find("b")->floats()[0], 2.0f);
    EXPECT_EQ(tensors.find("c"), nullptr);
}

} // namespace
} // namespace halftone
