// A study with a finished comparison of methods, fine-tunes and exports in it, for tests of the views that show results.
#pragma once

#include <mutex>

#include <nlohmann/json.hpp>

#include "core/cost/all_cost_models.h"
#include "core/selection/bit_selection.h"
#include "core/studies/frontier_points.h"
#include "tests/unit/widgets/study_fixture.h"

namespace halftone::test {

struct ComparisonOptions {
    std::vector<std::string> methods{"eagl", "alps", "uniform"};
    std::vector<double> budgets{0.85, 0.75, 0.65};
    int seeds = 2;
    int epochs = 2;
};

class MeasuredStudy : public TemporaryStudy {
public:
    MeasuredStudy()
    {
        addScores("eagl");
        addScores("alps", 4);
    }

    BitAssignment choiceOf(const std::string& method, double budget, int seed) const
    {
        const SelectionOptions options{.levels = {4, 2}, .budgetFraction = budget};
        if (const auto baseline = findBaseline(method); baseline.ok())
            return selectBaseline(*baseline, table, linearCost(), options, static_cast<std::uint64_t>(seed))->assignment;
        SensitivityReport scores = file->scores(method)->front().report;
        if (method == "alps") // another order, so that the methods differ
            for (auto& group : scores.groups) group.gain = 0.3 + 0.05 * static_cast<double>((group.group.value * 7) % 18);
        return selectBits(table, scores, linearCost(), options)->assignment;
    }

    struct RunOptions {
        std::string kind = "fine-tune", start = "pretrained", label;
        int epochs = 2, seed = 0;
        double accuracy = 0.9;
        bool finished = true;
    };
    std::int64_t addRun(const BitAssignment& bits, const RunOptions& options)
    {
        const nlohmann::ordered_json made{{"recipe", {{"name", "default"}, {"epochs", options.epochs}, {"seed", options.seed}}},
            {"start", options.start}, {"evaluatedOn", "test images"}, {"label", options.label}};
        RunRecord run{.kind = options.kind, .assignmentBits = toText(bits)};
        run.key = options.kind + run.assignmentBits + options.start + std::to_string(options.epochs) + "/" + std::to_string(options.seed);
        if (const auto same = file->findRun(run.key); same.ok() && *same) return (*same)->id; // as the study's own runs do
        run.optionsJson = made.dump();
        run.provenanceJson = R"({"threads":2,"cpuName":"AMD EPYC","codeVersion":"0.4.0","dataHash":"9f3a41c2d0"})";
        const std::int64_t id = *file->startRun(run);
        SeriesByName curves;
        for (int epoch = 1; epoch <= options.epochs; ++epoch) {
            const double share = 1 - 0.2 / epoch;
            static_cast<void>(file->saveEpoch(id, {.epoch = epoch, .loss = 1.0 / epoch, .testMetric = options.accuracy * share, .seconds = 30}, {}, {}));
            curves["test accuracy"] = {{static_cast<double>(epoch), options.accuracy * share}};
            curves["loss"] = {{epoch - 0.5, 1.2 / epoch}, {static_cast<double>(epoch), 1.0 / epoch}};
            static_cast<void>(file->saveSeries(id, epoch, curves));
        }
        if (!options.finished) return id;
        RunOutcome outcome{.wallSeconds = 61.5, .weights = Bytes(8)};
        outcome.metrics = RunMetrics{.loss = 0.34, .trainMetric = 0.95, .testMetric = options.accuracy, .trainSamples = 4000, .testSamples = 10000};
        static_cast<void>(file->finishRun(id, outcome));
        return id;
    }

    // Made-up accuracies that rise with the cost; ALPS a little better than EAGL, both better than the baselines.
    static double accuracyOf(const std::string& method, double costFraction, int seed)
    {
        const double gain = method == "alps" ? 0.006 : method == "eagl" ? 0.004 : method == "uniform" ? -0.004 : -0.012;
        const double bend = (1 - costFraction) * (1 - costFraction);
        return std::round(1e4 * (0.911 - 0.27 * bend + gain * std::min(1.0, 4 * (1 - costFraction)) + 0.0015 * ((seed * 2) % 3 - 1))) / 1e4;
    }

    void addComparison(const ComparisonOptions& options = {})
    {
        const std::int64_t base = addRun(uniformAssignment(table, 4), {.kind = "base", .epochs = 1, .accuracy = 0.9});
        const std::string start = "run " + file->run(base)->key;
        FrontierReport report{.cost = "linear", .epochs = options.epochs, .testImages = 10000, .fullPrecision = 0.915};
        nlohmann::ordered_json points = nlohmann::ordered_json::array();
        const double highest = innerCost(linearCost(), table, uniformAssignment(table, 4));
        const auto addPoint = [&](const std::string& method, double budget, const std::function<BitAssignment(int)>& bitsOf) {
            nlohmann::ordered_json values = nlohmann::ordered_json::array(), assignments = nlohmann::ordered_json::array();
            for (int seed = 0; seed < options.seeds; ++seed) {
                const BitAssignment bits = bitsOf(seed);
                const double accuracy = accuracyOf(method, innerCost(linearCost(), table, bits) / highest, seed);
                const std::int64_t run = addRun(bits, {.kind = "frontier", .start = start, .label = method, .epochs = options.epochs, .seed = seed, .accuracy = accuracy});
                values.push_back(*file->run(run)->metrics->testMetric); // methods that choose alike share a run
                assignments.push_back(toText(bits));
            }
            points.push_back({{"metric", method}, {"budget", budget}, {"values", values}, {"assignments", assignments}, {"seeds", options.seeds}});
        };
        addPoint("all 4 bit", 1, [&](int) { return uniformAssignment(table, 4); });
        addPoint("all 2 bit", 0, [&](int) { return uniformAssignment(table, 2); });
        for (const std::string& method : options.methods)
            for (const double budget : options.budgets)
                addPoint(method, budget, [&](int seed) { return choiceOf(method, budget, seed); });
        static_cast<void>(file->saveSettings({{"lastFrontier",
            nlohmann::ordered_json{{"cost", "linear"}, {"costUnit", "bit x MAC"}, {"epochs", options.epochs}, {"testImages", 10000},
                {"fullPrecision", 0.915}, {"points", points}}.dump()}}));
    }

    void save(const std::string& name, const BitAssignment& bits, const std::string& metric = "eagl")
    {
        static_cast<void>(file->saveAssignment({.name = name, .bits = toText(bits), .howJson = R"({"metric":")" + metric + R"("})"}));
    }

    void addExport(const std::string& name, const std::string& assignment, bool passed, const std::vector<std::string>& warnings = {})
    {
        nlohmann::ordered_json layers = nlohmann::ordered_json::array();
        double decibel = 42;
        for (const Layer& layer : table.layers) layers.push_back({{"layer", layer.name}, {"signalToNoiseDb", decibel -= passed ? 0.7 : 1.4}});
        const double file_ = passed ? 0.8984 : 0.712;
        const nlohmann::ordered_json verdict{{"verdict", passed ? "pass" : "fail"},
            {"reasons", passed ? nlohmann::ordered_json::array() : nlohmann::ordered_json{"The file is 18.6 points less accurate than the study's network."}},
            {"warnings", warnings}, {"assignment", assignment}, {"weights", "fine-tuned (run 3)"},
            {"batches", {{{"batchSize", 1}, {"images", 256}, {"fileAccuracy", file_}, {"networkAccuracy", 0.8984}, {"agreement", passed ? 1.0 : 0.75}},
                            {{"batchSize", 64}, {"images", 10000}, {"fileAccuracy", file_}, {"networkAccuracy", 0.8984}, {"agreement", passed ? 1.0 : 0.7}}}},
            {"worstLayer", table.layers.back().name}, {"worstSignalToNoiseDb", decibel}, {"layers", layers}, {"fileBytes", 103700}, {"fileHash", "ab12"},
            {"limits", {{"smallestAgreement", 0.99}, {"largestAccuracyDrop", 0.005}, {"smallestSignalToNoiseDb", 20}}}};
        static_cast<void>(file->saveExport({.fileName = name, .format = "onnx-qdq", .assignmentName = assignment, .fileHash = "ab12",
            .verdictJson = verdict.dump(), .passed = passed}));
    }
};

// Notes the commands it is given and answers what a test wants.
class NotingRunner {
public:
    using Answer = std::function<Result<std::string>(const std::vector<std::string>&)>;
    explicit NotingRunner(Answer answer = {})
        : m_state(std::make_shared<State>())
    {
        m_state->answer = std::move(answer);
    }
    void setAnswer(Answer answer)
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->answer = std::move(answer);
    }
    CommandRunner runner() const
    {
        return [state = m_state](const std::vector<std::string>& arguments, const TaskContext&) -> Result<std::string> {
            const std::scoped_lock lock(state->mutex);
            state->commands.push_back(arguments);
            if (state->answer) return state->answer(arguments);
            if (arguments.front() == "estimate") return std::string(R"({"seconds":1080,"origin":"measured"})");
            return std::string("{}");
        };
    }
    // The commands that began with a word.
    std::vector<std::vector<std::string>> commands(const std::string& first) const
    {
        const std::scoped_lock lock(m_state->mutex);
        std::vector<std::vector<std::string>> found;
        for (const auto& command : m_state->commands)
            if (command.front() == first) found.push_back(command);
        return found;
    }

private:
    struct State {
        std::mutex mutex;
        std::vector<std::vector<std::string>> commands;
        Answer answer;
    };
    std::shared_ptr<State> m_state;
};

} // namespace halftone::test
