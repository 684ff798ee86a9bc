// CostModel: what a layer costs at a bit width, on one axis. One file per axis; the list is in all_cost_models.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/graph/bit_assignment.h"
#include "core/graph/layers.h"

namespace halftone {

class CostModel {
public:
    virtual ~CostModel() = default;
    virtual std::string_view name() const = 0; // as on the command line: "linear"
    virtual std::string_view unit() const = 0; // "bit x MAC"
    virtual std::string_view title() const = 0; // "Linear cost", for people
    virtual bool isMeasured() const = 0; // false: an estimate by this model
    // Cost of one layer for one sample; kFullPrecision counts as 32 bits. Finite, never negative, never less at more bits.
    virtual double layerCost(const Layer& layer, LayerBits bits) const = 0;
};

std::span<const CostModel* const> allCostModels();
Result<const CostModel*> findCostModel(std::string_view name); // names the known ones when there is none
double totalCost(const CostModel& model, const LayerTable& table, const BitAssignment& assignment); // edge layers included
// Over the inner (not edge) layers alone: what budgets are fractions of (methods_ibm 1.6).
double innerCost(const CostModel& model, const LayerTable& table, const BitAssignment& assignment);

} // namespace halftone
