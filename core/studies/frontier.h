// The frontier stage: every metric and baseline at every budget, fine-tuned alike, mean and interval over seeds.
#pragma once

#include <string>
#include <vector>

#include "core/studies/choosing.h"
#include "core/studies/frontier_report.h"

namespace halftone {

struct FrontierOptions {
    std::vector<std::string> metrics{"eagl", "alps", "uniform", "first-to-last", "last-to-first", "random"};
    std::vector<double> budgets{0.95, 0.85, 0.75, 0.65, 0.55};
    std::int64_t seeds = 3;
    std::int64_t epochs = 2;
    std::string cost = "linear";
    std::vector<int> levels{4, 2};
    ScoreOptions scoring;
    TrainingRecipe recipe = defaultRecipe();
};
Result<FrontierReport> frontier(Study& study, const FrontierOptions& options, const TaskContext& task = {});
// What the comparison consists of, without training anything.
struct FrontierPlan {
    RunRequest base; // the network that all runs start from
    ScoreOptions scores; // that the metrics among `metrics` need; none when there are only baselines
    std::vector<RunRequest> runs; // different ones; metrics that choose alike share a run
    std::int64_t unplanned = 0; // points whose metric has no scores yet, so that what they train is not known
};
Result<FrontierPlan> planFrontier(Study& study, const FrontierOptions& options, const TaskContext& task = {});

} // namespace halftone
