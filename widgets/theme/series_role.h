// The colour of a metric's curves and points as a role, for charts that follow the theme by themselves.
#pragma once

#include "widgets/theme/theme.h"

namespace halftone {

// By the metric's key in any case ("eagl", "hawq-v3"); baselines and what is not known share one.
Role seriesRole(const QString& metric);

} // namespace halftone
