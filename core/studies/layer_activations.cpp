// Two passes over the training images in batches.
#include "core/studies/layer_activations.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <array>
#include <functional>

#include "core/data/batch_loader.h"
#include "core/graph/code_range.h"
#include "core/graph/step_search.h"
#include "core/studies/layer_weights.h"
#include "core/studies/loaded_network.h"

namespace halftone {

namespace {

constexpr std::int64_t kObservedBatch = 64;

class ActivationPasses {
public:
    ActivationPasses(Study& study, const Dataset& data, TorchNetwork network, const LayerActivationsOptions& options,
        const TaskContext& task)
        : m_study(study)
        , m_data(data)
        , m_network(std::move(network))
        , m_options(options)
        , m_task(task)
    {
    }

    Result<LayerActivations> run()
    {
        HALFTONE_TRY(const LayerIndex index, findLayer(m_study.table(), m_options.layer));
        const Layer& layer = m_study.table().layer(index);
        m_value = layer.input;
        m_images = std::min(m_options.images, m_data.train->count());
        LayerActivations made{.layer = layer.name, .images = m_images, .isUnsigned = layer.inputIsUnsigned};
        made.value = m_study.network().operation(m_study.network().value(m_value).producer).name;
        HALFTONE_CHECK(measureRange());
        made.statistics = m_statistics.statistics();
        made.zeroFraction = static_cast<double>(m_statistics.zeros()) / static_cast<double>(made.statistics.count);
        HALFTONE_CHECK(count(made));
        return made;
    }

private:
    // Hands the value's elements, in the order of a plain {N, C, H, W} tensor, batch by batch.
    Status eachBatch(const char* step, const std::function<Status(std::span<const float>)>& take)
    {
        const at::NoGradGuard noGrad;
        BatchLoader loader(m_data.train, m_data.normalisation,
            {.batchSize = evaluationBatch(*m_data.train, std::min(kObservedBatch, m_images)), .shuffle = true, .seed = m_study.seed(), .epoch = -1});
        for (std::int64_t done = 0; done < m_images;) {
            if (m_task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped while activations were measured."};
            HALFTONE_TRY(const auto batch, loader.next());
            if (!batch) break;
            const std::int64_t size = std::min(batch->images.size(0), m_images - done);
            const torch::Tensor x = m_network.forward(batch->images.narrow(0, 0, size), {.until = m_value})
                                        .to(torch::kCPU, torch::kFloat32)
                                        .contiguous();
            HALFTONE_CHECK(take({x.data_ptr<float>(), static_cast<std::size_t>(x.numel())}));
            done += size;
            m_task.report(step, done, m_images);
        }
        return {};
    }

    Status measureRange()
    {
        // Every n-th value, as calibration samples: the same values give the same step.
        constexpr std::int64_t kMostSampled = std::int64_t{1} << 18;
        const std::int64_t total = m_images * elementCount(m_study.network().value(m_value).shape);
        const std::int64_t stride = std::max<std::int64_t>(1, (total + kMostSampled - 1) / kMostSampled);
        std::int64_t next = 0; // from the beginning of this batch
        return eachBatch("range of the activations", [&](std::span<const float> values) -> Status {
            if (!m_statistics.add(values))
                return Error{ErrorCode::Failed,
                    "The input of " + m_options.layer + " has NaN or infinite values; the network's weights are damaged."};
            const auto size = static_cast<std::int64_t>(values.size());
            for (; next < size; next += stride) m_sample.push_back(values[static_cast<std::size_t>(next)]);
            next -= size;
            return {};
        });
    }

    Status count(LayerActivations& made)
    {
        const double reach
            = made.isUnsigned ? made.statistics.maximum : std::max(-made.statistics.minimum, made.statistics.maximum);
        const double shown = reach > 0 ? reach : 1.0; // all zeros: any range does
        HistogramCounter histogram(made.isUnsigned ? 0.0 : -shown, shown, m_options.bins);
        std::vector<FrozenGrid> grids;
        const FrozenGrid* const own = gridOfTheFile();
        for (const int bits : {2, 4, 8}) {
            if (own && own->bits == bits) {
                grids.push_back(*own);
                continue;
            }
            const CodeRange range = codeRange(bits, made.isUnsigned);
            grids.push_back({.bits = bits,
                .lowest = range.lowest,
                .highest = range.highest,
                .scales = {leastSquareErrorStep(m_sample, range.lowest, range.highest)}});
        }
        std::vector<GridNoise> noise(grids.size());
        HALFTONE_CHECK(eachBatch("histogram of the activations", [&](std::span<const float> values) -> Status {
            histogram.add(values);
            for (std::size_t i = 0; i < grids.size(); ++i) noise[i].add(grids[i], values);
            return {};
        }));
        made.histogram = histogram.histogram();
        for (std::size_t i = 0; i < grids.size(); ++i)
            made.widths.push_back(viewOf(grids[i], own && grids[i] == *own ? kFileGridOrigin : "least square error", noise[i]));
        return {};
    }

    // Null where the network did not come from a quantized file, or has been trained since.
    const FrozenGrid* gridOfTheFile() const
    {
        const auto found = m_study.fileGrids().activations.find(m_value);
        return m_options.run != 0 || found == m_study.fileGrids().activations.end() ? nullptr : &found->second;
    }

    Study& m_study;
    const Dataset& m_data;
    TorchNetwork m_network;
    const LayerActivationsOptions& m_options;
    const TaskContext& m_task;
    ValueIndex m_value;
    std::int64_t m_images = 0;
    StatisticsCounter m_statistics;
    std::vector<float> m_sample;
};

Result<TorchNetwork> observedNetwork(Study& study, std::int64_t run)
{
    if (run == 0) return TorchNetwork::create(study.network());
    HALFTONE_TRY(const RunRecord record, study.file().run(run));
    return trainedNetwork(study, record.key);
}

} // namespace

Result<LayerActivations> layerActivations(Study& study, const LayerActivationsOptions& options, const TaskContext& task)
{
    if (options.images < 1) return Error{ErrorCode::BadInput, "Activations are measured on at least one image."};
    HALFTONE_CHECK(checkBins(options.bins));
    HALFTONE_CHECK(findLayer(study.table(), options.layer)); // a wrong name is told before data are read
    try {
        HALFTONE_TRY(const Dataset* data, study.dataset(task));
        HALFTONE_TRY(TorchNetwork network, observedNetwork(study, options.run));
        return ActivationPasses(study, *data, std::move(network), options, task).run();
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Failed,
            "Measuring activations stopped with an error of the tensor library: " + firstLine(failure.what())};
    }
}

} // namespace halftone
