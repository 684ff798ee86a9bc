// StudyOverview: everything a study file holds that views show, read at once; curves and weights are fetched when they are
// wanted. By value, so that a window may read it on one thread and show it on another.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/task.h"
#include "core/graph/bit_assignment.h"
#include "core/graph/layers.h"
#include "core/store/study_file.h"
#include "core/studies/frontier_report.h"
#include "core/studies/layer_facts.h"

namespace halftone {

struct StudyOverview {
    std::filesystem::path path;
    StudySettings settings;
    Task task = Task::Classification; // of its data; decides by which metric everything is judged
    std::string modelFile; // where the weights came from
    std::string modelHash;
    std::shared_ptr<const Network> network; // without weights; shared because every later overview has the same
    LayerTable table;
    std::vector<InspectedLayer> layers; // in the table's order
    std::vector<ScoreRecord> scores; // the newest of each metric
    std::vector<AssignmentRecord> assignments; // in the order of saving
    std::vector<RunRecord> runs; // in the order of starting
    std::optional<FrontierReport> frontier;
    std::vector<ExportRecord> exports; // newest first

    const SensitivityReport* scoresOf(std::string_view metric) const; // null: not scored
    const AssignmentRecord* assignment(std::string_view name) const; // null: none of that name
    const RunRecord* run(std::int64_t id) const;
    std::string setting(const std::string& name) const; // empty when there is none
};

// `before`: an earlier overview of the same file, whose network is kept instead of being read again.
Result<StudyOverview> readOverview(const StudyFile& file, const StudyOverview* before = nullptr);
// "fp32", "8", "4", "2" (and every width between) or a saved name; as Study::assignment.
Result<BitAssignment> assignmentOf(const StudyOverview& study, const std::string& name);

} // namespace halftone
