// Names, seeds and commands of runs; curves that join what is stored and what comes live.
#include "widgets/pages/training/run_facts.h"

#include <gtest/gtest.h>

#include "../made_study.h"
#include "widgets/pages/training/run_curves.h"

namespace halftone {
namespace {

StudyOverview overviewOf(MadeStudy& study) { return *readOverview(study.file()); }

TEST(RunFacts, NamesRunsAsTheirAssignmentsAndTellsSeedsApart)
{
    MadeStudy study;
    study.addAssignment("eagl75", study.someBits(0));
    study.addRun({.key = "a", .bits = study.someBits(0), .seed = 0});
    study.addRun({.key = "b", .bits = study.someBits(0), .seed = 1});
    study.addRun({.key = "c", .bits = uniformAssignment(study.table(), 4), .kind = "base"});
    study.addRun({.key = "d", .bits = uniformAssignment(study.table(), 2)});
    const auto runs = runFacts(overviewOf(study), {});
    ASSERT_EQ(runs.size(), 4u);
    EXPECT_EQ(runs[0].title, QStringLiteral("all 2 bit")); // newest first
    EXPECT_EQ(runs[1].title, QStringLiteral("base 4 bit"));
    EXPECT_EQ(runs[2].title, QStringLiteral("eagl75, seed 1"));
    EXPECT_EQ(runs[3].title, QStringLiteral("eagl75, seed 0"));
    EXPECT_EQ(runs[3].metric, QStringLiteral("eagl"));
    EXPECT_EQ(runs[3].epochs, 30);
    EXPECT_EQ(runs[3].epochsDone, 30);
}

TEST(RunFacts, AreTheSameWhetherReadAnewOrKept)
{
    MadeStudy study;
    study.addAssignment("eagl75", study.someBits(0));
    study.addRun({.key = "a", .bits = study.someBits(0), .done = 2, .state = RunState::Running});
    const auto before = runFacts(overviewOf(study), {{1, 2}});
    ASSERT_TRUE(study.file().finishRun(1, {.state = RunState::Failed, .message = "The loss became NaN."}).ok());
    const auto overview = overviewOf(study);
    const auto kept = runFacts(overview, {{1, 2}}, before);
    EXPECT_EQ(kept, runFacts(overview, {{1, 2}}));
    EXPECT_EQ(kept[0].state, RunState::Failed);
}

TEST(RunFacts, TellsTheCommandThatGoesOnWithARun)
{
    MadeStudy study;
    study.addAssignment("eagl75", study.someBits(0));
    study.addRun({.key = "a", .bits = study.someBits(0), .done = 11, .state = RunState::Stopped, .seed = 3});
    const auto overview = overviewOf(study);
    const auto runs = runFacts(overview, {{1, 11}});
    EXPECT_TRUE(runs[0].canGoOn);
    EXPECT_EQ(runs[0].epochsDone, 11);
    EXPECT_EQ(argumentsOf(runs[0], overview),
        (std::vector<std::string>{"finetune", "STUDY", "--assignment", "eagl75", "--epochs", "30", "--seed", "3", "--recipe", "default"}));
}

TEST(RunFacts, GivesNoCommandForARunThatTheWindowCannotRepeat)
{
    MadeStudy study;
    study.addRun({.key = "unnamed", .bits = study.someBits(2)}); // no assignment of these bits
    study.addRun({.key = "base", .bits = uniformAssignment(study.table(), 4), .kind = "base"});
    const auto overview = overviewOf(study);
    for (const auto& run : runFacts(overview, {})) EXPECT_TRUE(argumentsOf(run, overview).empty()) << run.title.toStdString();
}

TEST(RunFacts, StandWithoutOptionsOrBitsThatCanBeRead)
{
    MadeStudy study;
    ASSERT_TRUE(study.file().startRun({.key = "odd", .kind = "fine-tune", .assignmentBits = "4,4", .optionsJson = "[1]"}).ok());
    const auto overview = overviewOf(study);
    const auto runs = runFacts(overview, {});
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_FALSE(runs[0].recipe.has_value());
    EXPECT_TRUE(argumentsOf(runs[0], overview).empty());
}

TEST(RunCurves, GoBackWhereAResumedRunBegins)
{
    RunCurves curves;
    curves.setStored({.key = QStringLiteral("a"), .series = {{"loss", {{0.5, 2}, {1, 1.5}, {1.5, 1.2}}}}});
    EXPECT_TRUE(curves.addLive({.run = "a", .series = "loss", .epoch = 1.25, .value = 1.4}));
    EXPECT_FALSE(curves.addLive({.run = "a", .series = "loss", .epoch = 1.5, .value = 1.3}));
    const std::vector<SeriesPoint> expected{{0.5, 2}, {1, 1.5}, {1.25, 1.4}, {1.5, 1.3}};
    EXPECT_EQ(curves.series(QStringLiteral("a")).at("loss"), expected);
    EXPECT_EQ(curves.lastEpoch(QStringLiteral("a")), 1.5);
    curves.forgetLive(QStringLiteral("a"));
    EXPECT_EQ(curves.series(QStringLiteral("a")).at("loss").size(), 3u);
}

TEST(RunCurves, ComeFromEpochsWhereNoCurvesWereStored)
{
    MadeStudy study;
    const auto id = study.file().startRun({.key = "old", .kind = "fine-tune", .optionsJson = optionsOfRun(1, 0)});
    std::vector<LossPoint> losses;
    for (int i = 1; i <= 100; ++i) losses.push_back({i, i <= 50 ? 2.0 : 1.0});
    ASSERT_TRUE(study.file().saveEpoch(*id, {.epoch = 1, .loss = 1.5, .trainMetric = 0.5, .testMetric = 0.6, .learningRate = 0.01, .seconds = 10}, losses, {}).ok());
    const auto run = readStoredRun(study.file(), *study.file().run(*id));
    ASSERT_TRUE(run.ok());
    EXPECT_EQ(run->updatesPerEpoch, 100);
    EXPECT_EQ(run->series.at("loss").size(), 50u);
    EXPECT_EQ(run->series.at("loss").back(), (SeriesPoint{1, 1}));
    EXPECT_EQ(run->series.at("test accuracy"), (std::vector<SeriesPoint>{{1, 0.6}}));
}

} // namespace
} // namespace halftone
