// Medians of what was timed.
#include "core/studies/training_speed.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

#include "core/base/machine.h"
#include "core/base/stopwatch.h"
#include "core/execution/torch_network.h"
#include "core/execution/torch_settings.h"
#include "core/studies/loaded_network.h"
#include "core/training/task_loss.h"
#include "core/training/trainer.h"

namespace halftone {

namespace {

double medianOf(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return n == 0 ? 0 : 0.5 * (values[(n - 1) / 2] + values[n / 2]);
}

// Seconds an image on one thread, by those most like what is wanted.
double oneThreadSeconds(const std::vector<TimedWork>& timed, const TimedWork& wanted)
{
    int closest = 0;
    std::vector<double> seconds;
    for (const TimedWork& one : timed) {
        const int likeness = 1 + 4 * (one.quantized == wanted.quantized ? 1 : 0) + 2 * (one.threads == wanted.threads ? 1 : 0)
            + (one.distils == wanted.distils ? 1 : 0);
        if (likeness < closest) continue;
        if (likeness > closest) seconds.clear();
        closest = likeness;
        seconds.push_back(one.secondsPerImage * one.threads);
    }
    return medianOf(std::move(seconds));
}

bool isQuantized(const std::string& assignmentBits)
{
    const auto assignment = assignmentFromText(assignmentBits);
    return assignment.ok()
        && std::ranges::any_of(assignment->layers, [](const LayerBits& bits) { return bits.weight != kFullPrecision; });
}

// What a run's record says of its times, added to `speed`.
void addRun(TrainingSpeed& speed, const RunRecord& run, const std::vector<EpochRecord>& epochs)
{
    const auto provenance = nlohmann::json::parse(run.provenanceJson, nullptr, false);
    const auto options = nlohmann::json::parse(run.optionsJson, nullptr, false);
    if (!run.metrics || run.metrics->trainSamples <= 0 || epochs.empty() || !provenance.is_object() || !options.is_object())
        return;
    if (provenance.value("cpuName", "") != cpuName()) return; // another machine
    TimedWork work{.threads = std::max(1, provenance.value("threads", 1)), .quantized = isQuantized(run.assignmentBits)};
    const auto recipe = options.value("recipe", nlohmann::json::object());
    if (recipe.is_object() && recipe.contains("distillation") && recipe["distillation"].is_object())
        work.distils = recipe["distillation"].value("weight", 0.0) > 0;
    double epochSeconds = 0;
    std::int64_t evaluations = 1; // the last one, and those after epochs
    for (const EpochRecord& epoch : epochs) {
        work.secondsPerImage = epoch.seconds / static_cast<double>(run.metrics->trainSamples);
        speed.addEpoch(work);
        epochSeconds += epoch.seconds;
        evaluations += epoch.testMetric ? 1 : 0;
    }
    if (run.metrics->testSamples <= 0) return;
    // The rest of the run: evaluation above all; calibration and saving are counted with it.
    work.secondsPerImage
        = std::max(0.0, run.wallSeconds - epochSeconds) / static_cast<double>(evaluations * run.metrics->testSamples);
    speed.addEvaluation(work);
}

std::shared_ptr<const ImageSet> firstImages(const std::shared_ptr<const ImageSet>& all, std::int64_t count)
{
    std::vector<std::int64_t> first(static_cast<std::size_t>(std::min(count, all->count())));
    std::iota(first.begin(), first.end(), 0);
    return subset(all, std::move(first));
}

// Images of the trial: a second or so for networks of any size.
std::int64_t trialImages(const Network& network)
{
    constexpr std::int64_t kTrialMacs = 10'000'000'000; // forward
    return std::clamp<std::int64_t>(kTrialMacs / std::max<std::int64_t>(1, network.macs()), 4, 256);
}

} // namespace

Result<TrainingSpeed> TrainingSpeed::ofRuns(Study& study)
{
    TrainingSpeed speed(study.environment().threads);
    HALFTONE_TRY(const auto runs, study.file().runs({.kind = {}, .state = RunState::Finished, .assignmentBits = {}}));
    for (const RunRecord& run : runs) {
        HALFTONE_TRY(const auto epochs, study.file().epochs(run.id));
        addRun(speed, run, epochs);
    }
    return speed;
}

Status TrainingSpeed::tryOut(Study& study, const RunRequest& example, const TaskContext& task)
{
    HALFTONE_TRY(const Dataset* data, study.dataset(task));
    HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(study.network())); // which weights does not matter
    HALFTONE_CHECK(network.assign(example.assignment, {.method = example.recipe.quantizer}));
    const std::int64_t images = std::min(trialImages(study.network()), data->train->count());
    TrainingRequest trial{.recipe = fitted(example.recipe, *data->train), .normalisation = data->normalisation, .augmentation = data->augmentation};
    trial.recipe.epochs = 1;
    trial.recipe.batchSize = std::clamp<std::int64_t>(images / 2, 2, trial.recipe.batchSize);
    trial.recipe.calibrationImages = std::min<std::int64_t>(images, trial.recipe.calibrationImages);
    trial.recipe.batchNorm = BatchNormPolicy::Train; // averaging anew is no part of an epoch
    std::shared_ptr<TeacherAnswers> teacher;
    if (trial.recipe.distillation.weight > 0) {
        HALFTONE_TRY(teacher, makeTeacher(study));
        trial.teacher = teacher.get();
    }
    trial.images = firstImages(data->train, trial.recipe.batchSize); // the first batch is slower than all others
    HALFTONE_CHECK(train(network, trial, task.withSink(nullptr)));
    trial.images = firstImages(data->train, images);
    trial.recipe.seed += 1; // other questions to the teacher than those it has answered
    HALFTONE_TRY(const auto figures, train(network, trial, task.withSink(nullptr)));
    TimedWork work{.threads = torchThreads(),
        .quantized = example.assignment != fullPrecisionAssignment(study.table()),
        .distils = trial.teacher != nullptr};
    const auto trained = static_cast<std::int64_t>(figures.front().stepLosses.size()) * trial.recipe.batchSize;
    work.secondsPerImage = figures.front().seconds / static_cast<double>(std::max<std::int64_t>(1, trained));
    addEpoch(work);
    const auto evaluated = firstImages(data->test, images);
    const Stopwatch watch;
    HALFTONE_CHECK(evaluateFor(study, network, *evaluated, data->normalisation, task.withSink(nullptr)));
    work.secondsPerImage = watch.wallSeconds() / static_cast<double>(evaluated->count());
    addEvaluation(work);
    m_tried = true;
    return {};
}

double TrainingSpeed::seconds(const TrainingLoad& load) const
{
    if (load.runs <= 0 || load.epochs <= 0) return 0;
    const int threads = load.sideBySide ? 1 : m_threads;
    const double perImage
        = oneThreadSeconds(m_epochs, {.threads = threads, .quantized = load.quantized, .distils = load.distils});
    const double oneRun = perImage / threads * static_cast<double>(load.images * load.epochs);
    if (!load.sideBySide) return oneRun * static_cast<double>(load.runs);
    const std::int64_t rounds = (load.runs + m_threads - 1) / m_threads;
    return oneRun * static_cast<double>(rounds);
}

double TrainingSpeed::evaluationSeconds(std::int64_t images, bool quantized) const
{
    return oneThreadSeconds(m_evaluations, {.threads = m_threads, .quantized = quantized}) / m_threads
        * static_cast<double>(images);
}

} // namespace halftone
