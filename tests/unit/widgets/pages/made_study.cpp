// Makes a study with runs whose curves look like curves, and an engine that plays one.
#include "made_study.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/formats/safetensors.h"
#include "core/graph/network_text.h"
#include "core/models/architectures.h"
#include "core/training/training_recipe.h"

namespace halftone {

namespace {

constexpr int kPointsPerEpoch = 10;
constexpr int kUpdatesPerEpoch = 20;

// Small and repeatable, so that curves are not too smooth.
double ripple(int epoch, int point, double phase) { return 0.02 * std::sin(12.9898 * epoch + 78.233 * point + 37.7 * phase); }

std::string valueAfter(const std::vector<std::string>& arguments, const std::string& option, const std::string& usual)
{
    const auto found = std::ranges::find(arguments, option);
    return found == arguments.end() || found + 1 == arguments.end() ? usual : *(found + 1);
}

SensitivityReport madeScores(const LayerTable& table, const std::string& metric)
{
    const bool isEagl = metric == "eagl";
    SensitivityReport report{.metric = metric, .unit = isEagl ? "bits of entropy" : "nats of training loss"};
    report.cpuSeconds = isEagl ? 0.2 : 1080;
    for (std::size_t g = 0; g < table.groups.size(); ++g) {
        if (table.groups[g].edge) continue;
        const double at = static_cast<double>(g);
        const double layers = static_cast<double>(table.groups[g].layers.size());
        const double gain = isEagl ? layers * (3.5 - 0.06 * at + 0.2 * std::sin(2.3 * at)) : 0.08 * std::exp(-0.12 * at) + 0.01 * std::sin(5 * at);
        report.groups.push_back({.group = GroupIndex(static_cast<std::int64_t>(g)), .gain = gain});
    }
    return report;
}

} // namespace

MadeStudy::MadeStudy(const std::string& architecture)
{
    const std::filesystem::path memory = "/dev/shm"; // each save waits for the disk otherwise
    const auto root = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    static std::atomic<int> count = 0;
    m_folder = root / ("halftone-pages-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(m_folder);
    const Network network = *buildArchitecture(architecture);
    m_table = layerTable(network);
    NewStudy content{.settings = {{"architecture", architecture}, {"seed", "0"}, {"data", "cifar10:made-up"}},
        .model = StudyModel{.networkText = toText(network), .weights = writeSafeTensors({}), .fileName = "resnet20.pt"}};
    m_file = std::make_unique<StudyFile>(*StudyFile::create(path(), content));
}

MadeStudy::~MadeStudy()
{
    m_file.reset();
    std::error_code ignored; // what is left in /dev/shm goes with the machine
    std::filesystem::remove_all(m_folder, ignored);
}

BitAssignment MadeStudy::someBits(std::size_t first) const
{
    BitAssignment bits = uniformAssignment(m_table, 4);
    for (std::size_t i = 0; i < m_table.layers.size(); ++i)
        if (!m_table.layers[i].edge && m_table.group(m_table.layers[i].group).layers.size() == 1 && i > first && (i + first) % 2 == 0)
            bits.layers[i] = {2, 2};
    return bits;
}

void MadeStudy::addAssignment(const std::string& name, const BitAssignment& bits, const std::string& metric)
{
    const nlohmann::json how{{"metric", metric}};
    const auto saved = m_file->saveAssignment({.name = name, .bits = toText(bits), .howJson = how.dump()});
    if (!saved.ok()) std::abort(); // a test's own mistake
}

void MadeStudy::addScores()
{
    SensitivityReport eagl = madeScores(m_table, "eagl"), alps = madeScores(m_table, "alps");
    auto& lost = alps.groups[alps.groups.size() - 3];
    lost = {.group = lost.group, .gain = 0, .scored = false, .reason = "The loss became NaN in epoch 1."};
    if (!m_file->saveScores({.key = "eagl-made", .report = eagl}).ok()) std::abort();
    if (!m_file->saveScores({.key = "alps-made", .report = alps}).ok()) std::abort();
}

std::string optionsOfRun(int epochs, int seed)
{
    TrainingRecipe recipe = defaultRecipe();
    recipe.epochs = epochs;
    recipe.seed = static_cast<std::uint64_t>(seed);
    return nlohmann::ordered_json{{"recipe", nlohmann::ordered_json::parse(toJson(recipe))}, {"start", "pretrained"},
        {"holdBack", 0.0}, {"evaluatedOn", "test images"}}
        .dump();
}

SeriesByName madeSeries(int epoch, int epochs, double best, const LayerTable& table, const BitAssignment& bits)
{
    SeriesByName series;
    for (int point = 1; point <= kPointsPerEpoch; ++point) {
        const double at = epoch - 1 + static_cast<double>(point) / kPointsPerEpoch;
        const double fallen = std::exp(-3.5 * at / epochs) + 0.2 * std::exp(-1.5 * at);
        series["loss"].push_back({at, 0.12 + (1.1 - best) * fallen * 3 + ripple(epoch, point, best)});
        series["learning rate"].push_back({at, 0.0075 * (1 + std::cos(3.14159265 * at / epochs)) + 1e-9});
        if (point % 5 != 0) continue;
        for (std::size_t i = 0; i < table.layers.size(); ++i) {
            const int width = bits.layers[i].weight;
            if (width >= kFullPrecision) continue;
            const double step = (width == 2 ? 0.15 : width == 4 ? 0.045 : 0.009) * (1 + 0.04 * static_cast<double>(i % 5));
            series["weight step " + table.layers[i].name].push_back({at, step * (1.1 - 0.2 * std::exp(-4 * at / epochs)) + 0.01 * step * ripple(epoch, point, step)});
        }
    }
    const double risen = best - (best - 0.72) * std::exp(-5.0 * epoch / epochs) + 0.1 * ripple(epoch, 3, best);
    series["train accuracy"].push_back({static_cast<double>(epoch), std::min(0.999, risen + 0.04)});
    series["test accuracy"].push_back({static_cast<double>(epoch), risen});
    return series;
}

namespace {

// What the engine keeps of an epoch.
Status saveMadeEpoch(StudyFile& file, std::int64_t id, int epoch, const SeriesByName& series)
{
    std::vector<LossPoint> losses;
    for (int step = 1; step <= kUpdatesPerEpoch; ++step) losses.push_back({(epoch - 1) * kUpdatesPerEpoch + step, 0.5});
    const std::vector<std::byte> checkpoint(16);
    HALFTONE_CHECK(file.saveSeries(id, epoch, series));
    return file.saveEpoch(id,
        {.epoch = epoch,
            .loss = series.at("loss").back().value,
            .trainMetric = series.at("train accuracy").back().value,
            .testMetric = series.at("test accuracy").back().value,
            .learningRate = series.at("learning rate").back().value,
            .seconds = 31},
        losses, checkpoint);
}

RunOutcome madeOutcome(const SeriesByName& series, int epochs)
{
    const double accuracy = series.at("test accuracy").back().value;
    return {.state = RunState::Finished,
        .wallSeconds = 31.0 * epochs,
        .metrics = RunMetrics{.loss = 0.3, .trainMetric = 0.95, .testMetric = accuracy, .trainSamples = 50000, .testSamples = 10000}};
}

} // namespace

std::int64_t MadeStudy::addRun(const RunOptions& options)
{
    const auto id = m_file->startRun({.key = options.key,
        .kind = options.kind,
        .assignmentBits = toText(options.bits),
        .optionsJson = optionsOfRun(options.epochs, options.seed)});
    if (!id.ok()) std::abort();
    SeriesByName series;
    for (int epoch = 1; epoch <= options.done; ++epoch) {
        series = madeSeries(epoch, options.epochs, options.best, m_table, options.bits);
        if (!saveMadeEpoch(*m_file, *id, epoch, series).ok()) std::abort();
    }
    if (options.state == RunState::Running) return *id;
    RunOutcome outcome = options.state == RunState::Finished ? madeOutcome(series, options.epochs) : RunOutcome{.state = options.state};
    outcome.message = options.message;
    if (!m_file->finishRun(*id, outcome).ok()) std::abort();
    return *id;
}

CommandRunner MadeEngine::runner()
{
    return [this](const std::vector<std::string>& arguments, const TaskContext& task) { return run(arguments, task); };
}

void MadeEngine::failNext(std::string sentence)
{
    const std::scoped_lock lock(m_mutex);
    m_failure = std::move(sentence);
}

std::vector<std::string> MadeEngine::began() const
{
    const std::scoped_lock lock(m_mutex);
    return m_began;
}

std::vector<std::vector<std::string>> MadeEngine::estimated() const
{
    const std::scoped_lock lock(m_mutex);
    return m_estimated;
}

bool MadeEngine::waitForTest(const TaskContext& task)
{
    for (;;) {
        if (task.stopRequested()) return false;
        int allowed = m_allowed;
        if (allowed > 0 && m_allowed.compare_exchange_strong(allowed, allowed - 1)) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

Result<std::string> MadeEngine::run(const std::vector<std::string>& arguments, const TaskContext& task)
{
    std::string failure;
    {
        const std::scoped_lock lock(m_mutex);
        if (arguments.front() == "estimate") {
            m_estimated.push_back(arguments);
            return nlohmann::json{{"seconds", m_estimate.load()}, {"origin", "measured on this study's runs"}}.dump();
        }
        m_began.push_back(arguments.front() + " " + valueAfter(arguments, arguments.front() == "score" ? "--metric" : "--assignment", ""));
        failure.swap(m_failure);
    }
    if (!failure.empty()) return Error{ErrorCode::Failed, failure};
    if (arguments.front() == "finetune") return train(arguments, task);
    if (arguments.front() == "score") return scoreMetric(arguments, task);
    return Error{ErrorCode::BadInput, "The made-up engine has no command " + arguments.front() + "."};
}

Result<std::string> MadeEngine::train(const std::vector<std::string>& arguments, const TaskContext& task)
{
    HALFTONE_TRY(StudyFile file, StudyFile::open(arguments[1]));
    const std::string name = valueAfter(arguments, "--assignment", ""), seed = valueAfter(arguments, "--seed", "0");
    const int epochs = std::stoi(valueAfter(arguments, "--epochs", "5"));
    HALFTONE_TRY(const AssignmentRecord assignment, file.assignment(name));
    RunRecord record{.key = name + "-" + seed + "-" + valueAfter(arguments, "--lr", ""),
        .kind = "fine-tune",
        .assignmentBits = assignment.bits,
        .optionsJson = optionsOfRun(epochs, std::stoi(seed))};
    HALFTONE_TRY(const auto known, file.findRun(record.key));
    std::int64_t id = known ? known->id : 0;
    int first = 1;
    if (known) {
        HALFTONE_CHECK(file.resumeRun(id));
        HALFTONE_TRY(const auto done, file.epochs(id));
        first = static_cast<int>(done.size()) + 1;
    } else {
        HALFTONE_TRY(id, file.startRun(record));
    }
    SeriesByName series;
    for (int epoch = first; epoch <= epochs; ++epoch) {
        if (!waitForTest(task)) {
            HALFTONE_CHECK(file.finishRun(id, {.state = RunState::Stopped, .message = "Stopped."}));
            return Error{ErrorCode::Cancelled, "Stopped; finished epochs are kept."};
        }
        HALFTONE_CHECK(trainEpoch(file, id, record, epoch, epochs, task));
    }
    HALFTONE_TRY(const BitAssignment bits, assignmentFromText(assignment.bits));
    HALFTONE_CHECK(file.finishRun(id, madeOutcome(madeSeries(epochs, epochs, 0.88, m_table, bits), epochs)));
    return std::string("{}");
}

Status MadeEngine::trainEpoch(StudyFile& file, std::int64_t id, const RunRecord& run, int epoch, int epochs, const TaskContext& task)
{
    HALFTONE_TRY(const BitAssignment bits, assignmentFromText(run.assignmentBits));
    const SeriesByName series = madeSeries(epoch, epochs, 0.88, m_table, bits);
    task.report("fine-tune", epoch * kUpdatesPerEpoch, epochs * kUpdatesPerEpoch, "epoch " + std::to_string(epoch));
    for (const auto& [name, points] : series)
        for (const auto& point : points) task.sample({.run = run.key, .series = name, .epoch = point.epoch, .value = point.value});
    return saveMadeEpoch(file, id, epoch, series);
}

Result<std::string> MadeEngine::scoreMetric(const std::vector<std::string>& arguments, const TaskContext& task)
{
    HALFTONE_TRY(StudyFile file, StudyFile::open(arguments[1]));
    task.report("score", 8, 20, "group 8 of 20");
    if (!waitForTest(task)) return Error{ErrorCode::Cancelled, "Stopped; finished groups are kept."};
    const std::string metric = valueAfter(arguments, "--metric", "eagl");
    HALFTONE_CHECK(file.saveScores({.key = metric + "-new", .report = madeScores(m_table, metric)}));
    return std::string("{}");
}

} // namespace halftone
