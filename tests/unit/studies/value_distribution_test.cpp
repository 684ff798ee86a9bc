// Histograms, statistics and grid noise against plain loops in long double.
#include "core/studies/value_distribution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/random.h"

using namespace halftone;

namespace {

std::vector<float> drawn(std::size_t count, std::uint64_t seed, double mean = 0)
{
    Random random(seed, "distribution");
    std::vector<float> values(count);
    for (float& v : values) v = static_cast<float>(mean + 0.3 * random.normal());
    return values;
}

} // namespace

TEST(ValueDistribution, CountsEveryValueOnce)
{
    const auto values = drawn(10'007, 1);
    HistogramCounter counter(-1.0, 1.0, 33);
    counter.add({values.data(), 5000});
    counter.add({values.data() + 5000, values.size() - 5000});
    const Histogram& histogram = counter.histogram();
    std::int64_t total = 0;
    for (std::size_t bin = 0; bin < 33; ++bin) {
        const double from = bin == 0 ? -100 : -1.0 + 2.0 * static_cast<double>(bin) / 33;
        const double to = bin == 32 ? 100 : -1.0 + 2.0 * static_cast<double>(bin + 1) / 33;
        std::int64_t inside = 0;
        for (const float v : values) inside += v >= from && v < to ? 1 : 0;
        EXPECT_EQ(histogram.counts[bin], inside) << bin;
        total += histogram.counts[bin];
    }
    EXPECT_EQ(total, 10'007);
}

TEST(ValueDistribution, TheUpperEndBelongsToTheLastBin)
{
    HistogramCounter counter(-1.0, 1.0, 4);
    const std::vector<float> values{-1, -0.5, 0, 0.5, 1, 7, -7};
    counter.add(values);
    EXPECT_EQ(counter.histogram().counts, (std::vector<std::int64_t>{2, 1, 1, 3}));
}

TEST(ValueDistribution, StatisticsEqualTheirDefinitionAlsoFarFromZero)
{
    for (const double mean : {0.0, 1000.0}) {
        const auto values = drawn(5001, 2, mean);
        long double sum = 0, squares = 0;
        for (const float v : values) sum += v;
        const long double expected = sum / 5001;
        for (const float v : values) squares += (v - expected) * (v - expected);
        StatisticsCounter counter;
        for (std::size_t i = 0; i < values.size(); i += 1000)
            ASSERT_TRUE(counter.add(std::span(values).subspan(i, std::min<std::size_t>(1000, values.size() - i))));
        const auto made = counter.statistics();
        EXPECT_EQ(made.count, 5001);
        EXPECT_NEAR(made.mean, static_cast<double>(expected), 1e-12 * (1 + mean));
        EXPECT_NEAR(made.deviation, static_cast<double>(std::sqrt(squares / 5001)), 1e-10);
        EXPECT_EQ(made.minimum, *std::min_element(values.begin(), values.end()));
        EXPECT_EQ(made.maximum, *std::max_element(values.begin(), values.end()));
    }
}

TEST(ValueDistribution, StatisticsRefuseWhatIsNotFinite)
{
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        StatisticsCounter counter;
        EXPECT_FALSE(counter.add(std::vector<float>{1, bad, 2}));
        EXPECT_FALSE(counter.add(std::vector<float>{bad}));
    }
    StatisticsCounter counter;
    EXPECT_TRUE(counter.add({}));
    EXPECT_EQ(counter.statistics().count, 0);
    EXPECT_TRUE(counter.add(std::vector<float>{0.0f, -0.0f, 3.0f}));
    EXPECT_EQ(counter.zeros(), 2);
}

TEST(ValueDistribution, NoiseIsTheDistanceToTheNearestLevel)
{
    const auto values = drawn(3000, 3);
    const FrozenGrid grid{.bits = 4, .lowest = -8, .highest = 7, .scales = {0.125f}};
    long double signal = 0, noise = 0;
    for (const float v : values) {
        long double nearest = 1e9;
        for (int code = -8; code <= 7; ++code) nearest = std::min(nearest, std::abs(v - 0.125L * code));
        signal += static_cast<long double>(v) * v;
        noise += nearest * nearest;
    }
    GridNoise made;
    made.add(grid, {values.data(), 1000});
    made.add(grid, {values.data() + 1000, 2000});
    const auto view = viewOf(grid, "least square error", made);
    ASSERT_TRUE(view.signalToNoiseDb);
    EXPECT_NEAR(*view.signalToNoiseDb, static_cast<double>(10 * std::log10(signal / noise)), 1e-9);
    ASSERT_EQ(view.levels.size(), 16u);
    EXPECT_EQ(view.levels.front(), -1.0);
    EXPECT_EQ(view.levels[8], 0.0);
    EXPECT_EQ(view.levels.back(), 0.875);
    EXPECT_EQ(view.step, 0.125);
}

TEST(ValueDistribution, ChannelsHaveTheirOwnScales)
{
    const FrozenGrid grid{.bits = 2, .lowest = -1, .highest = 1, .scales = {1.0f, 10.0f}};
    GridNoise noise;
    noise.add(grid, std::vector<float>{1, -1, 10, 6}); // only the 6 is off its level, by 4
    EXPECT_EQ(noise.signal, 1 + 1 + 100 + 36);
    EXPECT_EQ(noise.noise, 16);
    EXPECT_EQ(viewOf(grid, "", noise).step, 5.5);
}

TEST(ValueDistribution, ThereIsNoRatioWithoutErrorOrSignal)
{
    const FrozenGrid grid{.bits = 2, .lowest = -1, .highest = 1, .scales = {1.0f}};
    GridNoise exact, zeros;
    exact.add(grid, std::vector<float>{1, 0, -1});
    zeros.add(grid, std::vector<float>{0, 0});
    EXPECT_FALSE(exact.decibels());
    EXPECT_FALSE(zeros.decibels());
}
