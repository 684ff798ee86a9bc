// HAWQ-v3 (Yao et al., arXiv 2011.10680): a layer's sensitivity is the loss's mean curvature times what rounding moves.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "core/data/batch_loader.h"
#include "core/execution/torch_network.h"
#include "core/sensitivity/group_scores.h"

namespace halftone {

// Runs work(0) .. work(count - 1), perhaps on several threads; the first error ends the rest.
using WorkRunner = std::function<Status(std::int64_t count, const TaskContext& task,
    const std::function<Status(std::int64_t index, const TaskContext& task)>& work)>;

struct TraceOptions {
    std::uint64_t seed = 0; // of the probes
    double tolerance = 1e-3; // ends when one more probe changes no tensor's running mean by more than this part of it
    std::int64_t mostProbes = 50; // and here at the latest
    WorkRunner runBatches; // empty: one after the other; the numbers are the same
};
struct TraceEstimate {
    double trace = 0; // mean over the probes
    double standardError = 0; // of that mean; 0 with one probe
};
struct TraceReport {
    std::vector<TraceEstimate> traces; // by tensor
    std::int64_t probes = 0;
    bool settled = false; // within the tolerance before the last probe
};

// One batch's share of the loss, and the tensors for which the blocks of its Hessian are wanted: as many in every batch, of one
// batch or of all. The loss is the sum of the shares.
struct LossShare {
    torch::Tensor loss;
    std::vector<torch::Tensor> tensors;
};

// Hutchinson: Tr H_t = E[v_t' (H v)_t] for v of independent signs, by one double backward a batch for all tensors t.
// Every batch has its own signs: its share of the estimate is unbiased by itself, and the shares' errors do not add up.
// `share` is called from the threads of `runBatches`. Errors: Cancelled; those of `share`; Failed on NaN.
Result<TraceReport> estimateTraces(std::int64_t batches, const std::function<Result<LossShare>(std::int64_t)>& share,
    const TraceOptions& options, const TaskContext& task = {});

struct HawqOptions {
    TraceOptions trace;
    bool activations = false; // the joint form: adds the same for every group's input
};
struct HawqReport {
    SensitivityReport scores;
    std::int64_t probes = 0;
    bool settled = false;
    std::map<GroupIndex, double> standardErrors; // of the gains, from the probes
};

// gain of a group = sum over its layers of Tr(H) / n * (|Q_low(W) - W|^2 - |Q_high(W) - W|^2), H the Hessian of the mean
// loss over `batches` with batch norm frozen. `network` is at full precision and is not changed; the grids are those of all
// inner layers at the two widths. Errors: BadInput for no batches or a grid that is missing.
Result<HawqReport> hawqScores(TorchNetwork& network, const std::vector<Batch>& batches, const NetworkGrids& high,
    const NetworkGrids& low, const HawqOptions& options, const TaskContext& task = {});

} // namespace halftone
