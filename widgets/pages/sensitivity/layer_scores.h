// The scores of a network's layers by two metrics, as rows to be drawn: groups in network order, a gain for each metric or why not.
#pragma once

#include <QString>
#include <array>
#include <optional>
#include <vector>

#include "core/studies/study_overview.h"

namespace halftone {

struct LayerGain {
    std::optional<double> gain; // none: not scored
    QString reason; // why there is none
    bool operator==(const LayerGain&) const = default;
};

// One decision: a layer, or linked layers that share one gain.
struct ScoredGroup {
    GroupIndex group;
    std::vector<LayerIndex> layers;
    bool isEdge = false; // stays at 8 bit, so no metric scores it
    std::array<LayerGain, 2> gains; // one a column
};

struct ScoreColumn {
    QString metric; // "eagl"; empty: no such column
    QString unit; // "bits of entropy"
    bool isScored = false;
};

enum class ScoreOrder { Network, Sorted };

struct ScoreTable {
    std::array<ScoreColumn, 2> columns;
    std::vector<ScoredGroup> groups;
};

// Sorted: by falling gain of the column; groups without one come last.
ScoreTable scoreTable(const StudyOverview& study, const std::array<QString, 2>& metrics, ScoreOrder order, int sortedColumn = 0);
// Gains over the largest one of their column, where `normalised`.
double scaleOf(const ScoreTable& table, int column, bool normalised);

} // namespace halftone
