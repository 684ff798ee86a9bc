// The frontier stage: every metric and baseline at every budget, fine-tuned alike, mean and interval over seeds.
#pragma once

#include <string>
#include <vector>

#include "core/studies/choosing.h"

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
struct FrontierSummary {
    std::string metric; // "all 4 bit" and "all 2 bit" for the two ends
    double budget = 0; // fraction asked for
    double cost = 0; // of the inner layers, mean over seeds (random draws differ)
    double costFraction = 0; // of the highest level's
    double mean = 0; // accuracy, fraction
    double interval = 0; // half width of the 95 % t-interval over seeds; 0 with one seed
    std::int64_t seeds = 0;
    bool dominated = false; // another point is at least as good at no more cost
    std::vector<double> values; // by seed
    std::vector<std::string> assignments; // bits text by seed
};
struct FrontierReport {
    std::string comparisonKey;
    std::string cost, costUnit;
    std::int64_t epochs = 0, testImages = 0;
    double fullPrecision = 0; // accuracy of the pretrained network
    std::vector<FrontierSummary> points;
    std::int64_t runsTrained = 0, runsFromCache = 0;
    double wallSeconds = 0;
};
Result<FrontierReport> frontier(Study& study, const FrontierOptions& options, const TaskContext& task = {});
// The last comparison of the study. NotFound when there is none.
Result<FrontierReport> storedFrontier(Study& study);

} // namespace halftone
