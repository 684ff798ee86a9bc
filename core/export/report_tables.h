// The tables of a report's page.
#pragma once

#include <string>

#include "core/export/report_data.h"

namespace halftone {

std::string frontierTable(const ReportFrontier& frontier);
// Shapes, costs, groups, scores by metric, and the bit widths of the assignments that asked for a column.
std::string layerTable(const ReportData& data);

} // namespace halftone
