// EAGL and ALPS over a study: what is stored is answered, what is missing is made, group by group.
#include "core/studies/scoring.h"

#include <nlohmann/json.hpp>

#include <cmath>

#include "core/base/closest_names.h"
#include "core/base/content_hash.h"
#include "core/base/stopwatch.h"
#include "core/base/version.h"
#include "core/sensitivity/alps.h"
#include "core/sensitivity/eagl.h"
#include "core/studies/duration_words.h"
#include "core/studies/loaded_network.h"
#include "core/studies/parallel_work.h"
#include "core/studies/training_speed.h"
#include "core/training/task_loss.h"

namespace halftone {

namespace {

Result<const MetricInfo*> findMetric(const std::string& name)
{
    std::vector<std::string> names;
    for (const auto& metric : allMetrics()) {
        if (metric.name == name) return &metric;
        names.emplace_back(metric.name);
    }
    return Error{ErrorCode::BadInput, "There is no metric named " + name + didYouMean(name, names)};
}

Status checkOptions(const ScoreOptions& options)
{
    for (const auto& metric : options.metrics) HALFTONE_CHECK(findMetric(metric));
    if (options.lowBits < kMinBits || options.highBits > kMaxBits || options.lowBits >= options.highBits)
        return Error{ErrorCode::BadInput, "The two levels must be widths from 2 to 8, the higher first."};
    return {};
}

std::string scoreKey(const ScoreOptions& options, const std::string& metric, const std::string& baseKey)
{
    ContentHasher hasher;
    hasher.add("scores")
        .add(std::to_string(kNumericsVersion))
        .add(metric)
        .add(baseKey)
        .add(std::to_string(options.highBits))
        .add(std::to_string(options.lowBits));
    if (metric == "alps") hasher.add(std::to_string(options.epochs)).add(options.byAccuracy ? "accuracy" : "loss");
    return hasher.hex();
}

std::vector<GroupIndex> choiceGroups(const LayerTable& table)
{
    std::vector<GroupIndex> groups;
    for (std::size_t i = 0; i < table.groups.size(); ++i)
        if (!table.groups[i].edge) groups.emplace_back(static_cast<std::int64_t>(i));
    return groups;
}

// ALPS: the reference run and one run a group, side by side on the cores; each is stored when it ends.
class AlpsStage {
public:
    AlpsStage(Study& study, const Dataset& data, const ScoreOptions& options, const RunReport& base, std::string key,
        const TaskContext& task)
        : m_study(study)
        , m_data(data)
        , m_options(options)
        , m_base(base)
        , m_key(std::move(key))
        , m_task(task)
        , m_groups(choiceGroups(study.table()))
    {
    }

    Result<SensitivityReport> run()
    {
        HALFTONE_TRY(const auto stored, m_study.file().groupScores(m_key));
        for (const auto& record : stored)
            m_measured[record.score.group] = nlohmann::json::parse(record.detailJson, nullptr, false);
        std::vector<GroupIndex> missing;
        if (!m_measured.contains(kReference)) missing.push_back(kReference);
        for (const GroupIndex group : m_groups)
            if (!m_measured.contains(group)) missing.push_back(group);
        HALFTONE_CHECK(tellTime(static_cast<std::int64_t>(missing.size())));
        const Stopwatch watch;
        const auto done = runInParallel(static_cast<std::int64_t>(missing.size()), m_study.environment().threads, "alps",
            m_task, [&](std::int64_t index, const TaskContext& task) {
                return measure(missing[static_cast<std::size_t>(index)], task);
            });
        if (!done.ok()) return done.error();
        HALFTONE_TRY(const auto all, m_study.file().groupScores(m_key));
        return report(all);
    }

private:
    // The run with nothing lowered; stored under an index that no group has.
    static constexpr GroupIndex kReference{1 << 20};

    Status tellTime(std::int64_t runs) const
    {
        HALFTONE_TRY(const TrainingSpeed speed, TrainingSpeed::ofRuns(m_study));
        const double seconds
            = speed.seconds({.runs = runs, .epochs = m_options.epochs, .images = m_data.train->count(), .sideBySide = true});
        if (seconds > 0)
            m_task.note("ALPS trains " + std::to_string(runs) + " times " + std::to_string(m_options.epochs)
                + " epoch(s); estimated from this study's runs: about " + durationInWords(seconds) + ".");
        return {};
    }

    Status measure(GroupIndex group, const TaskContext& task)
    {
        const Stopwatch watch;
        HALFTONE_TRY(TorchNetwork network, trainedNetwork(m_study, m_base.run.key));
        const bool reference = group == kReference;
        TrainingRequest request{.recipe = fitted(alpsRecipe(defaultRecipe(), m_options.epochs, m_study.seed()), *m_data.train),
            .images = m_data.train,
            .normalisation = m_data.normalisation,
            .augmentation = m_data.augmentation,
            .stepName = reference ? "reference run" : m_study.table().group(group).name};
        const auto measured = measureLowered(
            network, reference ? std::vector<GroupIndex>{} : std::vector{group}, m_options.lowBits, request, task);
        GroupScoreRecord record{.score = {.group = group}};
        if (!measured.ok()) {
            if (measured.error().code == ErrorCode::Cancelled || reference) return measured.error();
            record.score.scored = false; // this group diverged; the others still count
            record.score.reason = measured.error().message;
            record.detailJson = nlohmann::json{{"seconds", watch.wallSeconds()}}.dump();
        } else {
            record.detailJson = nlohmann::json{{"lateLoss", measured->lateLoss}, {"trainAccuracy", measured->trainAccuracy},
                {"seconds", watch.wallSeconds()}}
                                    .dump();
        }
        return m_study.file().saveGroupScore(m_key, record);
    }

    Result<SensitivityReport> report(const std::vector<GroupScoreRecord>& records) const
    {
        SensitivityReport made{.metric = "alps",
            .unit = m_options.byAccuracy ? "training accuracy" : "nats of training loss",
            .highBits = m_options.highBits,
            .lowBits = m_options.lowBits};
        std::map<GroupIndex, nlohmann::json> details;
        for (const auto& record : records) {
            details[record.score.group] = nlohmann::json::parse(record.detailJson, nullptr, false);
            made.cpuSeconds += details[record.score.group].value("seconds", 0.0); // one thread each, so wall is processor time
        }
        const auto reference = details.find(kReference);
        if (reference == details.end()) return Error{ErrorCode::Corrupt, "The study lacks ALPS's reference run; score again."};
        for (const auto& record : records) {
            if (record.score.group == kReference) continue;
            GroupScore score = record.score;
            const auto& own = details[score.group];
            if (score.scored)
                score.gain = m_options.byAccuracy
                    ? reference->second.value("trainAccuracy", 0.0) - own.value("trainAccuracy", 0.0)
                    : own.value("lateLoss", 0.0) - reference->second.value("lateLoss", 0.0);
            made.groups.push_back(score);
        }
        return made;
    }

    Study& m_study;
    const Dataset& m_data;
    const ScoreOptions& m_options;
    const RunReport& m_base;
    std::string m_key;
    const TaskContext& m_task;
    std::vector<GroupIndex> m_groups;
    std::map<GroupIndex, nlohmann::json> m_measured;
};

Result<SensitivityReport> scoreEagl(Study& study, const ScoreOptions& options, const RunReport& base)
{
    HALFTONE_TRY(const TorchNetwork network, trainedNetwork(study, base.run.key));
    HALFTONE_TRY(const NetworkGrids grids, network.grids());
    const Network trained = network.trained();
    const Stopwatch watch;
    HALFTONE_TRY(SensitivityReport report, eaglScores(trained, study.table(), grids, options.lowBits));
    report.cpuSeconds = watch.cpuSeconds();
    return report;
}

Result<ScoreReport> scoreOne(Study& study, const Dataset& data, const ScoreOptions& options, const std::string& metric,
    const RunReport& base, const TaskContext& task)
{
    const std::string key = scoreKey(options, metric, base.run.key);
    HALFTONE_TRY(const auto stored, study.file().findScores(key));
    if (stored) return ScoreReport{stored->report, true};
    if (metric == "alps" && data.train->labelKind().task == Task::Outputs)
        return Error{ErrorCode::Unsupported, "ALPS learns from labels and these images have none; score with eagl."};
    SensitivityReport made;
    if (metric == "eagl") {
        HALFTONE_TRY(made, scoreEagl(study, options, base));
    } else {
        HALFTONE_TRY(made, AlpsStage(study, data, options, base, key, task).run());
    }
    for (const auto& group : made.groups)
        if (!std::isfinite(group.gain))
            return Error{ErrorCode::Failed,
                "The metric " + metric + " gave a gain that is not a number; the base network may have diverged."};
    HALFTONE_CHECK(study.file().saveScores(
        {.key = key, .report = made, .provenanceJson = toJson(presentProvenance(study, data, study.seed()))}));
    return ScoreReport{made, false};
}

} // namespace

Result<std::vector<ScorePlan>> planScores(Study& study, const ScoreOptions& options, const TaskContext& task)
{
    HALFTONE_CHECK(checkOptions(options));
    HALFTONE_TRY(const Dataset* data, study.dataset(task));
    const std::string base = runKey(study, *data, baseRequest(study, {.bits = options.highBits, .epochs = options.baseEpochs}));
    std::vector<ScorePlan> plans;
    for (const auto& metric : options.metrics) {
        const std::string key = scoreKey(options, metric, base);
        HALFTONE_TRY(const auto stored, study.file().findScores(key));
        ScorePlan plan{.metric = metric, .stored = stored.has_value()};
        if (metric == "alps") {
            HALFTONE_TRY(const auto groups, study.file().groupScores(key));
            plan.runs = 1 + static_cast<std::int64_t>(choiceGroups(study.table()).size());
            plan.storedRuns = plan.stored ? plan.runs : static_cast<std::int64_t>(groups.size());
        }
        plans.push_back(std::move(plan));
    }
    return plans;
}

Result<std::vector<ScoreReport>> score(Study& study, const ScoreOptions& options, const TaskContext& task)
{
    HALFTONE_CHECK(checkOptions(options));
    try {
        HALFTONE_TRY(const Dataset* data, study.dataset(task));
        HALFTONE_TRY(const RunReport base, ensureBase(study, {.bits = options.highBits, .epochs = options.baseEpochs}, task));
        std::vector<ScoreReport> reports;
        for (const auto& metric : options.metrics) {
            HALFTONE_TRY(ScoreReport one, scoreOne(study, *data, options, metric, base, task));
            reports.push_back(std::move(one));
        }
        return reports;
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Failed, "Scoring stopped with an error of the tensor library: " + firstLine(failure.what())};
    }
}

} // namespace halftone
