// The tables that several commands print.
#pragma once

#include <string>
#include <vector>

#include "core/studies/exporting.h"
#include "core/studies/frontier.h"
#include "core/studies/scoring.h"

namespace halftone {

std::string tableOf(const std::vector<ScoreReport>& reports, const LayerTable& table);
std::string tableOf(const FrontierReport& report, Task task);
std::string tableOf(const RunReport& report);
std::string textOf(const EvaluateReport& report, const EvaluateOptions& asked);
std::string textOf(const Verdict& verdict);

} // namespace halftone
