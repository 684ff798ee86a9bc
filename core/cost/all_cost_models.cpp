// The list of cost models, and sums of them over a network.
#include "core/cost/all_cost_models.h"

#include <array>
#include <cassert>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/closest_names.h"

namespace halftone {

std::span<const CostModel* const> allCostModels()
{
    static const std::array models{&linearCost(), &bitOperationsCost(), &weightBytesCost()};
    return models;
}

Result<const CostModel*> findCostModel(std::string_view name)
{
    std::vector<std::string> names;
    for (const CostModel* model : allCostModels()) {
        if (model->name() == name) return model;
        names.emplace_back(model->name());
    }
    return Error{ErrorCode::BadInput,
        fmt::format(
            "There is no cost axis named '{}'{}; the axes are {}.", name, didYouMean(name, names), fmt::join(names, ", "))};
}

double totalCost(const CostModel& model, const LayerTable& table, const BitAssignment& assignment)
{
    assert(assignment.layers.size() == table.layers.size());
    double cost = 0;
    for (std::size_t i = 0; i < table.layers.size(); ++i) cost += model.layerCost(table.layers[i], assignment.layers[i]);
    return cost;
}

double innerCost(const CostModel& model, const LayerTable& table, const BitAssignment& assignment)
{
    assert(assignment.layers.size() == table.layers.size());
    double cost = 0;
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        // A layer that is linked with an edge layer is fixed with it, so it is no part of what budgets divide.
        if (!table.group(table.layers[i].group).edge) cost += model.layerCost(table.layers[i], assignment.layers[i]);
    }
    return cost;
}

} // namespace halftone
