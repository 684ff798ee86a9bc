// The command line from outside: documents, sentences and exit statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

#include "tests/support/program.h"

using ::testing::HasSubstr;
using halftone::test::ProgramRun;
using halftone::test::runProgram;
namespace fs = std::filesystem;

namespace {

class CommandLine : public testing::Test {
protected:
    void SetUp() override
    {
        m_folder = fs::temp_directory_path()
            / ("halftone_cli_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
    }
    void TearDown() override { fs::remove_all(m_folder); }
    ProgramRun run(const std::string& line) { return runProgram(m_folder, HALFTONE_PROGRAM, line); }
    void makeStudy() { ASSERT_EQ(run("halftone new a.halftone --model zoo:fashion_resnet8 --data fashion-mnist").status, 0); }

    fs::path m_folder;
};

} // namespace

TEST_F(CommandLine, EveryCommandHasHelp)
{
    for (const char* command : {"demo", "new", "inspect", "classify", "evaluate", "score", "select", "assign", "finetune",
             "frontier", "report", "export", "verify", "jobs", "estimate"}) {
        const auto help = run(std::string("halftone ") + command + " --help");
        EXPECT_EQ(help.status, 0) << command;
        EXPECT_NE(help.out.find("--json"), std::string::npos) << command;
    }
    EXPECT_EQ(run("halftone --version").out.substr(0, 9), "halftone ");
}

TEST_F(CommandLine, WrongUsageIsStatusTwo)
{
    EXPECT_EQ(run("halftone").status, 2);
    EXPECT_EQ(run("halftone frobnicate").status, 2);
    EXPECT_EQ(run("halftone evaluate").status, 2);
    EXPECT_EQ(run("halftone new a.halftone --data fashion-mnist --seed many").status, 2);
}

TEST_F(CommandLine, UnusableInputIsStatusTwoAndOneSentence)
{
    makeStudy();
    for (const char* line :
        {"halftone evaluate absent.halftone", "halftone new b.halftone --model absent.pth --data fashion-mnist",
            "halftone evaluate a.halftone --assignment nothing", "halftone select a.halftone --metric uniform --budget 0.2",
            "halftone select a.halftone --metric uniform --budget 0.8 --pin nolayer=4", "halftone inspect stderr.txt",
            "halftone report a.halftone", "halftone new a.halftone --model zoo:fashion_resnet8 --data fashion-mnist",
            "halftone verify a.halftone absent.onnx",
            "halftone new c.halftone --model zoo:fashion_resnet8 --data cifar10:nowhere",
            "halftone new d.halftone --arch fashion_resnet8 --data fashion-mnist --input 3x"}) {
        const auto refused = run(line);
        EXPECT_EQ(refused.status, 2) << line;
        EXPECT_EQ(refused.err.rfind("halftone: ", 0), 0u) << line << ": " << refused.err;
        EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
        EXPECT_TRUE(refused.out.empty()) << line;
    }
    EXPECT_FALSE(fs::exists(m_folder / "b.halftone"));
    EXPECT_FALSE(fs::exists(m_folder / "c.halftone"));
}

TEST_F(CommandLine, AnErrorWithJsonIsADocument)
{
    const auto refused = run("halftone evaluate absent.halftone --json");
    EXPECT_EQ(refused.status, 2);
    const auto error = nlohmann::json::parse(refused.out, nullptr, false);
    ASSERT_TRUE(error.contains("error")) << refused.out;
    EXPECT_EQ(error["error"]["code"], "not-found");
    EXPECT_NE(error["error"]["message"].get<std::string>().find("absent.halftone"), std::string::npos);
}

TEST_F(CommandLine, TheBundledNetworkIsRightOnAtLeast93PercentOfTheTestImages)
{
    makeStudy();
    const auto evaluated = run("halftone evaluate a.halftone --json");
    ASSERT_EQ(evaluated.status, 0) << evaluated.err;
    const auto json = nlohmann::json::parse(evaluated.out);
    EXPECT_EQ(json["metric"], "top-1");
    EXPECT_EQ(json["count"], 10000);
    EXPECT_GE(json["correct"].get<int>(), 9300);
    EXPECT_DOUBLE_EQ(json["value"].get<double>(), json["correct"].get<double>() / 10000);
}

TEST_F(CommandLine, EvaluateSaysOfWhichImagesHowManyAreRight)
{
    makeStudy();
    const auto said = [&](const std::string& options) { return run("halftone evaluate a.halftone " + options).out; };
    EXPECT_THAT(said("--limit 50"), HasSubstr(" of the first 50 test images right, loss "));
    EXPECT_THAT(said("--split train --limit 50"), HasSubstr(" of the first 50 training images right, loss "));
    EXPECT_THAT(said("--split all --limit 50"), HasSubstr(" of the first 50 images right, loss "));
    EXPECT_THAT(said(""), HasSubstr(" of 10,000 test images right, loss "));
}

TEST_F(CommandLine, DocumentsUseTheSharedWords)
{
    makeStudy();
    const auto inspected = nlohmann::json::parse(run("halftone inspect a.halftone --json").out);
    EXPECT_EQ(inspected["parameters"], 308074);
    EXPECT_EQ(inspected["layers"].size(), 10u);
    for (const char* word : {"name", "kind", "parameters", "macs", "group"})
        EXPECT_TRUE(inspected["layers"][0].contains(word)) << word;
    const auto selected
        = nlohmann::json::parse(run("halftone select a.halftone --metric first-to-last --budget 0.8 --save f80 --json").out);
    for (const char* word : {"assignment", "cost", "budget", "feasible"}) EXPECT_TRUE(selected.contains(word)) << word;
    EXPECT_EQ(selected["assignment"]["conv1"], 8);
    EXPECT_EQ(selected["assignment"]["fc"], 8);
    EXPECT_LE(selected["cost"].get<double>(), selected["budget"].get<double>());
    const auto limited = nlohmann::json::parse(run("halftone evaluate a.halftone --assignment f80 --limit 100 --json").out);
    EXPECT_EQ(limited["count"], 100);
}

TEST_F(CommandLine, TheZooBuildsEveryNetworkByName)
{
    const auto list = nlohmann::json::parse(run("halftone inspect zoo: --json").out);
    ASSERT_GE(list["networks"].size(), 37u);
    EXPECT_EQ(list["networks"][0]["weights"], "random");
    const auto inspected = nlohmann::json::parse(run("halftone inspect zoo:vgg16_bn --json").out);
    EXPECT_EQ(inspected["parameters"], 138'365'992);
    EXPECT_EQ(inspected["macs"], 15'470'264'320);
    EXPECT_EQ(inspected["layers"].size(), 16u);
    EXPECT_EQ(inspected["format"], "random");
    const auto made = run("halftone new z.halftone --model zoo:fashion_resnet14 --data fashion-mnist --seed 5");
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_NE(made.out.find("Random weights, from seed 5"), std::string::npos) << made.out;
    const auto wrong = run("halftone new y.halftone --model zoo:resnet51 --data fashion-mnist");
    EXPECT_EQ(wrong.status, 2);
    EXPECT_NE(wrong.err.find("did you mean"), std::string::npos) << wrong.err;
    EXPECT_EQ(run("halftone inspect zoo:resnet51").status, 2);
}

TEST_F(CommandLine, InspectLooksIntoOneLayer)
{
    makeStudy();
    const auto inspected
        = nlohmann::json::parse(run("halftone inspect a.halftone --layer layer2.0.conv1 --images 10 --bins 16 --json").out);
    EXPECT_EQ(inspected["layers"].size(), 10u); // the document as without --layer
    const auto& layer = inspected["layer"];
    EXPECT_EQ(layer["name"], "layer2.0.conv1");
    for (const char* part : {"weights", "inputs"}) {
        const auto& one = layer[part];
        EXPECT_EQ(one["histogram"]["counts"].size(), 16u);
        std::int64_t total = 0;
        for (const auto& count : one["histogram"]["counts"]) total += count.get<std::int64_t>();
        EXPECT_EQ(total, one["count"].get<std::int64_t>());
        ASSERT_EQ(one["widths"].size(), 3u);
        EXPECT_EQ(one["widths"][1]["levels"].size(), 16u);
        EXPECT_LT(one["widths"][0]["signalToNoiseDb"].get<double>(), one["widths"][2]["signalToNoiseDb"].get<double>());
    }
    EXPECT_EQ(layer["inputs"]["images"], 10);
    EXPECT_TRUE(layer["inputs"]["unsigned"].get<bool>());
    const auto brief = nlohmann::json::parse(run("halftone inspect a.halftone --layer conv1 --images 0 --json").out);
    EXPECT_FALSE(brief["layer"].contains("inputs"));
    EXPECT_EQ(run("halftone inspect a.halftone --layer nolayer").status, 2);
}

TEST_F(CommandLine, ClassifyAnswersOfFullPrecisionAndOfAnAssignment)
{
    makeStudy();
    const auto answered = run("halftone classify a.halftone test:3 --assignment 8 --json");
    ASSERT_EQ(answered.status, 0) << answered.err;
    const auto json = nlohmann::json::parse(answered.out);
    ASSERT_EQ(json["answers"].size(), 2u);
    EXPECT_EQ(json["answers"][0]["name"], "fp32");
    EXPECT_EQ(json["answers"][1]["name"], "8");
    for (const auto& answer : json["answers"]) {
        ASSERT_EQ(answer["top"].size(), 5u);
        EXPECT_EQ(answer["top"][0]["class"], json["label"]); // the bundled network is right on nearly all
    }
    EXPECT_TRUE(json["agree"].get<bool>());
    EXPECT_FALSE(json.contains("pixels"));
    const auto seen = nlohmann::json::parse(run("halftone classify a.halftone test:3 --pixels --json").out);
    EXPECT_EQ(seen["pixels"].get<std::string>().size(), (28 * 28 + 2) / 3 * 4u);
    EXPECT_EQ(run("halftone classify a.halftone absent.png").status, 2);
}

TEST_F(CommandLine, EstimateTakesACommandsOwnArguments)
{
    makeStudy();
    const auto before = run("halftone estimate a.halftone evaluate --limit 100 --json");
    ASSERT_EQ(before.status, 0) << before.err;
    const auto json = nlohmann::json::parse(before.out);
    EXPECT_EQ(json["command"], "evaluate");
    EXPECT_GT(json["seconds"].get<double>(), 0);
    EXPECT_EQ(json["origin"], "measured on a short trial");
    const auto behind = run("halftone estimate finetune a.halftone --assignment 4 --epochs 3 --json");
    ASSERT_EQ(behind.status, 0) << behind.err;
    EXPECT_EQ(nlohmann::json::parse(behind.out)["parts"][0]["name"], "fine-tune");
    EXPECT_EQ(run("halftone estimate finetune --assignment 4").status, 2); // of which study?
    EXPECT_EQ(run("halftone estimate a.halftone").status, 2);
    EXPECT_EQ(run("halftone estimate a.halftone finetune --assignment nothing").status, 2);
    EXPECT_EQ(run("halftone estimate a.halftone export --assignment 4").status, 0);
}

TEST_F(CommandLine, QuietPrintsNothing)
{
    makeStudy();
    const auto quiet = run("halftone inspect a.halftone --quiet");
    EXPECT_EQ(quiet.status, 0);
    EXPECT_TRUE(quiet.out.empty() && quiet.err.empty());
}

TEST_F(CommandLine, AFullDiskIsStatusOneAndLeavesNothing)
{
    makeStudy();
    const auto full = run("ulimit -f 8; halftone export a.halftone --assignment 8 big.onnx"); // 8 blocks of 1024 bytes
    EXPECT_NE(full.status, 0);
    EXPECT_FALSE(fs::exists(m_folder / "big.onnx"));
}

TEST_F(CommandLine, ExportOfAnotherAssignmentFailsTheGateWithStatusThree)
{
    makeStudy();
    ASSERT_EQ(run("halftone export a.halftone --assignment 8 eight.onnx").status, 0);
    EXPECT_EQ(run("halftone verify a.halftone eight.onnx").status, 0);
    const auto refused = run("halftone verify a.halftone eight.onnx --assignment 2 --json");
    EXPECT_EQ(refused.status, 3);
    EXPECT_EQ(nlohmann::json::parse(refused.out)["verdict"], "fail");
}

TEST_F(CommandLine, CtrlCIsStatus130AndTheRunGoesOnLater)
{
    makeStudy();
    const auto stopped = run("timeout --foreground -s INT 4 '" HALFTONE_PROGRAM "' finetune a.halftone --assignment 4 --epochs 50");
    EXPECT_EQ(stopped.status, 124); // timeout's own; it waited for the program to end by itself
    EXPECT_NE(stopped.err.find("Stopped"), std::string::npos) << stopped.err;
    const auto check = run("halftone inspect a.halftone --json");
    EXPECT_EQ(check.status, 0) << check.err;
}

TEST_F(CommandLine, AssignSavesWhatWasChosenByHand)
{
    makeStudy();
    ASSERT_EQ(run("halftone assign a.halftone mine --from 4 --set layer1.*=2").status, 0);
    const auto assigned = run("halftone assign a.halftone copy --from mine --json");
    ASSERT_EQ(assigned.status, 0);
    const auto layers = nlohmann::json::parse(assigned.out).at("assignment");
    for (const auto& [name, bits] : layers.items())
        if (name.starts_with("layer1.")) {
            EXPECT_EQ(bits, 2) << name;
        }
    EXPECT_EQ(layers.at("conv1"), 8);
    EXPECT_EQ(run("halftone assign a.halftone mine --from 2").status, 2); // the name is taken
    EXPECT_EQ(run("halftone assign a.halftone mine --from 2 --replace").status, 0);
    EXPECT_EQ(run("halftone assign a.halftone other --from 4 --set conv1=2").status, 2); // first layer
    EXPECT_EQ(run("halftone assign a.halftone other --from 4 --set nolayer=2").status, 2);
    EXPECT_EQ(run("halftone assign a.halftone other --bits 8,2").status, 2); // another network's
    EXPECT_EQ(run("halftone assign a.halftone other").status, 2);
}
