// Tests of the axes: mapping to pixels and back, ranges that can be drawn, round ticks.
#include "widgets/plots/axis_scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

namespace halftone {
namespace {

TEST(AxisScale, MapsToPixelsAndBack)
{
    const AxisScale linear{-2, 6, false, 100, 500};
    EXPECT_DOUBLE_EQ(linear.toPixel(-2), 100);
    EXPECT_DOUBLE_EQ(linear.toPixel(2), 300);
    EXPECT_NEAR(linear.toValue(linear.toPixel(1.25)), 1.25, 1e-12);
    const AxisScale upright{1e-4, 1e-2, true, 300, 100};
    EXPECT_DOUBLE_EQ(upright.toPixel(1e-3), 200);
    EXPECT_NEAR(upright.toValue(upright.toPixel(3e-4)), 3e-4, 1e-12);
}

TEST(AxisScale, PutsZeroAndNegativeValuesAtTheLowerEndOfALogarithmicAxis)
{
    const AxisScale scale{0.01, 1, true, 300, 100};
    EXPECT_DOUBLE_EQ(scale.toPixel(0), 300);
    EXPECT_DOUBLE_EQ(scale.toPixel(-5), 300);
    EXPECT_DOUBLE_EQ(scale.toPixel(0.001), 400); // below the end: a curve leaves the picture instead of running along its edge
    EXPECT_TRUE(std::isfinite(scale.toPixel(1e300)));
}

TEST(AxisRange, CanAlwaysBeDrawn)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    for (const bool logarithmic : {false, true}) {
        for (const auto& [lower, upper] : std::vector<std::pair<double, double>>{{0, 0}, {5, 5}, {nan, 1}, {infinity, -infinity}, {3, -1},
                 {-2, -1}, {1e300, 1e300}, {0, 1e-30}, {-1e-9, 1e9}}) {
            const AxisRange range = paddedRange(lower, upper, logarithmic, 0.05);
            EXPECT_LT(range.lower, range.upper) << lower << ' ' << upper << ' ' << logarithmic;
            EXPECT_TRUE(std::isfinite(range.lower) && std::isfinite(range.upper));
            EXPECT_TRUE(!logarithmic || range.lower > 0);
        }
    }
}

TEST(AxisTicks, AreRoundAndWithinTheRange)
{
    const std::vector<AxisTick> ticks = linearTicks({0, 1}, 4);
    ASSERT_EQ(ticks.size(), 5U);
    EXPECT_EQ(ticks[1], (AxisTick{0.25, QStringLiteral("0.25")}));
    EXPECT_EQ(ticks[0].label, QStringLiteral("0.00"));
    EXPECT_EQ(linearTicks({-0.1, 0.1}, 2)[1].label, QStringLiteral("0.0")) << "no negative zero";
}

TEST(AxisTicks, AreAtLeastTwo)
{
    for (const AxisRange range : {AxisRange{2.6, 3.45}, AxisRange{0.9, 1.1}, AxisRange{-7, 3}, AxisRange{0.501, 0.502}})
        for (const int wanted : {1, 2, 3}) EXPECT_GE(linearTicks(range, wanted).size(), 2U) << range.lower << " " << wanted;
}

TEST(AxisTicks, HaveDifferentWordsAtEveryScale)
{
    for (const double scale : {1e-12, 1e-5, 0.3, 1.0, 77.0, 1e6, 1e12}) {
        for (const int wanted : {1, 2, 5, 9}) {
            std::set<QString> words;
            const std::vector<AxisTick> ticks = linearTicks({-0.4 * scale, 1.7 * scale}, wanted);
            ASSERT_FALSE(ticks.empty());
            for (const AxisTick& tick : ticks) {
                EXPECT_GE(tick.value, -0.4 * scale * (1 + 1e-9));
                EXPECT_LE(tick.value, 1.7 * scale * (1 + 1e-9));
                EXPECT_TRUE(words.insert(tick.label).second) << tick.label.toStdString();
            }
            EXPECT_LE(ticks.size(), static_cast<std::size_t>(2 * wanted + 2));
        }
    }
}

TEST(AxisTicks, OfALogarithmicAxisAreDecadesOrTheirThirds)
{
    const std::vector<AxisTick> decades = logarithmicTicks({1e-4, 2e-2}, 4);
    ASSERT_EQ(decades.size(), 3U);
    EXPECT_EQ(decades[0].label, QStringLiteral("1e-4"));
    EXPECT_EQ(decades[2].label, QStringLiteral("1e-2"));
    const std::vector<AxisTick> thirds = logarithmicTicks({0.005, 0.35}, 4);
    ASSERT_EQ(thirds.size(), 4U);
    EXPECT_EQ(thirds[0].label, QStringLiteral("0.01"));
    EXPECT_EQ(thirds[1].label, QStringLiteral("0.03"));
    EXPECT_LE(logarithmicTicks({1e-30, 1e30}, 5).size(), 7U);
}

TEST(AxisTicks, OfTimeAreInUnitsThatPeopleSay)
{
    const std::vector<AxisTick> ticks = secondsTicks({0, 930}, 4);
    ASSERT_EQ(ticks.size(), 4U);
    EXPECT_EQ(ticks[0].label, QStringLiteral("0"));
    EXPECT_EQ(ticks[1].label, QStringLiteral("5 min"));
    EXPECT_EQ(axisTimeText(5400), QStringLiteral("1.5 h"));
}

TEST(ValueText, TellsValuesApartAtTheStep)
{
    EXPECT_EQ(valueText(0.284, 0.001), QStringLiteral("0.284"));
    EXPECT_EQ(valueText(0.00012, 0), QStringLiteral("1.2e-4"));
    EXPECT_EQ(valueText(88.31, 0.1), QStringLiteral("88.3"));
    EXPECT_EQ(valueText(std::nan(""), 1), QStringLiteral("n/a"));
}

} // namespace
} // namespace halftone
