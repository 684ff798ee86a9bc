// A study's training runs: their keys, their resumption, and what stands in the file after each epoch.
#include "core/studies/training_run.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>

#include "core/base/content_hash.h"
#include "core/base/stopwatch.h"
#include "core/base/version.h"
#include "core/execution/torch_network.h"
#include "core/execution/torch_settings.h"
#include "core/formats/safetensors.h"
#include "core/graph/quantized_model.h"
#include "core/store/provenance.h"
#include "core/studies/loaded_network.h"
#include "core/training/task_loss.h"
#include "core/training/trainer.h"

namespace halftone {

namespace {

std::string startText(const RunStart& start)
{
    switch (start.kind) {
    case RunStart::Kind::Pretrained:
        return "pretrained";
    case RunStart::Kind::Random:
        return "random";
    case RunStart::Kind::Run:
        return "run " + start.runKey;
    }
    return {};
}

QuantizationOptions quantizationOf(const TrainingRecipe& recipe)
{
    return {.method = recipe.quantizer, .symmetricWeights2 = recipe.symmetricWeights2, .countBatch = recipe.countBatch};
}

struct StartingNetwork {
    TorchNetwork network;
    GridStarts fromFile; // which quantizers start from the scales of the quantized file that the study was made of
};

// The network that a run starts from: quantized as its own start was, then as the run wants; new quantizers uncalibrated. The file's
// scales belong to the file's weights, so a network that has been trained since, or begins at random, finds its own.
Result<StartingNetwork> startingNetwork(Study& study, const RunRequest& request)
{
    Network network = study.network();
    if (request.start.kind == RunStart::Kind::Random) initialiseParameters(network, request.recipe.seed);
    std::optional<TorchNetwork> made;
    if (request.start.kind == RunStart::Kind::Run) {
        HALFTONE_TRY(TorchNetwork trained, trainedNetwork(study, request.start.runKey));
        made = std::move(trained);
    } else {
        HALFTONE_TRY(TorchNetwork plain, TorchNetwork::create(network));
        made = std::move(plain);
    }
    HALFTONE_CHECK(made->assign(request.assignment, quantizationOf(request.recipe)));
    GridStarts starts;
    if (request.start.kind == RunStart::Kind::Pretrained)
        starts = made->startFrom(gridsAt(study.fileGrids(), request.assignment, study.table()));
    return StartingNetwork{std::move(*made), std::move(starts)};
}

// Empty where the file has no grid of the run's widths.
std::string sentenceOf(const GridStarts& starts)
{
    constexpr std::size_t kMostNamed = 8;
    if (starts.taken == 0 && starts.left.empty()) return {};
    std::string sentence = fmt::format("{} steps start from the file's own scales", starts.taken);
    if (starts.left.empty()) return sentence + ".";
    sentence += fmt::format("; {} as always, because the file has a scale a channel or another range there: ", starts.left.size());
    for (std::size_t i = 0; i < starts.left.size() && i < kMostNamed; ++i) sentence += (i == 0 ? "" : ", ") + starts.left[i];
    if (starts.left.size() > kMostNamed) sentence += fmt::format(", and {} more", starts.left.size() - kMostNamed);
    return sentence + ".";
}

struct RunData {
    std::shared_ptr<const ImageSet> train;
    std::shared_ptr<const ImageSet> evaluation;
    std::string evaluatedOn;
};

RunData splitOf(const Dataset& data, const RunRequest& request)
{
    if (request.holdBackFraction <= 0) return {data.train, data.test, "test images"};
    constexpr std::uint64_t kHoldBackSeed = 20260; // one split for all runs, whatever their seeds
    auto [kept, heldBack] = holdBack(data.train, request.holdBackFraction, kHoldBackSeed);
    return {kept, heldBack, "held-back training images"};
}

Result<RunReport> storedReport(Study& study, const RunRecord& run, const RunData& data)
{
    RunReport report{.run = run, .task = data.train->labelKind().task, .evaluatedOn = data.evaluatedOn};
    HALFTONE_TRY(report.epochs, study.file().epochs(run.id));
    if (run.metrics && run.metrics->testMetric) {
        report.value = *run.metrics->testMetric;
        report.count = run.metrics->testSamples;
        if (report.task != Task::Classification) return report;
        report.correct = static_cast<std::int64_t>(*run.metrics->testMetric * static_cast<double>(report.count) + 0.5);
    }
    return report;
}

class TrainingRun {
public:
    TrainingRun(Study& study, const Dataset& data, const RunRequest& request, const TaskContext& task)
        : m_study(study)
        , m_data(data)
        , m_request(request)
        , m_task(task)
        , m_split(splitOf(data, request))
    {
        m_request.recipe = fitted(request.recipe, *data.train);
    }

    Result<RunReport> run()
    {
        m_key = runKey(m_study, m_data, m_request);
        HALFTONE_TRY(const auto found, m_study.file().findRun(m_key));
        if (found && found->state == RunState::Finished) {
            HALFTONE_TRY(RunReport report, storedReport(m_study, *found, m_split));
            report.fromCache = true;
            return report;
        }
        HALFTONE_CHECK(enter(found));
        auto trained = trainAndEvaluate();
        if (!trained.ok()) HALFTONE_CHECK(recordFailure(trained.error()));
        if (!trained.ok()) return trained.error();
        HALFTONE_TRY(const RunRecord record, m_study.file().run(m_id));
        return storedReport(m_study, record, m_split);
    }

private:
    Status enter(const std::optional<RunRecord>& found)
    {
        if (found && !m_request.resume) {
            HALFTONE_CHECK(m_study.file().removeRun(found->id));
        } else if (found) {
            m_id = found->id;
            m_earlierWall = found->wallSeconds;
            m_earlierCpu = found->cpuSeconds;
            HALFTONE_TRY(auto checkpoint, m_study.file().checkpoint(m_id));
            if (checkpoint) m_resumeFrom = std::move(*checkpoint);
            return m_study.file().resumeRun(m_id);
        }
        RunRecord record{.key = m_key, .kind = m_request.kind, .assignmentBits = toText(m_request.assignment)};
        record.optionsJson = nlohmann::ordered_json{{"recipe", nlohmann::ordered_json::parse(toJson(m_request.recipe))},
            {"start", startText(m_request.start)}, {"holdBack", m_request.holdBackFraction},
            {"evaluatedOn", m_split.evaluatedOn}, {"label", m_request.label}}
                                 .dump();
        record.provenanceJson = toJson(presentProvenance(m_study, m_data, m_request.recipe.seed));
        HALFTONE_TRY(m_id, m_study.file().startRun(record));
        return {};
    }

    Status recordFailure(const Error& error)
    {
        RunOutcome outcome{
            .state = error.code == ErrorCode::Cancelled ? RunState::Stopped : RunState::Failed, .message = error.message};
        outcome.wallSeconds = m_earlierWall + m_watch.wallSeconds();
        outcome.cpuSeconds = m_earlierCpu + m_watch.cpuSeconds();
        return m_study.file().finishRun(m_id, outcome);
    }

    Status trainAndEvaluate()
    {
        HALFTONE_TRY(StartingNetwork start, startingNetwork(m_study, m_request));
        TorchNetwork& network = start.network;
        const std::string startWords = sentenceOf(start.fromFile);
        if (!startWords.empty()) m_task.note(startWords);
        std::shared_ptr<TeacherAnswers> teacher = m_request.teacher;
        TrainingRequest training{.recipe = m_request.recipe,
            .images = m_split.train,
            .normalisation = m_data.normalisation,
            .augmentation = m_data.augmentation,
            .resumeFrom = m_resumeFrom,
            .stepName = m_request.label.empty() ? m_request.kind : m_request.label,
            .curves
            = {.run = m_key, .weightSteps = m_request.kind != "frontier"}}; // its many runs are not looked at one by one
        if (training.recipe.distillation.weight > 0) {
            if (!teacher) {
                HALFTONE_TRY(teacher, makeTeacher(m_study));
            }
            training.teacher = teacher.get();
        }
        training.onEpoch
            = [&](const EpochFigures& figures, const Bytes& checkpoint) { return epochDone(network, figures, checkpoint); };
        HALFTONE_TRY(const auto figures, train(network, training, m_task));
        HALFTONE_TRY(const auto evaluation,
            evaluateFor(m_study, network, *m_split.evaluation, m_data.normalisation, m_task.withSink(nullptr)));
        HALFTONE_TRY(const auto epochs, m_study.file().epochs(m_id));
        if (!epochs.empty() && !epochs.back().testMetric)
            HALFTONE_CHECK(addLastAccuracy(epochs.back().epoch, evaluation.value()));
        RunOutcome outcome{.state = RunState::Finished, .message = startWords};
        outcome.wallSeconds = m_earlierWall + m_watch.wallSeconds();
        outcome.cpuSeconds = m_earlierCpu + m_watch.cpuSeconds();
        outcome.metrics = RunMetrics{.loss = evaluation.loss,
            .trainMetric = epochs.empty() ? 0 : epochs.back().trainMetric,
            .testMetric = evaluation.value(),
            .trainSamples = m_split.train->count(),
            .testSamples = evaluation.images};
        outcome.weights = writeSafeTensors(network.state());
        return m_study.file().finishRun(m_id, outcome);
    }

    Status epochDone(TorchNetwork& network, const EpochFigures& figures, const Bytes& checkpoint)
    {
        SeriesByName series;
        for (const CurveSample& sample : figures.samples) series[sample.series].push_back({sample.epoch, sample.value});
        EpochRecord record{.epoch = static_cast<int>(figures.epoch),
            .loss = figures.loss,
            .trainMetric = figures.trainAccuracy,
            .learningRate = figures.learningRate,
            .seconds = figures.seconds};
        if (m_request.evaluateEveryEpoch) {
            HALFTONE_TRY(const auto evaluation,
                evaluateFor(m_study, network, *m_split.evaluation, m_data.normalisation, m_task.withSink(nullptr)));
            record.testMetric = evaluation.value();
            series[kTestAccuracy].push_back(tellAccuracy(record.epoch, evaluation.value()));
        }
        std::vector<LossPoint> curve;
        const auto updates = static_cast<std::int64_t>(figures.stepLosses.size());
        for (std::int64_t i = 0; i < updates; ++i)
            curve.push_back({(figures.epoch - 1) * updates + i + 1, figures.stepLosses[static_cast<std::size_t>(i)]});
        // The curves first: after a crash in between the epoch is trained again and replaces them.
        HALFTONE_CHECK(m_study.file().saveSeries(m_id, record.epoch, series));
        return m_study.file().saveEpoch(m_id, record, curve, checkpoint);
    }

    SeriesPoint tellAccuracy(int epoch, double accuracy) const
    {
        const SeriesPoint point{static_cast<double>(epoch), accuracy};
        m_task.sample({.run = m_key, .series = kTestAccuracy, .epoch = point.epoch, .value = point.value});
        return point;
    }

    // Runs that are not evaluated after each epoch have one point, added to their last epoch's curves.
    Status addLastAccuracy(int epoch, double accuracy)
    {
        HALFTONE_TRY(SeriesByName series, m_study.file().series(m_id));
        for (auto& [name, points] : series)
            std::erase_if(points, [&](const SeriesPoint& point) { return point.epoch <= epoch - 1; });
        std::erase_if(series, [](const auto& one) { return one.second.empty(); });
        series[kTestAccuracy] = {tellAccuracy(epoch, accuracy)};
        return m_study.file().saveSeries(m_id, epoch, series);
    }

    static constexpr const char* kTestAccuracy = "test accuracy"; // the task's metric, also of held-back images, as the run says
    Study& m_study;
    const Dataset& m_data;
    RunRequest m_request; // with the recipe that is really trained
    const TaskContext& m_task;
    RunData m_split;
    Stopwatch m_watch;
    std::string m_key;
    std::int64_t m_id = 0;
    double m_earlierWall = 0, m_earlierCpu = 0;
    Bytes m_resumeFrom;
};

} // namespace

std::string runKey(const Study& study, const Dataset& data, const RunRequest& request)
{
    ContentHasher hasher;
    hasher.add("training run")
        .add(std::to_string(kNumericsVersion))
        .add(study.modelHash())
        .add(data.hash)
        .add(toText(request.assignment));
    for (const auto& values : {data.normalisation.mean, data.normalisation.deviation}) // a preset changes what the network sees
        for (const float value : values) hasher.add(std::to_string(value));
    hasher.add(std::to_string(data.augmentation.cropPadding)).add(data.augmentation.horizontalFlip ? "flip" : "");
    if (data.normalisation.bgr) hasher.add("bgr");
    hasher.add(toJson(fitted(request.recipe, *data.train))).add(startText(request.start)).add(std::to_string(request.holdBackFraction));
    return hasher.hex();
}

Result<RunReport> runTraining(Study& study, const RunRequest& request, const TaskContext& task)
{
    try {
        HALFTONE_TRY(const Dataset* data, study.dataset(task));
        return TrainingRun(study, *data, request, task).run();
    } catch (const std::exception& failure) { // LibTorch's: out of memory, broken invariants
        return Error{ErrorCode::Failed, "Training stopped with an error of the tensor library: " + firstLine(failure.what())};
    }
}

Result<std::shared_ptr<TeacherAnswers>> makeTeacher(const Study& study)
{
    HALFTONE_TRY(TorchNetwork full, TorchNetwork::create(study.network()));
    return std::make_shared<TeacherAnswers>(std::move(full));
}

Result<RunRequest> finetuneRequest(Study& study, const FinetuneOptions& options, const TaskContext& task)
{
    RunRequest request{.kind = options.fromScratch ? "from scratch" : "fine-tune",
        .recipe = options.recipe,
        .holdBackFraction = options.holdBackFraction,
        .evaluateEveryEpoch = true,
        .resume = !options.restart,
        .label = "fine-tune " + options.assignment};
    HALFTONE_TRY(request.assignment, study.assignment(options.assignment));
    if (options.fromScratch) {
        request.start.kind = RunStart::Kind::Random;
        request.recipe.distillation.weight = 0; // there is nothing trained to learn from
    } else if (options.fromBase) {
        HALFTONE_TRY(const Dataset* data, study.dataset(task));
        const RunRequest base = baseRequest(study, {.epochs = options.baseEpochs, .recipe = options.recipe});
        request.start = {.kind = RunStart::Kind::Run, .runKey = runKey(study, *data, base)};
    }
    return request;
}

Result<RunReport> finetune(Study& study, const FinetuneOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(const RunRequest request, finetuneRequest(study, options, task));
    if (request.start.kind == RunStart::Kind::Run)
        HALFTONE_CHECK(ensureBase(study, {.epochs = options.baseEpochs, .recipe = options.recipe}, task));
    return runTraining(study, request, task);
}

RunRequest baseRequest(const Study& study, const BaseOptions& options)
{
    RunRequest request{.kind = "base",
        .assignment = uniformAssignment(study.table(), options.bits),
        .recipe = options.recipe,
        .label = "base network at " + std::to_string(options.bits) + " bit"};
    request.recipe.epochs = options.epochs;
    request.recipe.seed = study.seed();
    return request;
}

Result<RunReport> ensureBase(Study& study, const BaseOptions& options, const TaskContext& task)
{
    return runTraining(study, baseRequest(study, options), task);
}

Result<EvaluateReport> evaluateStudy(Study& study, const EvaluateOptions& options, const TaskContext& task)
{
    if (options.engine != "torch")
        return Error{
            ErrorCode::Unsupported, "There is no engine named " + options.engine + "; this version evaluates with torch."};
    try {
        HALFTONE_TRY(const Dataset* data, study.dataset(task));
        HALFTONE_TRY(LoadedNetwork loaded, loadNetwork(study, options.assignment, task));
        HALFTONE_TRY(std::shared_ptr<const ImageSet> images, splitOf(*data, options.split));
        if (options.limit < 0) return Error{ErrorCode::BadInput, "--limit must not be negative."};
        if (options.limit > 0 && options.limit < images->count()) {
            std::vector<std::int64_t> first(static_cast<std::size_t>(options.limit));
            for (std::size_t i = 0; i < first.size(); ++i) first[i] = static_cast<std::int64_t>(i);
            images = subset(images, std::move(first));
        }
        HALFTONE_TRY(
            const EvaluationReport evaluation, evaluateFor(study, loaded.network, *images, data->normalisation, task));
        EvaluateReport report{.metric = std::string(metricOf(evaluation.task).name),
            .task = evaluation.task,
            .value = evaluation.value(),
            .correct = evaluation.correct,
            .count = evaluation.count,
            .images = evaluation.images,
            .loss = evaluation.loss,
            .weights = loaded.origin};
        for (std::int64_t c = 0; c < evaluation.confusion.classes(); ++c)
            report.classes.push_back(
                {data->classNames[static_cast<std::size_t>(c)], evaluation.confusion.intersectionOverUnion(c)});
        return report;
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Failed, "Evaluation stopped with an error of the tensor library: " + firstLine(failure.what())};
    }
}

} // namespace halftone
