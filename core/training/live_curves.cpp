// Which updates give a point, and what it holds.
#include "core/training/live_curves.h"

#include <cmath>

namespace halftone {

namespace {

constexpr std::int64_t kLossPoints = 50; // an epoch, at most
constexpr std::int64_t kStepPoints = 10;

// True for `points` updates spread evenly over the epoch, the last update among them; for all when there are fewer.
bool givesPoint(std::int64_t index, std::int64_t updates, std::int64_t points)
{
    return updates <= points || (index + 1) * points / updates > index * points / updates;
}

} // namespace

LiveCurves::LiveCurves(
    const CurveOptions& options, const EpochPlace& place, const TaskContext& task, std::vector<CurveSample>& kept)
    : m_options(options)
    , m_place(place)
    , m_task(task)
    , m_kept(kept)
{
}

void LiveCurves::updated(std::int64_t index, double loss, double learningRate)
{
    if (m_options.run.empty()) return;
    m_lossSum += loss;
    ++m_lossCount;
    if (!givesPoint(index, m_place.updates, kLossPoints)) return;
    tell("loss", index + 1, m_lossSum / static_cast<double>(m_lossCount));
    tell("learning rate", index + 1, learningRate);
    m_lossSum = 0;
    m_lossCount = 0;
}

bool LiveCurves::wantsSteps(std::int64_t index) const
{
    return !m_options.run.empty() && m_options.weightSteps && givesPoint(index, m_place.updates, kStepPoints);
}

void LiveCurves::steps(std::int64_t index, const TorchNetwork& network)
{
    for (const NetworkTensor& one : network.tensors())
        if (one.role == NetworkTensor::Role::WeightStep)
            tell("weight step " + network.table().layer(one.layer).name, index + 1, one.tensor.detach().mean().item<double>());
}

void LiveCurves::ended(double trainAccuracy)
{
    if (!m_options.run.empty()) tell("train accuracy", m_place.updates, trainAccuracy);
}

void LiveCurves::tell(std::string series, std::int64_t updatesDone, double value)
{
    if (!std::isfinite(value)) return; // a diverged run is an error of its own
    const double epoch
        = static_cast<double>(m_place.epoch - 1) + static_cast<double>(updatesDone) / static_cast<double>(m_place.updates);
    m_kept.push_back({.run = m_options.run, .series = std::move(series), .epoch = epoch, .value = value});
    m_task.sample(m_kept.back());
}

} // namespace halftone
