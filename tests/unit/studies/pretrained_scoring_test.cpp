// HAWQ-v3 and output divergence as stages of a study: stored, repeated, stopped and gone on with, estimated, and chosen by.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "core/sensitivity/rank_correlation.h"
#include "core/studies/choosing.h"
#include "core/studies/frontier.h"
#include "core/studies/time_estimates.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;

class PretrainedScores : public SmallStudy {
protected:
    ScoreOptions quick() const { return {.metrics = {"hawq-v3", "output-divergence"}, .baseEpochs = 1, .images = 40, .probes = 4}; }
    Study newStudy() const
    {
        auto study = Study::create(options(), m_environment);
        EXPECT_TRUE(study.ok()) << study.error().message;
        return std::move(*study);
    }
};

TEST_F(PretrainedScores, NeedNoBaseNetworkAndAreStored)
{
    Study study = newStudy();
    const auto before = estimateScore(study, quick());
    ASSERT_TRUE(before.ok()) << before.error().message;
    ASSERT_EQ(before->parts.size(), 2u);
    EXPECT_GT(before->parts[0].seconds, 0);
    EXPECT_GT(before->parts[1].seconds, 0);
    const auto made = score(study, quick());
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_TRUE(study.file().runs()->empty());
    for (const ScoreReport& one : *made) {
        SCOPED_TRACE(one.scores.metric);
        EXPECT_FALSE(one.fromCache);
        EXPECT_EQ(one.scores.groups.size(), 6u);
        EXPECT_EQ(one.scores.highBits, 4);
        EXPECT_EQ(one.scores.lowBits, 2);
        EXPECT_GT(one.scores.cpuSeconds, 0);
        EXPECT_TRUE(std::ranges::any_of(one.scores.groups, [](const GroupScore& group) { return group.gain > 0; }));
    }
    const auto after = estimateScore(study, quick());
    EXPECT_EQ(after->seconds, 0);
    EXPECT_EQ(after->origin, "already stored");
    const auto again = score(study, quick());
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->front().fromCache && again->back().fromCache);
    EXPECT_EQ(again->front().scores, made->front().scores);
    const std::pair<const char*, ScoreOptions> others[] = {{"joint form", [&] { auto o = quick(); o.withActivations = true; return o; }()},
        {"fewer images", [&] { auto o = quick(); o.images = 24; return o; }()}, {"other widths", [&] { auto o = quick(); o.highBits = 8; return o; }()}};
    for (const auto& [what, other] : others) {
        const auto differs = score(study, other);
        ASSERT_TRUE(differs.ok()) << what;
        EXPECT_FALSE(differs->front().fromCache) << what;
        EXPECT_NE(differs->front().scores.groups, made->front().scores.groups) << what;
    }
}

TEST_F(PretrainedScores, AreTheSameInAnotherStudyAndOnMoreThreads)
{
    Study one = newStudy();
    auto options_ = options();
    options_.path = m_folder / "other.halftone";
    m_environment.threads = 3;
    auto two = Study::create(options_, m_environment);
    ASSERT_TRUE(two.ok());
    const auto first = score(one, quick()), second = score(*two, quick());
    ASSERT_TRUE(first.ok() && second.ok());
    for (const std::size_t metric : {0, 1}) EXPECT_EQ((*first)[metric].scores.groups, (*second)[metric].scores.groups);
}

// Stops once a step has come so far.
class StopAt final : public ProgressSink {
public:
    explicit StopAt(double fraction)
        : m_fraction(fraction)
    {
    }
    void progress(const Progress& progress) override
    {
        if (progress.total > 0 && static_cast<double>(progress.done) >= m_fraction * static_cast<double>(progress.total)) stop.request_stop();
    }
    void note(std::string_view) override { }
    std::stop_source stop;

private:
    double m_fraction;
};

TEST_F(PretrainedScores, StopKeepsFinishedGroups)
{
    Study study = newStudy();
    m_environment.threads = 1;
    for (const char* metric : {"hawq-v3", "output-divergence"}) {
        SCOPED_TRACE(metric);
        ScoreOptions options_ = quick();
        options_.metrics = {metric};
        StopAt sink(0.5);
        const auto stopped = score(study, options_, TaskContext(sink.stop.get_token(), &sink));
        ASSERT_FALSE(stopped.ok());
        EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
        EXPECT_TRUE(study.file().scores()->empty());
    }
    ScoreOptions divergence = quick();
    divergence.metrics = {"output-divergence"};
    const auto left = planScores(study, divergence);
    ASSERT_TRUE(left.ok());
    EXPECT_LT(left->front().forwardImages, 40 * 13);
    EXPECT_GT(left->front().forwardImages, 40);
    const auto resumed = score(study, divergence);
    ASSERT_TRUE(resumed.ok());
    auto options_ = options();
    options_.path = m_folder / "whole.halftone";
    auto whole = Study::create(options_, m_environment);
    EXPECT_EQ(resumed->front().scores.groups, score(*whole, divergence)->front().scores.groups);
}

TEST_F(PretrainedScores, ChooseBitsAndStandInTheFrontier)
{
    Study study = newStudy();
    const auto chosen = select(study, {.metric = "hawq-v3", .budget = 0.75, .saveAs = "hawq75", .scoring = quick()});
    ASSERT_TRUE(chosen.ok()) << chosen.error().message;
    FrontierOptions options_{.metrics = {"hawq-v3", "output-divergence"}, .budgets = {0.75}, .seeds = 1, .epochs = 1, .scoring = quick()};
    const auto planned = estimateFrontier(study, options_);
    ASSERT_TRUE(planned.ok()) << planned.error().message;
    const auto report = frontier(study, options_);
    ASSERT_TRUE(report.ok()) << report.error().message;
    for (const char* metric : {"hawq-v3", "output-divergence"})
        EXPECT_TRUE(std::ranges::any_of(report->points, [&](const FrontierSummary& point) { return point.metric == metric; })) << metric;
}
