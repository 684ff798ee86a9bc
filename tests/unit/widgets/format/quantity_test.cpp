// Exact texts of numbers, as they stand on the screen.
#include "widgets/format/quantity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace halftone {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string text(const QString& value) { return value.toStdString(); }

TEST(Counts, AreGroupedWhenWhole)
{
    EXPECT_EQ(text(wholeText(0)), "0");
    EXPECT_EQ(text(wholeText(950)), "950");
    EXPECT_EQ(text(wholeText(18432)), "18,432");
    EXPECT_EQ(text(wholeText(-1234567)), "−1,234,567");
    EXPECT_EQ(text(wholeText(std::numeric_limits<std::int64_t>::min())), "−9,223,372,036,854,775,808");
}

TEST(Counts, AreScaledToThreeDigits)
{
    EXPECT_EQ(text(countText(0)), "0");
    EXPECT_EQ(text(countText(999)), "999");
    EXPECT_EQ(text(countText(9216)), "9,216");
    EXPECT_EQ(text(countText(18432)), "18.4 K");
    EXPECT_EQ(text(countText(1179648)), "1.18 M");
    EXPECT_EQ(text(countText(999999)), "1.00 M");
    EXPECT_EQ(text(countText(2359296)), "2.36 M");
    EXPECT_EQ(text(countText(40.56e6)), "40.6 M");
    EXPECT_EQ(text(countText(4.1e9)), "4.10 G");
    EXPECT_EQ(text(countText(kNan)), "–");
}

TEST(Counts, HaveTheirPlural)
{
    EXPECT_EQ(text(plural(1, "layer", "layers")), "1 layer");
    EXPECT_EQ(text(plural(0, "layer", "layers")), "0 layers");
    EXPECT_EQ(text(plural(10000, "image", "images")), "10,000 images");
}

TEST(Sizes, GoInStepsOf1024)
{
    EXPECT_EQ(text(sizeText(0)), "0 B");
    EXPECT_EQ(text(sizeText(512)), "512 B");
    EXPECT_EQ(text(sizeText(2304)), "2.25 KiB");
    EXPECT_EQ(text(sizeText(81000)), "79.1 KiB");
    EXPECT_EQ(text(sizeText(101.3 * 1024)), "101.3 KiB");
    EXPECT_EQ(text(sizeText(1024.0 * 1024)), "1.00 MiB");
    EXPECT_EQ(text(sizeText(97.5 * 1024 * 1024)), "97.5 MiB");
    EXPECT_EQ(text(sizeText(kInfinity)), "–");
}

TEST(Shares, HaveOneDecimal)
{
    EXPECT_EQ(text(percentText(0.75)), "75.0 %");
    EXPECT_EQ(text(percentText(0.5884)), "58.8 %");
    EXPECT_EQ(text(percentText(1)), "100.0 %");
    EXPECT_EQ(text(percentText(0.07, 0)), "7 %");
    EXPECT_EQ(text(percentText(kNan)), "–");
}

TEST(Accuracies, CarryTheirInterval)
{
    EXPECT_EQ(text(accuracyText(0.898, 0.002)), "89.8 ±0.2 %");
    EXPECT_EQ(text(accuracyText(0.898)), "89.8 %");
    EXPECT_EQ(text(accuracyText(0.8984, {}, 2)), "89.84 %");
    EXPECT_EQ(text(accuracyText(0.898, kNan)), "89.8 %");
    EXPECT_EQ(text(accuracyText(kNan, 0.1)), "–");
    EXPECT_EQ(text(intervalText(0.064, 0.006, {}, 3)), "0.064 ±0.006");
}

TEST(Durations, AreAsExactAsTheyMatter)
{
    EXPECT_EQ(text(durationText(0)), "0.0 s");
    EXPECT_EQ(text(durationText(0.0004)), "0.4 ms");
    EXPECT_EQ(text(durationText(0.023)), "23 ms");
    EXPECT_EQ(text(durationText(0.2)), "0.2 s");
    EXPECT_EQ(text(durationText(9.97)), "10 s");
    EXPECT_EQ(text(durationText(50)), "50 s");
    EXPECT_EQ(text(durationText(59.7)), "1 min");
    EXPECT_EQ(text(durationText(302)), "5 min 2 s");
    EXPECT_EQ(text(durationText(931)), "16 min");
    EXPECT_EQ(text(durationText(3599)), "1 h");
    EXPECT_EQ(text(durationText(7500)), "2 h 5 min");
    EXPECT_EQ(text(durationText(86400 * 3 + 3600 * 4)), "3 d 4 h");
    EXPECT_EQ(text(durationText(-1)), "–");
}

TEST(Durations, ThatAreEstimatedAreRounded)
{
    EXPECT_EQ(text(roughDurationText(0)), "1 s");
    EXPECT_EQ(text(roughDurationText(7.2)), "8 s");
    EXPECT_EQ(text(roughDurationText(48)), "50 s");
    EXPECT_EQ(text(roughDurationText(1080)), "18 min");
    EXPECT_EQ(text(roughDurationText(6500)), "1 h 50 min");
    EXPECT_EQ(text(roughDurationText(3620)), "1 h");
    EXPECT_EQ(text(estimateText(roughDurationText(1080))), "≈ 18 min");
    EXPECT_EQ(text(aboutText(roughDurationText(900))), "about 15 min");
    EXPECT_EQ(text(timeLeftText(360)), "6 min left");
    EXPECT_EQ(text(timeLeftText(kNan)), "");
    EXPECT_EQ(text(clockText(374)), "6:14");
    EXPECT_EQ(text(clockText(3729)), "1:02:09");
}

TEST(Latencies, HaveThreeDigits)
{
    EXPECT_EQ(text(latencyText(2.31, 0.04)), "2.31 ±0.04 ms");
    EXPECT_EQ(text(latencyText(12.34)), "12.3 ms");
    EXPECT_EQ(text(latencyText(281.2)), "281 ms");
}

TEST(Differences, HaveARealSignUnlessTheyRoundToNought)
{
    EXPECT_EQ(text(differenceText(-0.021, 3)), "−0.021");
    EXPECT_EQ(text(differenceText(3.8, 1)), "+3.8");
    EXPECT_EQ(text(differenceText(-0.0004, 3)), "0.000");
    EXPECT_EQ(text(differenceText(0, 1)), "0.0");
    EXPECT_EQ(text(differenceText(kNan, 1)), "–");
    EXPECT_EQ(text(countDifferenceText(-9437184)), "−9.44 M");
    EXPECT_EQ(text(countDifferenceText(4718592)), "+4.72 M");
    EXPECT_EQ(text(countDifferenceText(0)), "0");
    EXPECT_EQ(text(pointsText(-0.016)), "−1.6 points");
    EXPECT_EQ(text(sizeDifferenceText(-5120)), "−5.00 KiB");
    EXPECT_EQ(text(sizeDifferenceText(0)), "0 B");
}

TEST(Gains, HaveThreeSignificantDigits)
{
    EXPECT_EQ(text(gainText(0.284)), "0.284");
    EXPECT_EQ(text(gainText(0.02841)), "0.0284");
    EXPECT_EQ(text(gainText(0.09996)), "0.100");
    EXPECT_EQ(text(gainText(9.996)), "10.0");
    EXPECT_EQ(text(gainText(12.345)), "12.3");
    EXPECT_EQ(text(gainText(-3.4)), "−3.40");
    EXPECT_EQ(text(gainText(12345)), "12,345");
    EXPECT_EQ(text(gainText(2.4e-6)), "2.40e−6");
    EXPECT_EQ(text(gainText(3.21e12)), "3.21e12");
    EXPECT_EQ(text(gainText(0)), "0");
    EXPECT_EQ(text(gainText(kNan)), "–");
}

TEST(Gains, AreShortOnChips)
{
    EXPECT_EQ(text(shortGainText(0.074)), ".074");
    EXPECT_EQ(text(shortGainText(0)), ".000");
    EXPECT_EQ(text(shortGainText(-0.104)), "−.10");
    EXPECT_EQ(text(shortGainText(-2.46)), "−2.5");
    EXPECT_EQ(text(shortGainText(-0.999)), "−1.0");
    EXPECT_EQ(text(shortGainText(-9.96)), "−10");
    EXPECT_EQ(text(shortGainText(0.9996)), "1.00");
    EXPECT_EQ(text(shortGainText(3.524)), "3.52");
    EXPECT_EQ(text(shortGainText(kNan)), "n/a");
}

TEST(OtherQuantities, AreWrittenAsInTheLook)
{
    EXPECT_EQ(text(bitOperationsText(0.489e9)), "0.489 G");
    EXPECT_EQ(text(bitOperationsText(4.2e9)), "4.20 G");
    EXPECT_EQ(text(bitOperationsText(12.3e6)), "12.3 M");
    EXPECT_EQ(text(throughputText(1140)), "1,140 img/s");
    EXPECT_EQ(text(throughputText(12.34)), "12.3 img/s");
    EXPECT_EQ(text(decibelText(18.94)), "18.9 dB");
    EXPECT_EQ(text(decibelText(kInfinity)), "–");
    EXPECT_EQ(text(learningRateText(0.01)), "0.01");
    EXPECT_EQ(text(learningRateText(3e-4)), "3e−4");
    EXPECT_EQ(text(learningRateText(2.5e-5)), "2.5e−5");
    EXPECT_EQ(text(numberText(-3.471, 2)), "−3.47");
    EXPECT_EQ(text(shapeText({32, 16, 16})), "32×16×16");
}

TEST(Ages, AreToldAsAPersonWould)
{
    const QDateTime now(QDate(2026, 11, 21), QTime(16, 30));
    EXPECT_EQ(text(agoText(now.addSecs(-20), now)), "just now");
    EXPECT_EQ(text(agoText(now.addSecs(-60), now)), "1 minute ago");
    EXPECT_EQ(text(agoText(now.addSecs(-600), now)), "10 minutes ago");
    EXPECT_EQ(text(agoText(now.addSecs(-3 * 3600), now)), "3 hours ago");
    EXPECT_EQ(text(agoText(now.addDays(-1), now)), "yesterday");
    EXPECT_EQ(text(agoText(now.addDays(-3), now)), "18 November");
    EXPECT_EQ(text(agoText(now.addYears(-2), now)), "21 November 2024");
    EXPECT_EQ(text(agoText(now.addSecs(100), now)), "just now") << "another machine's clock may be ahead";
    EXPECT_EQ(text(agoText({}, now)), "–");
}

TEST(Paths, KeepTheirEnd)
{
    EXPECT_EQ(text(shortenedPath("/a/b.halftone", 40)), "/a/b.halftone");
    EXPECT_EQ(text(shortenedPath("/home/someone/studies/resnet20.halftone", 28)), "…/studies/resnet20.halftone");
    EXPECT_EQ(text(shortenedPath("/home/someone/studies/resnet20.halftone", 12)), "…20.halftone");
    EXPECT_EQ(text(shortenedPath({}, 12)), "");
}

} // namespace
} // namespace halftone
