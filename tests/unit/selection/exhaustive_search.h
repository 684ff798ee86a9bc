// Every choice, one by one: what the exact solver is compared with.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/selection/knapsack.h"

namespace halftone {

// All choices in lexicographic order, summed from the last item to the first as the solver sums.
inline std::vector<KnapsackSolution> everyChoice(const std::vector<KnapsackItem>& items)
{
    std::vector<KnapsackSolution> all;
    std::vector<int> chosen(items.size(), 0);
    for (;;) {
        KnapsackSolution solution{chosen, 0, 0};
        for (std::size_t i = items.size(); i-- > 0;) {
            const KnapsackOption& option = items[i].options[static_cast<std::size_t>(chosen[i])];
            solution.gain = option.gain + solution.gain;
            solution.cost = option.cost + solution.cost;
        }
        all.push_back(solution);
        std::size_t i = items.size();
        while (i > 0 && chosen[i - 1] + 1 == static_cast<int>(items[i - 1].options.size())) chosen[--i] = 0;
        if (i == 0) return all;
        ++chosen[i - 1];
    }
}

// Most gain, then least cost, then lexicographically first.
inline std::optional<KnapsackSolution> exhaustiveBest(const std::vector<KnapsackSolution>& all, double budget)
{
    std::optional<KnapsackSolution> best;
    for (const KnapsackSolution& s : all) {
        if (s.cost > budget) continue;
        if (!best || s.gain > best->gain || (s.gain == best->gain && s.cost < best->cost)) best = s;
    }
    return best;
}

inline std::vector<KnapsackSolution> exhaustiveFrontier(std::vector<KnapsackSolution> all)
{
    std::stable_sort(all.begin(), all.end(), [](const KnapsackSolution& a, const KnapsackSolution& b) {
        return a.cost != b.cost ? a.cost < b.cost : a.gain > b.gain;
    });
    std::vector<KnapsackSolution> frontier;
    for (const KnapsackSolution& s : all) {
        if (frontier.empty() || s.gain > frontier.back().gain) frontier.push_back(s);
    }
    return frontier;
}

} // namespace halftone
