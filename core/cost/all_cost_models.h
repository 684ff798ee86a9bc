// The cost models by name; each is defined in its own file.
#pragma once

#include "core/cost/cost_model.h"

namespace halftone {

const CostModel& linearCost();
const CostModel& bitOperationsCost();
const CostModel& weightBytesCost();

} // namespace halftone
