// JobSignals: brings a job queue's calls from its thread to the session on the window's.
#pragma once

#include <map>
#include <mutex>

#include <QObject>

#include "core/studies/job_queue.h"
#include "widgets/session/session.h"

namespace halftone {

// Progress comes with every batch: only the newest waits to be shown, so that a slow window never falls behind.
class JobSignals : public QObject, public JobListener {
public:
    explicit JobSignals(Session& session);

    void jobsChanged() override;
    void jobProgress(std::int64_t job, const Progress& progress, double secondsLeft) override;
    void jobSample(std::int64_t job, const CurveSample& sample) override;
    void jobNote(std::int64_t job, const std::string& sentence) override;
    void jobFinished(const JobRecord& job, const Result<std::string>& answer) override;

private:
    template <typename Call> void post(Call call);
    void deliverProgress();

    Session& m_session;
    std::mutex m_mutex;
    std::map<std::int64_t, JobProgressState> m_newest;
    bool m_isPosted = false;
};

} // namespace halftone
