// Plans the runs of a comparison, trains what is not stored yet, and sums them up.
#include "core/studies/frontier.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "core/base/content_hash.h"
#include "core/base/stopwatch.h"
#include "core/studies/duration_words.h"
#include "core/studies/frontier_points.h"
#include "core/studies/parallel_work.h"
#include "core/studies/training_speed.h"

namespace halftone {

namespace {

// One point to be: a metric's choice for a budget, trained with one seed.
struct PlannedPoint {
    std::string metric;
    double budget = 0;
    std::int64_t seed = 0;
    BitAssignment assignment;
    double cost = 0;
    std::string runKey;
};

std::string uniformName(int bits) { return "all " + std::to_string(bits) + " bit"; }

// What makes a comparison's accuracies and budgets comparable; which metrics, budgets and seeds it has makes no difference.
std::string effortKey(const Study& study, const Dataset& data, const FrontierOptions& options, const std::string& baseKey)
{
    const nlohmann::ordered_json all{{"epochs", options.epochs}, {"cost", options.cost}, {"levels", options.levels},
        {"recipe", nlohmann::ordered_json::parse(toJson(options.recipe))}, {"testImages", data.test->count()}};
    return ContentHasher().add("frontier effort").add(study.modelHash()).add(baseKey).add(all.dump()).hex();
}

std::string comparisonKey(const Study& study, const FrontierOptions& options, const std::string& baseKey)
{
    const nlohmann::ordered_json all{{"metrics", options.metrics}, {"budgets", options.budgets}, {"seeds", options.seeds},
        {"epochs", options.epochs}, {"cost", options.cost}, {"levels", options.levels},
        {"recipe", nlohmann::ordered_json::parse(toJson(options.recipe))}, {"alpsEpochs", options.scoring.epochs},
        {"alpsByAccuracy", options.scoring.byAccuracy}};
    return ContentHasher().add("frontier").add(study.modelHash()).add(baseKey).add(all.dump()).hex();
}

class FrontierStage {
public:
    FrontierStage(Study& study, const FrontierOptions& options, const TaskContext& task)
        : m_study(study)
        , m_options(options)
        , m_task(task)
    {
    }

    Result<FrontierReport> run()
    {
        const Stopwatch watch;
        HALFTONE_CHECK(begin());
        HALFTONE_TRY(const RunReport base, ensureBase(m_study, baseOptions(), m_task));
        m_report = {.comparisonKey = comparisonKey(m_study, m_options, m_baseKey),
            .effortKey = effortKey(m_study, *m_data, m_options, m_baseKey),
            .cost = std::string(m_cost->name()),
            .costUnit = std::string(m_cost->unit()),
            .epochs = m_options.epochs,
            .testImages = m_data->test->count()};
        HALFTONE_CHECK(planAll({}));
        HALFTONE_CHECK(trainAll());
        HALFTONE_CHECK(store());
        HALFTONE_TRY(const EvaluateReport full, evaluateStudy(m_study, {}, m_task.withSink(nullptr)));
        m_report.fullPrecision = full.value;
        summarise();
        m_report.wallSeconds = watch.wallSeconds();
        const auto before = storedFrontier(m_study.file()); // none yet, or unreadable: nothing to keep
        HALFTONE_CHECK(m_study.file().saveSettings(
            {{"lastFrontier", storedText(before.ok() ? joined(*before, m_report) : m_report)}}));
        return m_report;
    }

    Result<FrontierPlan> plan()
    {
        HALFTONE_CHECK(begin());
        FrontierPlan made{.base = baseRequest(m_study, baseOptions()), .scores = m_options.scoring};
        made.scores.highBits = m_high;
        made.scores.lowBits = m_low;
        made.scores.metrics.clear();
        for (const auto& metric : m_options.metrics)
            if (!findBaseline(metric).ok()) made.scores.metrics.push_back(metric);
        HALFTONE_TRY(const auto scores, planScores(m_study, made.scores, m_task));
        std::set<std::string> unscored;
        for (const ScorePlan& one : scores)
            if (!one.stored) unscored.insert(one.metric);
        HALFTONE_CHECK(planAll(unscored));
        made.unplanned = static_cast<std::int64_t>(unscored.size() * m_options.budgets.size()) * m_options.seeds;
        for (const PlannedPoint* point : differentRuns()) made.runs.push_back(requestOf(*point));
        return made;
    }

private:
    Status begin()
    {
        HALFTONE_TRY(m_cost, findCostModel(m_options.cost));
        HALFTONE_TRY(m_data, m_study.dataset(m_task));
        m_high = *std::max_element(m_options.levels.begin(), m_options.levels.end());
        m_low = *std::min_element(m_options.levels.begin(), m_options.levels.end());
        m_baseKey = runKey(m_study, *m_data, baseRequest(m_study, baseOptions()));
        return {};
    }

    BaseOptions baseOptions() const { return {.bits = m_high, .epochs = m_options.scoring.baseEpochs}; }

    Status planAll(const std::set<std::string>& without)
    {
        for (const int bits : {m_high, m_low})
            for (std::int64_t seed = 0; seed < m_options.seeds; ++seed)
                HALFTONE_CHECK(
                    addPoint(uniformName(bits), bits == m_high ? 1.0 : 0.0, seed, uniformAssignment(m_study.table(), bits)));
        for (const auto& metric : m_options.metrics) {
            if (without.contains(metric)) continue;
            for (const double budget : m_options.budgets)
                for (std::int64_t seed = 0; seed < m_options.seeds; ++seed) {
                    SelectOptions select_{.metric = metric,
                        .cost = m_options.cost,
                        .budget = budget,
                        .levels = m_options.levels,
                        .seed = static_cast<std::uint64_t>(seed),
                        .scoring = m_options.scoring};
                    HALFTONE_TRY(const SelectReport chosen, select(m_study, select_, m_task));
                    HALFTONE_CHECK(addPoint(metric, budget, seed, chosen.selection.assignment));
                }
        }
        return {};
    }

    Status addPoint(const std::string& metric, double budget, std::int64_t seed, const BitAssignment& assignment)
    {
        PlannedPoint point{.metric = metric,
            .budget = budget,
            .seed = seed,
            .assignment = assignment,
            .cost = innerCost(*m_cost, m_study.table(), assignment)};
        point.runKey = runKey(m_study, *m_data, requestOf(point));
        m_points.push_back(std::move(point));
        return {};
    }

    RunRequest requestOf(const PlannedPoint& point) const
    {
        RunRequest request{.kind = "frontier",
            .assignment = point.assignment,
            .recipe = m_options.recipe,
            .start = {.kind = RunStart::Kind::Run, .runKey = m_baseKey},
            .label = point.metric + " " + std::to_string(point.budget).substr(0, 4) + " seed " + std::to_string(point.seed)};
        request.recipe.epochs = m_options.epochs;
        request.recipe.seed = m_study.seed() + static_cast<std::uint64_t>(point.seed);
        return request;
    }

    // Metrics that choose alike share a run: it is the same work with the same result.
    std::vector<const PlannedPoint*> differentRuns() const
    {
        std::set<std::string> keys;
        std::vector<const PlannedPoint*> order;
        for (const auto& point : m_points)
            if (keys.insert(point.runKey).second) order.push_back(&point);
        return order;
    }

    Status trainAll()
    {
        const auto order = differentRuns();
        HALFTONE_CHECK(tellTime(order));
        std::mutex mutex;
        HALFTONE_TRY(const auto teacher, makeTeacher(m_study)); // one for all: their batches are the same
        return runInParallel(static_cast<std::int64_t>(order.size()), m_study.environment().threads, "frontier", m_task,
            [&](std::int64_t i, const TaskContext& task) -> Status {
                RunRequest request = requestOf(*order[static_cast<std::size_t>(i)]);
                request.teacher = teacher;
                HALFTONE_TRY(const RunReport report, runTraining(m_study, request, task));
                const std::scoped_lock lock(mutex);
                m_results[report.run.key] = report;
                ++(report.fromCache ? m_report.runsFromCache : m_report.runsTrained);
                return {};
            });
    }

    Status tellTime(const std::vector<const PlannedPoint*>& order) const
    {
        std::int64_t missing = 0;
        for (const PlannedPoint* point : order) {
            HALFTONE_TRY(const auto stored, m_study.file().findRun(point->runKey));
            missing += stored && stored->state == RunState::Finished ? 0 : 1;
        }
        if (missing == 0) return {};
        HALFTONE_TRY(const TrainingSpeed speed, TrainingSpeed::ofRuns(m_study));
        const TrainingLoad load{.runs = missing,
            .epochs = m_options.epochs,
            .images = m_data->train->count(),
            .distils = m_options.recipe.distillation.weight > 0,
            .sideBySide = true};
        m_task.note("The frontier has " + std::to_string(m_points.size()) + " points of " + std::to_string(order.size())
            + " different runs; " + std::to_string(missing) + " are to be trained, estimated from this study's runs: about "
            + durationInWords(speed.seconds(load)) + ".");
        return {};
    }

    Status store()
    {
        for (const auto& point : m_points) {
            nlohmann::ordered_json costs;
            for (const CostModel* model : allCostModels())
                costs[std::string(model->name())] = innerCost(*model, m_study.table(), point.assignment);
            HALFTONE_CHECK(m_study.file().saveFrontierPoint({.comparisonKey = m_report.comparisonKey,
                .metric = point.metric,
                .budget = point.budget,
                .seed = point.seed,
                .runId = m_results.at(point.runKey).run.id,
                .costsJson = costs.dump()}));
        }
        return {};
    }

    void summarise()
    {
        const double highest = innerCost(*m_cost, m_study.table(), uniformAssignment(m_study.table(), m_high));
        std::map<std::pair<std::string, double>, std::size_t> places;
        for (const auto& point : m_points) {
            const auto [place, added] = places.emplace(std::pair{point.metric, point.budget}, m_report.points.size());
            if (added) m_report.points.push_back({.metric = point.metric, .budget = point.budget});
            FrontierSummary& summary = m_report.points[place->second];
            summary.values.push_back(m_results.at(point.runKey).run.metrics->testMetric.value_or(0));
            summary.assignments.push_back(toText(point.assignment));
            summary.cost += point.cost;
            ++summary.seeds;
        }
        for (auto& summary : m_report.points) {
            const auto n = static_cast<double>(summary.seeds);
            summary.cost /= n;
            summary.costFraction = highest > 0 ? summary.cost / highest : 0;
            for (const double value : summary.values) summary.mean += value / n;
            summary.interval = confidenceHalfWidth(summary.values);
        }
        judgeDominance(m_report.points);
    }

    Study& m_study;
    const FrontierOptions& m_options;
    const TaskContext& m_task;
    const CostModel* m_cost = nullptr; // of the list of all; never deleted
    const Dataset* m_data = nullptr; // the study's
    int m_high = 4, m_low = 2;
    std::string m_baseKey;
    std::vector<PlannedPoint> m_points;
    std::map<std::string, RunReport> m_results; // by run key
    FrontierReport m_report;
};

Status checkOptions(const FrontierOptions& options)
{
    if (options.metrics.empty() || options.budgets.empty() || options.seeds < 1 || options.epochs < 1)
        return Error{ErrorCode::BadInput, "A frontier needs at least one metric, one budget, one seed and one epoch."};
    if (options.levels.size() < 2)
        return Error{ErrorCode::BadInput, "A frontier needs at least two bit widths in --levels, for example 4,2."};
    return {};
}

} // namespace

Result<FrontierReport> frontier(Study& study, const FrontierOptions& options, const TaskContext& task)
{
    HALFTONE_CHECK(checkOptions(options));
    return FrontierStage(study, options, task).run();
}

Result<FrontierPlan> planFrontier(Study& study, const FrontierOptions& options, const TaskContext& task)
{
    HALFTONE_CHECK(checkOptions(options));
    return FrontierStage(study, options, task).plan();
}

} // namespace halftone
