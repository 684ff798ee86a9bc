// The score stage: sensitivity of every linked group, by one metric or several; cached and resumable.
#pragma once

#include <string>
#include <vector>

#include "core/sensitivity/all_metrics.h"
#include "core/studies/training_run.h"

namespace halftone {

struct ScoreOptions {
    std::vector<std::string> metrics{"eagl"}; // of allMetrics()
    int highBits = 4, lowBits = 2;
    std::int64_t baseEpochs = 5; // of the network that is scored
    std::int64_t epochs = 1; // of each ALPS run
    bool byAccuracy = false; // ALPS: training accuracy instead of training loss
    std::int64_t images = 0; // training images that HAWQ-v3 and output divergence read; 0: imagesOfScoring()
    std::int64_t probes = 50; // HAWQ-v3: at most
    bool withActivations = false; // HAWQ-v3: the joint form
    bool byOutputError = false; // output divergence: noise over signal instead of KL
};
struct ScoreReport {
    SensitivityReport scores;
    bool fromCache = false;
};
// In the order asked for. The base network is trained first when one of the metrics reads it. Before a metric that trains, the
// estimated time is told through task.note().
Result<std::vector<ScoreReport>> score(Study& study, const ScoreOptions& options, const TaskContext& task = {});

// What score() would still have to train, beside the base network. Errors as score() gives them for wrong options.
struct ScorePlan {
    std::string metric;
    bool stored = false; // the whole report
    std::int64_t runs = 0, storedRuns = 0; // short training runs (ALPS: the reference and one a group)
    std::int64_t forwardImages = 0; // images that are still to be run forward (output divergence)
    std::int64_t productImages = 0; // images times Hessian-vector products that are still to be made, at most (HAWQ-v3)
};
// Whether one of the metrics reads the trained base network.
bool needsBase(const ScoreOptions& options);
Result<std::vector<ScorePlan>> planScores(Study& study, const ScoreOptions& options, const TaskContext& task = {});

} // namespace halftone
