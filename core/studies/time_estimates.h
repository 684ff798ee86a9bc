// How many seconds a stage will take, before it starts. What the study has stored costs nothing.
#pragma once

#include <string>
#include <vector>

#include "core/studies/exporting.h"
#include "core/studies/frontier.h"

namespace halftone {

struct EstimatePart {
    std::string name; // "base network", "alps", "hawq-v3", "fine-tune", "frontier", "evaluation", "gate"
    std::int64_t runs = 0; // training runs that it needs
    std::int64_t storedRuns = 0; // of them already finished
    double seconds = 0; // of the rest
};
struct TimeEstimate {
    double seconds = 0;
    std::string origin; // "measured on this study's runs", "measured on a short trial", "already stored"
    int threads = 1;
    std::int64_t runs = 0, storedRuns = 0;
    std::int64_t imageEpochs = 0; // images times epochs that are still to be trained
    std::vector<EstimatePart> parts;
};

// Nothing is trained or stored, but for a short trial when the study has no finished run of this machine. Errors: what is
// wrong with the options, as the stage itself would say; Cancelled.
Result<TimeEstimate> estimateScore(Study& study, const ScoreOptions& options, const TaskContext& task = {});
Result<TimeEstimate> estimateFinetune(Study& study, const FinetuneOptions& options, const TaskContext& task = {});
Result<TimeEstimate> estimateFrontier(Study& study, const FrontierOptions& options, const TaskContext& task = {});
Result<TimeEstimate> estimateEvaluation(Study& study, const EvaluateOptions& options, const TaskContext& task = {});
Result<TimeEstimate> estimateExport(Study& study, const ExportOptions& options, const TaskContext& task = {});

} // namespace halftone
