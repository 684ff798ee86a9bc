// The documents of --json and the tables of the terminal, one pair for each report; both show the same figures.
#pragma once

#include <string>

#include "core/studies/choosing.h"
#include "core/studies/exporting.h"
#include "core/studies/frontier.h"
#include "core/studies/inspection.h"
#include "core/studies/scoring.h"
#include "core/studies/training_run.h"
#include "core/studies/zoo.h"

namespace halftone {

std::string jsonOf(const InspectReport& report);
std::string jsonOf(const std::vector<ZooEntry>& entries);
std::string jsonOf(const EvaluateReport& report);
std::string jsonOf(const std::vector<ScoreReport>& reports, const LayerTable& table);
std::string jsonOf(const SelectReport& report);
std::string jsonOf(const RunReport& report);
std::string jsonOf(const FrontierReport& report);
std::string jsonOf(const ExportReport& report);

} // namespace halftone
