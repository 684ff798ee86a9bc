// Adds up what a command would train and evaluate.
#include "core/studies/time_estimates.h"

#include <algorithm>
#include <map>

#include "core/studies/training_speed.h"

namespace halftone {

namespace {

// What is left of a run.
struct RunAhead {
    bool stored = false;
    std::int64_t epochs = 0; // still to be trained
};

class Estimator {
public:
    Estimator(Study& study, TrainingSpeed speed, const Dataset& data, const TaskContext& task)
        : m_study(study)
        , m_data(data)
        , m_task(task)
        , m_speed(std::move(speed))
    {
        m_made.threads = study.environment().threads;
    }

    static Result<Estimator> make(Study& study, const TaskContext& task)
    {
        HALFTONE_TRY(const Dataset* data, study.dataset(task));
        HALFTONE_TRY(TrainingSpeed speed, TrainingSpeed::ofRuns(study));
        return Estimator(study, std::move(speed), *data, task);
    }

    // A run by itself, evaluated at its end and, when it says so, after every epoch.
    Status addRun(const std::string& name, const RunRequest& request)
    {
        HALFTONE_TRY(const RunAhead ahead, aheadOf(request));
        EstimatePart part{.name = name, .runs = 1, .storedRuns = ahead.stored ? 1 : 0};
        if (!ahead.stored) {
            HALFTONE_CHECK(learnSpeed(request));
            const TrainingLoad load = loadOf(request, ahead.epochs);
            const std::int64_t evaluations = 1 + (request.evaluateEveryEpoch ? ahead.epochs : 0);
            part.seconds
                = m_speed.seconds(load) + m_speed.evaluationSeconds(evaluations * evaluatedImages(request), load.quantized);
            m_made.imageEpochs += load.epochs * load.images;
        }
        add(part);
        return {};
    }

    Status addScores(const ScoreOptions& options)
    {
        HALFTONE_TRY(const auto plans, planScores(m_study, options));
        for (const ScorePlan& plan : plans) {
            EstimatePart part{.name = plan.metric, .runs = plan.runs, .storedRuns = plan.storedRuns};
            if (const std::int64_t missing = plan.runs - plan.storedRuns; missing > 0) {
                HALFTONE_CHECK(learnSpeed(baseRequest(m_study, {.bits = options.highBits, .epochs = options.baseEpochs})));
                const TrainingLoad load{
                    .runs = missing, .epochs = options.epochs, .images = m_data.train->count(), .sideBySide = true};
                part.seconds = m_speed.seconds(load);
                m_made.imageEpochs += load.runs * load.epochs * load.images;
            }
            if (plan.forwardImages > 0 || plan.productImages > 0) {
                HALFTONE_CHECK(learnSpeed(baseRequest(m_study, {.bits = options.highBits, .epochs = options.baseEpochs})));
                // A product is four convolutions for each of the network's, and an eighth of the gradients before them: three.
                constexpr double kProductOverTraining = 1.5;
                part.seconds = m_speed.evaluationSeconds(plan.forwardImages, true)
                    + kProductOverTraining * m_speed.seconds({.images = plan.productImages, .quantized = false});
            }
            add(part);
        }
        return {};
    }

    // Runs side by side, each evaluated at its end.
    Status addFrontierRuns(const FrontierPlan& plan)
    {
        EstimatePart part{.name = "frontier", .runs = static_cast<std::int64_t>(plan.runs.size()) + plan.unplanned};
        std::map<std::int64_t, std::int64_t> missing; // runs by the epochs that they lack
        for (const RunRequest& request : plan.runs) {
            HALFTONE_TRY(const RunAhead ahead, aheadOf(request));
            if (ahead.stored)
                ++part.storedRuns;
            else
                ++missing[ahead.epochs];
        }
        const RunRequest& example = plan.runs.front(); // the uniform ones are always planned
        if (plan.unplanned > 0) missing[example.recipe.epochs] += plan.unplanned;
        for (const auto& [epochs, runs] : missing) {
            HALFTONE_CHECK(learnSpeed(example));
            TrainingLoad load = loadOf(example, epochs);
            load.runs = runs;
            load.sideBySide = true;
            part.seconds += m_speed.seconds(load) + m_speed.evaluationSeconds(runs * m_data.test->count(), load.quantized);
            m_made.imageEpochs += load.runs * load.epochs * load.images;
        }
        add(part);
        return {};
    }

    Status addEvaluation(const std::string& name, const BitAssignment& assignment, std::int64_t images)
    {
        RunRequest example{.assignment = assignment, .recipe = defaultRecipe()};
        HALFTONE_CHECK(learnSpeed(example));
        const bool quantized = assignment != fullPrecisionAssignment(m_study.table());
        add({.name = name, .seconds = m_speed.evaluationSeconds(images, quantized)});
        return {};
    }

    const Dataset& data() const { return m_data; }
    bool hasWork() const { return m_usedSpeed; }

    TimeEstimate finish()
    {
        m_made.origin = !m_usedSpeed ? "already stored"
            : m_speed.tried()        ? "measured on a short trial"
                                     : "measured on this study's runs";
        return m_made;
    }

private:
    Status learnSpeed(const RunRequest& example)
    {
        m_usedSpeed = true;
        if (m_speed.known()) return {};
        return m_speed.tryOut(m_study, example, m_task);
    }

    Result<RunAhead> aheadOf(const RunRequest& request) const
    {
        HALFTONE_TRY(const auto found, m_study.file().findRun(runKey(m_study, m_data, request)));
        RunAhead ahead{.epochs = request.recipe.epochs};
        if (!found) return ahead;
        ahead.stored = found->state == RunState::Finished;
        if (ahead.stored || !request.resume || !found->hasCheckpoint) return ahead;
        HALFTONE_TRY(const auto epochs, m_study.file().epochs(found->id));
        ahead.epochs = std::max<std::int64_t>(0, ahead.epochs - static_cast<std::int64_t>(epochs.size()));
        return ahead;
    }

    TrainingLoad loadOf(const RunRequest& request, std::int64_t epochs) const
    {
        const double kept = 1 - request.holdBackFraction;
        return {.epochs = epochs,
            .images = static_cast<std::int64_t>(kept * static_cast<double>(m_data.train->count())),
            .quantized = request.assignment != fullPrecisionAssignment(m_study.table()),
            .distils = request.recipe.distillation.weight > 0};
    }

    std::int64_t evaluatedImages(const RunRequest& request) const
    {
        if (request.holdBackFraction <= 0) return m_data.test->count();
        return static_cast<std::int64_t>(request.holdBackFraction * static_cast<double>(m_data.train->count()));
    }

    void add(const EstimatePart& part)
    {
        m_made.seconds += part.seconds;
        m_made.runs += part.runs;
        m_made.storedRuns += part.storedRuns;
        m_made.parts.push_back(part);
    }

    Study& m_study;
    const Dataset& m_data;
    const TaskContext& m_task;
    TrainingSpeed m_speed;
    bool m_usedSpeed = false;
    TimeEstimate m_made;
};

// Runs `add` on an estimator; LibTorch's exceptions (of the trial) become a sentence.
template <typename Add> Result<TimeEstimate> estimate(Study& study, const TaskContext& task, Add add)
{
    try {
        HALFTONE_TRY(Estimator estimator, Estimator::make(study, task));
        HALFTONE_CHECK(add(estimator));
        return estimator.finish();
    } catch (const std::exception& failure) {
        const std::string what = failure.what();
        return Error{
            ErrorCode::Failed, "The trial stopped with an error of the tensor library: " + what.substr(0, what.find('\n'))};
    }
}

} // namespace

Result<TimeEstimate> estimateScore(Study& study, const ScoreOptions& options, const TaskContext& task)
{
    return estimate(study, task, [&](Estimator& estimator) -> Status {
        if (needsBase(options))
            HALFTONE_CHECK(
                estimator.addRun("base network", baseRequest(study, {.bits = options.highBits, .epochs = options.baseEpochs})));
        return estimator.addScores(options);
    });
}

Result<TimeEstimate> estimateFinetune(Study& study, const FinetuneOptions& options, const TaskContext& task)
{
    return estimate(study, task, [&](Estimator& estimator) -> Status {
        if (options.fromBase && !options.fromScratch)
            HALFTONE_CHECK(
                estimator.addRun("base network", baseRequest(study, {.epochs = options.baseEpochs, .recipe = options.recipe})));
        HALFTONE_TRY(const RunRequest request, finetuneRequest(study, options, task));
        return estimator.addRun("fine-tune", request);
    });
}

Result<TimeEstimate> estimateFrontier(Study& study, const FrontierOptions& options, const TaskContext& task)
{
    return estimate(study, task, [&](Estimator& estimator) -> Status {
        HALFTONE_TRY(const FrontierPlan plan, planFrontier(study, options, task));
        HALFTONE_CHECK(estimator.addRun("base network", plan.base));
        HALFTONE_CHECK(estimator.addScores(plan.scores));
        HALFTONE_CHECK(estimator.addFrontierRuns(plan));
        if (!estimator.hasWork()) return {}; // all is stored: the rest takes a moment
        return estimator.addEvaluation("evaluation", fullPrecisionAssignment(study.table()), estimator.data().test->count());
    });
}

Result<TimeEstimate> estimateEvaluation(Study& study, const EvaluateOptions& options, const TaskContext& task)
{
    return estimate(study, task, [&](Estimator& estimator) -> Status {
        HALFTONE_TRY(const BitAssignment assignment, study.assignment(options.assignment));
        HALFTONE_TRY(const auto images, splitOf(estimator.data(), options.split));
        const std::int64_t all = images->count();
        return estimator.addEvaluation("evaluation", assignment, options.limit > 0 ? std::min(options.limit, all) : all);
    });
}

Result<TimeEstimate> estimateExport(Study& study, const ExportOptions& options, const TaskContext& task)
{
    return estimate(study, task, [&](Estimator& estimator) -> Status {
        HALFTONE_TRY(const BitAssignment assignment, study.assignment(options.assignment));
        // The gate runs both networks over the test images, and over some of them one by one, which takes about three times
        // as long an image.
        constexpr std::int64_t kSingles = 256, kSlower = 3;
        const std::int64_t all = estimator.data().test->count();
        return estimator.addEvaluation("gate", assignment, 2 * (all + kSlower * std::min(kSingles, all)));
    });
}

} // namespace halftone
