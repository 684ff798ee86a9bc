// The engine module: the same commands with the same documents as the program, called as a function.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "app/engine_loader.h"
#include "app/resources_folder.h"
#include "core/base/file_io.h"
#include "core/studies/job_queue.h"
#include "tests/support/program.h"

using namespace halftone;
using halftone::test::runProgram;
using nlohmann::json;
using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

class Engine : public testing::Test {
protected:
    void SetUp() override
    {
        m_folder = fs::temp_directory_path()
            / ("halftone_engine_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
        auto runner = loadEngine(HALFTONE_ENGINE, {.resources = findResources(), .threads = 2});
        ASSERT_TRUE(runner.ok()) << runner.error().message;
        m_run = *runner;
    }
    void TearDown() override { fs::remove_all(m_folder); }

    std::string study() const { return (m_folder / "a.halftone").string(); }
    Result<std::string> run(const std::vector<std::string>& arguments, const TaskContext& task = {}) const
    {
        return m_run(arguments, task);
    }
    void makeStudy() const
    {
        const auto made = run({"new", study(), "--model", "zoo:fashion_resnet8", "--data", "fashion-mnist"});
        ASSERT_TRUE(made.ok()) << made.error().message;
    }

    fs::path m_folder;
    CommandRunner m_run;
};

} // namespace

TEST_F(Engine, AnswersTheProgramsDocuments)
{
    const auto made = run({"new", study(), "--model", "zoo:fashion_resnet8", "--data", "fashion-mnist"});
    ASSERT_TRUE(made.ok()) << made.error().message;
    const auto inspected = run({"inspect", study()});
    const auto evaluated = run({"evaluate", study(), "--limit", "50"});
    ASSERT_TRUE(inspected.ok() && evaluated.ok());
    EXPECT_EQ(json::parse(*evaluated)["count"], 50);
    for (const auto& [line, document] :
        {std::pair("inspect a.halftone", *inspected), std::pair("evaluate a.halftone --limit 50", *evaluated)}) {
        const auto program = runProgram(m_folder, HALFTONE_PROGRAM, std::string("halftone ") + line + " --threads 2 --json");
        ASSERT_EQ(program.status, 0) << program.err;
        EXPECT_EQ(json::parse(document), json::parse(program.out)) << line;
    }
}

TEST_F(Engine, PrintsNothing)
{
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    makeStudy();
    EXPECT_TRUE(run({"inspect", study()}).ok());
    EXPECT_FALSE(run({"inspect", "absent.halftone"}).ok());
    EXPECT_FALSE(run({"frobnicate"}).ok());
    EXPECT_FALSE(run({"evaluate", "--help"}).ok());
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(Engine, ExplainsWhatItCannotDoInOneSentence)
{
    makeStudy();
    const auto absent = run({"evaluate", (m_folder / "absent.halftone").string()});
    ASSERT_FALSE(absent.ok());
    EXPECT_EQ(absent.error().code, ErrorCode::NotFound);
    EXPECT_THAT(absent.error().message, HasSubstr("absent.halftone"));
    const std::vector<std::vector<std::string>> wrong = {{}, {"frobnicate"}, {"evaluate"}, {"--help"}, {"--version"},
        {"evaluate", study(), "--limit", "many"}, {"evaluate", study(), "--nothing"}, {"evaluate", study(), "--threads", "0"}};
    for (const auto& arguments : wrong) {
        const auto refused = run(arguments);
        ASSERT_FALSE(refused.ok());
        EXPECT_EQ(refused.error().code, ErrorCode::BadInput);
        EXPECT_EQ(refused.error().message.back(), '.');
    }
    EXPECT_THAT(run({"evaluate", study(), "--limit", "many"}).error().message, HasSubstr("--limit"));
}

TEST_F(Engine, TellsProgressAndStopsWhenAsked)
{
    makeStudy();
    class StopAtFirst final : public ProgressSink {
    public:
        explicit StopAtFirst(std::stop_source& source)
            : m_source(source)
        {
        }
        void progress(const Progress&) override
        {
            ++calls;
            m_source.request_stop();
        }
        void note(std::string_view) override { }
        std::atomic<int> calls{0};

    private:
        std::stop_source& m_source;
    };
    std::stop_source source;
    StopAtFirst sink(source);
    const auto stopped
        = run({"finetune", study(), "--assignment", "4", "--epochs", "50"}, TaskContext(source.get_token(), &sink));
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_GE(sink.calls, 1);
}

TEST_F(Engine, AnswersOnSeveralThreadsAtOnce)
{
    makeStudy();
    std::array<std::string, 3> answers;
    std::vector<std::jthread> threads;
    for (std::string& answer : answers)
        threads.emplace_back([&answer, this] {
            const auto evaluated = run({"evaluate", study(), "--limit", "50"});
            answer = evaluated.ok() ? *evaluated : evaluated.error().message;
        });
    threads.clear();
    EXPECT_EQ(json::parse(answers[0])["count"], 50);
    EXPECT_EQ(answers[0], answers[1]);
    EXPECT_EQ(answers[0], answers[2]);
}

TEST_F(Engine, RunsTheJobsOfAQueue)
{
    makeStudy();
    class Keeper final : public JobListener {
    public:
        void jobFinished(const JobRecord& job, const Result<std::string>& answer) override
        {
            const std::scoped_lock lock(mutex);
            ended.emplace_back(job, answer);
        }
        std::size_t count()
        {
            const std::scoped_lock lock(mutex);
            return ended.size();
        }
        std::mutex mutex;
        std::vector<std::pair<JobRecord, Result<std::string>>> ended;
    } keeper;
    const auto queue = JobQueue::open(study(), m_run, &keeper);
    ASSERT_TRUE(queue.ok()) << queue.error().message;
    ASSERT_TRUE((*queue)->add({"evaluate", "STUDY", "--limit", "50"}, "Evaluate").ok());
    ASSERT_TRUE((*queue)->add({"evaluate", "STUDY", "--assignment", "nothing"}, "Fail").ok());
    for (int i = 0; i < 6000 && keeper.count() < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_EQ(keeper.count(), 2u);
    EXPECT_EQ(json::parse(*keeper.ended[0].second)["count"], 50);
    EXPECT_EQ(keeper.ended[1].first.state, JobState::Failed);
    EXPECT_THAT(keeper.ended[1].first.message, HasSubstr("nothing"));
}

TEST_F(Engine, ExportsOnlyItsOneFunction)
{
    const auto symbols = runProgram(m_folder, HALFTONE_PROGRAM, "nm -D --defined-only '" HALFTONE_ENGINE "'");
    if (symbols.status == 127) GTEST_SKIP() << "nm is absent: the module's exported symbols are not checked";
    ASSERT_EQ(symbols.status, 0) << symbols.err;
    EXPECT_EQ(std::count(symbols.out.begin(), symbols.out.end(), '\n'), 1) << symbols.out;
    EXPECT_THAT(symbols.out, HasSubstr(kMakeCommandRunnerName));
}

TEST_F(Engine, IsRefusedWithASentenceWhenItIsAbsentBrokenOrAnotherLibrary)
{
    EXPECT_EQ(loadEngine(m_folder / "absent.so", {}).error().code, ErrorCode::NotFound);
    const fs::path broken = m_folder / "broken.so";
    ASSERT_TRUE(writeFileAtomically(broken, "not a library").ok());
    EXPECT_EQ(loadEngine(broken, {}).error().code, ErrorCode::Failed);
    EXPECT_THAT(loadEngine(broken, {}).error().message, HasSubstr("broken.so"));
    const fs::path other = "/lib/x86_64-linux-gnu/libz.so.1";
    if (fs::exists(other)) {
        EXPECT_EQ(loadEngine(other, {}).error().code, ErrorCode::Unsupported);
    }
}
