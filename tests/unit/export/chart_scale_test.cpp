// Ticks stand on round numbers; labels keep clear of each other and move as little as they can.
#include "core/export/chart_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> labelsOf(const std::vector<Tick>& ticks)
{
    std::vector<std::string> labels;
    for (const Tick& tick : ticks) labels.push_back(tick.label);
    return labels;
}

double distance(const std::vector<double>& a, const std::vector<double>& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
    return sum;
}

TEST(RoundTicks, StandOnRoundNumbersWithinTheRange)
{
    EXPECT_THAT(labelsOf(roundTicks(81.3, 92.4, 6)), ElementsAre("82", "84", "86", "88", "90", "92"));
    EXPECT_THAT(labelsOf(roundTicks(0, 0.1, 5)), ElementsAre("0.00", "0.02", "0.04", "0.06", "0.08", "0.10"));
    EXPECT_THAT(labelsOf(roundTicks(0, 10, 4)), ElementsAre("0.0", "2.5", "5.0", "7.5", "10.0"));
    EXPECT_THAT(labelsOf(roundTicks(-0.3, 0.2, 5)), ElementsAre("-0.3", "-0.2", "-0.1", "0.0", "0.1", "0.2"));
}

TEST(RoundTicks, AreNeverTooManyAndAlwaysInside)
{
    for (int i = 1; i < 400; ++i) {
        const double low = std::sin(i) * std::pow(10, i % 9 - 4), high = low + std::pow(10, i % 7 - 3) * (1 + i % 13);
        const std::vector<Tick> ticks = roundTicks(low, high, 6);
        ASSERT_GE(ticks.size(), 2U) << low << " to " << high;
        ASSERT_LE(ticks.size(), 7U) << low << " to " << high;
        ASSERT_GE(ticks.front().value, low - 1e-6 * (high - low));
        ASSERT_LE(ticks.back().value, high + 1e-6 * (high - low));
        for (std::size_t k = 1; k < ticks.size(); ++k) ASSERT_NE(ticks[k].label, ticks[k - 1].label) << low << " to " << high;
    }
}

TEST(RoundTicks, AreNoneForARangeThatIsNone)
{
    EXPECT_THAT(roundTicks(1, 1, 5), IsEmpty());
    EXPECT_THAT(roundTicks(2, 1, 5), IsEmpty());
    EXPECT_THAT(roundTicks(0, std::numeric_limits<double>::infinity(), 5), IsEmpty());
    EXPECT_THAT(roundTicks(std::numeric_limits<double>::quiet_NaN(), 1, 5), IsEmpty());
    EXPECT_THAT(roundTicks(0, 1, 0), IsEmpty());
}

TEST(PaddedRange, HasLengthEvenForOneValueOrNone)
{
    EXPECT_LT(paddedRange({}, 0.1).low, paddedRange({}, 0.1).high);
    const Range one = paddedRange({5}, 0.1);
    EXPECT_LT(one.low, 5);
    EXPECT_GT(one.high, 5);
    const Range zero = paddedRange({0, std::numeric_limits<double>::quiet_NaN()}, 0.1);
    EXPECT_LT(zero.low, zero.high);
}

TEST(PlaceLabels, LeavesLabelsThatAreApartWhereTheyAre)
{
    EXPECT_THAT(placeLabels({80, 20, 50}, 15, {0, 100}), ElementsAre(80, 20, 50));
}

TEST(PlaceLabels, SpreadsLabelsThatWouldOverlapByTheLeastSum)
{
    const std::vector<double> placed = placeLabels({50, 51, 52}, 15, {0, 100});
    EXPECT_EQ(placed[1] - placed[0], 15);
    EXPECT_EQ(placed[2] - placed[1], 15);
    EXPECT_EQ(distance(placed, {50, 51, 52}), 28); // the middle one stays, the others move by 14
}

TEST(PlaceLabels, StaysInsideTheRangeAndOffObstacles)
{
    const std::vector<double> placed = placeLabels({2, 3, 95, 96}, 10, {0, 100}, {50, 98});
    EXPECT_GE(*std::min_element(placed.begin(), placed.end()), 0);
    for (const double position : placed) {
        EXPECT_GE(std::abs(position - 50), 10);
        EXPECT_GE(std::abs(position - 98), 10);
    }
    EXPECT_GE(placed[3] - placed[2], 10);
}

// Every placement of three labels is tried.
TEST(PlaceLabels, IsTheBestThereIs)
{
    const std::vector<double> wanted{12, 15, 13};
    const double gap = 6;
    double best = 1e9;
    for (int a = 0; a <= 40; ++a) {
        for (int b = 0; b <= 40; ++b) {
            for (int c = 0; c <= 40; ++c) {
                if (c - a < gap || b - c < gap) continue; // the order of `wanted`: first, third, second
                if (std::abs(a - 20) < gap || std::abs(b - 20) < gap || std::abs(c - 20) < gap) continue;
                best = std::min(best, std::abs(a - 12.0) + std::abs(b - 15.0) + std::abs(c - 13.0));
            }
        }
    }
    EXPECT_EQ(distance(placeLabels(wanted, gap, {0, 40}, {20}), wanted), best);
}

TEST(PlaceLabels, SpreadsEvenlyWhereThereIsNoRoom)
{
    EXPECT_THAT(placeLabels({1, 2, 3, 4}, 50, {0, 100}), ElementsAre(12.5, 37.5, 62.5, 87.5));
    EXPECT_THAT(placeLabels({}, 10, {0, 100}), IsEmpty());
}

} // namespace
} // namespace halftone
