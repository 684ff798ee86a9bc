// Queued calls from the job queue's thread to the window's.
#include "widgets/session/job_signals.h"

#include <QMetaObject>

namespace halftone {

JobSignals::JobSignals(Session& session)
    : m_session(session)
{
}

// What a queue says that is ending, after its study was closed, is not heard.
template <typename Call> void JobSignals::post(Call call)
{
    QMetaObject::invokeMethod(
        this,
        [this, call = std::move(call)] {
            if (m_session.m_listener == this) call();
        },
        Qt::QueuedConnection);
}

void JobSignals::jobsChanged()
{
    post([this] { m_session.takeJobs(); });
}

void JobSignals::jobProgress(std::int64_t job, const Progress& progress, double secondsLeft)
{
    {
        const std::lock_guard lock(m_mutex);
        m_newest[job] = {progress, secondsLeft};
        if (m_isPosted) return;
        m_isPosted = true;
    }
    post([this] { deliverProgress(); });
}

void JobSignals::deliverProgress()
{
    std::map<std::int64_t, JobProgressState> newest;
    {
        const std::lock_guard lock(m_mutex);
        newest.swap(m_newest);
        m_isPosted = false;
    }
    for (const auto& [job, progress] : newest) m_session.takeProgress(job, progress);
}

void JobSignals::jobSample(std::int64_t, const CurveSample& sample)
{
    post([this, sample] { emit m_session.curveSampled(sample); });
}

void JobSignals::jobNote(std::int64_t, const std::string& sentence)
{
    post([this, text = QString::fromStdString(sentence)] { emit m_session.noted(text); });
}

void JobSignals::jobFinished(const JobRecord& job, const Result<std::string>&)
{
    post([this, job] { m_session.takeFinished(job); });
}

} // namespace halftone
