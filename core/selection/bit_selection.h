// From scores, a cost axis, a budget and pins to a BitAssignment; and the baselines that choose without scores.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "core/base/task_context.h"
#include "core/cost/cost_model.h"
#include "core/graph/bit_assignment.h"
#include "core/sensitivity/group_scores.h"

namespace halftone {

struct SelectionOptions {
    std::vector<int> levels{4, 2}; // bit widths to choose from, any order, each 2..8
    double budgetFraction = 0.75; // of the inner layers' cost at the highest level
    std::map<GroupIndex, int> pins; // groups held at a width (need not be one of the levels)
};

struct Selection {
    BitAssignment assignment; // edge layers at kEdgeBits
    double cost = 0; // of the inner layers
    double budget = 0; // budgetFraction of highestCost
    double lowestCost = 0; // all inner layers at the lowest level, pins respected
    double highestCost = 0; // all inner layers at the highest level, pins ignored
    double gain = 0; // summed gain of the choice, in the metric's unit; 0 for baselines
};

// Exact. Two levels: the paper's 0-1 knapsack. More: gain of width b is gain * log2(b/lowest)/log2(highest/lowest) (our
// choice). Gains <= 0 become tiny positive ones, so the budget is filled; groups that could not be scored are held at the
// highest level. Errors: Infeasible names the smallest reachable cost and fraction, and the pins that block it.
Result<Selection> selectBits(const LayerTable& table, const SensitivityReport& scores, const CostModel& cost,
    const SelectionOptions& options, const TaskContext& task = {});
// The optimum for every budget, by rising cost.
Result<std::vector<Selection>> selectFrontier(const LayerTable& table, const SensitivityReport& scores, const CostModel& cost,
    const SelectionOptions& options, const TaskContext& task = {});

enum class Baseline { Uniform, FirstToLast, LastToFirst, Random };
// Uniform: the knapsack with equal gains. FirstToLast: groups fall to the lowest level in the network's order until the
// budget is met; LastToFirst in reverse; Random: in an order drawn from `seed`.
Result<Selection> selectBaseline(
    Baseline baseline, const LayerTable& table, const CostModel& cost, const SelectionOptions& options, std::uint64_t seed = 0);
Result<Baseline> findBaseline(std::string_view name); // "uniform", "first-to-last", "last-to-first", "random"

} // namespace halftone
