// The exact solver: multiple-choice knapsack (0-1 is its two-option case), one budget or the whole frontier.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/base/task_context.h"

namespace halftone {

struct KnapsackOption {
    double gain = 0;
    double cost = 0; // not negative
};
// Exactly one option is taken from each item.
struct KnapsackItem {
    std::vector<KnapsackOption> options; // at least one
};
struct KnapsackSolution {
    std::vector<int> chosen; // option index per item
    double gain = 0;
    double cost = 0;
};

// Maximises total gain with total cost <= budget, exactly. Of equal gains the cheaper, then the lexicographically first.
// Errors: Infeasible with the smallest reachable cost; BadInput for NaN, negative costs, an item without options.
Result<KnapsackSolution> solveKnapsack(const std::vector<KnapsackItem>& items, double budget, const TaskContext& task = {});
// Every non-dominated (cost, gain) in one pass, by rising cost: the optimum for every budget at once.
Result<std::vector<KnapsackSolution>> solveKnapsackFrontier(
    const std::vector<KnapsackItem>& items, const TaskContext& task = {});

} // namespace halftone
