// JobQueue: runs the jobs of a study one after the other, and keeps them in its file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/store/study_records.h"
#include "core/studies/command_runner.h"

namespace halftone {

// Called from threads of the queue, one call at a time, never from within a call of the queue. Must outlive the queue.
class JobListener {
public:
    virtual ~JobListener() = default;
    virtual void jobsChanged() { } // JobQueue::jobs() answers something new
    // A few times a second. secondsLeft of the step: below 0 while unknown.
    virtual void jobProgress(std::int64_t, const Progress&, double /*secondsLeft*/) { }
    virtual void jobSample(std::int64_t, const CurveSample&) { }
    virtual void jobNote(std::int64_t, const std::string& /*sentence*/) { } // id 0: of the queue itself
    // Done, Failed or Stopped; a job that only waits for the study to be opened again has not finished.
    virtual void jobFinished(const JobRecord&, const Result<std::string>& /*answer*/) { }
};

// Every call returns at once: the file is written and read by a thread of the queue. What another program writes to the file
// (halftone jobs --pause) is seen within about a second.
class JobQueue {
public:
    // Errors: those of StudyFile::open; BadInput when another program runs the jobs of this study. A job that was running
    // when its program ended waits again and comes first. The queue runs at once.
    static Result<std::unique_ptr<JobQueue>> open(
        const std::filesystem::path& study, CommandRunner runner, JobListener* listener = nullptr);
    // The same, but null when another program runs the jobs.
    static Result<std::unique_ptr<JobQueue>> openIfFree(
        const std::filesystem::path& study, CommandRunner runner, JobListener* listener = nullptr);
    // Asks the running job to stop and waits for it; it goes on when the study is opened again.
    ~JobQueue();
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;

    // Answers the id. In `arguments`, kStudyPlaceholder (job_list.h) stands for the study's path.
    Result<std::int64_t> add(std::vector<std::string> arguments, std::string title);
    // NotFound and BadInput as in job_list.h.
    Status pause(std::int64_t id); // a running one waits at its next stopRequested()
    Status resume(std::int64_t id);
    Status stop(std::int64_t id); // a running one is Stopped at once, and running() until it has ended
    Status retry(std::int64_t id);
    Status remove(std::int64_t id);
    Status moveTo(std::int64_t id, int index); // among those that wait or are paused

    std::vector<JobRecord> jobs() const; // by position
    std::optional<std::int64_t> running() const; // the job at work, also while it is held or is being stopped

private:
    class Engine;
    explicit JobQueue(std::unique_ptr<Engine> engine);
    std::unique_ptr<Engine> m_engine;
};

} // namespace halftone
