// What a running job tells its listener: one call at a time, progress not more often than a person can see.
#pragma once

#include <chrono>
#include <mutex>

#include "core/base/time_left.h"
#include "core/studies/job_queue.h"

namespace halftone {

// Seconds of work, pauses left out.
class WorkClock {
public:
    void setPaused(bool paused);
    double seconds() const;

private:
    using Clock = std::chrono::steady_clock;
    mutable std::mutex m_mutex;
    Clock::duration m_before{};
    Clock::time_point m_since = Clock::now();
    bool m_paused = false;
};

// The listener, called by one thread at a time; nobody, when there is none.
class SerialListener final : public JobListener {
public:
    explicit SerialListener(JobListener* listener)
        : m_listener(listener)
    {
    }
    void jobsChanged() override;
    void jobProgress(std::int64_t id, const Progress& progress, double secondsLeft) override;
    void jobSample(std::int64_t id, const CurveSample& sample) override;
    void jobNote(std::int64_t id, const std::string& sentence) override;
    void jobFinished(const JobRecord& job, const Result<std::string>& answer) override;

private:
    JobListener* const m_listener; // may be absent
    std::mutex m_mutex;
};

// One job's.
class JobSink final : public ProgressSink {
public:
    JobSink(std::int64_t id, SerialListener& listener, const WorkClock& clock)
        : m_id(id)
        , m_listener(listener)
        , m_clock(clock)
    {
    }
    void progress(const Progress& progress) override;
    void note(std::string_view sentence) override { m_listener.jobNote(m_id, std::string(sentence)); }
    void sample(const CurveSample& sample) override { m_listener.jobSample(m_id, sample); }

private:
    const std::int64_t m_id;
    SerialListener& m_listener;
    const WorkClock& m_clock;
    std::mutex m_mutex;
    TimeLeft m_timeLeft;
    std::string m_step;
    std::chrono::steady_clock::time_point m_lastTold{};
};

} // namespace halftone
