// halftone jobs from outside: listing, changing and running the queue of a study, alone and beside another program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <thread>

#include "core/store/study_file.h"
#include "tests/support/program.h"

using halftone::JobState;
using halftone::StudyFile;
using halftone::test::ProgramRun;
using halftone::test::runProgram;
using nlohmann::json;
using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

class JobsCommand : public testing::Test {
protected:
    void SetUp() override
    {
        m_folder = fs::temp_directory_path()
            / ("halftone_jobs_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
        ASSERT_EQ(run("halftone new a.halftone --model zoo:fashion_resnet8 --data fashion-mnist").status, 0);
    }
    void TearDown() override { fs::remove_all(m_folder); }
    ProgramRun run(const std::string& line) { return runProgram(m_folder, HALFTONE_PROGRAM, line); }
    json jobs(const std::string& options = {})
    {
        const ProgramRun listed = run("halftone jobs a.halftone --json " + options);
        const json document = json::parse(listed.out, nullptr, false);
        EXPECT_TRUE(document.contains("jobs")) << listed.out << listed.err;
        return document.value("jobs", json::array());
    }
    JobState stateOf(std::size_t index) const
    {
        const auto study = StudyFile::open(m_folder / "a.halftone");
        return study->jobs()->at(index).state;
    }
    bool reaches(std::size_t index, JobState state) const
    {
        for (int i = 0; i < 600; ++i) {
            if (stateOf(index) == state) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return false;
    }

    fs::path m_folder;
};

} // namespace

TEST_F(JobsCommand, AddsChangesAndRunsJobs)
{
    EXPECT_THAT(run("halftone jobs a.halftone").out, HasSubstr("No jobs"));
    EXPECT_EQ(jobs("--add 'halftone evaluate a.halftone --limit 20' --title 'Look first'").size(), 1u);
    jobs("--add 'evaluate STUDY --assignment nothing'");
    const json added = jobs("--add 'evaluate STUDY --limit 30' --pause 1");
    ASSERT_EQ(added.size(), 3u);
    EXPECT_EQ(added[0]["arguments"], json({"evaluate", "STUDY", "--limit", "20"}));
    EXPECT_EQ(added[0]["state"], "paused");
    EXPECT_EQ(added[0]["title"], "Look first");
    EXPECT_EQ(added[2]["title"], "evaluate STUDY --limit 30");
    jobs("--resume 1 --cancel 3");

    const ProgramRun ran = run("halftone jobs a.halftone --run");
    EXPECT_EQ(ran.status, 1); // one failed
    EXPECT_THAT(ran.out, HasSubstr("Job 1 done: Look first"));
    const json ended = jobs();
    EXPECT_EQ(ended[0]["state"], "done");
    EXPECT_EQ(ended[1]["state"], "failed");
    EXPECT_THAT(ended[1]["message"].get<std::string>(), HasSubstr("nothing"));
    EXPECT_EQ(ended[2]["state"], "stopped");
    EXPECT_THAT(run("halftone jobs a.halftone").out, HasSubstr("Look first"));

    EXPECT_EQ(jobs("--retry 3 --remove 2").size(), 2u);
    EXPECT_EQ(jobs("--run --quiet").back()["state"], "done");
}

TEST_F(JobsCommand, RefusesWhatMakesNoSenseAndChangesNothing)
{
    jobs("--add 'evaluate STUDY'");
    for (const char* options : {"--pause 7", "--retry 1", "--add 'evaluate'", "--add 'evaluate STUDY --frobnicate'",
             "--add \"evaluate 'STUDY\"", "--add 'jobs STUDY --run'", "--add ''\"  \"", "--pause 1 --retry 1", "--pause one"}) {
        const ProgramRun refused = run(std::string("halftone jobs a.halftone ") + options);
        EXPECT_EQ(refused.status, 2) << options;
        EXPECT_FALSE(refused.err.empty()) << options;
    }
    ASSERT_EQ(jobs().size(), 1u);
    EXPECT_EQ(jobs()[0]["state"], "waiting");
    EXPECT_EQ(run("halftone jobs absent.halftone").status, 2);
}

TEST_F(JobsCommand, HoldsAndStopsWhatRunsInAnotherTerminal)
{
    jobs("--add 'finetune STUDY --assignment 4 --epochs 50'");
    jobs("--add 'evaluate STUDY --limit 20'");
    std::jthread other([this] { run("halftone jobs a.halftone --run --quiet"); });
    ASSERT_TRUE(reaches(0, JobState::Running));
    const ProgramRun second = run("halftone jobs a.halftone --run");
    EXPECT_EQ(second.status, 2);
    EXPECT_THAT(second.err, HasSubstr("another window or terminal"));
    jobs("--pause 1");
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    EXPECT_EQ(stateOf(0), JobState::Paused);
    EXPECT_EQ(stateOf(1), JobState::Waiting); // the paused one keeps its place
    jobs("--resume 1");
    ASSERT_TRUE(reaches(0, JobState::Running));
    jobs("--cancel 1");
    EXPECT_TRUE(reaches(1, JobState::Done));
    EXPECT_EQ(stateOf(0), JobState::Stopped);
}

TEST_F(JobsCommand, CtrlCLeavesTheRestWaiting)
{
    jobs("--add 'finetune STUDY --assignment 4 --epochs 50'");
    jobs("--add 'evaluate STUDY --limit 20'");
    const ProgramRun stopped = run("timeout --foreground -s INT 4 '" HALFTONE_PROGRAM "' jobs a.halftone --run");
    EXPECT_EQ(stopped.status, 124); // timeout's own; it waited for the program to end by itself
    EXPECT_THAT(stopped.err, HasSubstr("Stopped"));
    EXPECT_EQ(stateOf(0), JobState::Waiting);
    EXPECT_EQ(stateOf(1), JobState::Waiting);
    EXPECT_FALSE(fs::exists(m_folder / "a.halftone.jobs-lock"));
}
