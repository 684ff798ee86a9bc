// A comparison of selection methods as the study keeps it: accuracy against cost, mean and interval over seeds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/store/study_file.h"

namespace halftone {

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
// The last comparison of the study. NotFound when there is none.
Result<FrontierReport> storedFrontier(const StudyFile& study);

} // namespace halftone
