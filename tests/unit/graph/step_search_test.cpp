// The least-square-error step against a dense search in double precision and against published values.
#include "core/graph/step_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/random.h"

namespace halftone {
namespace {

struct Range {
    int lowest;
    int highest;
};

double errorAt(const std::vector<float>& values, Range range, double step)
{
    double sum = 0;
    for (const float value : values) {
        const double code = std::clamp(std::nearbyint(value / step), double(range.lowest), double(range.highest));
        sum += (value - step * code) * (value - step * code);
    }
    return sum;
}

// The smallest error on a fine grid of steps: slow, and without any of the search's cleverness.
double denseBestError(const std::vector<float>& values, Range range)
{
    double largest = 0;
    for (const float value : values) largest = std::max(largest, std::abs(double(value)));
    double best = errorAt(values, range, largest * 4);
    for (double step = 2.5 * largest; step > largest / 2000; step /= 1.002) best = std::min(best, errorAt(values, range, step));
    return best;
}

std::vector<float> gaussian(std::size_t count, std::uint64_t seed, double deviation = 1.0)
{
    Random random(seed, "step search test");
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(deviation * random.normal());
    return values;
}

TEST(StepSearch, IsNeverWorseThanADenseSearch)
{
    const Range ranges[] = {{-8, 7}, {-2, 1}, {-1, 1}, {0, 15}, {0, 3}, {-4, 3}, {-128, 127}, {-7, 7}, {0, 1}, {-1, 0}};
    for (const Range range : ranges) {
        for (const std::size_t count : {1u, 2u, 3u, 7u, 33u, 300u, 6000u}) {
            const std::vector<float> values = gaussian(count, 17 + count, 0.05);
            const float step = leastSquareErrorStep(values, range.lowest, range.highest);
            ASSERT_GT(step, 0.0f);
            // A float step misses the best double one by 2^-24, at most 1e-12 of the values' energy.
            const double dense = denseBestError(values, range);
            EXPECT_LE(errorAt(values, range, step), dense * (1 + 1e-9) + 1e-12 * errorAt(values, range, 1e9))
                << "[" << range.lowest << ", " << range.highest << "], " << count << " values";
        }
    }
}

// methods_ibm.md 3.3: the least-square-error step of a Gaussian, in units of its deviation, at 2, 3, 4 and 8 bit.
TEST(StepSearch, FindsTheKnownStepsOfAGaussian)
{
    const std::vector<float> values = gaussian(1'000'000, 5);
    const struct {
        Range range;
        double step;
    } cases[] = {{{-2, 1}, 1.049}, {{-4, 3}, 0.602}, {{-8, 7}, 0.339}, {{-128, 127}, 0.031}};
    for (const auto& c : cases) EXPECT_NEAR(leastSquareErrorStep(values, c.range.lowest, c.range.highest), c.step, 0.004);
}

TEST(StepSearch, FindsTheGridThatTheValuesLieOn)
{
    Random random(3, "on a grid");
    for (const Range range : {Range{-8, 7}, Range{-128, 127}, Range{0, 255}}) {
        std::vector<float> values(5000);
        for (float& value : values) value = 0.0123f * float(range.lowest + random.below(range.highest - range.lowest + 1));
        EXPECT_NEAR(leastSquareErrorStep(values, range.lowest, range.highest), 0.0123, 1e-8);
    }
}

TEST(StepSearch, ClipsAnOutlierRatherThanLoseTheRest)
{
    std::vector<float> values = gaussian(100'000, 9);
    values[5] = 40.0f;
    const float step = leastSquareErrorStep(values, -8, 7);
    EXPECT_LT(step, 0.4f);
}

TEST(StepSearch, ScalesWithTheValues)
{
    const std::vector<float> one = gaussian(999, 2);
    const double step = leastSquareErrorStep(one, -8, 7);
    for (const float factor : {1e-30f, 1e-3f, 1e30f}) {
        std::vector<float> scaled = one;
        for (float& value : scaled) value *= factor;
        EXPECT_NEAR(leastSquareErrorStep(scaled, -8, 7) / factor, step, 1e-4 * step);
    }
}

TEST(StepSearch, AnswersAPositiveStepForAnything)
{
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    const float huge = std::numeric_limits<float>::max();
    const float tiny = std::numeric_limits<float>::denorm_min();
    EXPECT_EQ(leastSquareErrorStep({}, -8, 7), 1.0f);
    const std::vector<std::vector<float>> hostile{
        {0, 0, -0.0f}, {nan}, {infinity, -infinity}, {huge, -huge}, {tiny}, {nan, 2, infinity}};
    for (const auto& values : hostile) {
        for (const Range range : {Range{-8, 7}, Range{0, 15}, Range{-1, 1}}) {
            const float step = leastSquareErrorStep(values, range.lowest, range.highest);
            EXPECT_GT(step, 0.0f);
            EXPECT_TRUE(std::isfinite(step));
        }
    }
    EXPECT_EQ(leastSquareErrorStep(std::vector<float>{-1, -2}, 0, 15), 1.0f); // nothing that the range can represent
}

} // namespace
} // namespace halftone
