// Runs in a study file: epochs, curves, checkpoints, and how they end.
#include <cmath>
#include <numeric>

#include "core/base/random.h"
#include "tests/unit/store/study_folder.h"

using namespace halftone;

namespace {

class Runs : public StudyFolder { };

EpochRecord epochOf(int number)
{
    EpochRecord epoch{.epoch = number, .loss = 1.0 / number, .trainMetric = 0.5, .learningRate = 0.1, .seconds = 2};
    if (number % 2 == 0) epoch.testMetric = 0.25;
    return epoch;
}

std::vector<LossPoint> curveOf(int epoch)
{
    return {
        {.step = 10 * epoch, .loss = 0.1 * epoch}, {.step = -1, .loss = -0.0}, {.step = std::int64_t(1) << 60, .loss = 1e-310}};
}

Bytes randomBytes(std::size_t count, std::uint64_t seed)
{
    Random random(seed);
    Bytes bytes(count);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random.next());
    return bytes;
}

} // namespace

TEST_F(Runs, KeepTheirEpochsCurvesAndLastCheckpoint)
{
    std::int64_t id = 0;
    {
        auto study = newStudy();
        id = *study.startRun(someRun("key"));
        for (int e = 1; e <= 3; ++e)
            ASSERT_TRUE(study.saveEpoch(id, epochOf(e), curveOf(e), bytesOf("checkpoint " + std::to_string(e))).ok());
    }
    auto study = StudyFile::open(studyPath());
    ASSERT_TRUE(study.ok());
    const auto run = study->findRun("key");
    ASSERT_TRUE(run.ok() && run->has_value());
    RunRecord expected = someRun("key");
    expected.id = id;
    expected.hasCheckpoint = true;
    EXPECT_EQ(**run, expected);
    EXPECT_EQ(*study->run(id), expected);
    EXPECT_EQ(*study->epochs(id), (std::vector{epochOf(1), epochOf(2), epochOf(3)}));
    std::vector<LossPoint> curve = curveOf(1);
    for (int e : {2, 3})
        for (const LossPoint& point : curveOf(e)) curve.push_back(point);
    EXPECT_EQ(*study->curve(id), curve);
    EXPECT_EQ(**study->checkpoint(id), bytesOf("checkpoint 3"));
    EXPECT_EQ(study->check()->blobs, 1); // the earlier checkpoints are gone
    EXPECT_FALSE(study->runWeights(id)->has_value());
}

TEST_F(Runs, KeepNotANumberInsideACurve)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    ASSERT_TRUE(study.saveEpoch(id, epochOf(1), std::vector<LossPoint>{{1, std::nan("")}, {2, INFINITY}}, {}).ok());
    EXPECT_TRUE(std::isnan(study.curve(id)->at(0).loss));
    EXPECT_EQ(study.curve(id)->at(1).loss, INFINITY);
    EXPECT_TRUE(study.checkpoint(id)->value().empty()); // an empty checkpoint is one too
}

TEST_F(Runs, FinishWithMetricsAndWeightsAndWithoutCheckpoint)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    ASSERT_TRUE(study.saveEpoch(id, epochOf(1), {}, bytesOf("checkpoint")).ok());
    const RunOutcome outcome{
        .wallSeconds = 3, .cpuSeconds = 5, .metrics = RunMetrics{0.5, 0.75, 0.875, 7728, 1000}, .weights = bytesOf("weights")};
    ASSERT_TRUE(study.finishRun(id, outcome).ok());
    const auto run = study.run(id);
    ASSERT_TRUE(run.ok());
    EXPECT_EQ(run->state, RunState::Finished);
    EXPECT_EQ(run->metrics, outcome.metrics);
    EXPECT_EQ(run->wallSeconds, 3);
    EXPECT_EQ(run->cpuSeconds, 5);
    EXPECT_GT(run->finishedAt, 1'600'000'000);
    EXPECT_FALSE(run->hasCheckpoint);
    EXPECT_EQ(**study.runWeights(id), bytesOf("weights"));
    EXPECT_FALSE(study.checkpoint(id)->has_value());
    EXPECT_EQ(study.check()->blobs, 1);
}

TEST_F(Runs, KeepTheCheckpointWhenAsked)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    ASSERT_TRUE(study.saveCheckpoint(id, bytesOf("checkpoint")).ok());
    ASSERT_TRUE(study.finishRun(id, {.keepCheckpoint = true}).ok());
    EXPECT_EQ(**study.checkpoint(id), bytesOf("checkpoint"));
}

TEST_F(Runs, ResumeFromWhatTheyHad)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    ASSERT_TRUE(study.saveEpoch(id, epochOf(1), {}, bytesOf("one")).ok());
    ASSERT_TRUE(study.finishRun(id, {.state = RunState::Failed, .message = "The loss of layer1.0.conv1 is no number."}).ok());
    EXPECT_EQ(study.run(id)->message, "The loss of layer1.0.conv1 is no number.");
    EXPECT_EQ(study.saveEpoch(id, epochOf(2), {}, {}).error().code, ErrorCode::BadInput);
    ASSERT_TRUE(study.resumeRun(id).ok());
    EXPECT_EQ(study.run(id)->state, RunState::Running);
    EXPECT_EQ(study.run(id)->message, "");
    EXPECT_EQ(**study.checkpoint(id), bytesOf("one"));
    ASSERT_TRUE(study.saveEpoch(id, epochOf(2), {}, bytesOf("two")).ok());
    EXPECT_EQ(study.epochs(id)->size(), 2u);
    ASSERT_TRUE(study.finishRun(id, {}).ok());
    EXPECT_EQ(study.resumeRun(id).error().code, ErrorCode::BadInput);
}

TEST_F(Runs, ForgetLaterEpochsWhenSetBack)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    for (int e = 1; e <= 4; ++e) ASSERT_TRUE(study.saveEpoch(id, epochOf(e), curveOf(e), bytesOf("c")).ok());
    EpochRecord again = epochOf(2);
    again.loss = 9;
    ASSERT_TRUE(study.saveEpoch(id, again, {}, bytesOf("d")).ok());
    EXPECT_EQ(*study.epochs(id), (std::vector{epochOf(1), again}));
    EXPECT_EQ(*study.curve(id), curveOf(1));
}

TEST_F(Runs, HaveOneKeyEach)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    const auto again = study.startRun(someRun("key"));
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code, ErrorCode::BadInput);
    EXPECT_NE(again.error().message.find("run " + std::to_string(id)), std::string::npos);
    EXPECT_FALSE(study.findRun("other")->has_value());
}

TEST_F(Runs, AreListedByWhatIsAskedFor)
{
    auto study = newStudy();
    RunRecord alps = someRun("b");
    alps.kind = "alps";
    alps.assignmentBits = "8,8";
    const std::int64_t a = *study.startRun(someRun("a"));
    const std::int64_t b = *study.startRun(alps);
    const std::int64_t c = *study.startRun(someRun("c"));
    ASSERT_TRUE(study.finishRun(c, {.state = RunState::Stopped}).ok());
    const auto ids = [&](const RunFilter& filter) {
        std::vector<std::int64_t> found;
        const auto runs = study.runs(filter);
        for (const RunRecord& run : *runs) found.push_back(run.id);
        return found;
    };
    EXPECT_EQ(ids({}), (std::vector{a, b, c}));
    EXPECT_EQ(ids({.kind = "alps"}), std::vector{b});
    EXPECT_EQ(ids({.kind = "fine-tune", .state = RunState::Running}), std::vector{a});
    EXPECT_EQ(ids({.state = RunState::Stopped}), std::vector{c});
    EXPECT_EQ(ids({.assignmentBits = "8,8"}), std::vector{b});
    EXPECT_TRUE(ids({.kind = "alps' OR 1=1 --"}).empty());
}

TEST_F(Runs, AreRemovedWithAllThatHangsOnThem)
{
    auto study = newStudy();
    const std::int64_t a = *study.startRun(someRun("a"));
    const std::int64_t b = *study.startRun(someRun("b"));
    for (const std::int64_t id : {a, b}) {
        ASSERT_TRUE(study.saveEpoch(id, epochOf(1), curveOf(1), bytesOf("shared")).ok()); // one blob for both
        ASSERT_TRUE(study.saveFrontierPoint({"comparison", "eagl", 0.5, id, id, "{}"}).ok());
        ASSERT_TRUE(study.finishRun(id, {.state = RunState::Stopped, .metrics = RunMetrics{.loss = 1}}).ok());
    }
    ASSERT_TRUE(study.removeRun(a).ok());
    EXPECT_EQ(study.run(a).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(study.epochs(a)->empty());
    EXPECT_EQ(study.frontierPoints("comparison")->size(), 1u);
    EXPECT_EQ(**study.checkpoint(b), bytesOf("shared"));
    ASSERT_TRUE(study.removeRun(b).ok());
    EXPECT_EQ(study.check()->blobs, 0);
    EXPECT_TRUE(study.check()->sound());
    EXPECT_EQ(study.removeRun(b).error().code, ErrorCode::NotFound);
}

TEST_F(Runs, ThatAreNotThereAreNamed)
{
    auto study = newStudy();
    EXPECT_EQ(study.saveEpoch(5, epochOf(1), {}, {}).error().message, "The study has no run 5; it may have been removed.");
    EXPECT_EQ(study.checkpoint(5).error().code, ErrorCode::NotFound);
    EXPECT_EQ(study.runWeights(5).error().code, ErrorCode::NotFound);
    EXPECT_EQ(study.resumeRun(5).error().code, ErrorCode::NotFound);
    EXPECT_EQ(study.finishRun(5, {}).error().code, ErrorCode::NotFound);
}

TEST_F(Runs, RefuseEpochsBeforeTheFirstAndEndingAsRunning)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    EXPECT_EQ(study.saveEpoch(id, {.epoch = 0}, {}, {}).error().code, ErrorCode::BadInput);
    EXPECT_EQ(study.finishRun(id, {.state = RunState::Running}).error().code, ErrorCode::BadInput);
}

TEST_F(Runs, KeepBlobsOfSeveralPieces)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    const Bytes large = randomBytes((std::size_t(16) << 20) + 1, 3); // two whole pieces and one byte
    ASSERT_TRUE(study.saveCheckpoint(id, large).ok());
    EXPECT_EQ(**study.checkpoint(id), large);
    ASSERT_TRUE(study.removeRun(id).ok());
    ASSERT_TRUE(study.removeUnreferencedBlobs().ok());
    EXPECT_LT(std::filesystem::file_size(studyPath()), std::size_t(1) << 20);
}
