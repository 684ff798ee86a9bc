// The whole job for networks that answer every pixel, and for those whose images have no labels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <cmath>
#include <ranges>

#include <nlohmann/json.hpp>

#include "core/export/export_formats.h"
#include "core/studies/choosing.h"
#include "core/studies/frontier.h"
#include "core/studies/image_answers.h"
#include "core/studies/reporting.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

constexpr int kSide = 16;

// Three answers a pixel, the last of them for void.
Network pixelNetwork()
{
    Network network("pixels");
    auto x = network.addInput({3, kSide, kSide});
    const auto unit = [&](const std::string& name, std::int64_t channels, std::int64_t stride) {
        x = *network.add(name, Conv2d{.outChannels = channels, .kernel = {3, 3}, .stride = {stride, stride}, .padding = {1, 1}}, {x});
        x = *network.add(name + ".bn", BatchNorm{}, {x});
        x = *network.add(name + ".relu", Relu{}, {x});
    };
    unit("first", 8, 1);
    unit("down", 12, 2);
    unit("mid", 12, 1);
    x = *network.add("up", ConvTranspose2d{.outChannels = 8, .kernel = {2, 2}, .stride = {2, 2}}, {x});
    x = *network.add("up.relu", Relu{}, {x});
    network.setOutput(*network.add("last", Conv2d{.outChannels = 3}, {x}, true));
    initialiseParameters(network, 4);
    return network;
}

class TaskStudies : public testing::Test {
protected:
    void SetUp() override
    {
        m_folder = fs::temp_directory_path()
            / ("halftone_tasks_" + std::to_string(::getpid()) + "_"
                + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        fs::remove_all(m_folder);
        for (const char* const name : {"images", "masks"}) fs::create_directories(m_folder / "data" / name);
        Random random(8);
        for (int i = 0; i < 60; ++i) {
            cv::Mat image(kSide, kSide, CV_8UC3), mask(kSide, kSide, CV_8UC1);
            for (int y = 0; y < kSide; ++y)
                for (int x = 0; x < kSide; ++x) {
                    const bool bright = (y < 4 + i % 8) == (i % 2 == 0);
                    for (int c = 0; c < 3; ++c)
                        image.at<cv::Vec3b>(y, x)[c] = static_cast<std::uint8_t>((bright ? 140 : 50) + random.below(60));
                    mask.at<std::uint8_t>(y, x) = x == 0 ? 9 : bright ? 1 : 0;
                }
            const std::string name = std::to_string(100 + i).append(".png");
            ASSERT_TRUE(cv::imwrite((m_folder / "data" / "images" / name).string(), image));
            ASSERT_TRUE(cv::imwrite((m_folder / "data" / "masks" / name).string(), mask));
        }
        std::ofstream(m_folder / "data" / "classes.json") << R"({"classes": ["dark", "bright"], "void": 9})";
        const Network network = pixelNetwork();
        const QuantizedModel model{network, fullPrecisionAssignment(layerTable(network)), {}};
        const StateDict state = stateDict(network);
        const auto content = (*findExportFormat("onnx-qdq"))->write({.model = model, .state = state, .assignment = "fp32", .foldBatchNorm = false});
        ASSERT_TRUE(content.ok()) << content.error().message;
        ASSERT_TRUE(writeFileAtomically(m_folder / "pixels.onnx", *content).ok());
    }
    void TearDown() override { fs::remove_all(m_folder); }

    Result<Study> study(const std::string& data)
    {
        return Study::create({.path = m_folder / "a.halftone", .model = (m_folder / "pixels.onnx").string(), .data = data}, m_environment);
    }
    Result<Study> segmentation() { return study("segmentation:" + (m_folder / "data").string()); }
    Result<Study> images() { return study("images:" + (m_folder / "data" / "images").string()); }

    static FinetuneOptions finetuneOf(const std::string& assignment)
    {
        FinetuneOptions options{.assignment = assignment};
        options.recipe.epochs = 3;
        options.recipe.batchSize = 8;
        return options;
    }

    fs::path m_folder;
    StudyEnvironment m_environment{.resources = HALFTONE_SOURCE_DIR "/resources", .threads = 2};
};

} // namespace

TEST_F(TaskStudies, SegmentationGoesFromAModelToAVerifiedExport)
{
    auto made = segmentation();
    ASSERT_TRUE(made.ok()) << made.error().message;
    Study& study = *made;
    EXPECT_EQ(study.task(), Task::Segmentation);
    const auto full = evaluateStudy(study, {});
    ASSERT_TRUE(full.ok()) << full.error().message;
    EXPECT_EQ(full->metric, "mIoU");
    EXPECT_EQ(full->images, 12);
    EXPECT_EQ(full->count, 12 * kSide * (kSide - 1));
    ASSERT_EQ(full->classes.size(), 2u);
    EXPECT_EQ(full->classes[1].name, "bright");

    ScoreOptions quick{.metrics = {"eagl", "alps", "hawq-v3", "output-divergence"}, .baseEpochs = 1, .images = 6, .probes = 2};
    const auto scores = score(study, quick);
    ASSERT_TRUE(scores.ok()) << scores.error().message;
    ASSERT_TRUE(select(study, {.metric = "alps", .budget = 0.75, .saveAs = "chosen", .scoring = quick}).ok());

    FinetuneOptions training = finetuneOf("chosen");
    training.recipe.distillation.weight = 0; // labels alone: the network has random weights
    for (WidthRule& rule : training.recipe.rules) rule.learningRate = 0.05;
    training.recipe.epochs = 12;
    const auto run = finetune(study, training);
    ASSERT_TRUE(run.ok()) << run.error().message;
    EXPECT_EQ(run->task, Task::Segmentation);
    EXPECT_EQ(run->count, 12);
    EXPECT_GT(run->value, 0.5);
    const auto trained = evaluateStudy(study, {.assignment = "chosen"});
    ASSERT_TRUE(trained.ok());
    EXPECT_DOUBLE_EQ(trained->value, run->value);

    const auto exported = exportAssignment(study, {.assignment = "chosen", .file = m_folder / "chosen.onnx"});
    ASSERT_TRUE(exported.ok()) << exported.error().message;
    EXPECT_TRUE(exported->verdict.passed) << toJson(exported->verdict);
    EXPECT_DOUBLE_EQ(exported->verdict.batches[1].networkAccuracy, run->value);
    EXPECT_EQ(nlohmann::json::parse(toJson(exported->verdict))["metric"], "mIoU");
    ASSERT_TRUE(report(study, {.html = m_folder / "report.html"}).ok());

    const auto answers = classifyImage(study, {.image = "test:0", .assignment = "chosen", .exported = m_folder / "chosen.onnx"});
    ASSERT_TRUE(answers.ok()) << answers.error().message;
    EXPECT_EQ(answers->testImages, 12);
    EXPECT_EQ(answers->classNames, (std::vector<std::string>{"dark", "bright"}));
    ASSERT_EQ(answers->labelMap.size(), std::size_t{kSide * kSide});
    EXPECT_EQ(answers->labelMap[0], 2) << "void is none of the classes";
    ASSERT_EQ(answers->answers.size(), 3u);
    const auto first = evaluateStudy(study, {.assignment = "chosen", .limit = 1});
    ASSERT_TRUE(first.ok());
    EXPECT_FALSE(answers->answers[0].alike);
    const ImageAnswer& chosen = answers->answers[1];
    ASSERT_EQ(chosen.map.size(), std::size_t{kSide * kSide});
    EXPECT_DOUBLE_EQ(chosen.right.value_or(-1), static_cast<double>(first->correct) / static_cast<double>(first->count));
    const auto same = std::ranges::count_if(std::views::iota(0, kSide * kSide), [&](int i) {
        return chosen.map[static_cast<std::size_t>(i)] == answers->answers[0].map[static_cast<std::size_t>(i)];
    });
    EXPECT_DOUBLE_EQ(chosen.alike.value_or(-1), static_cast<double>(same) / (kSide * kSide));
    const auto bright = std::ranges::count(chosen.map, std::uint8_t{1});
    const auto share = std::ranges::find(chosen.top, 1, &ClassProbability::index);
    ASSERT_NE(share, chosen.top.end());
    EXPECT_DOUBLE_EQ(share->probability, static_cast<double>(bright) / (kSide * kSide));
    EXPECT_GT(answers->answers[2].right.value_or(0), 0.5) << "the exported file answers too";
}

TEST_F(TaskStudies, SegmentationHasAFrontier)
{
    auto made = segmentation();
    ASSERT_TRUE(made.ok()) << made.error().message;
    FrontierOptions options{.metrics = {"eagl"}, .budgets = {0.75}, .seeds = 1, .epochs = 1};
    options.scoring.baseEpochs = 1;
    const auto drawn = frontier(*made, options);
    ASSERT_TRUE(drawn.ok()) << drawn.error().message;
    EXPECT_EQ(drawn->points.size(), 3u);
    EXPECT_EQ(drawn->fullPrecision, evaluateStudy(*made, {})->value);
}

TEST_F(TaskStudies, AGateTellsAnotherNetworkByItsPixels)
{
    auto made = segmentation();
    ASSERT_TRUE(made.ok()) << made.error().message;
    ASSERT_TRUE(exportAssignment(*made, {.assignment = "fp32", .file = m_folder / "full.onnx"}).ok());
    const auto verdict = verifyFile(*made, m_folder / "full.onnx", "2");
    ASSERT_TRUE(verdict.ok()) << verdict.error().message;
    ASSERT_FALSE(verdict->passed);
    EXPECT_THAT(toJson(*verdict), HasSubstr("dB; the limit is"));
}

TEST_F(TaskStudies, ImagesWithoutLabelsAreJudgedByTheOutputs)
{
    auto made = images();
    ASSERT_TRUE(made.ok()) << made.error().message;
    Study& study = *made;
    const auto full = evaluateStudy(study, {});
    ASSERT_TRUE(full.ok()) << full.error().message;
    EXPECT_EQ(full->metric, "output agreement");
    EXPECT_EQ(full->value, 1);
    const auto calibrated = evaluateStudy(study, {.assignment = "4"});
    ASSERT_TRUE(calibrated.ok()) << calibrated.error().message;
    EXPECT_LT(calibrated->value, 1);

    ScoreOptions quick{.metrics = {"eagl"}, .baseEpochs = 1};
    ASSERT_TRUE(score(study, quick).ok());
    quick.metrics = {"alps"};
    const auto refused = score(study, quick);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().message, HasSubstr("ALPS learns from labels"));
    quick.metrics = {"hawq-v3"};
    EXPECT_THAT(score(study, quick).error().message, HasSubstr("HAWQ-v3 learns from labels"));
    quick.metrics = {"output-divergence"};
    const auto moved = score(study, quick);
    ASSERT_TRUE(moved.ok()) << moved.error().message;
    EXPECT_EQ(moved->front().scores.unit, "noise over signal");
    EXPECT_GT(moved->front().scores.groups.front().gain, 0);
    ASSERT_TRUE(select(study, {.metric = "eagl", .budget = 0.75, .saveAs = "chosen", .scoring = {.metrics = {"eagl"}, .baseEpochs = 1}}).ok());

    const auto run = finetune(study, finetuneOf("chosen"));
    ASSERT_TRUE(run.ok()) << run.error().message;
    EXPECT_GT(run->value, 0);
    const auto exported = exportAssignment(study, {.assignment = "chosen", .file = m_folder / "chosen.onnx"});
    ASSERT_TRUE(exported.ok()) << exported.error().message;
    EXPECT_TRUE(exported->verdict.passed) << toJson(exported->verdict);
    EXPECT_DOUBLE_EQ(exported->verdict.batches[1].networkAccuracy, run->value);

    const auto answers = classifyImage(study, {.image = "test:0", .assignment = "chosen"});
    ASSERT_TRUE(answers.ok()) << answers.error().message;
    const auto first = evaluateStudy(study, {.assignment = "chosen", .limit = 1});
    ASSERT_TRUE(first.ok());
    ASSERT_EQ(answers->answers.size(), 2u);
    EXPECT_TRUE(answers->answers[1].top.empty());
    EXPECT_NEAR(answers->answers[1].alike.value_or(-1), first->value, 1e-6);
    EXPECT_NEAR(answers->answers[1].signalToNoiseDb.value_or(-1), -10 * std::log10(first->loss), 1e-3);
    EXPECT_FALSE(answers->agree);

    FinetuneOptions labels = finetuneOf("4");
    labels.recipe.distillation.weight = 0.5;
    const auto learnt = finetune(study, labels);
    ASSERT_FALSE(learnt.ok());
    EXPECT_THAT(learnt.error().message, HasSubstr("Images without labels"));
}

TEST_F(TaskStudies, NetworksThatDoNotAnswerPixelsAreRefused)
{
    const auto made = Study::create({.path = m_folder / "b.halftone",
                                        .architecture = "cifar_resnet20",
                                        .data = "segmentation:" + (m_folder / "data").string()},
        m_environment);
    ASSERT_FALSE(made.ok());
    EXPECT_THAT(made.error().message, HasSubstr("choose a network that answers every pixel"));
}
