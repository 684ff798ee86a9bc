// Tests of the decimation: no smallest or largest value is lost, whatever is appended, cut off or asked.
#include "widgets/plots/curve_pyramid.h"
#include "widgets/plots/curve_raster.h"
#include "widgets/plots/curve_reduction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace halftone {
namespace {

CurveExtent bruteExtent(const std::vector<CurvePoint>& points, std::size_t first, std::size_t last)
{
    CurveExtent extent;
    for (std::size_t i = first; i < std::min(last, points.size()); ++i) {
        if (!std::isfinite(points[i].y)) continue;
        extent.lowest = std::min(extent.lowest, points[i].y);
        extent.highest = std::max(extent.highest, points[i].y);
    }
    return extent;
}

CurvePyramid randomCurve(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> value;
    std::uniform_real_distribution<double> step(0.001, 1);
    CurvePyramid curve;
    double x = 0;
    for (std::size_t i = 0; i < count; ++i) {
        x += step(random);
        curve.append({x, i % 97 == 5 ? std::nan("") : value(random)});
    }
    return curve;
}

TEST(CurvePyramid, KnowsTheExtentOfEveryStretchAtEverySize)
{
    for (const std::size_t count : {1U, 7U, 8U, 9U, 63U, 64U, 65U, 100U, 513U}) {
        const CurvePyramid curve = randomCurve(count, static_cast<unsigned>(count));
        for (std::size_t first = 0; first <= count; first += 3) {
            for (std::size_t last = first; last <= count; ++last) {
                ASSERT_EQ(curve.extent(first, last), bruteExtent(curve.points(), first, last)) << count << ' ' << first << ' ' << last;
            }
        }
    }
}

TEST(CurvePyramid, StaysRightWhenARunIsResumedAtRandom)
{
    std::mt19937 random(3);
    std::uniform_real_distribution<double> value(-1, 1);
    CurvePyramid curve;
    double x = 0;
    for (int i = 0; i < 3000; ++i) {
        x = random() % 50 == 0 ? x * value(random) * value(random) : x + 1;
        curve.append({x, value(random)});
        ASSERT_EQ(curve.extent(), bruteExtent(curve.points(), 0, curve.size())) << i;
        const std::size_t middle = curve.size() / 2;
        ASSERT_EQ(curve.extent(0, middle), bruteExtent(curve.points(), 0, middle)) << i;
        ASSERT_EQ(curve.points().back().x, x);
    }
}

TEST(CurvePyramid, ReplacesWhatAResumedRunGoesOverAgain)
{
    CurvePyramid curve;
    for (int i = 0; i < 20; ++i) curve.append({double(i), 100.0 - i});
    curve.append({12, -3});
    EXPECT_EQ(curve.size(), 13U);
    EXPECT_EQ(curve.points().back(), (CurvePoint{12, -3}));
    EXPECT_EQ(curve.extent().highest, 100);
    EXPECT_EQ(curve.smallestPositive(), 89);
    curve.append({-1, 2});
    EXPECT_EQ(curve.size(), 1U);
    EXPECT_EQ(curve.extent().highest, 2);
}

TEST(CurvePyramid, SortsWhatIsAssignedAndLeavesOutPlacesThatAreNotFinite)
{
    CurvePyramid curve;
    curve.assign({{3, 1}, {1, 2}, {std::nan(""), 9}, {3, 4}, {2, std::nan("")}});
    ASSERT_EQ(curve.size(), 3U);
    EXPECT_EQ(curve.points()[2].y, 4) << "of one x the last stays";
    EXPECT_EQ(curve.extent().highest, 4);
}

TEST(CurveReduction, KeepsTheSmallestAndLargestOfEveryColumn)
{
    const CurvePyramid curve = randomCurve(20000, 11);
    for (const int columns : {1, 3, 320, 1200}) {
        const ColumnRange range{curve.points()[100].x, curve.points()[19000].x, columns};
        const double width = (range.upper - range.lower) / columns;
        std::size_t seen = 0;
        for (const CurveColumn& column : reduceToColumns(curve, range)) {
            CurveExtent expected;
            for (const CurvePoint& point : curve.points()) {
                if (point.x < range.lower || point.x > range.upper) continue;
                const int at = std::min(columns - 1, static_cast<int>((point.x - range.lower) / width));
                if (at != column.column) continue;
                ++seen;
                if (std::isfinite(point.y)) expected.include(point.y);
            }
            ASSERT_EQ(column.extent, expected) << columns << ' ' << column.column;
        }
        EXPECT_EQ(seen, 18901U) << "every point belongs to one column";
    }
}

TEST(CurveReduction, RemembersColumnsAndIsStillRightWhileTheCurveGrowsOrIsResumed)
{
    std::mt19937 random(8);
    std::uniform_real_distribution<double> value(-1, 1);
    CurvePyramid curve;
    CurveReducer reducer;
    ColumnRange range{0, 500, 60};
    double x = 0;
    for (int i = 0; i < 4000; ++i) {
        x = random() % 300 == 0 ? x / 2 : x + 0.01 + value(random) * value(random);
        curve.append({x, value(random)});
        if (i % 700 == 0) range.upper += 90;
        if (i % 3 != 0) continue;
        const std::vector<CurveColumn> fresh = reduceToColumns(curve, range);
        const std::vector<CurveColumn>& kept = reducer.reduce(curve, range);
        ASSERT_EQ(kept.size(), fresh.size()) << i;
        for (std::size_t c = 0; c < fresh.size(); ++c) {
            ASSERT_EQ(kept[c].column, fresh[c].column);
            ASSERT_EQ(kept[c].extent, fresh[c].extent);
            ASSERT_EQ(kept[c].first, fresh[c].first);
            ASSERT_EQ(kept[c].last, fresh[c].last);
        }
    }
}

TEST(CurveRaster, CoversEveryValueAndJoinsColumns)
{
    CurvePyramid curve;
    for (int i = 0; i < 5000; ++i) curve.append({i * 0.02, std::sin(i * 0.05) * 40 + (i % 7)});
    const ColumnRange range{0, 100, 200};
    const AxisScale y{-50, 50, false, 120, 0};
    CurveRaster raster({200, 120});
    raster.add(reduceToColumns(curve, range), y, {QColor(255, 0, 0), 1.5});
    for (const CurvePoint& point : curve.points()) {
        const QColor pixel = raster.image().pixelColor(std::min(199, int(point.x * 2)), int(y.toPixel(point.y)));
        ASSERT_GT(pixel.alpha(), 60) << point.x;
    }
    CurveRaster sparse({200, 120});
    CurvePyramid line;
    line.assign({{0, -50}, {100, 50}});
    sparse.add(reduceToColumns(line, range), y, {QColor(255, 0, 0), 1.5});
    for (int column = 0; column < 200; ++column) {
        int covered = 0;
        for (int row = 0; row < 120; ++row) covered += sparse.image().pixelColor(column, row).alpha();
        EXPECT_GT(covered, 255) << column;
        EXPECT_LT(covered, 4 * 255) << column;
    }
}

TEST(CurveReduction, HasNothingToSayOfNothing)
{
    EXPECT_TRUE(reduceToColumns(CurvePyramid(), {0, 1, 10}).empty());
    const CurvePyramid curve = randomCurve(5, 1);
    EXPECT_TRUE(reduceToColumns(curve, {0, 1, 0}).empty());
    EXPECT_TRUE(reduceToColumns(curve, {2, 2, 10}).empty());
}

TEST(ExponentialMean, IsTheWeightedMeanOfAllPointsSoFar)
{
    const std::vector<CurvePoint> points = {{0, 1}, {0.1, 5}, {0.5, std::nan("")}, {0.7, -2}, {3, 4}};
    ExponentialMean mean(0.5);
    for (std::size_t n = 0; n < points.size(); ++n) {
        const double got = mean.add(points[n]);
        double sum = 0;
        double weight = 0;
        double share = 1;
        double after = std::nan("");
        for (std::size_t i = n + 1; i-- > 0;) {
            if (!std::isfinite(points[i].y)) continue;
            const double step = after - points[i].x;
            if (step > 0) share *= std::exp(-std::min(step / 0.5, 0.5));
            after = points[i].x;
            sum += share * points[i].y;
            weight += share;
        }
        EXPECT_NEAR(got, sum / weight, 1e-12);
    }
    EXPECT_TRUE(std::isnan(ExponentialMean(1).add({0, std::nan("")})));
}

} // namespace
} // namespace halftone
