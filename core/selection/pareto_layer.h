// A layer of the exact knapsack search: the choices for the last items that no other choice beats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/selection/knapsack.h"

namespace halftone {

// States by rising cost and rising gain, both strictly. Sums run from the last item to the first, so that of two states of
// equal cost and gain the one with the earlier option of the newest item is lexicographically first.
struct ParetoLayer {
    std::vector<double> cost;
    std::vector<double> gain;
    std::vector<std::uint32_t> parent; // state in the layer before
    std::vector<std::uint16_t> option; // of the item that this layer added
    std::size_t size() const { return cost.size(); }
};

struct ParetoState {
    double cost = 0;
    double gain = 0;
    std::uint32_t parent = 0;
    std::uint16_t option = 0;
};

// One empty choice: what every search starts from.
inline ParetoLayer emptyChoice() { return {{0.0}, {0.0}, {0}, {0}}; }

// Merges the options of one item, each a copy of the states [first, last) of `from` shifted by its cost and gain, by rising
// cost; gives each state that nothing before it dominates to `keep`, which says whether it stays, or ends the merge.
// False when ended or stopped.
enum class Kept { Yes, No, End };

template <typename Keep>
bool extendLayer(const ParetoLayer& from, std::size_t first, std::size_t last, const KnapsackItem& item, ParetoLayer& to,
    const TaskContext& task, Keep keep)
{
    constexpr std::size_t kBetweenStopChecks = 1u << 14; // at most a few milliseconds
    const std::size_t options = item.options.size();
    std::vector<std::size_t> heads(options, first);
    const auto shifted = [&](std::size_t option) {
        const std::size_t i = heads[option];
        return ParetoState{item.options[option].cost + from.cost[i], item.options[option].gain + from.gain[i],
            static_cast<std::uint32_t>(i), static_cast<std::uint16_t>(option)};
    };
    std::vector<ParetoState> next;
    for (std::size_t option = 0; option < options; ++option) next.push_back(shifted(option));
    std::size_t open = first == last ? 0 : options;
    for (std::size_t merged = 1; open > 0; ++merged) {
        if (merged % kBetweenStopChecks == 0 && task.stopRequested()) return false;
        std::size_t best = options;
        for (std::size_t option = 0; option < options; ++option) {
            if (heads[option] == last) continue;
            if (best == options || next[option].cost < next[best].cost
                || (next[option].cost == next[best].cost && next[option].gain > next[best].gain)) {
                best = option;
            }
        }
        const ParetoState state = next[best];
        if (++heads[best] == last)
            --open;
        else
            next[best] = shifted(best);
        if (to.size() > 0 && state.gain <= to.gain.back()) continue;
        const Kept kept = keep(state);
        if (kept == Kept::End) return false;
        if (kept == Kept::No) continue;
        if (to.size() > 0 && to.cost.back() == state.cost) { // rounding made two costs equal: the later gains more
            to.gain.back() = state.gain;
            to.parent.back() = state.parent;
            to.option.back() = state.option;
            continue;
        }
        to.cost.push_back(state.cost);
        to.gain.push_back(state.gain);
        to.parent.push_back(state.parent);
        to.option.push_back(state.option);
    }
    return true;
}

} // namespace halftone
