// The points of a study against brute force: their costs, means, intervals, who is best, and whose effort differs.
#include "core/studies/frontier_points.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "core/cost/all_cost_models.h"

namespace halftone {
namespace {

// Five layers in five groups; the first and the last are edges.
StudyOverview study()
{
    StudyOverview made;
    const std::int64_t macs[] = {1000, 4000, 2500, 1700, 90};
    for (int i = 0; i < 5; ++i) {
        Layer layer;
        layer.name = "layer" + std::to_string(i);
        layer.macs = macs[i];
        layer.weights = 10 * (i + 1);
        layer.edge = i == 0 || i == 4;
        layer.group = GroupIndex{i};
        made.table.layers.push_back(layer);
        made.table.groups.push_back({.layers = {LayerIndex{i}}, .edge = layer.edge, .name = layer.name});
    }
    made.settings["seed"] = "7";
    return made;
}

struct RunFacts {
    std::string kind = "frontier", bits = "8,4,4,4,8", start = "run base", label;
    std::int64_t epochs = 2, images = 100;
    std::uint64_t seed = 7;
    double accuracy = 0.5;
    double rate = 0.005;
};

std::int64_t addRun(StudyOverview& study, const RunFacts& facts)
{
    RunRecord run{.id = static_cast<std::int64_t>(study.runs.size()) + 1, .kind = facts.kind, .assignmentBits = facts.bits};
    run.key = std::to_string(run.id);
    run.state = RunState::Finished;
    run.optionsJson = R"({"recipe":{"name":"default","epochs":)" + std::to_string(facts.epochs) + R"(,"rate":)"
        + std::to_string(facts.rate) + R"(,"seed":)" + std::to_string(facts.seed) + R"(},"start":")" + facts.start
        + R"(","evaluatedOn":"test images","label":")" + facts.label + R"("})";
    run.metrics = RunMetrics{.testMetric = facts.accuracy, .testSamples = facts.images};
    study.runs.push_back(run);
    return run.id;
}

void addSummary(StudyOverview& study, const std::string& metric, double budget, const std::vector<std::string>& bits,
    const std::vector<double>& values)
{
    if (!study.frontier) study.frontier = FrontierReport{.cost = "linear", .epochs = 2, .testImages = 100, .fullPrecision = 0.9};
    study.frontier->points.push_back({.metric = metric, .budget = budget, .values = values, .assignments = bits});
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool shared = std::ranges::any_of(study.runs, [&](const RunRecord& run) { // methods that choose alike share a run
            return run.assignmentBits == bits[i] && *run.metrics->testMetric == values[i] && seedOf(run) == 7 + i;
        });
        if (!shared) addRun(study, {.bits = bits[i], .seed = 7 + i, .accuracy = values[i]});
    }
}

TEST(FrontierPoints, AreNoneInANewStudy)
{
    const StudyPoints found = studyPoints(study(), linearCost());
    EXPECT_TRUE(found.points.empty());
    EXPECT_FALSE(found.fullPrecision);
    EXPECT_EQ(found.highestBits, 4);
    EXPECT_DOUBLE_EQ(found.highestCost, 4 * (4000 + 2500 + 1700));
}

TEST(FrontierPoints, MeanIntervalAndCostAreThoseOfTheSeeds)
{
    StudyOverview made = study();
    addSummary(made, "all 4 bit", 1, {"8,4,4,4,8", "8,4,4,4,8"}, {0.91, 0.92});
    addSummary(made, "random", 0.75, {"8,2,4,4,8", "8,4,2,2,8"}, {0.80, 0.84});
    const StudyPoints found = studyPoints(made, linearCost());
    ASSERT_EQ(found.points.size(), 2u);
    EXPECT_EQ(found.points[0].kind, PointKind::End);
    EXPECT_EQ(found.points[0].endBits, 4);
    EXPECT_DOUBLE_EQ(found.points[0].costFraction, 1);
    const StudyPoint& random = found.points[1];
    EXPECT_EQ(random.kind, PointKind::Method);
    EXPECT_FALSE(random.sameForAllSeeds);
    EXPECT_NEAR(random.mean, 0.82, 1e-12);
    EXPECT_NEAR(random.interval, 12.706 * 0.02, 1e-12); // two values: t of one degree x half their distance
    const double first = 2 * 4000 + 4 * 2500 + 4 * 1700, second = 4 * 4000 + 2 * 2500 + 2 * 1700;
    EXPECT_DOUBLE_EQ(random.cost, (first + second) / 2);
    EXPECT_EQ(random.runs, (std::vector<std::int64_t>{3, 4}));
    EXPECT_EQ(random.seeds, (std::vector<std::uint64_t>{0, 1}));
    EXPECT_EQ(found.seeds, 2);
    EXPECT_DOUBLE_EQ(*found.fullPrecision, 0.9);
}

TEST(FrontierPoints, BestOnEveryAxisIsWhatBruteForceFinds)
{
    std::mt19937 random(3);
    const int widths[] = {2, 4};
    for (int round = 0; round < 40; ++round) {
        StudyOverview made = study();
        for (int i = 0; i < 12; ++i) {
            std::string bits = "8";
            for (int layer = 0; layer < 3; ++layer) bits += "," + std::to_string(widths[random() % 2]);
            addSummary(made, "metric" + std::to_string(i), 0.5, {bits + ",8"}, {static_cast<double>(random() % 6) / 10});
        }
        for (const CostModel* axis : allCostModels()) {
            const StudyPoints found = studyPoints(made, *axis);
            ASSERT_EQ(found.points.size(), 12u);
            for (std::size_t i = 0; i < 12; ++i) {
                const auto& summary = made.frontier->points[i];
                bool beaten = false;
                for (const auto& other : made.frontier->points) {
                    const double mine = innerCost(*axis, made.table, *assignmentFromText(summary.assignments[0]));
                    const double its = innerCost(*axis, made.table, *assignmentFromText(other.assignments[0]));
                    const double gap = other.values[0] - summary.values[0];
                    if (its <= mine && gap >= 0 && (its < mine || gap > 0)) beaten = true;
                }
                EXPECT_EQ(found.points[i].best, !beaten) << axis->name() << " point " << i << " round " << round;
            }
        }
    }
}

TEST(FrontierPoints, AFinishedFineTuneStandsBesideTheComparison)
{
    StudyOverview made = study();
    addSummary(made, "eagl", 0.75, {"8,4,2,2,8"}, {0.85});
    made.assignments.push_back({.name = "mine", .bits = "8,4,4,2,8", .howJson = R"({"metric":"alps"})"});
    addRun(made, {.kind = "fine-tune", .bits = "8,4,4,2,8", .accuracy = 0.88});
    addRun(made, {.kind = "fine-tune", .bits = "8,4,4,2,8", .seed = 8, .accuracy = 0.86});
    addRun(made, {.kind = "base", .accuracy = 0.99});
    addRun(made, {.kind = "alps", .accuracy = 0.99});
    made.runs.back().state = RunState::Running;
    const StudyPoints found = studyPoints(made, linearCost());
    ASSERT_EQ(found.points.size(), 2u);
    const StudyPoint& mine = found.points[1];
    EXPECT_EQ(mine.kind, PointKind::Run);
    EXPECT_EQ(mine.assignmentName, "mine");
    EXPECT_EQ(mine.metric, "alps");
    EXPECT_EQ(mine.values.size(), 2u);
    EXPECT_NEAR(mine.mean, 0.87, 1e-12);
    EXPECT_TRUE(mine.otherEffort.empty());
    EXPECT_TRUE(mine.best);
}

TEST(FrontierPoints, OtherEffortIsNamedAndNeverBest)
{
    StudyOverview made = study();
    addSummary(made, "eagl", 0.75, {"8,4,2,2,8"}, {0.85});
    addRun(made, {.kind = "fine-tune", .bits = "8,2,2,2,8", .epochs = 5, .accuracy = 0.95});
    addRun(made, {.kind = "fine-tune", .bits = "8,2,2,4,8", .start = "pretrained", .accuracy = 0.95});
    addRun(made, {.kind = "fine-tune", .bits = "8,2,4,2,8", .images = 50, .accuracy = 0.95});
    addRun(made, {.kind = "fine-tune", .bits = "8,4,4,2,8", .accuracy = 0.95, .rate = 0.1});
    const StudyPoints found = studyPoints(made, linearCost());
    ASSERT_EQ(found.points.size(), 5u);
    EXPECT_TRUE(found.points[0].otherEffort.empty());
    EXPECT_TRUE(found.points[0].best) << "a longer training does not show that the choice was worse";
    const EffortAspect expected[] = {EffortAspect::Epochs, EffortAspect::Start, EffortAspect::Images, EffortAspect::Recipe};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(found.points[i + 1].otherEffort, std::vector{expected[i]});
        EXPECT_FALSE(found.points[i + 1].best);
    }
}

TEST(FrontierPoints, RunsOfAComparisonThatIsStillGoingAreThereAlready)
{
    StudyOverview made = study();
    addRun(made, {.bits = "8,4,2,2,8", .label = "first-to-last 0.75 seed 0", .accuracy = 0.8});
    addRun(made, {.bits = "8,4,2,2,8", .label = "first-to-last 0.75 seed 1", .seed = 8, .accuracy = 0.82});
    addRun(made, {.bits = "8,2,2,2,8", .label = "all 2 bit 0.00 seed 0", .accuracy = 0.7});
    addRun(made, {.bits = "8,2,4,2,8", .accuracy = 0.75}); // of an older version, without a label
    const StudyPoints found = studyPoints(made, linearCost());
    ASSERT_EQ(found.points.size(), 3u);
    EXPECT_EQ(found.points[0].metric, "first-to-last");
    EXPECT_DOUBLE_EQ(found.points[0].budget, 0.75);
    EXPECT_EQ(found.points[0].values.size(), 2u);
    EXPECT_EQ(found.points[1].kind, PointKind::End);
    EXPECT_EQ(found.points[1].endBits, 2);
    EXPECT_EQ(found.points[2].kind, PointKind::Run);
    for (const StudyPoint& point : found.points) EXPECT_TRUE(point.otherEffort.empty());
}

TEST(FrontierPoints, DamagedRecordsAreLeftOut)
{
    StudyOverview made = study();
    addRun(made, {.bits = "8,4"});
    addRun(made, {.bits = "nonsense"});
    addRun(made, {.bits = "32,32,32,32,32"});
    addRun(made, {});
    made.runs.back().optionsJson = R"({"recipe":[1],"start":4,"label":{}})";
    addRun(made, {});
    made.runs.back().metrics.reset();
    const StudyPoints found = studyPoints(made, linearCost());
    ASSERT_EQ(found.points.size(), 1u);
    EXPECT_EQ(found.points[0].effort.epochs, 0);
}

TEST(FrontierPoints, PointsOfAComparisonOutliveItsRuns)
{
    StudyOverview made = study();
    addSummary(made, "eagl", 0.75, {"8,4,2,2,8"}, {0.85});
    made.runs.clear();
    const StudyPoints found = studyPoints(made, linearCost());
    ASSERT_EQ(found.points.size(), 1u);
    EXPECT_TRUE(found.points[0].otherEffort.empty());
    EXPECT_EQ(found.points[0].runs, std::vector<std::int64_t>{0});
    EXPECT_EQ(found.points[0].effort.epochs, 2);
}

TEST(FrontierPoints, TheIntervalOfThreeValuesIsStudents)
{
    EXPECT_EQ(confidenceHalfWidth({}), 0);
    EXPECT_EQ(confidenceHalfWidth({0.4}), 0);
    EXPECT_NEAR(confidenceHalfWidth({1, 2, 3}), 4.303 / std::sqrt(3.0), 1e-12);
}

} // namespace
} // namespace halftone
