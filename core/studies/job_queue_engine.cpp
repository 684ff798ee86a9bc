// Keeping and running the jobs.
#include "core/studies/job_queue_engine.h"

#include <algorithm>
#include <ctime>

namespace halftone {

namespace {

constexpr auto kLookInterval = std::chrono::seconds(1); // at what other programs wrote
constexpr int kIdsAtOnce = 256; // that add() can give without waiting for the disk

} // namespace

std::int64_t presentTime() { return static_cast<std::int64_t>(std::time(nullptr)); }

Status JobQueue::Engine::begin()
{
    HALFTONE_TRY(m_jobs, m_file.changeJobs([](JobList& jobs) {
        JobList before = jobs;
        for (const JobRecord& job : before)
            if (job.state == JobState::Running) putBack(jobs, job.id);
    }));
    HALFTONE_TRY(const std::int64_t first, m_file.reserveJobIds(kIdsAtOnce));
    for (int i = 0; i < kIdsAtOnce; ++i) m_ids.push_back(first + i);
    m_worker = std::thread([this] { work(); });
    m_keeper = std::thread([this] { keep(); });
    return {};
}

JobQueue::Engine::~Engine()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_closing = true;
        if (m_running) m_running->stop.request_stop();
    }
    m_wakeKeeper.notify_all();
    if (m_keeper.joinable()) m_keeper.join();
    {
        const std::scoped_lock lock(m_mutex);
        m_ended = true;
    }
    m_wakeWorker.notify_all();
    if (m_worker.joinable()) m_worker.join();
}

Result<std::int64_t> JobQueue::Engine::add(JobRecord job)
{
    HALFTONE_CHECK(StudyFile::checkJob(job));
    const std::scoped_lock lock(m_mutex);
    if (m_ids.empty()) return Error{ErrorCode::Failed, "More jobs were added than the disk could take; try again in a moment."};
    job.id = m_ids.front();
    m_ids.pop_front();
    const std::int64_t id = job.id;
    HALFTONE_CHECK(apply([job = std::move(job)](JobList& jobs) -> Status {
        addJob(jobs, job);
        return {};
    }));
    return id;
}

Status JobQueue::Engine::change(Change change)
{
    const std::scoped_lock lock(m_mutex);
    return apply(change);
}

// In memory now, on the disk soon. Under the mutex.
Status JobQueue::Engine::apply(const Change& change)
{
    HALFTONE_CHECK(change(m_jobs));
    m_changes.push_back(change);
    m_changed = true;
    steer();
    m_wakeKeeper.notify_all();
    return {};
}

// Makes the running job do what its state in the list says. Under the mutex.
void JobQueue::Engine::steer()
{
    if (!m_running || m_running->stop.stop_requested()) return;
    JobRecord* const job = findJob(m_jobs, m_running->job.id);
    if (job == nullptr || job->state == JobState::Stopped) {
        m_running->stop.request_stop();
        return;
    }
    m_running->hold(job->state == JobState::Paused);
    if (job->state != JobState::Waiting) return;
    const Change goesOn = [id = job->id](JobList& jobs) -> Status {
        JobRecord* const resumed = findJob(jobs, id);
        if (resumed != nullptr && resumed->state == JobState::Waiting) resumed->state = JobState::Running;
        return {};
    };
    (void)goesOn(m_jobs); // never refuses
    m_changes.push_back(goesOn);
    m_changed = true;
}

void JobQueue::Engine::tell(Lock& lock)
{
    if (!m_changed) return;
    m_changed = false;
    lock.unlock();
    m_listener.jobsChanged();
    lock.lock();
}

void JobQueue::Engine::tellTrouble(Lock& lock, const Status& done)
{
    const std::string trouble = done.ok() ? std::string() : done.error().message;
    if (trouble == m_trouble) return; // once, not every second
    m_trouble = trouble;
    if (trouble.empty()) return;
    lock.unlock();
    m_listener.jobNote(0, trouble);
    lock.lock();
}

// Writes what changed here, reads what changed there.
void JobQueue::Engine::exchangeWithFile(Lock& lock)
{
    const std::deque<Change> changes = m_changes;
    lock.unlock();
    Result<JobList> list = changes.empty() ? m_file.jobs() : m_file.changeJobs([&changes](JobList& jobs) {
        for (const Change& change : changes) (void)change(jobs); // refused: another program was faster
    });
    lock.lock();
    tellTrouble(lock, list.ok() ? Status() : Status(list.error()));
    if (!list.ok()) return; // again in a second
    m_changes.erase(m_changes.begin(), m_changes.begin() + static_cast<std::ptrdiff_t>(changes.size()));
    for (const Change& change : m_changes) (void)change(*list);
    if (*list == m_jobs) return;
    m_jobs = std::move(*list);
    m_changed = true;
    steer();
}

void JobQueue::Engine::moreIds(Lock& lock)
{
    if (m_ids.size() > kIdsAtOnce / 2) return;
    lock.unlock();
    const auto first = m_file.reserveJobIds(kIdsAtOnce);
    lock.lock();
    tellTrouble(lock, first.ok() ? Status() : Status(first.error()));
    if (!first.ok()) return;
    for (int i = 0; i < kIdsAtOnce; ++i) m_ids.push_back(*first + i);
}

void JobQueue::Engine::startNext(Lock& lock)
{
    const auto next
        = std::find_if(m_jobs.begin(), m_jobs.end(), [](const JobRecord& job) { return job.state == JobState::Waiting; });
    if (m_running || m_closing || next == m_jobs.end()) return;
    const std::int64_t id = next->id;
    const Change starts = [id, time = presentTime()](JobList& jobs) -> Status {
        JobRecord* const job = findJob(jobs, id);
        if (job == nullptr || job->state != JobState::Waiting) return Error{ErrorCode::BadInput, "The job waits no more."};
        job->state = JobState::Running;
        job->message.clear();
        job->startedAt = time;
        job->finishedAt = 0;
        return {};
    };
    if (!apply(starts).ok()) return;
    exchangeWithFile(lock);
    const JobRecord* const job = findJob(m_jobs, id);
    if (job == nullptr || job->state != JobState::Running || m_closing) { // somebody paused or stopped it meanwhile
        if (job != nullptr && job->state == JobState::Running)
            (void)apply([id](JobList& jobs) -> Status {
                putBack(jobs, id);
                return {};
            });
        return;
    }
    m_running = std::make_unique<RunningJob>(*job, m_listener);
    m_wakeWorker.notify_all();
}

void JobQueue::Engine::finish(Lock& lock)
{
    if (!m_running || !m_running->answer) return;
    const std::unique_ptr<RunningJob> ended = std::move(m_running);
    const Result<std::string>& answer = *ended->answer;
    const bool closing = m_closing;
    JobRecord last = ended->job;
    last.state = JobState::Stopped; // if it was removed meanwhile
    (void)apply([answer = std::as_const(answer), closing, id = ended->job.id, time = presentTime()](JobList& jobs) -> Status {
        JobRecord* const job = findJob(jobs, id);
        if (job == nullptr || (job->state == JobState::Waiting && !answer.ok())) return {}; // removed, or to be tried again
        const bool stopped = !answer.ok() && answer.error().code == ErrorCode::Cancelled;
        if (stopped && closing && job->state == JobState::Running) {
            putBack(jobs, id);
            return {};
        }
        if (stopped && closing && job->state == JobState::Paused) return {};
        job->state = answer.ok() ? JobState::Done : stopped ? JobState::Stopped : JobState::Failed;
        job->message = answer.ok() || stopped ? std::string() : answer.error().message;
        job->finishedAt = time;
        return {};
    });
    if (const JobRecord* const job = findJob(m_jobs, ended->job.id)) last = *job;
    exchangeWithFile(lock);
    tell(lock);
    if (last.state == JobState::Waiting || last.state == JobState::Paused) return;
    lock.unlock();
    m_listener.jobFinished(last, answer);
    lock.lock();
}

bool JobQueue::Engine::hasSomethingToDo() const
{
    if (m_running && m_running->answer) return true;
    if (m_closing && !m_running) return true;
    return m_changed || (!m_changes.empty() && m_trouble.empty());
}

void JobQueue::Engine::keep()
{
    Lock lock(m_mutex);
    auto look = std::chrono::steady_clock::now() + kLookInterval;
    while (true) {
        tell(lock);
        finish(lock);
        moreIds(lock);
        if (!m_changes.empty() || std::chrono::steady_clock::now() >= look) {
            exchangeWithFile(lock);
            look = std::chrono::steady_clock::now() + kLookInterval;
        }
        startNext(lock);
        tell(lock);
        if (m_closing && !m_running) break;
        m_wakeKeeper.wait_until(lock, look, [this] { return hasSomethingToDo(); });
    }
    exchangeWithFile(lock);
    tell(lock);
    const auto count = static_cast<std::int64_t>(m_ids.size());
    if (count > 0 && m_ids.back() - m_ids.front() + 1 == count) // else they are lost, which harms nobody
        (void)m_file.releaseJobIds(m_ids.front(), m_ids.back());
}

void JobQueue::Engine::work()
{
    Lock lock(m_mutex);
    while (true) {
        m_wakeWorker.wait(lock, [this] { return m_ended || (m_running && !m_running->answer); });
        if (m_ended) return;
        RunningJob& running = *m_running; // stays until its answer is there
        lock.unlock();
        const TaskContext task(running.stop.get_token(), &running.sink, running.pause);
        Result<std::string> answer = Error{ErrorCode::Failed, "The job ended without an answer; try it again."};
        try {
            answer = m_runner(withStudyPath(running.job.arguments, m_file.path()), task);
        } catch (const std::exception& exception) {
            answer = Error{ErrorCode::Failed, std::string("The job failed: ") + exception.what() + "."};
        }
        lock.lock();
        running.answer = std::move(answer);
        m_wakeKeeper.notify_all();
    }
}

} // namespace halftone
