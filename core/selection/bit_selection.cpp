// From scores and a budget to widths: the knapsack that the groups make, and what to say when nothing fits.
#include "core/selection/bit_selection.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/closest_names.h"
#include "core/base/random.h"
#include "core/selection/knapsack.h"

namespace halftone {
namespace {

// A budget is a fraction times a sum, both rounded: a selection that meets it exactly must not fail by the last bit.
constexpr double kBudgetTolerance = 1e-12;
// Gains of zero and below become this part of the largest, so that what is left of a budget is still filled.
constexpr double kTinyGain = 1e-9;

// One decision: a linked group that is not at the network's edge, and the widths that it may take.
struct Choice {
    GroupIndex group;
    std::vector<int> widths; // from high to low, so that of equal selections the earlier group stays high
    double gain = 0; // as scored
    bool pinned = false;
    bool scored = true;
};

struct Problem {
    const LayerTable& table;
    const CostModel& cost;
    std::vector<int> levels; // from high to low, each once
    std::vector<Choice> choices;
    double lowestCost = 0;
    double highestCost = 0;
};

double budgetOf(const Problem& problem, const SelectionOptions& options)
{
    return options.budgetFraction * problem.highestCost;
}
double withTolerance(double budget) { return budget * (1.0 + kBudgetTolerance); }

double groupCost(const Problem& problem, GroupIndex group, int bits)
{
    double cost = 0;
    for (const LayerIndex layer : problem.table.group(group).layers) {
        cost += problem.cost.layerCost(problem.table.layer(layer), {.weight = bits, .activation = bits});
    }
    return cost;
}

// The part of a group's gain that a width keeps: log2(b / lowest) / log2(highest / lowest). Two levels: 1 and 0. For 8, 4
// and 2 bit: 1, 1/2 and 0. Widths that only a pin can have lie outside the levels and count as the nearest.
double keptPart(const Problem& problem, int bits)
{
    const double highest = problem.levels.front();
    const double lowest = problem.levels.back();
    if (highest == lowest) return 1.0;
    return std::log2(std::clamp<double>(bits, lowest, highest) / lowest) / std::log2(highest / lowest);
}

Result<std::vector<int>> checkedLevels(const SelectionOptions& options)
{
    std::vector<int> levels = options.levels;
    std::sort(levels.rbegin(), levels.rend());
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    if (levels.empty())
        return Error{ErrorCode::BadInput, "There are no bit widths to choose from; give at least one, such as 4,2."};
    if (levels.front() > kMaxBits || levels.back() < kMinBits) {
        return Error{ErrorCode::BadInput,
            fmt::format(
                "The bit widths to choose from are {}; each must be {} to {}.", fmt::join(levels, ", "), kMinBits, kMaxBits)};
    }
    return levels;
}

Status checkPins(const LayerTable& table, const SelectionOptions& options)
{
    for (const auto& [group, bits] : options.pins) {
        if (!group.valid() || static_cast<std::size_t>(group.value) >= table.groups.size()) {
            return Error{ErrorCode::BadInput,
                fmt::format("A pin names group {}, but the network has {} groups; pin one of its layers.", group.value,
                    table.groups.size())};
        }
        const LinkedGroup& linked = table.group(group);
        if (linked.edge) {
            return Error{ErrorCode::BadInput,
                fmt::format("{} cannot be pinned: a first or last layer stays at {} bit.", linked.name, kEdgeBits)};
        }
        if (bits < kMinBits || bits > kMaxBits) {
            return Error{ErrorCode::BadInput,
                fmt::format("{} cannot be pinned at {} bit; pin it at {} to {}.", linked.name, bits, kMinBits, kMaxBits)};
        }
    }
    return {};
}

Result<Problem> problemOf(const LayerTable& table, const CostModel& cost, const SelectionOptions& options)
{
    if (!(options.budgetFraction > 0.0) || !std::isfinite(options.budgetFraction)) {
        return Error{ErrorCode::BadInput,
            fmt::format("The budget is {} of the cost at the highest width; give a fraction above 0, such as 0.75.",
                options.budgetFraction)};
    }
    HALFTONE_TRY(std::vector<int> levels, checkedLevels(options));
    HALFTONE_CHECK(checkPins(table, options));
    Problem problem{table, cost, std::move(levels), {}, 0, 0};
    for (std::size_t i = 0; i < table.groups.size(); ++i) {
        if (table.groups[i].edge) continue;
        Choice choice{.group = GroupIndex(static_cast<std::int64_t>(i)), .widths = problem.levels};
        if (const auto pin = options.pins.find(choice.group); pin != options.pins.end()) {
            choice.widths = {pin->second};
            choice.pinned = true;
        }
        problem.choices.push_back(choice);
    }
    if (problem.choices.empty()) {
        return Error{ErrorCode::BadInput,
            "There is nothing to select: every layer of this network is a first or last one, which stays at 8 bit."};
    }
    return problem;
}

void sumCosts(Problem& problem)
{
    for (const Choice& choice : problem.choices) {
        problem.lowestCost += groupCost(problem, choice.group, choice.widths.back());
        problem.highestCost += groupCost(problem, choice.group, problem.levels.front());
    }
}

Status addScores(Problem& problem, const SensitivityReport& scores)
{
    for (Choice& choice : problem.choices) {
        const std::string& name = problem.table.group(choice.group).name;
        const auto isThisGroup = [&](const GroupScore& score) { return score.group == choice.group; };
        const auto found = std::find_if(scores.groups.begin(), scores.groups.end(), isThisGroup);
        if (found == scores.groups.end()) {
            return Error{ErrorCode::BadInput,
                fmt::format("The {} scores have none for {}; they belong to another network, score this one again.",
                    scores.metric, name)};
        }
        choice.scored = found->scored;
        if (!found->scored && !choice.pinned) choice.widths = {problem.levels.front()};
        if (!found->scored) continue;
        if (!std::isfinite(found->gain)) {
            return Error{ErrorCode::BadInput,
                fmt::format("The {} score of {} is {}; score it again.", scores.metric, name, found->gain)};
        }
        choice.gain = found->gain;
    }
    return {};
}

std::vector<KnapsackItem> itemsOf(const Problem& problem)
{
    double largest = 0;
    for (const Choice& choice : problem.choices) largest = std::max(largest, choice.gain);
    // Scaled by the largest gain, so that any unit is inside what the solver accepts; an optimum does not change by that.
    std::vector<KnapsackItem> items;
    for (const Choice& choice : problem.choices) {
        const double gain = largest > 0.0 ? std::max(choice.gain / largest, kTinyGain) : 1.0;
        KnapsackItem item;
        for (const int width : choice.widths) {
            item.options.push_back({gain * keptPart(problem, width), groupCost(problem, choice.group, width)});
        }
        items.push_back(std::move(item));
    }
    return items;
}

Selection selectionOf(const Problem& problem, const std::vector<int>& widths, double budget)
{
    Selection selection;
    selection.assignment = uniformAssignment(problem.table, kEdgeBits); // every layer that is not chosen for is at the edge
    selection.budget = budget;
    selection.lowestCost = problem.lowestCost;
    selection.highestCost = problem.highestCost;
    for (std::size_t i = 0; i < problem.choices.size(); ++i) {
        const Choice& choice = problem.choices[i];
        for (const LayerIndex layer : problem.table.group(choice.group).layers) {
            selection.assignment[layer] = {.weight = widths[i], .activation = widths[i]};
        }
        selection.cost += groupCost(problem, choice.group, widths[i]);
        selection.gain += choice.gain * keptPart(problem, widths[i]);
    }
    if (selection.cost <= withTolerance(budget)) selection.budget = std::max(budget, selection.cost);
    return selection;
}

Selection selectionOf(const Problem& problem, const KnapsackSolution& solution, double budget)
{
    std::vector<int> widths;
    for (std::size_t i = 0; i < solution.chosen.size(); ++i) {
        widths.push_back(problem.choices[i].widths[static_cast<std::size_t>(solution.chosen[i])]);
    }
    return selectionOf(problem, widths, budget);
}

std::string firstFew(const std::vector<std::string>& names)
{
    constexpr std::size_t kShown = 4;
    if (names.size() <= kShown) return fmt::format("{}", fmt::join(names, ", "));
    return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + kShown, ", "), names.size() - kShown);
}

Error infeasible(const Problem& problem, double fraction)
{
    std::vector<std::string> pins;
    std::vector<std::string> unscored;
    double freeCost = 0; // without what holds groups up
    for (const Choice& choice : problem.choices) {
        const double lowest = groupCost(problem, choice.group, problem.levels.back());
        const double held = groupCost(problem, choice.group, choice.widths.back());
        freeCost += std::min(lowest, held);
        if (held <= lowest) continue;
        const std::string& name = problem.table.group(choice.group).name;
        if (choice.pinned)
            pins.push_back(fmt::format("{} at {} bit", name, choice.widths.back()));
        else
            unscored.push_back(name);
    }
    // Four digits, rounded up: the fraction that is named can be met.
    const auto reachable = [&](double cost) { return std::ceil(cost / problem.highestCost * 1e4 - 1e-7) / 1e4; };
    std::string text = fmt::format(
        "No selection meets a budget of {:.6g} of the {} cost at {} bit: the smallest reachable is {:.6g} {}, {:.4f} of it",
        fraction, problem.cost.name(), problem.levels.front(), problem.lowestCost, problem.cost.unit(),
        reachable(problem.lowestCost));
    if (!pins.empty()) text += fmt::format(", with the pins of {}", firstFew(pins));
    if (!unscored.empty()) text += fmt::format(", with {} held high for want of a score", firstFew(unscored));
    if (freeCost < problem.lowestCost) text += fmt::format("; without these {:.4f} is reachable", reachable(freeCost));
    return {ErrorCode::Infeasible,
        text + "; raise the budget" + (pins.empty() ? "" : ", release pins") + " or add a lower bit width."};
}

Result<Selection> solve(const Problem& problem, const SelectionOptions& options, const TaskContext& task)
{
    const double budget = budgetOf(problem, options);
    if (problem.lowestCost > withTolerance(budget)) return infeasible(problem, options.budgetFraction);
    HALFTONE_TRY(const KnapsackSolution solution, solveKnapsack(itemsOf(problem), withTolerance(budget), task));
    return selectionOf(problem, solution, budget);
}

// Groups fall to the lowest level one by one until the budget is met.
Result<Selection> lowerInOrder(const Problem& problem, const SelectionOptions& options, const std::vector<std::int64_t>& order)
{
    std::vector<int> widths;
    for (const Choice& choice : problem.choices) widths.push_back(choice.widths.front());
    const double budget = budgetOf(problem, options);
    Selection selection = selectionOf(problem, widths, budget);
    for (const std::int64_t next : order) {
        if (selection.cost <= withTolerance(budget)) return selection;
        const auto i = static_cast<std::size_t>(next);
        widths[i] = problem.choices[i].widths.back();
        selection = selectionOf(problem, widths, budget);
    }
    if (selection.cost <= withTolerance(budget)) return selection;
    return infeasible(problem, options.budgetFraction);
}

} // namespace

Result<Selection> selectBits(const LayerTable& table, const SensitivityReport& scores, const CostModel& cost,
    const SelectionOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(Problem problem, problemOf(table, cost, options));
    HALFTONE_CHECK(addScores(problem, scores));
    sumCosts(problem);
    return solve(problem, options, task);
}

Result<std::vector<Selection>> selectFrontier(const LayerTable& table, const SensitivityReport& scores, const CostModel& cost,
    const SelectionOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(Problem problem, problemOf(table, cost, options));
    HALFTONE_CHECK(addScores(problem, scores));
    sumCosts(problem);
    HALFTONE_TRY(const std::vector<KnapsackSolution> solutions, solveKnapsackFrontier(itemsOf(problem), task));
    std::vector<Selection> frontier;
    for (const KnapsackSolution& solution : solutions) frontier.push_back(selectionOf(problem, solution, solution.cost));
    return frontier;
}

Result<Selection> selectBaseline(
    Baseline baseline, const LayerTable& table, const CostModel& cost, const SelectionOptions& options, std::uint64_t seed)
{
    HALFTONE_TRY(Problem problem, problemOf(table, cost, options));
    sumCosts(problem);
    if (baseline == Baseline::Uniform) return solve(problem, options, {}); // no scores: every gain counts the same
    std::vector<std::int64_t> order(problem.choices.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
    if (baseline == Baseline::LastToFirst) std::reverse(order.begin(), order.end());
    if (baseline == Baseline::Random) Random(seed, "random baseline").shuffle(order);
    return lowerInOrder(problem, options, order);
}

Result<Baseline> findBaseline(std::string_view name)
{
    const std::vector<std::string> names{"uniform", "first-to-last", "last-to-first", "random"};
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<Baseline>(found - names.begin());
    return Error{ErrorCode::BadInput,
        fmt::format(
            "There is no baseline named '{}'{}; the baselines are {}.", name, didYouMean(name, names), fmt::join(names, ", "))};
}

} // namespace halftone
