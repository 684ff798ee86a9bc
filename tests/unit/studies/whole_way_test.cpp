// The whole job through the stages on a small real study, from new to a verified export; and what is cached, resumed, refused.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/studies/choosing.h"
#include "core/studies/exporting.h"
#include "core/studies/frontier.h"
#include "core/studies/inspection.h"
#include "core/studies/reporting.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;
namespace fs = std::filesystem;

namespace {

class WholeWay : public SmallStudy {
protected:
    ScoreOptions quickScores() const { return {.metrics = {"eagl", "alps"}, .baseEpochs = 1}; }
};

} // namespace

TEST_F(WholeWay, FromAModelToAVerifiedExport)
{
    Study study = trainedStudy();
    const auto full = evaluateStudy(study, {});
    ASSERT_TRUE(full.ok()) << full.error().message;
    EXPECT_GT(full->value, 0.8);

    const auto scores = score(study, quickScores());
    ASSERT_TRUE(scores.ok()) << scores.error().message;
    ASSERT_EQ(scores->size(), 2u);
    for (const auto& report : *scores) EXPECT_EQ(report.scores.groups.size(), 6u);

    const auto chosen = select(study, {.metric = "eagl", .budget = 0.75, .saveAs = "eagl75", .scoring = quickScores()});
    ASSERT_TRUE(chosen.ok()) << chosen.error().message;
    EXPECT_LE(chosen->selection.cost, chosen->selection.budget);

    FinetuneOptions training{.assignment = "eagl75"};
    training.recipe.epochs = 2;
    training.recipe.batchSize = 32;
    const auto run = finetune(study, training);
    ASSERT_TRUE(run.ok()) << run.error().message;
    EXPECT_EQ(run->epochs.size(), 2u);

    const auto exported = exportAssignment(study, {.assignment = "eagl75", .file = m_folder / "eagl75.onnx"});
    ASSERT_TRUE(exported.ok()) << exported.error().message;
    EXPECT_TRUE(exported->verdict.passed) << toJson(exported->verdict);
    EXPECT_EQ(exported->verdict.layers.size(), 10u);
    EXPECT_FALSE(exported->verdict.warnings.empty()); // its folded layers are at 2 and 4 bit
    const auto verdict = verifyFile(study, m_folder / "eagl75.onnx", "");
    ASSERT_TRUE(verdict.ok()) << verdict.error().message;
    EXPECT_TRUE(verdict->passed);

    ASSERT_TRUE(report(study, {.html = m_folder / "report.html", .csv = m_folder / "csv", .charts = m_folder / "charts"}).ok());
    EXPECT_GT(fs::file_size(m_folder / "report.html"), 10000u);
}

TEST_F(WholeWay, TheFrontierIsStoredAndASecondCallTrainsNothing)
{
    Study study = trainedStudy();
    FrontierOptions options{
        .metrics = {"eagl", "uniform", "random"}, .budgets = {0.75}, .seeds = 2, .epochs = 1, .scoring = quickScores()};
    struct Listen final : ProgressSink {
        void progress(const Progress&) override { }
        void note(std::string_view sentence) override { notes += sentence; }
        std::string notes;
    } listener;
    const auto first = frontier(study, options, TaskContext({}, &listener));
    ASSERT_TRUE(first.ok()) << first.error().message;
    EXPECT_NE(listener.notes.find("The frontier has 10 points"), std::string::npos) << listener.notes;
    EXPECT_EQ(first->points.size(), 5u); // all 4, all 2, and three methods
    EXPECT_GT(first->runsTrained, 0);
    const auto second = frontier(study, options);
    ASSERT_TRUE(second.ok());
    EXPECT_EQ(second->runsTrained, 0);
    const auto stored = storedFrontier(study.file());
    ASSERT_TRUE(stored.ok());
    ASSERT_EQ(stored->points.size(), first->points.size());
    for (std::size_t i = 0; i < first->points.size(); ++i) EXPECT_EQ(stored->points[i].values, first->points[i].values);
    options.metrics = {"eagl"};
    const auto fewer = frontier(study, options);
    ASSERT_TRUE(fewer.ok());
    EXPECT_EQ(fewer->points.size(), 3u); // what was asked for
    EXPECT_EQ(storedFrontier(study.file())->points.size(), 5u); // and nothing is lost
    for (const auto& point : first->points)
        EXPECT_LE(point.cost, (point.metric.starts_with("all 4") ? 1.0 : 0.75) * first->points[0].cost + 1);
}

TEST_F(WholeWay, AStoppedRunGoesOnToTheSameNumbers)
{
    Study study = trainedStudy();
    FinetuneOptions training{.assignment = "4"};
    training.recipe.epochs = 3;
    training.recipe.batchSize = 32;
    struct StopInSecondEpoch final : ProgressSink {
        void progress(const Progress& p) override
        {
            if (p.step == "fine-tune 4" && p.done > p.total / 2) stop.request_stop();
        }
        void note(std::string_view) override { }
        std::stop_source stop;
    } sink;
    const auto stopped = finetune(study, training, TaskContext(sink.stop.get_token(), &sink));
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    const auto resumed = finetune(study, training);
    ASSERT_TRUE(resumed.ok()) << resumed.error().message;
    EXPECT_FALSE(resumed->fromCache);
    training.restart = true;
    const auto cached = finetune(study, training);
    ASSERT_TRUE(cached.ok());
    EXPECT_TRUE(cached->fromCache); // finished runs are never trained again
    auto made = options(); // the same model again, in a study that has no runs
    made.path = m_folder / "c.halftone";
    made.model = (m_folder / "trained.safetensors").string();
    auto other = Study::create(made, m_environment);
    ASSERT_TRUE(other.ok());
    const auto straight = finetune(*other, training);
    ASSERT_TRUE(straight.ok());
    EXPECT_FALSE(straight->fromCache);
    ASSERT_EQ(straight->epochs.size(), resumed->epochs.size());
    for (std::size_t i = 0; i < straight->epochs.size(); ++i) EXPECT_EQ(straight->epochs[i].loss, resumed->epochs[i].loss);
    EXPECT_EQ(straight->correct, resumed->correct);
}

TEST_F(WholeWay, FindsItsDataFromEveryFolder)
{
    auto made = options();
    made.path = m_folder / "relative.halftone";
    const DataReference given = *parseDataReference(made.data);
    made.data = given.kind + ":" + std::filesystem::relative(given.path).string();
    auto study = Study::create(made, m_environment);
    ASSERT_TRUE(study.ok()) << study.error().message;
    const auto stored = study->file().setting("data");
    ASSERT_TRUE(stored.ok());
    EXPECT_EQ(*stored, text(DataReference{given.kind, std::filesystem::canonical(given.path)}));
}

TEST_F(WholeWay, ALPSGoesOnGroupByGroup)
{
    Study study = trainedStudy();
    ScoreOptions options = quickScores();
    options.metrics = {"alps"};
    struct StopHalfWay final : ProgressSink {
        void progress(const Progress& p) override
        {
            if (p.step == "alps" && 2 * p.done > p.total) stop.request_stop();
        }
        void note(std::string_view sentence) override { notes += sentence; }
        std::stop_source stop;
        std::string notes;
    } sink;
    const auto stopped = score(study, options, TaskContext(sink.stop.get_token(), &sink));
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_NE(sink.notes.find("ALPS trains 7 times"), std::string::npos); // six groups and the reference
    struct Listen final : ProgressSink {
        void progress(const Progress&) override { }
        void note(std::string_view sentence) override { notes += sentence; }
        std::string notes;
    } listener;
    const auto finished = score(study, options, TaskContext({}, &listener));
    ASSERT_TRUE(finished.ok()) << finished.error().message;
    EXPECT_EQ(listener.notes.find("ALPS trains 7 times"), std::string::npos); // some were kept
    EXPECT_EQ(finished->front().scores.groups.size(), 6u);
}

TEST_F(WholeWay, TheGateRefusesAFileOfAnotherNetwork)
{
    Study study = trainedStudy();
    ASSERT_TRUE(exportAssignment(study, {.assignment = "8", .file = m_folder / "eight.onnx"}).ok());
    const auto verdict = verifyFile(study, m_folder / "eight.onnx", "2");
    ASSERT_TRUE(verdict.ok()) << verdict.error().message;
    EXPECT_FALSE(verdict->passed);
    EXPECT_FALSE(verdict->reasons.empty());
}

TEST_F(WholeWay, ATorchScriptFilePassesTheGateAndIsAModelToo)
{
    Study study = trainedStudy();
    const fs::path file = m_folder / "four.pt";
    const auto exported = exportAssignment(study, {.assignment = "4", .format = "torchscript", .file = file});
    ASSERT_TRUE(exported.ok()) << exported.error().message;
    EXPECT_TRUE(exported->verdict.passed) << toJson(exported->verdict);
    EXPECT_EQ(exported->verdict.layers.size(), 10u);
    EXPECT_TRUE(exported->verdict.warnings.empty()); // onnxruntime's are not its
    const auto other = verifyFile(study, file, "2");
    ASSERT_TRUE(other.ok()) << other.error().message;
    EXPECT_FALSE(other->passed);

    auto made = options();
    made.path = m_folder / "scripted.halftone";
    made.architecture.clear();
    made.model = file.string();
    const auto scripted = Study::create(made, m_environment);
    ASSERT_TRUE(scripted.ok()) << scripted.error().message;
    const auto report = inspectStudy(*scripted);
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_EQ(report->format, "TorchScript");
    EXPECT_EQ(report->layers.size(), 10u);
    EXPECT_EQ(report->assignments, std::vector<std::string>{"as-in-file"});
}

TEST_F(WholeWay, BadInputIsASentenceAndLeavesNoStudy)
{
    const auto refused = [&](NewStudyOptions changed, const char* expected) {
        const auto study = Study::create(changed, m_environment);
        ASSERT_FALSE(study.ok());
        EXPECT_NE(study.error().message.find(expected), std::string::npos) << study.error().message;
        EXPECT_FALSE(fs::exists(changed.path));
    };
    auto changed = options();
    changed.model = (m_folder / "absent.pth").string();
    refused(changed, "absent.pth");
    changed = options();
    changed.architecture = "fashion_resnet9";
    refused(changed, "fashion_resnet8");
    changed = options();
    changed.data = "fashion-mnst:" + (m_folder / "data").string();
    refused(changed, "fashion-mnist");
    changed = options();
    changed.architecture = "cifar_resnet20";
    refused(changed, "3x32x32");
    std::ofstream(m_folder / "cut.pth") << "PK";
    changed = options();
    changed.model = (m_folder / "cut.pth").string();
    refused(changed, "cut.pth");
}

TEST_F(WholeWay, AnInfeasibleBudgetAndAWrongLayerSayWhatToTry)
{
    auto study = Study::create(options(), m_environment);
    ASSERT_TRUE(study.ok());
    const auto tooSmall = select(*study, {.metric = "uniform", .budget = 0.1});
    ASSERT_FALSE(tooSmall.ok());
    EXPECT_EQ(tooSmall.error().code, ErrorCode::Infeasible);
    EXPECT_NE(tooSmall.error().message.find("0.5"), std::string::npos) << tooSmall.error().message;
    const auto noLayer = select(*study, {.metric = "uniform", .budget = 0.75, .pins = {"layer9.*=4"}});
    ASSERT_FALSE(noLayer.ok());
    EXPECT_NE(noLayer.error().message.find("layer"), std::string::npos);
    const auto noMetric = select(*study, {.metric = "eagel"});
    ASSERT_FALSE(noMetric.ok());
    EXPECT_NE(noMetric.error().message.find("eagl"), std::string::npos);
    const auto noName = evaluateStudy(*study, {.assignment = "nothing"});
    ASSERT_FALSE(noName.ok());
}

TEST_F(WholeWay, ChangedDataIsNoticed)
{
    {
        auto study = Study::create(options(), m_environment);
        ASSERT_TRUE(study.ok());
    }
    writeImages(m_folder / "data", "t10k", 100, 3);
    auto study = Study::open(options().path, m_environment);
    ASSERT_TRUE(study.ok());
    const auto evaluated = evaluateStudy(*study, {});
    ASSERT_FALSE(evaluated.ok());
    EXPECT_NE(evaluated.error().message.find("not what this study was made with"), std::string::npos);
}
