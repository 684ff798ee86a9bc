// Evaluation in batches without gradients.
#include "core/training/evaluation.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "core/data/batch_loader.h"
#include "core/training/task_loss.h"

namespace halftone {

double EvaluationReport::value() const
{
    switch (task) {
    case Task::Classification:
        return accuracy();
    case Task::Segmentation:
        return confusion.meanIntersectionOverUnion();
    case Task::Outputs:
        return std::max(0.0, 1 - loss);
    }
    return 0;
}

Evaluation::Evaluation(const LabelKind& labels)
    : m_labels(labels)
{
    m_report.task = labels.task;
    if (labels.task == Task::Segmentation) m_report.confusion = ConfusionMatrix(labels.classes);
}

Status Evaluation::add(const torch::Tensor& outputs, const torch::Tensor& labels, const torch::Tensor& reference)
{
    m_report.images += outputs.size(0);
    if (m_labels.task == Task::Outputs) {
        if (!reference.defined())
            return Error{ErrorCode::BadInput, "Raw outputs can only be compared with those of the full-precision network."};
        m_lossSum += outputError(outputs, reference).sum().item<double>();
        m_report.count += outputs.size(0);
        return {};
    }
    const torch::Tensor wanted = labels.to(outputs.device());
    if (m_labels.task == Task::Segmentation) {
        if (outputs.dim() != 4 || outputs.size(1) < m_labels.classes || outputs.sizes().slice(2) != labels.sizes().slice(1))
            return Error{ErrorCode::BadInput,
                "The network does not answer one value a class for every pixel; choose the data that belong to it."};
        m_lossSum += torch::cross_entropy_loss(outputs, wanted, {}, at::Reduction::Sum, kIgnoredLabel).item<double>();
        addPixels(outputs.argmax(1).to(torch::kCPU), labels);
        return {};
    }
    m_lossSum += torch::cross_entropy_loss(outputs, wanted, {}, at::Reduction::Sum).item<double>();
    m_report.correct += outputs.argmax(1).eq(wanted).sum().item<std::int64_t>();
    m_report.count += labels.size(0);
    return {};
}

void Evaluation::addPixels(const torch::Tensor& predicted, const torch::Tensor& labels)
{
    const std::int64_t classes = m_labels.classes;
    torch::Tensor told = predicted.clamp_max(classes); // whatever is no class is another answer
    if (m_labels.voidClass) told = told.masked_fill(told.eq(std::int64_t{*m_labels.voidClass}), classes);
    const torch::Tensor known = labels.ne(kIgnoredLabel);
    const torch::Tensor cells = (labels * (classes + 1) + told).masked_select(known);
    const torch::Tensor counts = torch::bincount(cells, {}, classes * (classes + 1)).contiguous();
    const std::int64_t* at = counts.data_ptr<std::int64_t>();
    for (std::int64_t label = 0; label < classes; ++label)
        for (std::int64_t answer = 0; answer <= classes; ++answer, ++at) m_report.confusion.add(label, answer, *at);
}

Result<EvaluationReport> Evaluation::finish() const
{
    EvaluationReport report = m_report;
    if (report.task == Task::Segmentation) {
        report.correct = report.confusion.correct();
        report.count = report.confusion.pixels();
    }
    if (report.images == 0) return Error{ErrorCode::BadInput, "There are no images to evaluate on; check the data folder."};
    if (report.count == 0)
        return Error{ErrorCode::BadInput, "Every pixel of these images is void, so nothing can be evaluated; choose others."};
    report.loss = m_lossSum / static_cast<double>(report.count);
    if (!std::isfinite(report.loss))
        return Error{
            ErrorCode::Failed, "The network's outputs are NaN or infinite; its weights are damaged or training diverged."};
    return report;
}

std::int64_t evaluationBatch(const ImageSet& images, std::int64_t wanted)
{
    constexpr std::int64_t kPixels = std::int64_t{1} << 21; // 12 images of 480 x 360
    return fittingBatch(images, wanted, kPixels, 1);
}

Result<EvaluationReport> evaluate(TorchNetwork& network, const ImageSet& images, const Normalisation& normalisation,
    const EvaluationOptions& options, const TaskContext& task)
{
    const at::NoGradGuard noGrad;
    // The loader shares ownership of its set; here the caller keeps it alive for the length of the call.
    const std::shared_ptr<const ImageSet> borrowed(&images, [](const ImageSet*) {});
    BatchLoader loader(borrowed, normalisation, {.batchSize = evaluationBatch(images, options.batchSize)});
    Evaluation evaluation(images.labelKind());
    std::int64_t done = 0;
    while (true) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped during evaluation."};
        HALFTONE_TRY(auto batch, loader.next());
        if (!batch) break;
        const torch::Tensor reference = options.reference ? options.reference->forward(batch->images) : torch::Tensor();
        HALFTONE_CHECK(evaluation.add(network.forward(batch->images), batch->labels, reference));
        done += batch->images.size(0);
        task.report("evaluate", done, images.count());
    }
    return evaluation.finish();
}

} // namespace halftone
