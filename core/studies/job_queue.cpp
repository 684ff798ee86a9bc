// JobQueue: what its owner calls.
#include "core/studies/job_queue.h"

#include "core/studies/job_queue_engine.h"

namespace halftone {

JobQueue::JobQueue(std::unique_ptr<Engine> engine)
    : m_engine(std::move(engine))
{
}
JobQueue::~JobQueue() = default;

Result<std::unique_ptr<JobQueue>> JobQueue::open(
    const std::filesystem::path& study, CommandRunner runner, JobListener* listener)
{
    HALFTONE_TRY(auto queue, openIfFree(study, std::move(runner), listener));
    if (!queue)
        return Error{ErrorCode::BadInput,
            "The jobs of " + study.string()
                + " are being run by another window or terminal; close that one first, or ask it with 'halftone jobs'."};
    return queue;
}

Result<std::unique_ptr<JobQueue>> JobQueue::openIfFree(
    const std::filesystem::path& study, CommandRunner runner, JobListener* listener)
{
    HALFTONE_TRY(StudyFile file, StudyFile::open(std::filesystem::absolute(study).lexically_normal()));
    Result<FileLock> lock = FileLock::acquire(file.path().string() + ".jobs-lock", "It is held.");
    if (!lock.ok() && lock.error().code == ErrorCode::BadInput) return std::unique_ptr<JobQueue>();
    if (!lock.ok()) return lock.error();
    auto engine = std::make_unique<Engine>(std::move(file), std::move(*lock), std::move(runner), listener);
    HALFTONE_CHECK(engine->begin());
    return std::unique_ptr<JobQueue>(new JobQueue(std::move(engine)));
}

Result<std::int64_t> JobQueue::add(std::vector<std::string> arguments, std::string title)
{
    return m_engine->add({.arguments = withPlaceholder(std::move(arguments), m_engine->path()),
        .title = std::move(title),
        .createdAt = presentTime()});
}

Status JobQueue::pause(std::int64_t id)
{
    return m_engine->change([id](JobList& jobs) { return pauseJob(jobs, id); });
}

Status JobQueue::resume(std::int64_t id)
{
    return m_engine->change([id](JobList& jobs) { return resumeJob(jobs, id); });
}

Status JobQueue::stop(std::int64_t id)
{
    return m_engine->change([id, time = presentTime()](JobList& jobs) { return stopJob(jobs, id, time); });
}

Status JobQueue::retry(std::int64_t id)
{
    return m_engine->change([id](JobList& jobs) { return retryJob(jobs, id); });
}

Status JobQueue::remove(std::int64_t id)
{
    return m_engine->change([id](JobList& jobs) { return removeJob(jobs, id); });
}

Status JobQueue::moveTo(std::int64_t id, int index)
{
    return m_engine->change([id, index](JobList& jobs) { return moveJob(jobs, id, index); });
}

std::vector<JobRecord> JobQueue::jobs() const { return m_engine->jobs(); }
std::optional<std::int64_t> JobQueue::running() const { return m_engine->running(); }

} // namespace halftone
