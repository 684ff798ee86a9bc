// The inside of JobQueue: one thread keeps the list and the file, another runs the jobs. For job_queue*.cpp only.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "core/base/file_lock.h"
#include "core/store/study_file.h"
#include "core/studies/job_events.h"
#include "core/studies/job_list.h"
#include "core/studies/job_queue.h"

namespace halftone {

// A change of the list. It is made in memory at once, and once more on the file's list when the disk is written, which may
// have been changed by another program meanwhile; there it does nothing if it is not possible any more.
using Change = std::function<Status(JobList&)>;

// What the worker is given.
struct RunningJob {
    RunningJob(const JobRecord& record, SerialListener& listener)
        : job(record)
        , sink(record.id, listener, clock)
    {
    }
    void hold(bool paused)
    {
        clock.setPaused(paused);
        pause->store(paused);
    }
    const JobRecord job; // as it was begun
    std::stop_source stop;
    PauseFlag pause = std::make_shared<std::atomic<bool>>(false);
    WorkClock clock;
    JobSink sink;
    std::optional<Result<std::string>> answer; // once it has ended
};

class JobQueue::Engine {
public:
    Engine(StudyFile file, FileLock lock, CommandRunner runner, JobListener* listener)
        : m_lock(std::move(lock))
        , m_file(std::move(file))
        , m_runner(std::move(runner))
        , m_listener(listener)
    {
    }
    Status begin(); // reads the file and starts the threads
    ~Engine();

    Result<std::int64_t> add(JobRecord job);
    Status change(Change change);
    JobList jobs() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_jobs;
    }
    std::optional<std::int64_t> running() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_running ? std::optional(m_running->job.id) : std::nullopt;
    }
    const std::filesystem::path& path() const { return m_file.path(); }

private:
    using Lock = std::unique_lock<std::mutex>;

    void keep();
    void work();
    void exchangeWithFile(Lock& lock);
    void moreIds(Lock& lock);
    void tell(Lock& lock);
    void tellTrouble(Lock& lock, const Status& done);
    void steer();
    void startNext(Lock& lock);
    void finish(Lock& lock);
    Status apply(const Change& change);
    bool hasSomethingToDo() const;

    const FileLock m_lock; // goes last
    StudyFile m_file; // used by the keeping thread only, once that runs
    const CommandRunner m_runner;
    SerialListener m_listener;

    mutable std::mutex m_mutex; // of all that follows
    std::condition_variable m_wakeKeeper;
    std::condition_variable m_wakeWorker;
    JobList m_jobs; // the file's with m_changes made
    std::deque<Change> m_changes; // not on the disk yet
    std::deque<std::int64_t> m_ids; // for jobs to come
    bool m_changed = true; // the listener does not know yet
    bool m_closing = false;
    bool m_ended = false; // the worker has nothing more to do
    std::string m_trouble; // with the file, told last
    std::unique_ptr<RunningJob> m_running;
    std::thread m_keeper;
    std::thread m_worker;
};

// Seconds since 1970.
std::int64_t presentTime();

} // namespace halftone
