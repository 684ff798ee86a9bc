// How long training and evaluation take on this machine: from the study's finished runs, or from a short trial.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/studies/training_run.h"

namespace halftone {

// Work that is still to be done.
struct TrainingLoad {
    std::int64_t runs = 1;
    std::int64_t epochs = 1; // of each
    std::int64_t images = 0; // an epoch
    bool quantized = true;
    bool distils = false;
    bool sideBySide = false; // one thread a run, as many at once as there are cores
};

// One epoch (or one whole evaluation) that was timed.
struct TimedWork {
    double secondsPerImage = 0;
    int threads = 1;
    bool quantized = true;
    bool distils = false;
};

class TrainingSpeed {
public:
    // The epochs of the study's finished runs that this processor trained.
    static Result<TrainingSpeed> ofRuns(Study& study);
    bool known() const { return !m_epochs.empty() && !m_evaluations.empty(); }
    // Trains and evaluates a few batches of the request, of which nothing is kept. Seconds to a minute for large networks.
    // Errors: those of training; Cancelled.
    Status tryOut(Study& study, const RunRequest& example, const TaskContext& task);

    // Wall seconds on the study's threads; 0 when nothing is known. The epochs most like the load count: alike in being
    // quantized, then in threads, then in having a teacher. Their median is scaled by images and threads.
    double seconds(const TrainingLoad& load) const;
    double evaluationSeconds(std::int64_t images, bool quantized) const; // batch norm frozen, all threads
    bool tried() const { return m_tried; } // some of it is from a trial

    explicit TrainingSpeed(int threads)
        : m_threads(threads)
    {
    }
    void addEpoch(const TimedWork& epoch) { m_epochs.push_back(epoch); }
    void addEvaluation(const TimedWork& evaluation) { m_evaluations.push_back(evaluation); }

private:
    int m_threads = 1;
    bool m_tried = false;
    std::vector<TimedWork> m_epochs;
    std::vector<TimedWork> m_evaluations;
};

} // namespace halftone
