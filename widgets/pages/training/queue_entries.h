// What the queue shows of each job, told from its command line, its state and its progress.
#pragma once

#include <vector>

#include "widgets/pages/training/queue_row.h"
#include "widgets/session/session.h"

namespace halftone {

class TimeEstimates;

// What is known of the run that the running job trains.
struct LiveRun {
    std::int64_t job = 0; // 0: none runs
    std::int64_t epoch = 0; // the one at hand, from 1
    std::int64_t epochs = 0;
    double secondsPerEpoch = 0; // 0: not known yet
};

// The one that runs, those that wait in their order, then those that failed or were stopped.
std::vector<QueueEntry> queueEntries(const Session& session, TimeEstimates& estimates, const LiveRun& live);
// "3 jobs · 38 min left"
QString queueSummary(const std::vector<QueueEntry>& entries, const Session& session, TimeEstimates& estimates);
// The value of an option in a command line; empty when it is not there.
QString optionOf(const JobRecord& job, const QString& option);
bool isBegun(const JobRecord& job); // it has been started and has not ended

} // namespace halftone
