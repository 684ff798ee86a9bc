// Queued calls from the job queue's thread to the window's.
#include "widgets/session/job_signals.h"

#include <QMetaObject>

namespace halftone {

JobSignals::JobSignals(Session& session)
    : m_session(session)
{
}

void JobSignals::jobsChanged()
{
    QMetaObject::invokeMethod(this, [this] { m_session.takeJobs(); }, Qt::QueuedConnection);
}

void JobSignals::jobProgress(std::int64_t job, const Progress& progress, double secondsLeft)
{
    {
        const std::lock_guard lock(m_mutex);
        m_newest[job] = {progress, secondsLeft};
        if (m_isPosted) return;
        m_isPosted = true;
    }
    QMetaObject::invokeMethod(this, [this] { deliverProgress(); }, Qt::QueuedConnection);
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
    QMetaObject::invokeMethod(this, [this, sample] { emit m_session.curveSampled(sample); }, Qt::QueuedConnection);
}

void JobSignals::jobNote(std::int64_t, const std::string& sentence)
{
    QMetaObject::invokeMethod(
        this, [this, text = QString::fromStdString(sentence)] { emit m_session.noted(text); }, Qt::QueuedConnection);
}

void JobSignals::jobFinished(const JobRecord& job, const Result<std::string>&)
{
    QMetaObject::invokeMethod(this, [this, job] { m_session.takeFinished(job); }, Qt::QueuedConnection);
}

} // namespace halftone
