// Loads images and grids once and hands them to the metrics.
#include "core/studies/pretrained_scoring.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

#include "core/base/content_hash.h"
#include "core/base/stopwatch.h"
#include "core/data/batch_loader.h"
#include "core/sensitivity/hawq_v3.h"
#include "core/sensitivity/output_divergence.h"
#include "core/studies/loaded_network.h"
#include "core/studies/parallel_work.h"
#include "core/training/task_loss.h"

namespace halftone {

namespace {

// Processor time of the calling thread, which is all that a group takes: one thread each.
double threadSeconds()
{
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// The first images of the draw that calibration reads, in batches, without augmentation.
Result<std::vector<Batch>> scoringBatches(const PretrainedScoring& work, std::int64_t batchSize)
{
    std::int64_t left = imagesOfScoring(work.options, work.data);
    BatchLoader loader(work.data.train, work.data.normalisation,
        {.batchSize = std::min(batchSize, left), .shuffle = true, .seed = work.study.seed(), .epoch = kCalibrationEpoch});
    std::vector<Batch> batches;
    while (left > 0) {
        if (work.task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped while images were read."};
        HALFTONE_TRY(auto batch, loader.next());
        if (!batch) break;
        if (batch->images.size(0) > left) *batch = {batch->images.slice(0, 0, left), batch->labels.slice(0, 0, left)};
        left -= batch->images.size(0);
        batches.push_back(std::move(*batch));
    }
    return batches;
}

// The grids of every layer at one width as a fine-tune would start from them.
struct LevelGrids {
    NetworkGrids high, low;
};
Result<LevelGrids> calibratedGrids(const PretrainedScoring& work)
{
    LevelGrids made;
    const TrainingRecipe recipe = defaultRecipe();
    HALFTONE_TRY(const torch::Tensor images, calibrationImages(work.study, work.task));
    for (const auto& [bits, grids] :
        {std::pair{work.options.highBits, &made.high}, std::pair{work.options.lowBits, &made.low}}) {
        HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(work.study.network()));
        HALFTONE_CHECK(network.assign(uniformAssignment(work.study.table(), bits),
            {.method = recipe.quantizer, .symmetricWeights2 = recipe.symmetricWeights2, .countBatch = recipe.countBatch}));
        HALFTONE_CHECK(network.calibrateNew(images, work.task));
        HALFTONE_TRY(*grids, network.grids());
    }
    return made;
}

// Images a batch of products: few, since every batch has its own signs, and one by one where a network's values are large: they
// are kept several times over.
std::int64_t imagesOfProduct(const Network& network)
{
    constexpr std::int64_t kValues = std::int64_t{1} << 26, kMost = 16;
    std::int64_t values = 0;
    for (const Value& value : network.values()) values += elementCount(value.shape);
    return std::clamp<std::int64_t>(kValues / std::max<std::int64_t>(1, values), 1, kMost);
}

WorkRunner sideBySide(const PretrainedScoring& work)
{
    return [threads = work.study.environment().threads](std::int64_t count, const TaskContext& task,
               const std::function<Status(std::int64_t, const TaskContext&)>& each) {
        return runInParallel(count, threads, "hawq-v3", task, each);
    };
}

// Output divergence: the outputs of the whole network once, then groups side by side on the cores.
class DivergenceStage {
public:
    explicit DivergenceStage(const PretrainedScoring& work)
        : m_work(work)
        , m_table(work.study.table())
        , m_measure(work.options.byOutputError || work.data.train->labelKind().task == Task::Outputs
                  ? DivergenceMeasure::OutputError
                  : DivergenceMeasure::KullbackLeibler)
    {
    }

    Result<SensitivityReport> run()
    {
        HALFTONE_TRY(const auto stored, m_work.study.file().groupScores(m_work.key));
        std::vector<GroupIndex> missing;
        for (std::size_t i = 0; i < m_table.groups.size(); ++i) {
            const GroupIndex group(static_cast<std::int64_t>(i));
            const bool isStored
                = std::ranges::any_of(stored, [&](const GroupScoreRecord& record) { return record.score.group == group; });
            if (!m_table.groups[i].edge && !isStored) missing.push_back(group);
        }
        const Stopwatch watch;
        if (!missing.empty()) HALFTONE_CHECK(prepare());
        const double sharedSeconds = watch.cpuSeconds();
        HALFTONE_CHECK(runInParallel(static_cast<std::int64_t>(missing.size()), m_work.study.environment().threads,
            "output-divergence", m_work.task,
            [&](std::int64_t index, const TaskContext& task) { return measure(missing[static_cast<std::size_t>(index)], task); }));
        return report(sharedSeconds);
    }

private:
    Status prepare()
    {
        HALFTONE_TRY(m_grids, calibratedGrids(m_work));
        HALFTONE_TRY(const auto batches, scoringBatches(m_work, evaluationBatch(*m_work.data.train)));
        for (const Batch& batch : batches) m_images.push_back(batch.images);
        HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(m_work.study.network()));
        HALFTONE_TRY(m_reference, outputsOf(network, m_images, m_work.task));
        return {};
    }

    Status measure(GroupIndex group, const TaskContext& task)
    {
        const double start = threadSeconds();
        HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(m_work.study.network()));
        const auto divergence
            = groupDivergence(network, group, m_grids.high, m_grids.low, m_images, m_reference, m_measure, task);
        GroupScoreRecord record{.score = {.group = group}};
        nlohmann::json detail{{"seconds", threadSeconds() - start}};
        if (divergence.ok()) {
            record.score.gain = divergence->low - divergence->high;
            detail["high"] = divergence->high;
            detail["low"] = divergence->low;
        } else {
            if (divergence.error().code == ErrorCode::Cancelled) return divergence.error();
            record.score.scored = false; // this group's outputs are no numbers; the others still count
            record.score.reason = divergence.error().message;
        }
        record.detailJson = detail.dump();
        return m_work.study.file().saveGroupScore(m_work.key, record);
    }

    Result<SensitivityReport> report(double sharedSeconds) const
    {
        HALFTONE_TRY(const auto records, m_work.study.file().groupScores(m_work.key));
        SensitivityReport made{.metric = "output-divergence",
            .unit = m_measure == DivergenceMeasure::OutputError ? "noise over signal" : "nats of KL divergence",
            .highBits = m_work.options.highBits,
            .lowBits = m_work.options.lowBits,
            .cpuSeconds = sharedSeconds};
        for (const GroupScoreRecord& record : records) {
            const auto detail = nlohmann::json::parse(record.detailJson, nullptr, false);
            if (detail.is_object()) made.cpuSeconds += detail.value("seconds", 0.0);
            made.groups.push_back(record.score);
        }
        return made;
    }

    const PretrainedScoring& m_work;
    const LayerTable& m_table;
    DivergenceMeasure m_measure;
    LevelGrids m_grids;
    std::vector<torch::Tensor> m_images, m_reference; // by batch
};

} // namespace

Result<SensitivityReport> scoreHawq(const PretrainedScoring& work)
{
    const Stopwatch watch;
    HALFTONE_TRY(const LevelGrids grids, calibratedGrids(work));
    HALFTONE_TRY(const auto batches, scoringBatches(work, imagesOfProduct(work.study.network())));
    HALFTONE_TRY(TorchNetwork network, TorchNetwork::create(work.study.network()));
    HALFTONE_TRY(HawqReport report,
        hawqScores(network, batches, grids.high, grids.low,
            {.trace = {.seed = work.study.seed(), .mostProbes = work.options.probes, .runBatches = sideBySide(work)},
                .activations = work.options.withActivations},
            work.task));
    double most = 0, mostError = 0;
    for (const GroupScore& score : report.scores.groups) most = std::max(most, std::abs(score.gain));
    for (const auto& [group, error] : report.standardErrors) mostError = std::max(mostError, error);
    work.task.note(fmt::format("HAWQ-v3 took {} probes over {} training images; {}. The largest standard error of a gain is "
                               "{:.1f} % of the largest gain.",
        report.probes, imagesOfScoring(work.options, work.data),
        report.settled ? "the means changed by less than 0.1 % then" : "the means still changed by more than 0.1 %",
        most > 0 ? 100 * mostError / most : 0.0));
    report.scores.highBits = work.options.highBits;
    report.scores.lowBits = work.options.lowBits;
    report.scores.cpuSeconds = watch.cpuSeconds();
    return report.scores;
}

Result<SensitivityReport> scoreDivergence(const PretrainedScoring& work) { return DivergenceStage(work).run(); }

std::int64_t imagesOfScoring(const ScoreOptions& options, const Dataset& data)
{
    constexpr std::int64_t kImages = 512, kPixels = std::int64_t{1} << 22;
    const std::int64_t wanted = options.images > 0 ? options.images : fittingBatch(*data.train, kImages, kPixels, 1);
    return std::min(wanted, data.train->count());
}

std::string pretrainedKey(const Study& study, const Dataset& data)
{
    ContentHasher hasher;
    hasher.add("pretrained").add(study.modelHash()).add(data.hash).add(std::to_string(study.seed()));
    for (const auto& values : {data.normalisation.mean, data.normalisation.deviation})
        for (const float value : values) hasher.add(std::to_string(value));
    if (data.normalisation.bgr) hasher.add("bgr");
    return hasher.hex();
}

} // namespace halftone
