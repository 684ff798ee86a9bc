// The stored comparison: later calls add to it, and only what may be compared is put together.
#include "core/studies/frontier_report.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace halftone {
namespace {

FrontierSummary point(const std::string& metric, double budget, double cost, std::vector<double> values)
{
    FrontierSummary made{.metric = metric, .budget = budget, .cost = cost, .costFraction = cost / 100, .seeds = static_cast<std::int64_t>(values.size())};
    for (const double value : values) {
        made.mean += value / static_cast<double>(values.size());
        made.assignments.push_back(metric + "'s bits");
    }
    made.values = std::move(values);
    return made;
}

FrontierReport comparison(std::vector<FrontierSummary> points)
{
    FrontierReport made{.comparisonKey = "this call", .effortKey = "alike", .cost = "linear", .costUnit = "bit x MAC", .epochs = 2, .testImages = 1000, .fullPrecision = 0.92, .points = std::move(points), .runsTrained = 3, .wallSeconds = 4.5};
    judgeDominance(made.points);
    return made;
}

TEST(JoinedFrontiers, KeepWhatALaterCallDidNotAskFor)
{
    const auto older = comparison({point("all 4 bit", 1, 100, {0.91}), point("eagl", 0.75, 75, {0.88}), point("alps", 0.75, 75, {0.90})});
    const auto newer = comparison({point("all 4 bit", 1, 100, {0.91}), point("eagl", 0.55, 55, {0.89})});
    const auto both = joined(older, newer);
    ASSERT_EQ(both.points.size(), 4u);
    EXPECT_EQ(both.points[0].metric, "all 4 bit");
    EXPECT_EQ(both.points[1].budget, 0.55); // the newer call's come first, in its order
    EXPECT_EQ(both.points[2].metric, "eagl");
    EXPECT_EQ(both.points[3].metric, "alps");
    EXPECT_TRUE(both.points[2].dominated); // by the new point: cheaper and better
    EXPECT_FALSE(both.points[3].dominated);
    EXPECT_EQ(both.comparisonKey, newer.comparisonKey);
    EXPECT_EQ(both.runsTrained, 3);
}

TEST(JoinedFrontiers, KeepTheMoreSeedsOfTheSameChoice)
{
    const auto three = comparison({point("eagl", 0.75, 75, {0.88, 0.89, 0.90})});
    const auto one = comparison({point("eagl", 0.75, 75, {0.88})});
    EXPECT_EQ(joined(three, one).points[0].values.size(), 3u);
    EXPECT_EQ(joined(one, three).points[0].values.size(), 3u);
    auto rescored = one; // the metric chooses otherwise now
    rescored.points[0].assignments = {"other bits"};
    EXPECT_EQ(joined(three, rescored).points[0].values.size(), 1u);
    auto damaged = three;
    damaged.points[0].values.resize(1);
    EXPECT_EQ(joined(damaged, one).points[0].assignments.size(), 1u);
}

TEST(JoinedFrontiers, PutNothingTogetherThatMayNotBeCompared)
{
    const auto newer = comparison({point("eagl", 0.75, 75, {0.88})});
    auto older = comparison({point("alps", 0.75, 75, {0.90})});
    older.effortKey = "other epochs";
    EXPECT_EQ(joined(older, newer).points.size(), 1u);
    older.effortKey.clear(); // of an older study, which does not say
    EXPECT_EQ(joined(older, newer).points.size(), 1u);
    auto unknown = newer;
    unknown.effortKey.clear();
    EXPECT_EQ(joined(older, unknown).points.size(), 1u);
    EXPECT_EQ(joined({}, newer).points.size(), 1u);
}

TEST(StoredFrontier, IsReadAsItWasWritten)
{
    const auto folder = std::filesystem::temp_directory_path() / "halftone_stored_frontier";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto written = comparison({point("eagl", 0.75, 75, {0.88, 0.9}), point("alps", 0.75, 74, {0.90})});
    {
        auto study = StudyFile::create(folder / "a.halftone", {});
        ASSERT_TRUE(study.ok()) << study.error().message;
        EXPECT_EQ(storedFrontier(*study).error().code, ErrorCode::NotFound);
        ASSERT_TRUE(study->saveSettings({{"lastFrontier", storedText(written)}}).ok());
        const auto read = storedFrontier(*study);
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(storedText(*read), storedText(written));
        EXPECT_EQ(read->effortKey, "alike");
        ASSERT_TRUE(study->saveSettings({{"lastFrontier", "[1"}}).ok());
        EXPECT_EQ(storedFrontier(*study).error().code, ErrorCode::Corrupt);
    }
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace halftone
