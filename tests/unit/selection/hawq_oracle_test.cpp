// HAWQ-v3's own selection problems for ResNet-18 and ResNet-50: eighteen known optima (methods_seeds.md 12).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include "core/selection/knapsack.h"

namespace halftone {
namespace {

using nlohmann::json;

double costAt(const json& model, const std::string& axis, std::size_t layer, int bits)
{
    if (axis == "size") return model.at("parameters").at(layer).get<double>() * bits / 8.0;
    if (axis == "bops") return model.at("bops").at(layer).get<double>() * bits * bits / 1024.0;
    return model.at(bits == 8 ? "latency_int8" : "latency_int4").at(layer).get<double>();
}

// Layers that must have equal widths become one item; the loss Omega that 8 bit avoids is the gain.
struct Problem {
    std::vector<std::vector<int>> groups;
    std::vector<KnapsackItem> items; // option 0: 8 bit, option 1: 4 bit
    double omegaAll4 = 0;
    double lowest = 0;
    double highest = 0;
};

Problem problemOf(const json& model, const json& ties, const std::string& axis)
{
    Problem problem;
    std::set<int> tied;
    for (const json& tie : ties) {
        problem.groups.push_back(tie.get<std::vector<int>>());
        tied.insert(problem.groups.back().begin(), problem.groups.back().end());
    }
    const int layers = static_cast<int>(model.at("parameters").size());
    for (int layer = 0; layer < layers; ++layer) {
        if (!tied.contains(layer)) problem.groups.push_back({layer});
    }
    for (const std::vector<int>& group : problem.groups) {
        KnapsackItem item{{{0, 0}, {0, 0}}};
        for (const int layer : group) {
            const auto i = static_cast<std::size_t>(layer);
            const double trace = model.at("Hutchinson_trace").at(i);
            const double at8 = model.at("delta_weights_8bit_square").at(i);
            const double at4 = model.at("delta_weights_4bit_square").at(i);
            item.options[0].gain += trace * (at4 - at8);
            item.options[0].cost += costAt(model, axis, i, 8);
            item.options[1].cost += costAt(model, axis, i, 4);
            problem.omegaAll4 += trace * at4;
        }
        problem.highest += item.options[0].cost;
        problem.lowest += item.options[1].cost;
        problem.items.push_back(item);
    }
    return problem;
}

TEST(HawqOracle, FindsAllEighteenOptima)
{
    const std::filesystem::path path = HALFTONE_SOURCE_DIR "/../shared/oracles/hawq_ilp_oracle.json";
    if (!std::filesystem::exists(path))
        GTEST_SKIP() << "../shared/oracles/hawq_ilp_oracle.json is absent: HAWQ-v3's optima are not checked";
    const json oracle = json::parse(std::ifstream(path));
    int checked = 0;
    for (const auto& [key, expected] : oracle.at("optimum").items()) { // "resnet18/bops/0.25"
        SCOPED_TRACE(key);
        const std::string name = key.substr(0, key.find('/'));
        const std::string axis = key.substr(name.size() + 1, key.rfind('/') - name.size() - 1);
        const double fraction = std::stod(key.substr(key.rfind('/') + 1));
        const Problem problem = problemOf(oracle.at("models").at(name), oracle.at("ties").at(name), axis);
        const double limit = problem.lowest + fraction * (problem.highest - problem.lowest);
        EXPECT_NEAR(limit, expected.at("limit").get<double>(), 1e-9);
        const auto solution = solveKnapsack(problem.items, limit);
        ASSERT_TRUE(solution.ok());
        std::set<int> at8;
        for (std::size_t i = 0; i < problem.items.size(); ++i) {
            if (solution->chosen[i] == 0) at8.insert(problem.groups[i].begin(), problem.groups[i].end());
        }
        EXPECT_EQ(at8, expected.at("bits8").get<std::set<int>>());
        EXPECT_NEAR(problem.omegaAll4 - solution->gain, expected.at("Omega").get<double>(), 1e-9);
        EXPECT_NEAR(solution->cost, expected.at("used").get<double>(), 1e-9);
        ++checked;
    }
    EXPECT_EQ(checked, 18);
}

} // namespace
} // namespace halftone
