// The session's jobs: in its own queue, or in the file while another program runs them.
#include <algorithm>
#include <utility>

#include <QDateTime>

#include "core/studies/job_list.h"
#include "widgets/session/job_signals.h"
#include "widgets/session/session.h"

namespace halftone {

namespace {

// What a look at a queue that is not ours brings.
struct Look {
    std::vector<JobRecord> jobs;
    std::unique_ptr<JobQueue> queue; // null: the other program goes on
};

bool hasBegun(const JobRecord& job)
{
    return job.state == JobState::Running || (job.state == JobState::Paused && job.startedAt != 0 && job.finishedAt == 0);
}

} // namespace

std::int64_t Session::enqueue(const QStringList& arguments, const QString& title)
{
    if (!m_overview) return 0;
    if (!m_queue) {
        lookForQueue();
        emit failed(tr("Another window or terminal runs the jobs of this study; start it there, or close that program and try again."));
        return 0;
    }
    std::vector<std::string> words;
    for (const QString& word : arguments) words.push_back(word.toStdString());
    const auto id = m_queue->add(std::move(words), title.toStdString());
    if (!id.ok()) {
        emit failed(QString::fromStdString(id.error().message));
        return 0;
    }
    noteCommand(arguments);
    m_jobs = m_queue->jobs();
    emit jobsChanged();
    return *id;
}

std::optional<JobRecord> Session::currentJob() const
{
    const auto running = m_queue ? m_queue->running() : std::nullopt;
    for (const JobRecord& job : m_jobs)
        if (m_queue ? job.id == running : hasBegun(job)) return job;
    return std::nullopt;
}

JobProgressState Session::progressOf(std::int64_t job) const { return m_progress.value(job); }

void Session::tell(const Status& status)
{
    if (!status.ok()) emit failed(QString::fromStdString(status.error().message));
}

// In the queue at once, or in the file, where the program that runs the jobs looks.
void Session::changeJobs(const std::function<Status(JobQueue&)>& here, std::function<Status(std::vector<JobRecord>&)> there)
{
    if (m_queue) return tell(here(*m_queue));
    if (!m_overview) return;
    m_reader.run(
        [path = studyPath().toStdString(), there = std::move(there)](const TaskContext&) -> Status {
            HALFTONE_TRY(StudyFile file, StudyFile::open(path));
            Status done;
            HALFTONE_CHECK(file.changeJobs([&](JobList& jobs) {
                const JobList before = jobs;
                done = there(jobs);
                if (!done.ok()) jobs = before;
            }));
            return done;
        },
        this, [this](const Status& done) {
            tell(done);
            lookForQueue(); // brings the changed list
        });
}

void Session::pauseJob(std::int64_t job)
{
    changeJobs([job](JobQueue& queue) { return queue.pause(job); }, [job](JobList& jobs) { return halftone::pauseJob(jobs, job); });
}

void Session::resumeJob(std::int64_t job)
{
    changeJobs([job](JobQueue& queue) { return queue.resume(job); }, [job](JobList& jobs) { return halftone::resumeJob(jobs, job); });
}

void Session::stopJob(std::int64_t job)
{
    changeJobs([job](JobQueue& queue) { return queue.stop(job); },
        [job, now = QDateTime::currentSecsSinceEpoch()](JobList& jobs) { return halftone::stopJob(jobs, job, now); });
}

void Session::retryJob(std::int64_t job)
{
    changeJobs([job](JobQueue& queue) { return queue.retry(job); }, [job](JobList& jobs) { return halftone::retryJob(jobs, job); });
}

void Session::removeJob(std::int64_t job)
{
    changeJobs([job](JobQueue& queue) { return queue.remove(job); }, [job](JobList& jobs) { return halftone::removeJob(jobs, job); });
}

void Session::moveJob(std::int64_t job, int place)
{
    changeJobs([=](JobQueue& queue) { return queue.moveTo(job, place); },
        [=](JobList& jobs) { return halftone::moveJob(jobs, job, place); });
}

// The queue stops its job at the next batch and keeps it; the window does not wait for that.
void Session::retireQueue()
{
    m_look.stop();
    JobSignals* const listener = std::exchange(m_listener, nullptr);
    if (!listener) return;
    const auto queue = std::make_shared<std::unique_ptr<JobQueue>>(std::move(m_queue)); // a copy of the work may be made
    m_reader.run(
        [queue](const TaskContext&) {
            queue->reset();
            return 0;
        },
        this, [this, listener](int) { drop(listener); });
}

void Session::drop(JobSignals* listener)
{
    std::erase_if(m_listeners, [listener](const auto& one) { return one.get() == listener; });
}

// While another program runs the jobs: has it ended, and what has become of them?
void Session::lookForQueue()
{
    if (m_queue || !m_overview) return;
    m_look.stop(); // one look at a time
    m_reader.run(
        [path = studyPath().toStdString(), runner = m_runner, listener = m_listener](const TaskContext&) -> Result<std::shared_ptr<Look>> {
            auto look = std::make_shared<Look>();
            HALFTONE_TRY(const StudyFile file, StudyFile::open(path, {.access = StudyAccess::ReadOnly}));
            HALFTONE_TRY(look->queue, JobQueue::openIfFree(path, runner, listener));
            HALFTONE_TRY(look->jobs, file.jobs());
            return look;
        },
        this, [this, listener = m_listener](Result<std::shared_ptr<Look>> look) {
            if (m_listener != listener || m_queue) return; // another study, or a look that was faster
            if (look.ok()) takeQueue(std::move((*look)->queue), std::move((*look)->jobs));
            if (!m_queue) m_look.start(); // a file that cannot be read now is looked at again
        });
}

void Session::takeQueue(std::unique_ptr<JobQueue> queue, std::vector<JobRecord> jobs)
{
    const bool changed = jobs != m_jobs;
    m_queue = std::move(queue);
    m_jobs = m_queue ? m_queue->jobs() : std::move(jobs);
    if (m_queue) emit noted(tr("The other program has ended; work can be started here now."));
    if (!changed && !m_queue) return;
    emit jobsChanged();
    refresh();
}

void Session::takeJobs()
{
    if (!m_queue) return;
    m_jobs = m_queue->jobs();
    emit jobsChanged();
}

void Session::takeProgress(std::int64_t job, const JobProgressState& progress)
{
    m_progress[job] = progress;
    emit jobProgressed(job);
}

void Session::takeFinished(const JobRecord& job)
{
    m_progress.remove(job.id);
    takeJobs();
    refresh();
    emit jobFinished(job.id);
}

} // namespace halftone
