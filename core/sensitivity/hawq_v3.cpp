// Hutchinson's traces by double backward, and the scores made of them.
#include "core/sensitivity/hawq_v3.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include <fmt/format.h>

#include "core/base/random.h"
#include "core/base/stopwatch.h"
#include "core/quantizers/fixed_grid_quantizer.h"
#include "core/training/task_loss.h"

namespace halftone {

namespace {

constexpr std::int64_t kProbesAtOnce = 8; // share a batch's gradients, which cost about as much as a product

// +1 or -1 for every element, 64 of them from one number.
torch::Tensor signsLike(const torch::Tensor& like, Random& random)
{
    torch::Tensor signs = torch::empty(like.sizes(), torch::kFloat32);
    float* to = signs.data_ptr<float>();
    std::uint64_t bits = 0;
    for (std::int64_t i = 0; i < signs.numel(); ++i, bits >>= 1) {
        if (i % 64 == 0) bits = random.next();
        to[i] = (bits & 1) != 0 ? 1.0f : -1.0f;
    }
    return signs.to(like.options());
}

// Mean and its standard error by Welford's update; tells by how much the last value moved the mean.
class RunningMean {
public:
    // The change of the mean as a part of the new mean; infinite for the first value.
    double add(double value)
    {
        ++m_count;
        const double difference = value - m_mean, change = difference / static_cast<double>(m_count);
        m_mean += change;
        m_squares += difference * (value - m_mean);
        if (m_count < 2) return std::numeric_limits<double>::infinity();
        return change == 0 ? 0 : std::abs(change) / std::abs(m_mean);
    }
    TraceEstimate estimate() const
    {
        const auto n = static_cast<double>(m_count);
        return {.trace = m_mean, .standardError = m_count > 1 ? std::sqrt(m_squares / (n - 1) / n) : 0};
    }

private:
    std::int64_t m_count = 0;
    double m_mean = 0, m_squares = 0;
};

// Adds v_t' (H v)_t of one batch to `forms`, with fresh signs v. `gradients` keep their graph when `again`.
void addForms(const std::vector<torch::Tensor>& gradients, const std::vector<torch::Tensor>& tensors, bool again, Random& random,
    std::vector<double>& forms)
{
    torch::autograd::variable_list signs, curved, curvedSigns;
    for (std::size_t t = 0; t < tensors.size(); ++t) {
        signs.push_back(signsLike(tensors[t], random));
        if (!gradients[t].defined() || !gradients[t].requires_grad()) continue; // the loss is flat or straight in this tensor
        curved.push_back(gradients[t]);
        curvedSigns.push_back(signs[t]);
    }
    if (curved.empty()) return;
    const auto products = torch::autograd::grad(curved, tensors, curvedSigns, again, false, true);
    for (std::size_t t = 0; t < tensors.size(); ++t)
        if (products[t].defined()) forms[t] += (products[t] * signs[t]).sum(torch::kFloat64).item<double>();
}

Status oneAfterTheOther(std::int64_t count, const TaskContext& task,
    const std::function<Status(std::int64_t index, const TaskContext& task)>& work)
{
    for (std::int64_t index = 0; index < count; ++index) HALFTONE_CHECK(work(index, task));
    return {};
}

// Probe after probe over all batches, some probes at once.
class TraceEstimation {
public:
    TraceEstimation(std::int64_t batches, const std::function<Result<LossShare>(std::int64_t)>& share,
        const TraceOptions& options, const TaskContext& task)
        : m_share(share)
        , m_options(options)
        , m_task(task)
        , m_total(options.mostProbes * batches)
    {
        for (std::int64_t batch = 0; batch < batches; ++batch)
            m_random.emplace_back(options.seed, "hawq-v3 probes " + std::to_string(batch));
    }

    Result<TraceReport> run()
    {
        const WorkRunner runBatches = m_options.runBatches ? m_options.runBatches : WorkRunner(oneAfterTheOther);
        while (!m_report.settled && m_report.probes < m_options.mostProbes) {
            const std::int64_t count = std::min(kProbesAtOnce, m_options.mostProbes - m_report.probes);
            // By batch, probe and tensor; added up in that order whichever batch ends first.
            std::vector<std::vector<std::vector<double>>> forms(m_random.size(), std::vector<std::vector<double>>(static_cast<std::size_t>(count)));
            HALFTONE_CHECK(runBatches(static_cast<std::int64_t>(forms.size()), m_task.withSink(nullptr),
                [&](std::int64_t batch, const TaskContext& task) { return addBatch(batch, forms[static_cast<std::size_t>(batch)], task); }));
            for (std::size_t probe = 0; probe < static_cast<std::size_t>(count) && !m_report.settled; ++probe) {
                std::vector<double> sums(forms[0][probe].size());
                for (const auto& batch : forms)
                    for (std::size_t t = 0; t < sums.size(); ++t) sums[t] += batch[probe][t];
                HALFTONE_CHECK(takeProbe(sums));
            }
        }
        for (const RunningMean& mean : m_means) m_report.traces.push_back(mean.estimate());
        return m_report;
    }

private:
    Status addBatch(std::int64_t batch, std::vector<std::vector<double>>& forms, const TaskContext& task)
    {
        if (task.stopRequested()) return cancelled();
        const at::AutoGradMode withGradients(true);
        HALFTONE_TRY(const LossShare share, m_share(batch));
        const auto gradients = torch::autograd::grad({share.loss}, share.tensors, {}, true, true, true);
        for (std::size_t probe = 0; probe < forms.size(); ++probe) {
            if (task.stopRequested()) return cancelled();
            forms[probe].resize(share.tensors.size());
            addForms(gradients, share.tensors, probe + 1 < forms.size(), m_random[static_cast<std::size_t>(batch)], forms[probe]);
            tellProgress();
        }
        return {};
    }

    void tellProgress()
    {
        const std::scoped_lock lock(m_mutex);
        m_task.report("hawq-v3", ++m_products, m_total, changeText());
    }

    Status takeProbe(const std::vector<double>& forms)
    {
        m_means.resize(forms.size());
        m_change = 0;
        for (std::size_t t = 0; t < forms.size(); ++t) {
            if (!std::isfinite(forms[t]))
                return Error{ErrorCode::Failed,
                    "The curvature of the loss is NaN or infinite; check the weights and the input normalisation."};
            m_change = std::max(m_change, m_means[t].add(forms[t]));
        }
        ++m_report.probes;
        m_report.settled = m_change <= m_options.tolerance;
        return {};
    }

    std::string changeText() const
    {
        if (m_report.probes < 2) return "first probes";
        return fmt::format("probe {}, largest change {:.2f} %", m_report.probes, 100 * m_change);
    }
    static Error cancelled() { return {ErrorCode::Cancelled, "Stopped while the curvature of the loss was measured."}; }

    const std::function<Result<LossShare>(std::int64_t)>& m_share;
    const TraceOptions& m_options;
    const TaskContext& m_task;
    std::int64_t m_total; // products at most
    std::int64_t m_products = 0;
    std::mutex m_mutex; // of the progress
    std::vector<Random> m_random; // by batch
    std::vector<RunningMean> m_means; // by tensor
    double m_change = 0; // the largest of the last probe
    TraceReport m_report;
};

// What is scored: the weights of inner layers and, in the joint form, their groups' inputs.
struct HawqPoints {
    std::vector<LayerIndex> layers;
    std::vector<ValueIndex> inputs;
    std::vector<GroupIndex> groups; // of the layers, then of the inputs
};

HawqPoints pointsOf(const LayerTable& table, bool activations)
{
    HawqPoints points;
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        if (table.group(table.layers[i].group).edge) continue;
        points.layers.emplace_back(static_cast<std::int64_t>(i));
        points.groups.push_back(table.layers[i].group);
    }
    if (!activations) return points;
    for (std::size_t i = 0; i < table.groups.size(); ++i) {
        if (table.groups[i].edge) continue;
        points.inputs.push_back(table.groups[i].input);
        points.groups.emplace_back(static_cast<std::int64_t>(i));
    }
    return points;
}

// The network's forward over one batch, with its loss and the values at the points.
class HawqLoss {
public:
    HawqLoss(TorchNetwork& network, const std::vector<Batch>& batches, const HawqPoints& points)
        : m_network(network)
        , m_batches(batches)
        , m_points(points)
    {
        for (const NetworkTensor& one : network.tensors())
            if (one.role == NetworkTensor::Role::LayerWeight && one.layer.valid()) m_weights[one.layer] = one.tensor;
        for (const Batch& batch : batches) m_labels += batch.labels.ne(kIgnoredLabel).sum().item<std::int64_t>();
    }

    std::int64_t labels() const { return m_labels; }

    // The values that the points read from this batch.
    std::map<ValueIndex, torch::Tensor> inputs(std::int64_t batch, torch::Tensor& outputs) const
    {
        std::map<ValueIndex, torch::Tensor> values;
        const auto keep = [&](OperationIndex operation, const torch::Tensor& value) {
            const ValueIndex made = m_network.plan().operation(operation).output;
            if (std::ranges::count(m_points.inputs, made) > 0) values[made] = value;
        };
        outputs = m_network.forward(m_batches[static_cast<std::size_t>(batch)].images, {.observer = keep, .twiceDifferentiable = true});
        return values;
    }

    Result<LossShare> share(std::int64_t batch) const
    {
        LossShare share;
        torch::Tensor outputs;
        const auto values = inputs(batch, outputs);
        const torch::Tensor& labels = m_batches[static_cast<std::size_t>(batch)].labels;
        const auto counted = static_cast<double>(labels.ne(kIgnoredLabel).sum().item<std::int64_t>());
        share.loss = labelLoss(outputs, labels.to(outputs.device())) * (counted / static_cast<double>(m_labels));
        for (const LayerIndex layer : m_points.layers) share.tensors.push_back(m_weights.at(layer));
        for (const ValueIndex value : m_points.inputs) share.tensors.push_back(values.at(value));
        return share;
    }

    const torch::Tensor& weight(LayerIndex layer) const { return m_weights.at(layer); }

private:
    TorchNetwork& m_network;
    const std::vector<Batch>& m_batches;
    const HawqPoints& m_points;
    std::map<LayerIndex, torch::Tensor> m_weights;
    std::int64_t m_labels = 0; // that count, of all batches
};

// |Q(x) - x|^2 as the network's own quantizer rounds.
double roundingError(const FrozenGrid& grid, const torch::Tensor& x)
{
    const at::NoGradGuard noGrad;
    const torch::Tensor values = x.detach().to(torch::kCPU, torch::kFloat32);
    return (makeFixedGridQuantizer(grid)->forward(values) - values).to(torch::kFloat64).square().sum().item<double>();
}

// How much more the low width moves each point than the high one, squared; for inputs the mean over the images.
struct MovedMore {
    std::vector<double> squares; // by point
    std::vector<double> elements; // of one image where it is an input
};

Result<MovedMore> movedMore(const HawqLoss& loss, const HawqPoints& points, std::int64_t batches, const NetworkGrids& high,
    const NetworkGrids& low, const TaskContext& task)
{
    MovedMore made;
    const auto missing = [] {
        return Error{ErrorCode::BadInput, "HAWQ-v3 needs a grid for every inner layer at both widths; calibrate the network first."};
    };
    for (const LayerIndex layer : points.layers) {
        if (!high.weights.contains(layer) || !low.weights.contains(layer)) return missing();
        const torch::Tensor& weight = loss.weight(layer);
        made.squares.push_back(roundingError(low.weights.at(layer), weight) - roundingError(high.weights.at(layer), weight));
        made.elements.push_back(static_cast<double>(weight.numel()));
    }
    made.squares.resize(points.groups.size());
    made.elements.resize(points.groups.size());
    std::int64_t images = 0;
    const at::NoGradGuard noGrad;
    for (std::int64_t batch = 0; batch < batches && !points.inputs.empty(); ++batch) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped while the inputs' rounding was measured."};
        torch::Tensor outputs;
        const auto values = loss.inputs(batch, outputs);
        images += outputs.size(0);
        for (std::size_t i = 0; i < points.inputs.size(); ++i) {
            const ValueIndex value = points.inputs[i];
            if (!high.activations.contains(value) || !low.activations.contains(value)) return missing();
            const torch::Tensor& x = values.at(value);
            made.squares[points.layers.size() + i]
                += roundingError(low.activations.at(value), x) - roundingError(high.activations.at(value), x);
            made.elements[points.layers.size() + i] = static_cast<double>(x.numel() / x.size(0));
        }
    }
    for (std::size_t i = points.layers.size(); i < made.squares.size(); ++i) made.squares[i] /= static_cast<double>(images);
    return made;
}

} // namespace

Result<TraceReport> estimateTraces(std::int64_t batches, const std::function<Result<LossShare>(std::int64_t)>& share,
    const TraceOptions& options, const TaskContext& task)
{
    if (batches < 1 || options.mostProbes < 1)
        return Error{ErrorCode::BadInput, "A trace needs at least one batch of images and one probe."};
    return TraceEstimation(batches, share, options, task).run();
}

Result<HawqReport> hawqScores(TorchNetwork& network, const std::vector<Batch>& batches, const NetworkGrids& high,
    const NetworkGrids& low, const HawqOptions& options, const TaskContext& task)
{
    const Stopwatch watch;
    const HawqPoints points = pointsOf(network.table(), options.activations);
    HawqReport report{.scores = {.metric = "hawq-v3", .unit = "nats of loss, to second order"}};
    if (points.layers.empty()) return report;
    const HawqLoss loss(network, batches, points);
    if (loss.labels() == 0)
        return Error{ErrorCode::BadInput, "HAWQ-v3 needs images with labels, and these have none; score with output-divergence."};
    const auto count = static_cast<std::int64_t>(batches.size());
    HALFTONE_TRY(const MovedMore moved, movedMore(loss, points, count, high, low, task));
    HALFTONE_TRY(const TraceReport traces,
        estimateTraces(count, [&](std::int64_t batch) { return loss.share(batch); }, options.trace, task));
    std::map<GroupIndex, double> gains, variances;
    for (std::size_t i = 0; i < points.groups.size(); ++i) {
        const double each = moved.squares[i] / moved.elements[i];
        gains[points.groups[i]] += traces.traces[i].trace * each;
        variances[points.groups[i]] += std::pow(traces.traces[i].standardError * each, 2);
    }
    for (const auto& [group, gain] : gains) {
        report.scores.groups.push_back({.group = group, .gain = gain, .scored = true, .reason = {}});
        report.standardErrors[group] = std::sqrt(variances[group]);
    }
    report.scores.highBits = high.weights.at(points.layers.front()).bits;
    report.scores.lowBits = low.weights.at(points.layers.front()).bits;
    report.probes = traces.probes;
    report.settled = traces.settled;
    report.scores.cpuSeconds = watch.cpuSeconds();
    return report;
}

} // namespace halftone
