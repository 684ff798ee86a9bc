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
    std::string effortKey; // of all that must be alike for points to stand in one comparison; empty in older studies
    std::string cost, costUnit;
    std::int64_t epochs = 0, testImages = 0;
    double fullPrecision = 0; // accuracy of the pretrained network
    std::vector<FrontierSummary> points;
    std::int64_t runsTrained = 0, runsFromCache = 0;
    double wallSeconds = 0;
};
// Sets `dominated` of all points.
void judgeDominance(std::vector<FrontierSummary>& points);
// The newer comparison with the points of the older one that it has not, when both are of the same effort; else the newer alone.
// A point of both keeps the more seeds, when its choices are still the same ones.
FrontierReport joined(const FrontierReport& older, FrontierReport newer);
// As the study keeps it; storedFrontier() reads it.
std::string storedText(const FrontierReport& report);
// All comparisons of the effort of the last one. NotFound when there is none.
Result<FrontierReport> storedFrontier(const StudyFile& study);

} // namespace halftone
