// The comparison in the study file: read, written, and joined with an earlier one.
#include "core/studies/frontier_report.h"

#include <algorithm>
#include <span>

#include <nlohmann/json.hpp>

namespace halftone {

namespace {

// Seeds are counted from the study's own, so a point with more of them begins with those of a point with fewer.
bool goesOnFrom(const FrontierSummary& longer, const FrontierSummary& shorter)
{
    return longer.assignments.size() > shorter.assignments.size() && longer.values.size() == longer.assignments.size()
        && std::ranges::equal(shorter.assignments, std::span(longer.assignments).first(shorter.assignments.size()));
}

} // namespace

void judgeDominance(std::vector<FrontierSummary>& points)
{
    for (auto& one : points)
        one.dominated = std::ranges::any_of(points, [&](const FrontierSummary& other) {
            return other.cost <= one.cost && other.mean >= one.mean && (other.cost < one.cost || other.mean > one.mean);
        });
}

FrontierReport joined(const FrontierReport& older, FrontierReport newer)
{
    if (newer.effortKey.empty() || older.effortKey != newer.effortKey) return newer;
    for (const FrontierSummary& summary : older.points) {
        const auto same = std::ranges::find_if(newer.points,
            [&](const FrontierSummary& one) { return one.metric == summary.metric && one.budget == summary.budget; });
        if (same == newer.points.end())
            newer.points.push_back(summary);
        else if (goesOnFrom(summary, *same))
            *same = summary;
    }
    judgeDominance(newer.points);
    return newer;
}

std::string storedText(const FrontierReport& report)
{
    nlohmann::ordered_json points = nlohmann::ordered_json::array();
    for (const auto& p : report.points)
        points.push_back({{"metric", p.metric}, {"budget", p.budget}, {"cost", p.cost}, {"costFraction", p.costFraction},
            {"mean", p.mean}, {"interval", p.interval}, {"seeds", p.seeds}, {"dominated", p.dominated}, {"values", p.values},
            {"assignments", p.assignments}});
    return nlohmann::ordered_json{{"comparisonKey", report.comparisonKey}, {"effortKey", report.effortKey}, {"cost", report.cost},
        {"costUnit", report.costUnit}, {"epochs", report.epochs}, {"testImages", report.testImages},
        {"fullPrecision", report.fullPrecision}, {"runsTrained", report.runsTrained}, {"runsFromCache", report.runsFromCache},
        {"wallSeconds", report.wallSeconds}, {"points", points}}
        .dump();
}

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
        .effortKey = json.value("effortKey", ""),
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
