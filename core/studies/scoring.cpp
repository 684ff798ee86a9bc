// Every metric over a study: what is stored is answered, what is missing is made, group by group.
#include "core/studies/scoring.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/base/closest_names.h"
#include "core/base/content_hash.h"
#include "core/base/stopwatch.h"
#include "core/base/version.h"
#include "core/sensitivity/alps.h"
#include "core/sensitivity/eagl.h"
#include "core/studies/duration_words.h"
#include "core/studies/loaded_network.h"
#include "core/studies/parallel_work.h"
#include "core/studies/pretrained_scoring.h"
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

// `startKey`: of the network that is scored.
std::string scoreKey(const ScoreOptions& options, const std::string& metric, const std::string& startKey, const Dataset& data)
{
    ContentHasher hasher;
    hasher.add("scores")
        .add(std::to_string(kNumericsVersion))
        .add(metric)
        .add(startKey)
        .add(std::to_string(options.highBits))
        .add(std::to_string(options.lowBits));
    if (metric == "alps") hasher.add(std::to_string(options.epochs)).add(options.byAccuracy ? "accuracy" : "loss");
    if (metric == "hawq-v3") hasher.add(std::to_string(options.probes)).add(options.withActivations ? "joint" : "weights");
    if (metric == "output-divergence") hasher.add(options.byOutputError ? "error" : "divergence");
    if (metric == "hawq-v3" || metric == "output-divergence") hasher.add(std::to_string(imagesOfScoring(options, data)));
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

// The networks that metrics score: the pretrained one, or the base network trained from it.
struct ScoreStart {
    std::string pretrainedKey;
    std::optional<RunReport> base; // only when a metric reads it
};

Result<SensitivityReport> makeScores(Study& study, const Dataset& data, const ScoreOptions& options, const std::string& metric,
    const ScoreStart& start, const std::string& key, const TaskContext& task)
{
    if (metric == "eagl") return scoreEagl(study, options, *start.base);
    if (metric == "alps") return AlpsStage(study, data, options, *start.base, key, task).run();
    const PretrainedScoring work{study, data, options, key, task};
    return metric == "hawq-v3" ? scoreHawq(work) : scoreDivergence(work);
}

Result<ScoreReport> scoreOne(Study& study, const Dataset& data, const ScoreOptions& options, const MetricInfo& info,
    const ScoreStart& start, const TaskContext& task)
{
    const std::string metric(info.name);
    const std::string key
        = scoreKey(options, metric, info.pretrained ? start.pretrainedKey : start.base->run.key, data);
    HALFTONE_TRY(const auto stored, study.file().findScores(key));
    if (stored) return ScoreReport{stored->report, true};
    if (info.needsLabels && data.train->labelKind().task == Task::Outputs)
        return Error{ErrorCode::Unsupported,
            std::string(info.title) + " learns from labels and these images have none; score with eagl or output-divergence."};
    HALFTONE_TRY(const SensitivityReport made, makeScores(study, data, options, metric, start, key, task));
    for (const auto& group : made.groups)
        if (!std::isfinite(group.gain))
            return Error{ErrorCode::Failed,
                "The metric " + metric + " gave a gain that is not a number; the base network may have diverged."};
    HALFTONE_CHECK(study.file().saveScores(
        {.key = key, .report = made, .provenanceJson = toJson(presentProvenance(study, data, study.seed()))}));
    return ScoreReport{made, false};
}

} // namespace

bool needsBase(const ScoreOptions& options)
{
    return std::ranges::any_of(options.metrics, [](const std::string& metric) {
        const auto info = findMetric(metric);
        return info.ok() && !(*info)->pretrained;
    });
}

Result<std::vector<ScorePlan>> planScores(Study& study, const ScoreOptions& options, const TaskContext& task)
{
    HALFTONE_CHECK(checkOptions(options));
    HALFTONE_TRY(const Dataset* data, study.dataset(task));
    const std::string base = runKey(study, *data, baseRequest(study, {.bits = options.highBits, .epochs = options.baseEpochs}));
    std::vector<ScorePlan> plans;
    for (const auto& metric : options.metrics) {
        HALFTONE_TRY(const MetricInfo* info, findMetric(metric));
        const std::string key = scoreKey(options, metric, info->pretrained ? pretrainedKey(study, *data) : base, *data);
        HALFTONE_TRY(const auto stored, study.file().findScores(key));
        ScorePlan plan{.metric = metric, .stored = stored.has_value()};
        const auto groupCount = static_cast<std::int64_t>(choiceGroups(study.table()).size());
        if (metric == "alps") {
            HALFTONE_TRY(const auto groups, study.file().groupScores(key));
            plan.runs = 1 + groupCount;
            plan.storedRuns = plan.stored ? plan.runs : static_cast<std::int64_t>(groups.size());
        } else if (metric == "hawq-v3" && !plan.stored) {
            plan.productImages = imagesOfScoring(options, *data) * options.probes;
        } else if (metric == "output-divergence" && !plan.stored) {
            HALFTONE_TRY(const auto groups, study.file().groupScores(key));
            plan.forwardImages = imagesOfScoring(options, *data) * (1 + 2 * (groupCount - static_cast<std::int64_t>(groups.size())));
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
        ScoreStart start{.pretrainedKey = pretrainedKey(study, *data), .base = {}};
        if (needsBase(options)) {
            HALFTONE_TRY(start.base, ensureBase(study, {.bits = options.highBits, .epochs = options.baseEpochs}, task));
        }
        std::vector<ScoreReport> reports;
        for (const auto& metric : options.metrics) {
            HALFTONE_TRY(const MetricInfo* info, findMetric(metric));
            HALFTONE_TRY(ScoreReport one, scoreOne(study, *data, options, *info, start, task));
            reports.push_back(std::move(one));
        }
        return reports;
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Failed, "Scoring stopped with an error of the tensor library: " + firstLine(failure.what())};
    }
}

} // namespace halftone
