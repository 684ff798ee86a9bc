// The points of a training run's curves, thinned so that an epoch of any length gives about as many.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/task_context.h"
#include "core/execution/torch_network.h"
#include "core/training/trainer.h"

namespace halftone {

struct EpochPlace {
    std::int64_t epoch = 1; // 1 is the first
    std::int64_t updates = 1; // in it
};

// Of one epoch. Every point is told at once and kept, so what was drawn live and what is stored are the same numbers.
class LiveCurves {
public:
    LiveCurves(const CurveOptions& options, const EpochPlace& place, const TaskContext& task, std::vector<CurveSample>& kept);

    // After update `index` (from 0). The loss told is the mean over the updates since the last point.
    void updated(std::int64_t index, double loss, double learningRate);
    bool wantsSteps(std::int64_t index) const;
    void steps(std::int64_t index, const TorchNetwork& network); // the mean over the channels' steps
    void ended(double trainAccuracy);

private:
    void tell(std::string series, std::int64_t updatesDone, double value);

    const CurveOptions& m_options;
    EpochPlace m_place;
    const TaskContext& m_task;
    std::vector<CurveSample>& m_kept;
    double m_lossSum = 0;
    std::int64_t m_lossCount = 0;
};

} // namespace halftone
