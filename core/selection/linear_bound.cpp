// The linear relaxation of a multiple-choice knapsack: steps along each item's upper hull, best gain per cost first.
#include "core/selection/linear_bound.h"

#include <algorithm>

namespace halftone {
namespace {

// The very quotient that orders all steps, so that an item's steps keep their order among them.
double gainPerCost(const KnapsackOption& from, const KnapsackOption& to)
{
    return (to.gain - from.gain) / (to.cost - from.cost);
}

void appendHull(const KnapsackItem& item, std::size_t index, std::vector<HullStep>& steps)
{
    std::vector<KnapsackOption> points = item.options;
    std::sort(points.begin(), points.end(),
        [](const KnapsackOption& a, const KnapsackOption& b) { return a.cost != b.cost ? a.cost < b.cost : a.gain > b.gain; });
    std::vector<KnapsackOption> hull;
    for (const KnapsackOption& point : points) {
        if (!hull.empty() && point.gain <= hull.back().gain) continue;
        while (hull.size() >= 2) {
            if (gainPerCost(hull[hull.size() - 2], hull.back()) > gainPerCost(hull.back(), point)) break;
            hull.pop_back();
        }
        hull.push_back(point);
    }
    for (std::size_t i = 1; i < hull.size(); ++i) {
        steps.push_back({index, hull[i].cost - hull[i - 1].cost, hull[i].gain - hull[i - 1].gain});
    }
}

} // namespace

std::vector<HullStep> hullSteps(const std::vector<KnapsackItem>& items)
{
    std::vector<HullStep> steps;
    for (std::size_t i = 0; i < items.size(); ++i) appendHull(items[i], i, steps);
    std::stable_sort(
        steps.begin(), steps.end(), [](const HullStep& a, const HullStep& b) { return a.gain / a.cost > b.gain / b.cost; });
    return steps;
}

const KnapsackOption& cheapestOption(const KnapsackItem& item)
{
    return *std::min_element(item.options.begin(), item.options.end(),
        [](const KnapsackOption& a, const KnapsackOption& b) { return a.cost != b.cost ? a.cost < b.cost : a.gain > b.gain; });
}

LinearBound::LinearBound(const std::vector<KnapsackItem>& items, const std::vector<HullStep>& steps, std::size_t count)
    : m_costs(1, 0.0)
    , m_gains(1, 0.0)
{
    for (std::size_t i = count; i-- > 0;) {
        m_cheapestCost += cheapestOption(items[i]).cost;
        m_cheapestGain += cheapestOption(items[i]).gain;
    }
    for (const HullStep& step : steps) {
        if (step.item >= count) continue;
        m_costs.push_back(m_costs.back() + step.cost);
        m_gains.push_back(m_gains.back() + step.gain);
    }
    m_taken = m_costs.size() - 1;
}

void LinearBound::moveTo(double capacity)
{
    m_capacity = capacity;
    while (m_taken > 0 && m_costs[m_taken] > capacity) --m_taken;
    while (m_taken + 1 < m_costs.size() && m_costs[m_taken + 1] <= capacity) ++m_taken;
}

double LinearBound::atMost() const
{
    const double whole = m_cheapestGain + m_gains[m_taken];
    if (m_taken + 1 == m_costs.size()) return whole;
    const double part = (m_capacity - m_costs[m_taken]) / (m_costs[m_taken + 1] - m_costs[m_taken]);
    return whole + part * (m_gains[m_taken + 1] - m_gains[m_taken]);
}

double LinearBound::atLeast() const { return m_cheapestGain + m_gains[m_taken]; }

} // namespace halftone
