// A study made up for tests of pages: ResNet-20 with scores, assignments and runs, and an engine that trains without training.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/graph/bit_assignment.h"
#include "core/graph/layers.h"
#include "core/store/study_file.h"
#include "core/studies/command_runner.h"

namespace halftone {

// A folder with a.halftone in it, removed afterwards.
class MadeStudy {
public:
    explicit MadeStudy(const std::string& architecture = "cifar_resnet20");
    ~MadeStudy();
    MadeStudy(const MadeStudy&) = delete;
    MadeStudy& operator=(const MadeStudy&) = delete;

    std::filesystem::path path() const { return m_folder / "resnet20-cifar10.halftone"; }
    StudyFile& file() { return *m_file; }
    const LayerTable& table() const { return m_table; }

    // Every second inner layer at 2 bit from `first` on: an assignment of its own for each value.
    BitAssignment someBits(std::size_t first) const;
    void addAssignment(const std::string& name, const BitAssignment& bits, const std::string& metric = "eagl");
    // EAGL with every group; ALPS with one group that could not be scored.
    void addScores();

    struct RunOptions {
        std::string key;
        BitAssignment bits;
        int epochs = 30;
        int done = 30;
        RunState state = RunState::Finished;
        int seed = 0;
        double best = 0.89; // accuracy that the curve comes to
        std::string message;
        std::string kind = "fine-tune";
    };
    std::int64_t addRun(const RunOptions& options);

private:
    std::filesystem::path m_folder;
    LayerTable m_table;
    std::unique_ptr<StudyFile> m_file;
};

// The options a run is stored with, as the engine writes them.
std::string optionsOfRun(int epochs, int seed);
// Points of one epoch of a run that goes to `best`; the same for the same arguments.
SeriesByName madeSeries(int epoch, int epochs, double best, const LayerTable& table, const BitAssignment& bits);

// Answers `estimate`, `finetune`, `score` and nothing else. A fine-tune writes what the engine would: run, epochs, series and
// live samples; it waits for the test before each epoch.
class MadeEngine {
public:
    explicit MadeEngine(const LayerTable& table)
        : m_table(table)
    {
    }
    CommandRunner runner();

    void allowEpochs(int count) { m_allowed += count; }
    void failNext(std::string sentence); // the next fine-tune or score
    std::vector<std::string> began() const; // first arguments and assignments or metrics: "finetune eagl75"
    std::vector<std::vector<std::string>> estimated() const;
    void setEstimate(double seconds) { m_estimate = seconds; }

private:
    Result<std::string> run(const std::vector<std::string>& arguments, const TaskContext& task);
    Result<std::string> train(const std::vector<std::string>& arguments, const TaskContext& task);
    Result<std::string> scoreMetric(const std::vector<std::string>& arguments, const TaskContext& task);
    Status trainEpoch(StudyFile& file, std::int64_t id, const RunRecord& run, int epoch, int epochs, const TaskContext& task);
    bool waitForTest(const TaskContext& task);

    const LayerTable m_table;
    mutable std::mutex m_mutex;
    std::vector<std::string> m_began;
    std::vector<std::vector<std::string>> m_estimated;
    std::string m_failure;
    std::atomic<int> m_allowed = 0;
    std::atomic<double> m_estimate = 900;
};

} // namespace halftone
