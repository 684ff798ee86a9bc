// Codes on a frozen grid: rounding, clipping, channels, and values that are no numbers.
#include "core/graph/frozen_grid.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/random.h"

namespace halftone {
namespace {

TEST(FrozenGrid, RoundsHalfToEven)
{
    const FrozenGrid grid{.bits = 4, .lowest = -8, .highest = 7, .scales = {0.5f}};
    const std::vector<float> values{0.25f, 0.75f, 1.25f, -0.25f, -0.75f, -1.25f};
    EXPECT_EQ(quantizeToCodes(grid, values), (std::vector<std::int8_t>{0, 2, 2, 0, -2, -2}));
}

TEST(FrozenGrid, ClipsToItsEnds)
{
    const FrozenGrid grid{.bits = 2, .lowest = -2, .highest = 1, .scales = {1.0f}};
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> values{-2.5f, -9.0f, 1.5f, 1e30f, infinity, -infinity, std::nanf("")};
    EXPECT_EQ(quantizeToCodes(grid, values), (std::vector<std::int8_t>{-2, -2, 1, 1, 1, -2, 0}));
}

TEST(FrozenGrid, UsesOneScaleAChannel)
{
    const FrozenGrid grid{.bits = 8, .lowest = -128, .highest = 127, .scales = {1.0f, 0.5f, 2.0f}};
    const std::vector<float> values{1, 2, 1, 2, 4, 8};
    EXPECT_EQ(quantizeToCodes(grid, values), (std::vector<std::int8_t>{1, 2, 2, 4, 2, 4}));
}

TEST(FrozenGrid, AgreesWithRoundingBeforeClipping)
{
    Random random(11);
    const FrozenGrid grid{.bits = 3, .lowest = -4, .highest = 3, .scales = {0.37f}};
    std::vector<float> values(2000);
    for (float& value : values) value = static_cast<float>(random.normal());
    const auto codes = quantizeToCodes(grid, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float quotient = values[i] / 0.37f;
        float nearest = std::floor(quotient + 0.5f);
        if (nearest < -4) nearest = -4;
        if (nearest > 3) nearest = 3;
        ASSERT_EQ(float(codes[i]), nearest) << values[i];
    }
}

TEST(FrozenGrid, QuantizesNothingToNothing)
{
    EXPECT_TRUE(quantizeToCodes({.bits = 4, .lowest = -8, .highest = 7, .scales = {1.0f}}, {}).empty());
}

} // namespace
} // namespace halftone
