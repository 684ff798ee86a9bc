// Everything that a study file keeps comes back as it was saved.
#include <limits>

#include "tests/unit/store/study_folder.h"

using namespace halftone;

namespace {
class RoundTrip : public StudyFolder { };

GroupScoreRecord groupOf(int index, double gain, const std::string& detailJson)
{
    GroupScoreRecord record;
    record.score.group = GroupIndex(index);
    record.score.gain = gain;
    record.detailJson = detailJson;
    return record;
}
} // namespace

TEST_F(RoundTrip, KeepsAStudyOverClosingAndOpening)
{
    const StudyModel model{.networkText = "network x\n", .weights = bytesOf("weights"), .fileName = "x.th"};
    {
        newStudy({.settings = {{"seed", "7"}, {"preset", "cifar10"}}, .model = model});
    }
    auto study = StudyFile::open(studyPath());
    ASSERT_TRUE(study.ok()) << study.error().message;
    EXPECT_EQ(*study->settings(), (StudySettings{{"seed", "7"}, {"preset", "cifar10"}}));
    auto loaded = study->loadModel();
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(loaded->contentHash.size(), 32u);
    loaded->contentHash.clear();
    EXPECT_EQ(*loaded, model);
}

TEST_F(RoundTrip, ReadsTheModelWithoutItsWeights)
{
    auto study
        = newStudy({.model = StudyModel{.networkText = "network x\n", .weights = bytesOf("weights"), .fileName = "x.th"}});
    const auto model = study.loadModelWithoutWeights();
    ASSERT_TRUE(model.ok());
    EXPECT_EQ(model->networkText, "network x\n");
    EXPECT_TRUE(model->weights.empty());
    EXPECT_FALSE(model->contentHash.empty());
}

TEST_F(RoundTrip, KeepsOneModelAStudy)
{
    auto study = newStudy();
    EXPECT_EQ(study.loadModel().error().code, ErrorCode::NotFound);
    StudyModel model{.networkText = "network x\n", .weights = bytesOf("weights"), .fileName = "x.th"};
    const auto first = study.saveModel(model);
    ASSERT_TRUE(first.ok()) << first.error().message;
    EXPECT_EQ(*study.saveModel(model), *first);
    model.weights = bytesOf("other");
    EXPECT_EQ(study.saveModel(model).error().code, ErrorCode::BadInput);
    EXPECT_EQ(study.loadModel()->weights, bytesOf("weights"));
}

TEST_F(RoundTrip, ReplacesOnlyTheSettingsNamed)
{
    auto study = newStudy({.settings = {{"seed", "7"}, {"preset", "cifar10"}}});
    ASSERT_TRUE(study.saveSettings({{"seed", "8"}, {"shape", std::string("3x32\0x32", 8)}}).ok());
    EXPECT_EQ(*study.settings(), (StudySettings{{"seed", "8"}, {"preset", "cifar10"}, {"shape", std::string("3x32\0x32", 8)}}));
    EXPECT_EQ(*study.setting("seed"), "8");
    EXPECT_FALSE(study.setting("sede")->has_value());
}

TEST_F(RoundTrip, KeepsScores)
{
    auto study = newStudy();
    const ScoreRecord eagl{.key = "k1",
        .report = {.metric = "eagl",
            .unit = "bits of entropy",
            .highBits = 4,
            .lowBits = 2,
            .groups = {{.group = GroupIndex(1), .gain = 0.1 + 0.2},
                {.group = GroupIndex(2), .gain = -1e-300, .scored = false, .reason = "it's \"odd\""}},
            .cpuSeconds = 1.5},
        .provenanceJson = R"({"seed":1})",
        .createdAt = 1700000000};
    ScoreRecord alps = eagl;
    alps.key = "k2";
    alps.report.metric = "alps";
    ASSERT_TRUE(study.saveScores(eagl).ok());
    ASSERT_TRUE(study.saveScores(alps).ok());
    EXPECT_EQ(*study.findScores("k1"), eagl);
    EXPECT_FALSE(study.findScores("k3")->has_value());
    EXPECT_EQ(*study.scores(), (std::vector{alps, eagl}));
    EXPECT_EQ(*study.scores("eagl"), std::vector{eagl});

    ScoreRecord shorter = eagl;
    shorter.report.groups.pop_back();
    ASSERT_TRUE(study.saveScores(shorter).ok());
    EXPECT_EQ(*study.findScores("k1"), shorter);
}

TEST_F(RoundTrip, ResumesScoresGroupByGroup)
{
    const GroupScoreRecord second = groupOf(2, 0.5, R"({"loss":2.5})");
    GroupScoreRecord first = groupOf(1, 0, "{}");
    first.score.scored = false;
    first.score.reason = "loss grew";
    {
        auto study = newStudy();
        ASSERT_TRUE(study.saveGroupScore("key", second).ok());
        ASSERT_TRUE(study.saveGroupScore("key", groupOf(1, 9, "[]")).ok());
        ASSERT_TRUE(study.saveGroupScore("key", first).ok()); // again: replaces
        ASSERT_TRUE(study.saveGroupScore("other key", first).ok());
    }
    auto study = StudyFile::open(studyPath());
    ASSERT_TRUE(study.ok());
    EXPECT_EQ(*study->groupScores("key"), (std::vector{first, second}));
    EXPECT_TRUE(study->groupScores("unknown")->empty());
}

TEST_F(RoundTrip, StampsWhatComesWithoutATime)
{
    auto study = newStudy();
    ASSERT_TRUE(study.saveAssignment({.name = "a", .bits = "8,8"}).ok());
    EXPECT_GT(study.assignment("a")->createdAt, 1'600'000'000);
}

TEST_F(RoundTrip, ReplacesAnAssignmentOnlyWhenAsked)
{
    auto study = newStudy();
    const AssignmentRecord a{.name = "eagl75", .bits = "8,4,8", .howJson = R"({"metric":"eagl"})", .createdAt = 5};
    const AssignmentRecord b{.name = "other", .bits = "8,2,8", .createdAt = 6};
    ASSERT_TRUE(study.saveAssignment(a).ok());
    ASSERT_TRUE(study.saveAssignment(b).ok());
    AssignmentRecord changed = a;
    changed.bits = "8,2,8";
    const auto refused = study.saveAssignment(changed);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::BadInput);
    EXPECT_NE(refused.error().message.find("eagl75"), std::string::npos);
    EXPECT_EQ(*study.assignment("eagl75"), a);
    ASSERT_TRUE(study.saveAssignment(changed, true).ok());
    EXPECT_EQ(*study.assignments(), (std::vector{changed, b}));
    ASSERT_TRUE(study.removeAssignment("eagl75").ok());
    EXPECT_EQ(*study.assignments(), std::vector{b});
}

TEST_F(RoundTrip, NamesTheNearestAssignment)
{
    auto study = newStudy();
    EXPECT_NE(study.assignment("x").error().message.find("select --save"), std::string::npos);
    ASSERT_TRUE(study.saveAssignment({.name = "eagl75", .bits = "8"}).ok());
    const Error error = study.assignment("eagl57").error();
    EXPECT_EQ(error.code, ErrorCode::NotFound);
    EXPECT_NE(error.message.find("did you mean eagl75"), std::string::npos) << error.message;
    EXPECT_EQ(study.removeAssignment("eagl57").error().code, ErrorCode::NotFound);
}

TEST_F(RoundTrip, KeepsFrontierPoints)
{
    auto study = newStudy();
    const auto run = study.startRun(someRun("r1"));
    ASSERT_TRUE(run.ok());
    const auto point = [&](const char* metric, double budget, std::int64_t seed) {
        return FrontierPoint{"comparison", metric, budget, seed, *run, R"({"linear":0.7})"};
    };
    for (const auto& p : {point("eagl", 0.55, 1), point("eagl", 0.95, 2), point("eagl", 0.95, 0), point("alps", 0.55, 0)})
        ASSERT_TRUE(study.saveFrontierPoint(p).ok());
    ASSERT_TRUE(study.saveFrontierPoint(point("alps", 0.55, 0)).ok()); // again: the same row
    EXPECT_EQ(*study.frontierPoints("comparison"),
        (std::vector{point("alps", 0.55, 0), point("eagl", 0.95, 0), point("eagl", 0.95, 2), point("eagl", 0.55, 1)}));
    FrontierPoint later = point("eagl", 0.55, 1);
    later.comparisonKey = "later";
    ASSERT_TRUE(study.saveFrontierPoint(later).ok());
    EXPECT_EQ(*study.comparisons(), (std::vector<std::string>{"later", "comparison"}));
    later.runId = 99;
    EXPECT_EQ(study.saveFrontierPoint(later).error().code, ErrorCode::NotFound);
}

TEST_F(RoundTrip, KeepsExportsWithTheirVerdicts)
{
    auto study = newStudy();
    ExportRecord a{.fileName = "a.onnx",
        .format = "onnx-qdq",
        .assignmentName = "eagl75",
        .fileHash = "00ff",
        .verdictJson = R"({"top1":0.9})",
        .passed = true,
        .createdAt = 5};
    ExportRecord b{.fileName = "b.onnx", .format = "onnx-qdq", .assignmentName = "gone", .createdAt = 6};
    a.id = *study.saveExport(a);
    b.id = *study.saveExport(b);
    EXPECT_EQ(*study.exports(), (std::vector{b, a}));
}

TEST_F(RoundTrip, TakesNamesThatLookLikeSql)
{
    auto study = newStudy();
    for (const std::string name : {"x'); DROP TABLE run; --", "\"quoted\"", "Müller 量化 😀", "%_?1:a@b$c", "'"}) {
        ASSERT_TRUE(study.saveAssignment({.name = name, .bits = name}).ok()) << name;
        EXPECT_EQ(study.assignment(name)->bits, name);
        ASSERT_TRUE(study.saveSettings({{name, name}}).ok());
        EXPECT_EQ(*study.setting(name), name);
    }
    EXPECT_EQ(study.assignments()->size(), 5u);
    EXPECT_TRUE(study.runs()->empty());
    EXPECT_TRUE(study.check()->sound());
}

TEST_F(RoundTrip, RefusesNamesThatCannotBeShown)
{
    auto study = newStudy();
    for (const std::string& name : {std::string(), std::string("a\0b", 3), std::string("a\nb"), std::string("\xff\xfe"),
             std::string("a\x7f"), std::string(201, 'a')}) {
        const auto status = study.saveAssignment({.name = name, .bits = "8"});
        ASSERT_FALSE(status.ok()) << name;
        EXPECT_EQ(status.error().code, ErrorCode::BadInput);
    }
    EXPECT_TRUE(study.saveAssignment({.name = std::string(200, 'a'), .bits = "8"}).ok());
}

TEST_F(RoundTrip, RefusesNumbersThatAreNotFiniteAndTextsThatAreNoJson)
{
    auto study = newStudy();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinite = std::numeric_limits<double>::infinity();
    const GroupScoreRecord group = groupOf(1, nan, "{}");
    EXPECT_EQ(study.saveGroupScore("k", group).error().code, ErrorCode::Failed);
    ScoreRecord scores{.key = "k"};
    scores.report.groups.push_back(group.score);
    scores.report.groups.front().gain = infinite;
    EXPECT_EQ(study.saveScores(scores).error().code, ErrorCode::Failed);
    EXPECT_EQ(study.saveAssignment({.name = "a", .bits = "8", .howJson = "{"}).error().code, ErrorCode::Failed);
    const std::int64_t run = *study.startRun(someRun("r"));
    const auto epoch = study.saveEpoch(run, {.epoch = 1, .loss = nan}, {}, {});
    ASSERT_FALSE(epoch.ok());
    EXPECT_EQ(epoch.error().message, "Not saved: the loss of epoch 1 is not a finite number.");
    EXPECT_TRUE(study.epochs(run)->empty());
    EXPECT_TRUE(study.assignments()->empty());
    EXPECT_TRUE(study.scores()->empty());
}
