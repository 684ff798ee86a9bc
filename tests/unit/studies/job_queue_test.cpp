// The queue of jobs with a made-up runner: order, pause, stop, failure, closing, crashes, and other programs.
#include "core/studies/job_queue.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/store/study_file.h"
#include "core/studies/job_list.h"

using namespace halftone;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr auto kPatience = 20s; // far more than any of this takes, also under the sanitizers

// Runs {"gate", NAME}: waits until the test opens NAME or the job is stopped. {"fail", SENTENCE} fails, {"name", X} answers X.
class GateRunner {
public:
    CommandRunner runner()
    {
        return [this](const std::vector<std::string>& arguments, const TaskContext& task) { return run(arguments, task); };
    }
    void open(const std::string& gate)
    {
        const std::scoped_lock lock(m_mutex);
        m_open.push_back(gate);
    }
    std::vector<std::string> began() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_began;
    }
    std::int64_t steps() const { return m_steps; } // rounds of waiting that gates made

private:
    Result<std::string> run(const std::vector<std::string>& arguments, const TaskContext& task)
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_began.push_back(arguments.back());
        }
        if (arguments.front() == "fail") return Error{ErrorCode::Failed, arguments.back()};
        if (arguments.front() == "throw") throw std::runtime_error("a library threw");
        while (arguments.front() == "gate") {
            if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped."};
            if (isOpen(arguments.back())) break;
            ++m_steps;
            std::this_thread::sleep_for(1ms);
        }
        return "{\"ran\":\"" + arguments.back() + "\"}";
    }
    bool isOpen(const std::string& gate) const
    {
        const std::scoped_lock lock(m_mutex);
        return std::find(m_open.begin(), m_open.end(), gate) != m_open.end();
    }
    mutable std::mutex m_mutex;
    std::vector<std::string> m_open;
    std::vector<std::string> m_began;
    std::atomic<std::int64_t> m_steps{0};
};

// Its members have no lock of their own but for the test's looking: the queue promises one call at a time.
class Keeper : public JobListener {
public:
    void jobsChanged() override { ++changes; }
    void jobProgress(std::int64_t id, const Progress& p, double secondsLeft) override
    {
        progress.push_back({id, p.step + " " + std::to_string(p.done)});
        lastSecondsLeft = secondsLeft;
    }
    void jobSample(std::int64_t, const CurveSample& sample) override { samples.push_back(sample); }
    void jobNote(std::int64_t id, const std::string& sentence) override { notes.push_back({id, sentence}); }
    void jobFinished(const JobRecord& job, const Result<std::string>& answer) override
    {
        const std::scoped_lock lock(mutex);
        finished.emplace_back(job, answer);
    }
    std::vector<std::pair<JobRecord, Result<std::string>>> ended() const
    {
        const std::scoped_lock lock(mutex);
        return finished;
    }
    std::atomic<int> changes{0};
    std::vector<std::pair<std::int64_t, std::string>> progress;
    std::vector<CurveSample> samples;
    std::vector<std::pair<std::int64_t, std::string>> notes;
    double lastSecondsLeft = -2;
    mutable std::mutex mutex;
    std::vector<std::pair<JobRecord, Result<std::string>>> finished;
};

class Queue : public testing::Test {
protected:
    Queue()
    {
        const fs::path memory = "/dev/shm"; // saving waits for the disk
        m_folder = (fs::is_directory(memory) ? memory : fs::temp_directory_path())
            / ("halftone-queue-" + std::to_string(::getpid()) + "-"
                + testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
        EXPECT_TRUE(StudyFile::create(path()).ok());
    }
    ~Queue() override { fs::remove_all(m_folder); }
    fs::path path() const { return m_folder / "a.halftone"; }
    std::unique_ptr<JobQueue> openQueue()
    {
        auto queue = JobQueue::open(path(), m_runner.runner(), &m_keeper);
        if (!queue.ok()) ADD_FAILURE() << queue.error().message;
        return std::move(*queue);
    }
    static bool eventually(const std::function<bool()>& condition)
    {
        for (const auto end = std::chrono::steady_clock::now() + kPatience; std::chrono::steady_clock::now() < end;) {
            if (condition()) return true;
            std::this_thread::sleep_for(2ms);
        }
        return condition();
    }
    bool reaches(const JobQueue& queue, std::int64_t id, JobState state) const
    {
        return eventually([&] { return stateOf(queue.jobs(), id) == state && stateOf(onDisk(), id) == state; });
    }
    static std::optional<JobState> stateOf(JobList jobs, std::int64_t id)
    {
        const JobRecord* const job = findJob(jobs, id);
        return job ? std::optional(job->state) : std::nullopt;
    }
    JobList onDisk() const { return *StudyFile::open(path())->jobs(); }
    void changeOnDisk(const std::function<void(JobList&)>& change) const
    {
        auto study = StudyFile::open(path());
        ASSERT_TRUE(study->changeJobs(change).ok());
    }

    fs::path m_folder;
    GateRunner m_runner;
    Keeper m_keeper;
};

} // namespace

TEST_F(Queue, RunsJobsInOrderAndKeepsTheirAnswers)
{
    const auto queue = openQueue();
    const std::int64_t first = *queue->add({"gate", "STUDY", "a"}, "First");
    const std::int64_t second = *queue->add({"name", "b"}, "Second");
    EXPECT_EQ(queue->jobs().size(), 2u); // at once
    ASSERT_TRUE(reaches(*queue, first, JobState::Running));
    EXPECT_EQ(queue->running(), first);
    EXPECT_EQ(stateOf(queue->jobs(), second), JobState::Waiting);
    m_runner.open("a");
    ASSERT_TRUE(reaches(*queue, second, JobState::Done));
    ASSERT_TRUE(eventually([&] { return m_keeper.ended().size() == 2; }));
    EXPECT_EQ(m_keeper.ended()[0].first.title, "First");
    EXPECT_EQ(*m_keeper.ended()[0].second, "{\"ran\":\"a\"}");
    EXPECT_EQ(m_keeper.ended()[1].first.id, second);
    EXPECT_GT(queue->jobs()[0].finishedAt, 0);
    EXPECT_FALSE(queue->running().has_value());
    EXPECT_EQ(queue->jobs(), onDisk());
}

TEST_F(Queue, GivesTheStudysPathForThePlaceholder)
{
    const auto queue = openQueue();
    const std::int64_t id = *queue->add({"name", path().string()}, "Path");
    EXPECT_EQ(queue->jobs().front().arguments.back(), "STUDY"); // a moved study keeps its jobs
    ASSERT_TRUE(reaches(*queue, id, JobState::Done));
    EXPECT_EQ(m_runner.began(), std::vector<std::string>{path().string()});
}

TEST_F(Queue, RunsInTheOrderThatAPersonGives)
{
    const auto queue = openQueue();
    const std::int64_t gate = *queue->add({"gate", "open"}, "Gate");
    ASSERT_TRUE(reaches(*queue, gate, JobState::Running));
    std::vector<std::int64_t> ids;
    for (const char* name : {"a", "b", "c", "d"}) ids.push_back(*queue->add({"name", name}, name));
    ASSERT_TRUE(queue->moveTo(ids[3], 0).ok());
    ASSERT_TRUE(queue->moveTo(ids[0], 2).ok());
    ASSERT_TRUE(queue->pause(ids[1]).ok());
    ASSERT_TRUE(queue->remove(ids[2]).ok());
    m_runner.open("open");
    ASSERT_TRUE(reaches(*queue, ids[0], JobState::Done));
    EXPECT_EQ(m_runner.began(), (std::vector<std::string>{"open", "d", "a"}));
    EXPECT_EQ(stateOf(queue->jobs(), ids[1]), JobState::Paused);
    EXPECT_FALSE(stateOf(queue->jobs(), ids[2]).has_value());
    ASSERT_TRUE(queue->resume(ids[1]).ok());
    EXPECT_TRUE(reaches(*queue, ids[1], JobState::Done));
}

TEST_F(Queue, PausesAndResumesARunningJob)
{
    const auto queue = openQueue();
    const std::int64_t id = *queue->add({"gate", "a"}, "A");
    ASSERT_TRUE(eventually([&] { return m_runner.steps() > 0; }));
    ASSERT_TRUE(queue->pause(id).ok());
    std::this_thread::sleep_for(60ms); // the step that was under way
    const std::int64_t held = m_runner.steps();
    std::this_thread::sleep_for(60ms);
    EXPECT_EQ(m_runner.steps(), held);
    EXPECT_EQ(queue->running(), id);
    ASSERT_TRUE(reaches(*queue, id, JobState::Paused));
    ASSERT_TRUE(queue->resume(id).ok());
    ASSERT_TRUE(reaches(*queue, id, JobState::Running));
    EXPECT_TRUE(eventually([&] { return m_runner.steps() > held; }));
    m_runner.open("a");
    EXPECT_TRUE(reaches(*queue, id, JobState::Done));
}

TEST_F(Queue, StopsRunningWaitingAndPausedJobs)
{
    const auto queue = openQueue();
    const std::int64_t running = *queue->add({"gate", "a"}, "A");
    const std::int64_t waiting = *queue->add({"name", "b"}, "B");
    ASSERT_TRUE(reaches(*queue, running, JobState::Running));
    ASSERT_TRUE(queue->stop(waiting).ok());
    ASSERT_TRUE(queue->pause(running).ok());
    ASSERT_TRUE(queue->stop(running).ok()); // also while it is held
    EXPECT_EQ(stateOf(queue->jobs(), running), JobState::Stopped);
    ASSERT_TRUE(eventually([&] { return !queue->running() && m_keeper.ended().size() == 1; }));
    EXPECT_EQ(m_keeper.ended()[0].second.error().code, ErrorCode::Cancelled);
    EXPECT_TRUE(reaches(*queue, running, JobState::Stopped));
    EXPECT_TRUE(reaches(*queue, waiting, JobState::Stopped));
    EXPECT_EQ(m_runner.began(), std::vector<std::string>{"a"});
    EXPECT_EQ(queue->stop(waiting).error().code, ErrorCode::BadInput);
    ASSERT_TRUE(queue->retry(waiting).ok());
    EXPECT_TRUE(reaches(*queue, waiting, JobState::Done));
}

TEST_F(Queue, TriesAStoppedJobAgainEvenBeforeItHasEnded)
{
    const auto queue = openQueue();
    const std::int64_t id = *queue->add({"gate", "a"}, "A");
    ASSERT_TRUE(reaches(*queue, id, JobState::Running));
    ASSERT_TRUE(queue->stop(id).ok());
    ASSERT_TRUE(queue->retry(id).ok());
    ASSERT_TRUE(eventually([&] { return m_runner.began().size() == 2; }));
    m_runner.open("a");
    EXPECT_TRUE(reaches(*queue, id, JobState::Done));
}

TEST_F(Queue, KeepsTheSentenceOfAFailureAndGoesOn)
{
    const auto queue = openQueue();
    const std::int64_t failing = *queue->add({"fail", "The loss is no number; lower the learning rate."}, "A");
    const std::int64_t throwing = *queue->add({"throw"}, "B");
    const std::int64_t good = *queue->add({"name", "c"}, "C");
    ASSERT_TRUE(reaches(*queue, good, JobState::Done));
    JobList jobs = onDisk();
    EXPECT_EQ(findJob(jobs, failing)->state, JobState::Failed);
    EXPECT_EQ(findJob(jobs, failing)->message, "The loss is no number; lower the learning rate.");
    EXPECT_NE(findJob(jobs, throwing)->message.find("a library threw"), std::string::npos);
    ASSERT_TRUE(queue->retry(failing).ok());
    ASSERT_TRUE(eventually([&] { return m_keeper.ended().size() == 4; }));
}

TEST_F(Queue, RefusesWhatItDoesNotKnowOrCannotKeep)
{
    const auto queue = openQueue();
    EXPECT_EQ(queue->pause(5).error().code, ErrorCode::NotFound);
    EXPECT_EQ(queue->moveTo(5, 0).error().code, ErrorCode::NotFound);
    EXPECT_EQ(queue->add({}, "Nothing").error().code, ErrorCode::BadInput);
    EXPECT_EQ(queue->add({"name", "\xff"}, "No text").error().code, ErrorCode::BadInput);
    EXPECT_EQ(queue->add({"name"}, "").error().code, ErrorCode::BadInput);
    const std::int64_t id = *queue->add({"gate", "a"}, "A");
    ASSERT_TRUE(reaches(*queue, id, JobState::Running));
    EXPECT_EQ(queue->remove(id).error().code, ErrorCode::BadInput);
    EXPECT_EQ(queue->jobs().size(), 1u);
}

TEST_F(Queue, LeavesTheRunningJobForTheNextTimeWhenItIsClosed)
{
    std::int64_t interrupted = 0;
    std::int64_t paused = 0;
    {
        const auto queue = openQueue();
        interrupted = *queue->add({"gate", "a"}, "A");
        paused = *queue->add({"gate", "b"}, "B");
        ASSERT_TRUE(queue->pause(paused).ok());
        ASSERT_TRUE(queue->add({"name", "c"}, "C").ok());
        ASSERT_TRUE(queue->moveTo(paused, 0).ok());
        ASSERT_TRUE(reaches(*queue, interrupted, JobState::Running));
    }
    EXPECT_EQ(onDisk()[0].id, interrupted);
    EXPECT_EQ(stateOf(onDisk(), interrupted), JobState::Waiting);
    EXPECT_EQ(stateOf(onDisk(), paused), JobState::Paused);
    EXPECT_TRUE(m_keeper.ended().empty());
    EXPECT_FALSE(fs::exists(path().string() + ".jobs-lock"));
    m_runner.open("a");
    const auto queue = openQueue();
    EXPECT_TRUE(reaches(*queue, interrupted, JobState::Done));
    EXPECT_TRUE(reaches(*queue, paused, JobState::Paused));
}

TEST_F(Queue, StaysPausedWhenClosedWhilePaused)
{
    std::int64_t id = 0;
    {
        const auto queue = openQueue();
        id = *queue->add({"gate", "a"}, "A");
        ASSERT_TRUE(reaches(*queue, id, JobState::Running));
        ASSERT_TRUE(queue->pause(id).ok());
    }
    EXPECT_EQ(stateOf(onDisk(), id), JobState::Paused);
}

TEST_F(Queue, GoesOnAfterItsProgramWasKilled)
{
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) { // fresh threads of its own; killed while the first job runs
        GateRunner runner;
        auto queue = JobQueue::open(path(), runner.runner());
        if (!queue.ok() || !(*queue)->add({"gate", "a"}, "A").ok() || !(*queue)->add({"name", "b"}, "B").ok()) ::_exit(1);
        while (!(*queue)->running() || StudyFile::open(path())->jobs()->size() < 2) std::this_thread::sleep_for(1ms);
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_EQ(onDisk()[0].state, JobState::Running);
    m_runner.open("a");
    const auto queue = openQueue(); // the lock went with the killed one
    EXPECT_TRUE(reaches(*queue, onDisk()[1].id, JobState::Done));
    EXPECT_EQ(m_runner.began(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(Queue, IsRunByOneProgramAtATime)
{
    auto queue = openQueue();
    const auto second = JobQueue::open(path(), m_runner.runner());
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, ErrorCode::BadInput);
    EXPECT_NE(second.error().message.find("another window or terminal"), std::string::npos);
    const auto third = JobQueue::openIfFree(path(), m_runner.runner());
    ASSERT_TRUE(third.ok());
    EXPECT_EQ(*third, nullptr);
    queue.reset();
    EXPECT_TRUE(JobQueue::open(path(), m_runner.runner()).ok());
    EXPECT_NE(*JobQueue::openIfFree(path(), m_runner.runner()), nullptr);
    EXPECT_EQ(JobQueue::openIfFree(m_folder / "absent.halftone", m_runner.runner()).error().code, ErrorCode::NotFound);
    EXPECT_EQ(JobQueue::open(m_folder / "absent.halftone", m_runner.runner()).error().code, ErrorCode::NotFound);
}

TEST_F(Queue, ObeysWhatAnotherProgramWritesToTheFile)
{
    const auto queue = openQueue();
    const std::int64_t id = *queue->add({"gate", "a"}, "A");
    ASSERT_TRUE(reaches(*queue, id, JobState::Running));
    changeOnDisk([&](JobList& jobs) { EXPECT_TRUE(pauseJob(jobs, id).ok()); });
    ASSERT_TRUE(reaches(*queue, id, JobState::Paused));
    const std::int64_t held = m_runner.steps();
    changeOnDisk([&](JobList& jobs) { EXPECT_TRUE(resumeJob(jobs, id).ok()); });
    ASSERT_TRUE(reaches(*queue, id, JobState::Running));
    EXPECT_TRUE(eventually([&] { return m_runner.steps() > held; }));
    const auto added = StudyFile::open(path())->saveJob({.position = 99, .arguments = {"name", "b"}, .title = "B"});
    ASSERT_TRUE(added.ok());
    const std::int64_t own = *queue->add({"name", "c"}, "C");
    EXPECT_NE(own, *added);
    changeOnDisk([&](JobList& jobs) { EXPECT_TRUE(stopJob(jobs, id, 7).ok()); });
    EXPECT_TRUE(reaches(*queue, *added, JobState::Done));
    EXPECT_TRUE(reaches(*queue, own, JobState::Done));
    EXPECT_TRUE(reaches(*queue, id, JobState::Stopped));
}

TEST_F(Queue, NumbersJobsOneByOneAcrossOpenings)
{
    for (std::int64_t expected : {1, 2, 3}) {
        const auto queue = openQueue();
        EXPECT_EQ(*queue->add({"name", "a"}, "A"), expected);
        ASSERT_TRUE(reaches(*queue, expected, JobState::Done));
        ASSERT_TRUE(queue->remove(expected).ok());
    }
}

TEST_F(Queue, TellsItsListenerOneThingAtATime)
{
    constexpr int kThreads = 4;
    constexpr int kEach = 200;
    const CommandRunner busy = [](const std::vector<std::string>&, const TaskContext& task) -> Result<std::string> {
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&task, t] {
                for (int i = 0; i < kEach; ++i) {
                    task.report("step", i, 1000);
                    task.note("note " + std::to_string(t));
                    task.sample({.run = "r", .series = "loss", .epoch = i / 10.0, .value = 1.0 * t});
                }
            });
        threads.clear();
        task.report("step", 1000, 1000);
        return std::string("{}");
    };
    {
        const auto queue = std::move(*JobQueue::open(path(), busy, &m_keeper));
        std::vector<std::jthread> callers;
        for (int t = 0; t < kThreads; ++t)
            callers.emplace_back([&queue] {
                for (int i = 0; i < 20; ++i) {
                    const auto id = queue->add({"busy"}, "Busy");
                    ASSERT_TRUE(id.ok());
                    if (i > 1) (void)queue->stop(*id); // it may have been quicker
                    EXPECT_FALSE(queue->jobs().empty());
                }
            });
        callers.clear();
        ASSERT_TRUE(eventually([&] {
            const JobList jobs = queue->jobs();
            return !queue->running() && std::none_of(jobs.begin(), jobs.end(), [](const JobRecord& job) {
                return job.state == JobState::Waiting || job.state == JobState::Running;
            });
        }));
        EXPECT_EQ(queue->jobs().size(), 20u * kThreads);
    }
    const std::size_t ran = m_keeper.ended().size();
    EXPECT_GE(ran, 2u * kThreads);
    EXPECT_EQ(m_keeper.notes.size(), ran * kThreads * kEach);
    EXPECT_EQ(m_keeper.samples.size(), m_keeper.notes.size());
    EXPECT_LT(m_keeper.progress.size(), m_keeper.notes.size() / 2); // no more than a person can see
    EXPECT_EQ(m_keeper.progress.back().second, "step 1000"); // but always the end
    EXPECT_EQ(m_keeper.lastSecondsLeft, 0);
}

TEST_F(Queue, ReturnsFromEveryCallWhileTheDiskIsBusy)
{
    const auto queue = openQueue();
    std::atomic<bool> written{false};
    std::jthread writer([&] { // holds the file for a while, as a slow disk would
        changeOnDisk([&](JobList&) { std::this_thread::sleep_for(700ms); });
        written = true;
    });
    std::this_thread::sleep_for(100ms);
    const std::int64_t id = *queue->add({"name", "a"}, "A");
    EXPECT_TRUE(queue->pause(id).ok());
    EXPECT_EQ(queue->jobs().size(), 1u);
    EXPECT_FALSE(written);
    writer.join();
    EXPECT_TRUE(reaches(*queue, id, JobState::Paused));
    EXPECT_TRUE(m_runner.began().empty());
}
