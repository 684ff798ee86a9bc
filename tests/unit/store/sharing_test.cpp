// Several threads and several programs on one study.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/wait.h>

#include <thread>

#include "tests/unit/store/study_folder.h"

using namespace halftone;

namespace {
class Sharing : public StudyFolder { };
} // namespace

TEST_F(Sharing, ManyThreadsSaveThroughOneStudyFile)
{
    auto study = newStudy();
    constexpr int kThreads = 8, kEpochs = 25;
    std::vector<std::jthread> threads;
    std::atomic<int> failures = 0;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            const auto run = study.startRun(someRun("run " + std::to_string(t)));
            if (!run.ok()) ++failures;
            for (int e = 1; e <= kEpochs; ++e) {
                const Bytes checkpoint = bytesOf(std::to_string(t * 1000 + e));
                if (!study.saveEpoch(*run, {.epoch = e, .loss = t + e / 100.0}, {}, checkpoint).ok()) ++failures;
                if (**study.checkpoint(*run) != checkpoint) ++failures;
                GroupScoreRecord group;
                group.score.group = GroupIndex(t * kEpochs + e);
                if (!study.saveGroupScore("key", group).ok()) ++failures;
            }
        });
    threads.clear();
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(study.groupScores("key")->size(), static_cast<std::size_t>(kThreads * kEpochs));
    for (int t = 0; t < kThreads; ++t)
        EXPECT_EQ(study.epochs((*study.findRun("run " + std::to_string(t)))->id)->size(), static_cast<std::size_t>(kEpochs));
    EXPECT_TRUE(study.check()->sound());
}

TEST_F(Sharing, ProgramsOpenAndSaveTogether)
{
    {
        newStudy();
    }
    constexpr int kPrograms = 4, kNames = 20;
    std::vector<pid_t> children;
    for (int p = 0; p < kPrograms; ++p) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            for (int i = 0; i < kNames; ++i) {
                auto study = StudyFile::open(studyPath());
                if (!study.ok()
                    || !study->saveAssignment({.name = std::to_string(p) + "-" + std::to_string(i), .bits = "8"}).ok())
                    ::_exit(1);
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    const auto study = StudyFile::open(studyPath());
    EXPECT_EQ(study->assignments()->size(), static_cast<std::size_t>(kPrograms * kNames));
    EXPECT_TRUE(study->check()->sound());
}

TEST_F(Sharing, OnlyOneOfSeveralProgramsMakesTheStudy)
{
    for (int round = 0; round < 15; ++round) {
        const std::filesystem::path path = folder() / (std::to_string(round) + ".halftone");
        const auto start = std::chrono::steady_clock::now() + std::chrono::milliseconds(10);
        std::vector<pid_t> children;
        for (int p = 0; p < 6; ++p) {
            const pid_t child = ::fork();
            ASSERT_GE(child, 0);
            if (child == 0) {
                std::this_thread::sleep_until(start);
                const bool created = StudyFile::create(path, {.settings = {{"maker", std::to_string(p)}}}).ok();
                ::_exit(created ? 0 : 1);
            }
            children.push_back(child);
        }
        int made = 0;
        for (const pid_t child : children) {
            int status = 0;
            ::waitpid(child, &status, 0);
            made += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
        }
        EXPECT_EQ(made, 1);
        EXPECT_TRUE(StudyFile::open(path)->check()->sound());
    }
}

TEST_F(Sharing, SaysThatAnotherProgramIsWriting)
{
    {
        newStudy({.settings = {{"a", "b"}}});
    }
    SQLite::Database other(studyPath().string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    auto study = StudyFile::open(studyPath(), {.busyTimeoutMs = 50});
    ASSERT_TRUE(study.ok()) << study.error().message;
    EXPECT_EQ(*study->setting("a"), "b"); // reading goes on
    const Status saved = study->saveSettings({{"a", "c"}});
    ASSERT_FALSE(saved.ok());
    EXPECT_EQ(saved.error().code, ErrorCode::Io);
    EXPECT_NE(saved.error().message.find("another program is writing"), std::string::npos) << saved.error().message;
    other.exec("COMMIT");
    EXPECT_TRUE(study->saveSettings({{"a", "c"}}).ok());
}

TEST_F(Sharing, WaitsForAnotherProgramThatWritesAShortWhile)
{
    {
        newStudy();
    }
    SQLite::Database other(studyPath().string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    std::jthread finisher([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        other.exec("COMMIT");
    });
    auto study = StudyFile::open(studyPath());
    EXPECT_TRUE(study->saveSettings({{"a", "c"}}).ok());
}

TEST_F(Sharing, AReaderSeesWhatAWriterSaved)
{
    auto writer = newStudy();
    const auto reader = StudyFile::open(studyPath(), {.access = StudyAccess::ReadOnly});
    ASSERT_TRUE(reader.ok());
    EXPECT_FALSE(reader->setting("a")->has_value());
    ASSERT_TRUE(writer.saveSettings({{"a", "b"}}).ok());
    EXPECT_EQ(*reader->setting("a"), "b");
}
