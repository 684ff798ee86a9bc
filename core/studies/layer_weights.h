// One layer's weights as the window shows them: how they are spread, and what 2, 4 and 8 bit make of them.
#pragma once

#include "core/base/task_context.h"
#include "core/store/study_file.h"
#include "core/studies/value_distribution.h"

namespace halftone {

struct WeightsAtWidth {
    GridView grid;
    double entropyBits = 0; // EAGL's, of the codes
    std::int64_t bytes = 0; // of the packed codes, rounded up
};

struct LayerWeights {
    std::string layer;
    std::string source; // "pretrained", "run 3"
    ValueStatistics statistics;
    Histogram histogram; // symmetric round zero
    std::vector<WeightsAtWidth> widths; // 2, 4, 8 bit
};

struct LayerWeightsOptions {
    std::string layer; // as in the state_dict, without ".weight"
    std::int64_t run = 0; // the weights that this run left, with its learned step; 0: the pretrained ones
    int bins = 64;
};

// Plain and quick: a million weights take about a tenth of a second. Errors: NotFound names the nearest layer; BadInput for
// a run without weights or no bins; Failed when a weight is not finite; Cancelled.
Result<LayerWeights> layerWeights(const StudyFile& file, const LayerWeightsOptions& options, const TaskContext& task = {});

// NotFound names the nearest layers.
Result<LayerIndex> findLayer(const LayerTable& table, const std::string& name);

// The grid that a run learned for the weights of one layer, or that they had in the quantized file.
struct LearnedGrid {
    FrozenGrid grid;
    std::string origin; // "learned in run 3"
};
inline constexpr const char* kFileGridOrigin = "the file's own";
struct WeightsToDescribe {
    std::span<const float> values; // at least one
    int bins = 64;
    bool symmetric2 = true; // {-1, 0, 1} at 2 bit, as all but two recipes' options train
    std::optional<LearnedGrid> learned; // takes the place of its width's least-square-error grid
};
// Layer and source are left to the caller.
Result<LayerWeights> describeWeights(const WeightsToDescribe& weights, const TaskContext& task = {});

} // namespace halftone
