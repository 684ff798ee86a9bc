// Passing on what a running job tells.
#include "core/studies/job_events.h"

namespace halftone {

void WorkClock::setPaused(bool paused)
{
    const std::scoped_lock lock(m_mutex);
    if (paused == m_paused) return;
    const auto now = Clock::now();
    if (paused) m_before += now - m_since;
    m_since = now;
    m_paused = paused;
}

double WorkClock::seconds() const
{
    const std::scoped_lock lock(m_mutex);
    const auto running = m_paused ? Clock::duration{} : Clock::now() - m_since;
    return std::chrono::duration<double>(m_before + running).count();
}

void SerialListener::jobsChanged()
{
    const std::scoped_lock lock(m_mutex);
    if (m_listener) m_listener->jobsChanged();
}

void SerialListener::jobProgress(std::int64_t id, const Progress& progress, double secondsLeft)
{
    const std::scoped_lock lock(m_mutex);
    if (m_listener) m_listener->jobProgress(id, progress, secondsLeft);
}

void SerialListener::jobSample(std::int64_t id, const CurveSample& sample)
{
    const std::scoped_lock lock(m_mutex);
    if (m_listener) m_listener->jobSample(id, sample);
}

void SerialListener::jobNote(std::int64_t id, const std::string& sentence)
{
    const std::scoped_lock lock(m_mutex);
    if (m_listener) m_listener->jobNote(id, sentence);
}

void SerialListener::jobFinished(const JobRecord& job, const Result<std::string>& answer)
{
    const std::scoped_lock lock(m_mutex);
    if (m_listener) m_listener->jobFinished(job, answer);
}

void JobSink::progress(const Progress& progress)
{
    constexpr auto kInterval = std::chrono::milliseconds(50);
    const std::scoped_lock lock(m_mutex);
    const auto now = std::chrono::steady_clock::now();
    const double secondsLeft = m_timeLeft.update(progress, m_clock.seconds());
    const bool tellsMuch = progress.step != m_step || progress.done >= progress.total;
    if (!tellsMuch && now - m_lastTold < kInterval) return;
    m_step = progress.step;
    m_lastTold = now;
    m_listener.jobProgress(m_id, progress, secondsLeft);
}

} // namespace halftone
