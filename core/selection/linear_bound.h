// Bounds on what the first items of a knapsack can still add: its linear relaxation, and the part of it that is whole.
#pragma once

#include <cstddef>
#include <vector>

#include "core/selection/knapsack.h"

namespace halftone {

// The steps between neighbouring options on the upper hull of an item's (cost, gain) points, cheapest option first.
struct HullStep {
    std::size_t item = 0;
    double cost = 0; // > 0
    double gain = 0; // > 0
};

// All items' steps by falling gain per cost. Taking a prefix of them takes whole options, in each item's own order.
std::vector<HullStep> hullSteps(const std::vector<KnapsackItem>& items);

// The cheapest option of an item; of equally cheap ones the one with the most gain.
const KnapsackOption& cheapestOption(const KnapsackItem& item);

// For items 0..count-1 under a remaining capacity. Constant time for a small move, as along a layer of states.
class LinearBound {
public:
    LinearBound(const std::vector<KnapsackItem>& items, const std::vector<HullStep>& steps, std::size_t count);

    double cheapestCost() const { return m_cheapestCost; }
    // The capacity is what is left above cheapestCost().
    void moveTo(double capacity);
    double atMost() const; // no choice of these items gains more within the capacity
    double atLeast() const; // some choice within the capacity gains this much

private:
    std::vector<double> m_costs; // of the first i steps
    std::vector<double> m_gains;
    double m_cheapestCost = 0;
    double m_cheapestGain = 0;
    double m_capacity = 0;
    std::size_t m_taken = 0;
};

} // namespace halftone
