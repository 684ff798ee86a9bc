// Studies of every version open for ever. tests/golden/store/study_vN.halftone is what fill() wrote when N was the version.
#include "tests/unit/store/study_folder.h"

using namespace halftone;
namespace fs = std::filesystem;

namespace {

class Golden : public StudyFolder {
protected:
    StudyFile openGolden(int version) const
    {
        const std::string name = "study_v" + std::to_string(version) + ".halftone";
        fs::copy_file(fs::path(HALFTONE_SOURCE_DIR) / "tests/golden/store" / name, studyPath()); // opening may migrate
        auto study = StudyFile::open(studyPath());
        if (!study.ok()) ADD_FAILURE() << study.error().message;
        return std::move(*study);
    }
};

const StudySettings kSettings
    = {{"seed", "7"}, {"architecture", "cifar_resnet20"}, {"data", "cifar10:../data"}, {"quoted", "it's \"so\""}};

StudyModel goldenModel()
{
    return {.networkText = "network tiny\n%0 = input shape=3x8x8 name=input\noutput %0\n",
        .weights = bytesOf("weights of the model"),
        .fileName = "tiny.safetensors"};
}

StudyModel goldenQuantizedModel()
{
    StudyModel model = goldenModel();
    model.grids.weights["conv1"] = {.bits = 4, .lowest = -8, .highest = 8, .scales = {0.1f, 0.25f, 3e-7f}};
    model.grids.weights["it's \"so\""] = {.bits = 2, .lowest = -1, .highest = 1, .scales = {0.5f}};
    model.grids.activations["input"] = {.bits = 8, .lowest = 0, .highest = 255, .scales = {1.0f / 255}};
    return model;
}

ScoreRecord goldenScores()
{
    ScoreRecord record{.key = "0123456789abcdef0123456789abcdef", .provenanceJson = R"({"seed":7})", .createdAt = 1700000001};
    record.report = {.metric = "eagl", .unit = "bits of entropy", .highBits = 4, .lowBits = 2, .cpuSeconds = 0.25};
    record.report.groups.push_back({.group = GroupIndex(1), .gain = 0.1});
    record.report.groups.push_back({.group = GroupIndex(2), .gain = 0, .scored = false, .reason = "all weights are zero"});
    return record;
}

GroupScoreRecord goldenGroup()
{
    GroupScoreRecord record;
    record.score.group = GroupIndex(3);
    record.score.gain = -1.5;
    record.detailJson = R"({"loss":2.5})";
    return record;
}

AssignmentRecord goldenAssignment() { return {"eagl75", "8,4,2/4,8", R"({"metric":"eagl","budget":0.75})", 1700000002}; }

EpochRecord goldenEpoch(int number)
{
    EpochRecord epoch{.epoch = number, .loss = 0.5 / number, .trainMetric = 0.75, .learningRate = 0.01, .seconds = 3.5};
    if (number == 2) epoch.testMetric = 0.875;
    return epoch;
}

std::vector<LossPoint> goldenCurve() { return {{1, 2.5}, {2, 1.25}}; }
RunOutcome goldenOutcome()
{
    return {.message = "done",
        .wallSeconds = 7,
        .cpuSeconds = 13.5,
        .metrics = RunMetrics{0.25, 0.75, 0.875, 7728, 1000},
        .weights = bytesOf("trained weights")};
}

ExportRecord goldenExport()
{
    return {.fileName = "eagl75.onnx",
        .format = "onnx-qdq",
        .assignmentName = "eagl75",
        .fileHash = "00ff",
        .verdictJson = R"({"agreement":1})",
        .passed = true,
        .createdAt = 1700000003};
}

SeriesByName goldenSeries(int epoch)
{
    return {{"loss", {{epoch - 0.5, 2.5}, {epoch + 0.0, 1.25}}}, {"weight step layer1.0.conv1", {{epoch + 0.0, 0.0625}}}};
}

std::vector<JobRecord> goldenJobs()
{
    return {{.id = 2,
                .position = 0.5,
                .arguments = {"score", "STUDY", "--metric", "alps"},
                .title = "Score by ALPS",
                .state = JobState::Failed,
                .message = "The loss is no number; lower the learning rate.",
                .createdAt = 1700000004,
                .startedAt = 1700000005,
                .finishedAt = 1700000006},
        {.id = 1,
            .position = 1,
            .arguments = {"finetune", "STUDY", "--assignment", "it's \"so\""},
            .title = "Fine-tune eagl75",
            .createdAt = 1700000003}};
}

void fill(StudyFile& study)
{
    ASSERT_TRUE(study.saveScores(goldenScores()).ok());
    ASSERT_TRUE(study.saveGroupScore("alps", goldenGroup()).ok());
    ASSERT_TRUE(study.saveAssignment(goldenAssignment()).ok());
    const auto finished = study.startRun(someRun("finished"));
    ASSERT_TRUE(finished.ok());
    for (const int e : {1, 2})
        ASSERT_TRUE(study.saveEpoch(*finished, goldenEpoch(e), goldenCurve(), bytesOf("checkpoint")).ok());
    for (const int e : {1, 2}) ASSERT_TRUE(study.saveSeries(*finished, e, goldenSeries(e)).ok());
    ASSERT_TRUE(study.finishRun(*finished, goldenOutcome()).ok());
    const auto running = study.startRun(someRun("running"));
    ASSERT_TRUE(running.ok());
    ASSERT_TRUE(study.saveEpoch(*running, goldenEpoch(1), goldenCurve(), bytesOf("checkpoint")).ok());
    ASSERT_TRUE(study.saveFrontierPoint({"comparison", "eagl", 0.75, 7, *finished, R"({"linear":0.7})"}).ok());
    ASSERT_TRUE(study.saveExport(goldenExport()).ok());
    const std::vector<JobRecord> jobs = goldenJobs();
    for (const std::size_t i : {1u, 0u}) {
        JobRecord job = jobs[i];
        job.id = 0;
        ASSERT_TRUE(study.saveJob(job).ok());
    }
}

void expectModel(const StudyFile& study, const StudyModel& wanted, const std::string& hash)
{
    auto model = study.loadModel();
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->contentHash, hash);
    EXPECT_EQ(study.loadModelWithoutWeights()->grids, wanted.grids);
    model->contentHash.clear();
    EXPECT_EQ(*model, wanted);
}
constexpr const char* kModelHash = "fac392e7e5827ae11475f2c575bc408f"; // keys of results made before version 3 stay what they were
constexpr const char* kQuantizedModelHash = "e89cc07f2ad224988e0a2c3d21bb6fd5";

void expectFilled(const StudyFile& study)
{
    EXPECT_EQ(*study.settings(), kSettings);
    EXPECT_EQ(*study.scores(), std::vector{goldenScores()});
    EXPECT_EQ(*study.groupScores("alps"), std::vector{goldenGroup()});
    EXPECT_EQ(*study.assignments(), std::vector{goldenAssignment()});
    const auto runs = study.runs();
    ASSERT_EQ(runs->size(), 2u);
    const RunRecord& run = runs->front();
    RunRecord expected = someRun("finished");
    expected.id = run.id;
    expected.state = RunState::Finished;
    expected.message = "done";
    expected.finishedAt = run.finishedAt; // the time of writing
    expected.wallSeconds = 7;
    expected.cpuSeconds = 13.5;
    expected.metrics = goldenOutcome().metrics;
    expected.hasWeights = true;
    EXPECT_EQ(run, expected);
    EXPECT_EQ(*study.epochs(run.id), (std::vector{goldenEpoch(1), goldenEpoch(2)}));
    EXPECT_EQ(study.curve(run.id)->size(), 4u);
    EXPECT_EQ(study.curve(run.id)->front(), goldenCurve().front());
    EXPECT_EQ(**study.runWeights(run.id), bytesOf("trained weights"));
    EXPECT_EQ(runs->back().state, RunState::Running);
    EXPECT_EQ(**study.checkpoint(runs->back().id), bytesOf("checkpoint"));
    EXPECT_EQ(*study.frontierPoints("comparison"),
        (std::vector{FrontierPoint{"comparison", "eagl", 0.75, 7, run.id, R"({"linear":0.7})"}}));
    ExportRecord stored = study.exports()->front();
    stored.id = 0;
    EXPECT_EQ(stored, goldenExport());
    EXPECT_TRUE(study.check()->sound());
}

void expectVersion2(const StudyFile& study)
{
    EXPECT_EQ(*study.jobs(), goldenJobs());
    SeriesByName series = goldenSeries(1);
    for (const auto& [name, points] : goldenSeries(2)) series[name].insert(series[name].end(), points.begin(), points.end());
    EXPECT_EQ(*study.series(study.runs()->front().id), series);
    EXPECT_TRUE(study.series(study.runs()->back().id)->empty());
}

} // namespace

TEST_F(Golden, OpensVersion1AfterACopy)
{
    const StudyFile study = openGolden(1);
    expectFilled(study);
    expectModel(study, goldenModel(), kModelHash);
    EXPECT_TRUE(study.jobs()->empty());
    EXPECT_TRUE(study.series(1)->empty());
    EXPECT_TRUE(fs::exists(studyPath().string() + ".v1-backup"));
}

TEST_F(Golden, OpensVersion2AfterACopy)
{
    const StudyFile study = openGolden(2);
    expectFilled(study);
    expectModel(study, goldenModel(), kModelHash);
    expectVersion2(study);
    EXPECT_TRUE(fs::exists(studyPath().string() + ".v2-backup"));
}

TEST_F(Golden, OpensVersion3)
{
    const StudyFile study = openGolden(3);
    expectFilled(study);
    expectModel(study, goldenQuantizedModel(), kQuantizedModelHash);
    expectVersion2(study);
    EXPECT_FALSE(fs::exists(studyPath().string() + ".v3-backup"));
}

TEST_F(Golden, WritesTodayWhatItReads)
{
    auto study = newStudy({.settings = kSettings, .model = goldenQuantizedModel()});
    fill(study);
    expectFilled(study);
    expectModel(study, goldenQuantizedModel(), kQuantizedModelHash);
    expectVersion2(study);
}
