// Numbers in reports: digits, units, and what is not a number.
#include "core/export/report_numbers.h"

#include <limits>

#include <gtest/gtest.h>

namespace halftone {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(ReportNumbers, GroupsThousands)
{
    EXPECT_EQ(formatCount(0), "0");
    EXPECT_EQ(formatCount(999), "999");
    EXPECT_EQ(formatCount(1000), "1,000");
    EXPECT_EQ(formatCount(-1234567), "-1,234,567");
    EXPECT_EQ(formatFixed(12345.678, 2), "12,345.68");
}

TEST(ReportNumbers, NeverShowsANegativeZero)
{
    EXPECT_EQ(formatFixed(-0.001, 2), "0.00");
    EXPECT_EQ(formatFixed(-0.006, 2), "-0.01");
}

TEST(ReportNumbers, KeepsSignificantDigits)
{
    EXPECT_EQ(formatSignificant(0), "0");
    EXPECT_EQ(formatSignificant(3.14159), "3.14");
    EXPECT_EQ(formatSignificant(0.0123456), "0.0123");
    EXPECT_EQ(formatSignificant(12345), "12,345");
    EXPECT_EQ(formatSignificant(1000), "1,000");
    EXPECT_EQ(formatSignificant(-0.00000032), "-3.20e-07");
}

TEST(ReportNumbers, ScalesLargeNumbers)
{
    EXPECT_EQ(formatScaled(40813184), "40.8 M");
    EXPECT_EQ(formatScaled(999), "999");
    EXPECT_EQ(formatScaled(999600), "1.00 M");
    EXPECT_EQ(formatScaled(2.5e15), "2,500 T");
}

TEST(ReportNumbers, WritesPercentAndIntervals)
{
    EXPECT_EQ(formatPercent(0.915), "91.50 %");
    EXPECT_EQ(formatPercent(0.75, 0), "75 %");
    EXPECT_EQ(formatPercentInterval(0.8983, 0.0021), "89.83 ±0.21 %");
    EXPECT_EQ(formatPercentInterval(0.8983, 0), "89.83 %");
}

TEST(ReportNumbers, WritesTimesInTheUnitAPersonWouldUse)
{
    EXPECT_EQ(formatSeconds(0.0021), "2.1 ms");
    EXPECT_EQ(formatSeconds(0.213), "213 ms");
    EXPECT_EQ(formatSeconds(2.31), "2.3 s");
    EXPECT_EQ(formatSeconds(1093), "18 min");
    EXPECT_EQ(formatSeconds(6600), "1 h 50 min");
    EXPECT_EQ(formatSeconds(3599), "1 h 0 min");
}

TEST(ReportNumbers, SaysNotAvailableForWhatIsNoNumber)
{
    EXPECT_EQ(formatFixed(kNaN, 1), "n/a");
    EXPECT_EQ(formatSignificant(std::numeric_limits<double>::infinity()), "n/a");
    EXPECT_EQ(formatPercent(kNaN), "n/a");
    EXPECT_EQ(formatPercentInterval(kNaN, 0.1), "n/a");
    EXPECT_EQ(formatPercentInterval(0.5, kNaN), "50.00 %");
    EXPECT_EQ(formatScaled(kNaN), "n/a");
    EXPECT_EQ(formatSeconds(-1), "n/a");
}

} // namespace
} // namespace halftone
