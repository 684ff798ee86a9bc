// What a study holds after a program was killed, a journal was cut, or the disk was full.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

#include "core/base/random.h"
#include "core/store/blobs.h"
#include "core/store/database.h"
#include "core/store/migrations.h"
#include "tests/unit/store/study_folder.h"

using namespace halftone;
namespace fs = std::filesystem;

namespace {

// What epoch `number` saves, each epoch its own; the checkpoint spans several pages.
Bytes checkpointOf(int number) { return Bytes(20'000 + static_cast<std::size_t>(number), static_cast<std::byte>(number)); }
EpochRecord epochOf(int number) { return {.epoch = number, .loss = 1.0 / number, .seconds = 1}; }
std::vector<LossPoint> curveOf(int number) { return std::vector<LossPoint>(5, LossPoint{number, 0.5}); }

class Crash : public StudyFolder {
protected:
    // A child process that saves epoch after epoch and says each on the pipe once it is saved. Never returns.
    [[noreturn]] void saveForEver(int pipe) const
    {
        auto study = StudyFile::open(studyPath());
        if (!study.ok()) ::_exit(1);
        const auto run = study->findRun("r");
        const std::int64_t id = run->has_value() ? (*run)->id : *study->startRun(someRun("r"));
        for (int e = static_cast<int>(study->epochs(id)->size()) + 1;; ++e) {
            if (!study->saveEpoch(id, epochOf(e), curveOf(e), checkpointOf(e)).ok()) ::_exit(2);
            if (::write(pipe, &e, sizeof e) != sizeof e) ::_exit(3);
        }
    }

    // Kills such a child once it has saved `epochs` more and some time has passed; answers the last epoch it told of.
    int saveAndKill(int epochs, std::chrono::microseconds later) const
    {
        int pipe[2];
        EXPECT_EQ(::pipe(pipe), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(pipe[0]);
            saveForEver(pipe[1]);
        }
        ::close(pipe[1]);
        int last = 0;
        for (int i = 0; i < epochs; ++i) EXPECT_EQ(::read(pipe[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
        std::this_thread::sleep_for(later);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        for (int told = 0; ::read(pipe[0], &told, sizeof told) == static_cast<ssize_t>(sizeof told);) last = told;
        ::close(pipe[0]);
        return last;
    }

    // The study is sound and consistent: epochs 1..n whole, and the checkpoint that of epoch n. Answers n.
    static int expectWhole(const fs::path& path)
    {
        const auto study = StudyFile::open(path);
        EXPECT_TRUE(study.ok()) << study.error().message;
        if (!study.ok()) return 0;
        const auto report = study->check();
        EXPECT_TRUE(report.ok() && report->sound()) << testing::PrintToString(report->findings);
        EXPECT_LE(report->blobs, 1);
        const auto run = study->findRun("r");
        if (!run->has_value()) return 0;
        const auto epochs = study->epochs((*run)->id);
        const int last = static_cast<int>(epochs->size());
        for (int e = 1; e <= last; ++e) EXPECT_EQ((*epochs)[static_cast<std::size_t>(e - 1)], epochOf(e));
        EXPECT_EQ(study->curve((*run)->id)->size(), static_cast<std::size_t>(last) * 5);
        const auto checkpoint = study->checkpoint((*run)->id);
        EXPECT_EQ(*checkpoint, last > 0 ? std::optional(checkpointOf(last)) : std::nullopt);
        return last;
    }
};

// Runs `work` in a child process, so that limits and mounts end with it; answers its exit status.
int inChild(const std::function<int()>& work)
{
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_F(Crash, KeepsEveryEpochThatWasSavedBeforeTheKill)
{
    {
        newStudy();
    }
    Random random(1);
    for (int round = 0; round < 25; ++round) {
        const int told = saveAndKill(1 + static_cast<int>(random.below(6)), std::chrono::microseconds(random.below(3000)));
        const int found = expectWhole(studyPath());
        EXPECT_GE(found, told);
        EXPECT_LE(found, told + 1); // one may have been saved and not yet told of
    }
    EXPECT_GT(expectWhole(studyPath()), 25);
}

TEST_F(Crash, KeepsWhatCameBeforeACutOrBrokenJournal)
{
    {
        newStudy();
    }
    saveAndKill(12, {});
    const fs::path journal = studyPath().string() + "-wal";
    ASSERT_TRUE(fs::exists(journal));
    const Bytes wal = *readFile(journal);
    const fs::path copy = folder() / "copy.halftone";
    Random random(2);
    int shortest = 1000, longest = 0;
    for (int round = 0; round < 40; ++round) {
        fs::copy_file(studyPath(), copy, fs::copy_options::overwrite_existing);
        fs::remove(copy.string() + "-shm");
        Bytes cut(wal.begin(), wal.begin() + random.below(static_cast<std::int64_t>(wal.size()) + 1));
        if (round % 2 == 1 && !cut.empty())
            cut[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(cut.size())))] ^= std::byte{1};
        ASSERT_TRUE(writeFileAtomically(copy.string() + "-wal", cut).ok());
        const int found = expectWhole(copy);
        shortest = std::min(shortest, found);
        longest = std::max(longest, found);
    }
    EXPECT_LT(shortest, longest);
}

TEST_F(Crash, LeavesNoHalfMadeStudy)
{
    Random random(3);
    for (int round = 0; round < 15; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            const NewStudy content{.settings = {{"a", "b"}},
                .model = StudyModel{.networkText = "n", .weights = Bytes(3'000'000), .fileName = "f"}};
            ::_exit(StudyFile::create(studyPath(), content).ok() ? 0 : 1);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random.below(20'000)));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        if (!fs::exists(studyPath())) continue;
        const auto study = StudyFile::open(studyPath());
        ASSERT_TRUE(study.ok()) << study.error().message;
        EXPECT_EQ(*study->setting("a"), "b");
        EXPECT_TRUE(study->loadModel().ok());
        fs::remove(studyPath());
        fs::remove(studyPath().string() + "-wal");
        fs::remove(studyPath().string() + "-shm");
    }
}

TEST_F(Crash, SaysThatTheDiskIsFullAndKeepsTheFile)
{
    {
        newStudy({.settings = {{"a", "b"}}});
    }
    auto database = StudyDatabase::open(studyPath(), {}, studyMigrations());
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE((*database)
                    ->alone("Limiting",
                        [](SQLite::Database& d) -> Status {
                            d.exec("PRAGMA max_page_count = 60");
                            return {};
                        })
                    .ok());
    const Status status = (*database)->write("Saving a checkpoint", [](SQLite::Database& d) -> Status {
        putBlob(d, Bytes(1'000'000));
        return {};
    });
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::Io);
    EXPECT_NE(status.error().message.find("disk is full"), std::string::npos) << status.error().message;
    EXPECT_NE(status.error().message.find(studyPath().string()), std::string::npos);
    database = Error{};
    EXPECT_TRUE(StudyFile::open(studyPath())->check()->sound());
    EXPECT_EQ(StudyFile::open(studyPath())->check()->blobs, 0);
}

// On a disk of one megabyte of its own.
TEST_F(Crash, GoesOnAfterAFullDiskHasRoomAgain)
{
    const int exit = inChild([&] {
        if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 77;
        if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 77;
        if (::mount("tmpfs", folder().c_str(), "tmpfs", 0, "size=1m") != 0) return 77;
        auto study = StudyFile::create(studyPath(), {.settings = {{"a", "b"}}});
        if (!study.ok()) return 1;
        const std::int64_t run = *study->startRun(someRun("r"));
        if (!study->saveEpoch(run, epochOf(1), {}, checkpointOf(1)).ok()) return 2;
        const Status full = study->saveEpoch(run, epochOf(2), {}, Bytes(3'000'000));
        if (full.ok() || full.error().code != ErrorCode::Io || full.error().message.find("full") == std::string::npos) return 3;
        if (study->epochs(run)->size() != 1 || **study->checkpoint(run) != checkpointOf(1)) return 4;
        const auto second = StudyFile::create(
            folder() / "b.halftone", {.model = StudyModel{.networkText = "n", .weights = Bytes(3'000'000), .fileName = "f"}});
        if (second.ok() || second.error().code != ErrorCode::Io || fs::exists(folder() / "b.halftone")) return 5;
        if (!study->saveEpoch(run, epochOf(2), {}, checkpointOf(2)).ok()) return 6;
        return study->check()->sound() && study->epochs(run)->size() == 2 ? 0 : 7;
    });
    if (exit == 77) GTEST_SKIP() << "a small disk cannot be mounted here: a really full disk is not tried";
    EXPECT_EQ(exit, 0);
}

TEST_F(Crash, NamesAnErrorOfTheDisk)
{
    {
        newStudy();
    }
    const int exit = inChild([&] {
        auto study = StudyFile::open(studyPath());
        const std::int64_t run = *study->startRun(someRun("r"));
        if (!study->saveEpoch(run, epochOf(1), curveOf(1), checkpointOf(1)).ok()) return 1;
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{500'000, 500'000}; // no file may grow beyond: writing answers an error
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const Status status = study->saveEpoch(run, epochOf(2), {}, Bytes(3'000'000));
        if (status.ok() || status.error().code != ErrorCode::Io) return 2;
        return study->epochs(run)->size() == 1 && study->check()->sound() ? 0 : 3;
    });
    EXPECT_EQ(exit, 0);
    EXPECT_EQ(expectWhole(studyPath()), 1);
}
