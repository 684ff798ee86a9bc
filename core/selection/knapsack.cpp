// The exact multiple-choice knapsack: lists of undominated choices, cut by bounds when there is one budget.
#include "core/selection/knapsack.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/selection/linear_bound.h"
#include "core/selection/pareto_layer.h"

namespace halftone {
namespace {

constexpr double kLargestMagnitude = 1e100; // sums and quotients stay finite
constexpr std::size_t kMaxItems = 1u << 12; // the search goes one call deeper for each
constexpr std::size_t kMaxOptions = 1u << 8;
constexpr std::size_t kChunk = 1u << 15; // states extended at once for one budget: bounds its memory
constexpr std::size_t kMaxFrontierStates = 1u << 24; // about 100 MB of back pointers
constexpr std::size_t kMaxFrontierChoices = 1u << 26; // 256 MB of answers

Error cancelled() { return {ErrorCode::Cancelled, "The selection was stopped."}; }

Status checkItems(const std::vector<KnapsackItem>& items)
{
    if (items.size() > kMaxItems)
        return Error{ErrorCode::BadInput,
            fmt::format("There are {} items to choose for; at most {} can be solved.", items.size(), kMaxItems)};
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& options = items[i].options;
        if (options.empty() || options.size() > kMaxOptions) {
            return Error{ErrorCode::BadInput,
                fmt::format("Item {} of the selection has {} options; give it 1 to {}.", i, options.size(), kMaxOptions)};
        }
        for (const KnapsackOption& option : options) {
            const bool gainIsFine = std::abs(option.gain) <= kLargestMagnitude; // false for NaN
            const bool costIsFine = option.cost >= 0.0 && option.cost <= kLargestMagnitude;
            if (gainIsFine && costIsFine) continue;
            return Error{ErrorCode::BadInput,
                fmt::format("Item {} of the selection has an option with gain {} and cost {}; both must be finite numbers and "
                            "the cost not negative.",
                    i, option.gain, option.cost)};
        }
    }
    return {};
}

double smallestCost(const std::vector<KnapsackItem>& items)
{
    double cost = 0;
    for (std::size_t i = items.size(); i-- > 0;) cost += cheapestOption(items[i]).cost;
    return cost;
}

// Depth first over chunks of layers, so that memory stays bounded however many choices are undominated; within a chunk,
// dominance and the linear bound cut. Nothing that could still equal the best is cut: ties are decided at the end.
class BudgetSearch {
public:
    BudgetSearch(const std::vector<KnapsackItem>& items, double budget, const TaskContext& task)
        : m_items(items)
        , m_steps(hullSteps(items))
        , m_budget(budget)
        , m_task(task)
    {
        double costs = 0;
        double gains = 0;
        for (const KnapsackItem& item : items) {
            double largestCost = 0;
            double largestGain = 0;
            for (const KnapsackOption& option : item.options) {
                largestCost = std::max(largestCost, option.cost);
                largestGain = std::max(largestGain, std::abs(option.gain));
            }
            costs += largestCost;
            gains += largestGain;
        }
        // Far above the rounding of sums in another order, far below any difference that matters to cutting well.
        m_costSlack = 1e-12 * costs;
        m_gainSlack = 1e-12 * gains;
    }

    Result<KnapsackSolution> run()
    {
        m_path.push_back(emptyChoice());
        if (!explore()) return cancelled();
        return m_best;
    }

private:
    // Extends the layer on top of m_path by the items that are left. False when stopped.
    bool explore()
    {
        const std::size_t left = m_items.size() + 1 - m_path.size();
        if (left == 0) {
            takeBestOfTop();
            return true;
        }
        const std::size_t depth = m_path.size();
        const std::size_t states = m_path.back().size();
        for (std::size_t first = 0; first < states; first += kChunk) {
            if (m_task.stopRequested()) return false;
            m_path.emplace_back();
            const bool finished = extend(first, std::min(first + kChunk, states), left - 1) && explore();
            m_path.resize(depth);
            if (!finished) return false;
        }
        return true;
    }

    bool extend(std::size_t first, std::size_t last, std::size_t left)
    {
        LinearBound bound(m_items, m_steps, left);
        const auto keep = [&](const ParetoState& state) {
            const double capacity = m_budget - state.cost - bound.cheapestCost();
            if (capacity < -m_costSlack) return Kept::No;
            bound.moveTo(capacity + m_costSlack);
            if (state.gain + bound.atMost() + m_gainSlack < m_reached) return Kept::No;
            bound.moveTo(capacity - m_costSlack);
            if (capacity >= m_costSlack) m_reached = std::max(m_reached, state.gain + bound.atLeast() - m_gainSlack);
            return Kept::Yes;
        };
        const std::size_t from = m_path.size() - 2;
        return extendLayer(m_path[from], first, last, m_items[left], m_path.back(), m_task, keep);
    }

    void takeBestOfTop()
    {
        const ParetoLayer& top = m_path.back();
        for (std::size_t i = top.size(); i-- > 0;) {
            if (top.cost[i] > m_budget) continue;
            const bool better
                = !m_found || top.gain[i] > m_best.gain || (top.gain[i] == m_best.gain && top.cost[i] <= m_best.cost);
            if (!better) return;
            const KnapsackSolution candidate = trace(i);
            const bool tied = m_found && candidate.gain == m_best.gain && candidate.cost == m_best.cost;
            if (!tied || candidate.chosen < m_best.chosen) m_best = candidate;
            m_found = true;
            return;
        }
    }

    KnapsackSolution trace(std::size_t state) const
    {
        KnapsackSolution solution{{}, m_path.back().gain[state], m_path.back().cost[state]};
        for (std::size_t layer = m_path.size() - 1; layer > 0; --layer) {
            solution.chosen.push_back(m_path[layer].option[state]);
            state = m_path[layer].parent[state];
        }
        return solution;
    }

    const std::vector<KnapsackItem>& m_items;
    const std::vector<HullStep> m_steps;
    const double m_budget;
    const TaskContext& m_task;
    double m_costSlack = 0;
    double m_gainSlack = 0;
    double m_reached = -std::numeric_limits<double>::infinity(); // some choice within the budget gains this much
    std::vector<ParetoLayer> m_path; // m_path[i]: the last i items are chosen
    KnapsackSolution m_best;
    bool m_found = false;
};

} // namespace

Result<KnapsackSolution> solveKnapsack(const std::vector<KnapsackItem>& items, double budget, const TaskContext& task)
{
    HALFTONE_CHECK(checkItems(items));
    if (std::isnan(budget)) return Error{ErrorCode::BadInput, "The budget of the selection is not a number."};
    const double smallest = smallestCost(items);
    if (smallest > budget) {
        return Error{ErrorCode::Infeasible,
            fmt::format("No selection costs {} or less; the smallest reachable cost is {}.", budget, smallest)};
    }
    return BudgetSearch(items, std::min(budget, 2 * kLargestMagnitude * static_cast<double>(kMaxItems)), task).run();
}

Result<std::vector<KnapsackSolution>> solveKnapsackFrontier(const std::vector<KnapsackItem>& items, const TaskContext& task)
{
    HALFTONE_CHECK(checkItems(items));
    const Error tooMany{ErrorCode::Unsupported,
        fmt::format("The whole frontier of these {} items has too many points to hold; ask for single budgets, or choose a "
                    "coarser cost axis.",
            items.size())};
    std::vector<ParetoLayer> layers{emptyChoice()};
    std::size_t states = 0;
    for (std::size_t left = items.size(); left-- > 0;) {
        if (task.stopRequested()) return cancelled();
        ParetoLayer next;
        bool full = false;
        const auto keep = [&](const ParetoState&) {
            full = ++states > kMaxFrontierStates;
            return full ? Kept::End : Kept::Yes;
        };
        if (!extendLayer(layers.back(), 0, layers.back().size(), items[left], next, task, keep))
            return full ? tooMany : cancelled();
        layers.back().cost = {}; // the way back needs parents and options alone
        layers.back().gain = {};
        layers.push_back(std::move(next));
    }
    const ParetoLayer& top = layers.back();
    if (top.size() * items.size() > kMaxFrontierChoices) return tooMany;
    std::vector<KnapsackSolution> frontier(top.size());
    for (std::size_t i = 0; i < top.size(); ++i) {
        if (i % 4096 == 0 && task.stopRequested()) return cancelled();
        frontier[i] = {{}, top.gain[i], top.cost[i]};
        frontier[i].chosen.reserve(items.size());
        std::size_t state = i;
        for (std::size_t layer = layers.size() - 1; layer > 0; --layer) {
            frontier[i].chosen.push_back(layers[layer].option[state]);
            state = layers[layer].parent[state];
        }
    }
    return frontier;
}

} // namespace halftone
