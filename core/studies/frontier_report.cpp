// Reads the last comparison from the study file.
#include "core/studies/frontier_report.h"

#include <nlohmann/json.hpp>

namespace halftone {

Result<FrontierReport> storedFrontier(const StudyFile& study)
{
    HALFTONE_TRY(const auto text, study.setting("lastFrontier"));
    if (!text)
        return Error{
            ErrorCode::NotFound, "This study has no frontier yet; run: halftone frontier " + study.path().string()};
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object())
        return Error{
            ErrorCode::Corrupt, "The stored frontier cannot be read; run halftone frontier again (its runs are kept)."};
    FrontierReport report{.comparisonKey = json.value("comparisonKey", ""),
        .cost = json.value("cost", ""),
        .costUnit = json.value("costUnit", ""),
        .epochs = json.value("epochs", std::int64_t{0}),
        .testImages = json.value("testImages", std::int64_t{0}),
        .fullPrecision = json.value("fullPrecision", 0.0),
        .runsTrained = json.value("runsTrained", std::int64_t{0}),
        .runsFromCache = json.value("runsFromCache", std::int64_t{0}),
        .wallSeconds = json.value("wallSeconds", 0.0)};
    for (const auto& p : json.value("points", nlohmann::json::array()))
        report.points.push_back({.metric = p.value("metric", ""),
            .budget = p.value("budget", 0.0),
            .cost = p.value("cost", 0.0),
            .costFraction = p.value("costFraction", 0.0),
            .mean = p.value("mean", 0.0),
            .interval = p.value("interval", 0.0),
            .seeds = p.value("seeds", std::int64_t{0}),
            .dominated = p.value("dominated", false),
            .values = p.value("values", std::vector<double>{}),
            .assignments = p.value("assignments", std::vector<std::string>{})});
    return report;
}

} // namespace halftone
