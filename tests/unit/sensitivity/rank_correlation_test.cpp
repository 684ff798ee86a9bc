// Spearman's correlation against published values, the formula for no ties, and ranks counted one by one.
#include "core/sensitivity/rank_correlation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/random.h"

using namespace halftone;

namespace {

// The rank by its definition: how many are smaller, and the middle of those that are equal.
double countedRank(const std::vector<double>& values, std::size_t i)
{
    double smaller = 0, equal = 0;
    for (const double v : values) {
        smaller += v < values[i] ? 1 : 0;
        equal += v == values[i] ? 1 : 0;
    }
    return smaller + (equal + 1) / 2;
}

// Pearson's correlation as in textbooks: covariance over the product of deviations.
double pearson(const std::vector<double>& x, const std::vector<double>& y)
{
    const auto n = static_cast<long double>(x.size());
    long double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        sx += x[i];
        sy += y[i];
        sxx += static_cast<long double>(x[i]) * x[i];
        syy += static_cast<long double>(y[i]) * y[i];
        sxy += static_cast<long double>(x[i]) * y[i];
    }
    return static_cast<double>((n * sxy - sx * sy) / std::sqrt((n * sxx - sx * sx) * (n * syy - sy * sy)));
}

std::vector<double> drawn(std::size_t count, std::uint64_t seed, std::int64_t differentValues)
{
    Random random(seed, "ranks");
    std::vector<double> values(count);
    for (double& v : values) v = differentValues > 0 ? static_cast<double>(random.below(differentValues)) : random.normal();
    return values;
}

SensitivityReport reportOf(const std::vector<double>& gains)
{
    SensitivityReport report;
    for (std::size_t i = 0; i < gains.size(); ++i)
        report.groups.push_back({.group = GroupIndex(static_cast<std::int64_t>(i)), .gain = gains[i]});
    return report;
}

} // namespace

TEST(RankCorrelation, GivesPublishedValues)
{
    const std::vector<double> iq{106, 100, 86, 101, 99, 103, 97, 113, 112, 110}, hours{7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
    EXPECT_NEAR(*spearmanCorrelation(iq, hours), -29.0 / 165, 1e-15);
    const std::vector<double> x{1, 2, 3, 4, 5}, y{5, 6, 7, 8, 7}; // with a tie
    EXPECT_NEAR(*spearmanCorrelation(x, y), 0.82078268166812329, 1e-15);
}

TEST(RankCorrelation, IsOneForTheSameOrderAndMinusOneForTheReverse)
{
    const std::vector<double> x{1, 2, 3, 7}, same{-5, 0, 1e-9, 1e9}, reverse{4, 3, 2, 1};
    EXPECT_EQ(*spearmanCorrelation(x, same), 1.0);
    EXPECT_EQ(*spearmanCorrelation(x, reverse), -1.0);
}

TEST(RankCorrelation, EqualValuesShareTheMeanOfTheirRanks)
{
    EXPECT_EQ(averageRanks(std::vector<double>{5, 1, 5}), (std::vector<double>{2.5, 1, 2.5}));
    EXPECT_EQ(averageRanks(std::vector<double>{0.0, -0.0, 1}), (std::vector<double>{1.5, 1.5, 3}));
    EXPECT_TRUE(averageRanks({}).empty());
    for (const std::size_t count : {1u, 2u, 3u, 17u, 200u}) {
        const auto values = drawn(count, count, 9);
        const auto ranks = averageRanks(values);
        for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(ranks[i], countedRank(values, i));
    }
}

TEST(RankCorrelation, IsPearsonsOfTheRanks)
{
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto x = drawn(33, 2 * seed, 6), y = drawn(33, 2 * seed + 1, 11);
        std::vector<double> rx, ry;
        for (std::size_t i = 0; i < x.size(); ++i) {
            rx.push_back(countedRank(x, i));
            ry.push_back(countedRank(y, i));
        }
        EXPECT_NEAR(*spearmanCorrelation(x, y), pearson(rx, ry), 1e-13);
    }
}

TEST(RankCorrelation, FollowsTheFormulaOfSquaredDistancesWithoutTies)
{
    const auto x = drawn(100, 1, 0), y = drawn(100, 2, 0);
    double squares = 0;
    for (std::size_t i = 0; i < x.size(); ++i) squares += std::pow(countedRank(x, i) - countedRank(y, i), 2);
    EXPECT_NEAR(*spearmanCorrelation(x, y), 1 - 6 * squares / (100.0 * (100.0 * 100.0 - 1)), 1e-13);
}

TEST(RankCorrelation, RefusesWhatHasNoOrder)
{
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    const std::vector<double> fine{1, 2, 3};
    for (const auto& bad : {std::vector<double>{1, nan, 3}, std::vector<double>{1, 2, inf}, std::vector<double>{4, 4, 4},
             std::vector<double>{1, 2}, std::vector<double>{}}) {
        EXPECT_FALSE(spearmanCorrelation(fine, bad).ok());
        EXPECT_FALSE(spearmanCorrelation(bad, fine).ok());
    }
    EXPECT_FALSE(spearmanCorrelation(std::vector<double>{1}, std::vector<double>{2}).ok());
    EXPECT_FALSE(spearmanCorrelation({}, {}).ok());
    EXPECT_EQ(spearmanCorrelation(fine, std::vector<double>{1, nan, 3}).error().code, ErrorCode::BadInput);
}

TEST(RankCorrelation, ComparesOnlyGroupsThatBothMetricsScored)
{
    auto a = reportOf({1, 2, 3, 4, 5}), b = reportOf({10, 20, -99, 30, 40});
    b.groups[2].scored = false; // would spoil the order
    a.groups.pop_back(); // was not measured at all
    std::swap(b.groups[0], b.groups[3]); // the order of the lists does not matter
    const auto agreement = scoreAgreement(a, b);
    ASSERT_TRUE(agreement.ok()) << agreement.error().message;
    EXPECT_EQ(agreement->correlation, 1.0);
    EXPECT_EQ(agreement->groups, 3);
    EXPECT_FALSE(scoreAgreement(a, reportOf({})).ok());
}
