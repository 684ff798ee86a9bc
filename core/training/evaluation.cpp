// Evaluation in batches without gradients.
#include "core/training/evaluation.h"

#include <ATen/core/grad_mode.h>

#include <cmath>

#include "core/data/batch_loader.h"

namespace halftone {

Result<EvaluationReport> evaluate(TorchNetwork& network, const ImageSet& images, const Normalisation& normalisation,
    std::int64_t batchSize, const TaskContext& task)
{
    const at::NoGradGuard noGrad;
    // The loader shares ownership of its set; here the caller keeps it alive for the length of the call.
    const std::shared_ptr<const ImageSet> borrowed(&images, [](const ImageSet*) {});
    BatchLoader loader(borrowed, normalisation, {.batchSize = batchSize});
    EvaluationReport report;
    double lossSum = 0;
    while (true) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped during evaluation."};
        HALFTONE_TRY(auto batch, loader.next());
        if (!batch) break;
        const torch::Tensor labels = batch->labels.to(network.device());
        const torch::Tensor logits = network.forward(batch->images);
        lossSum += torch::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum).item<double>();
        const torch::Tensor predicted = logits.argmax(1);
        report.correct += predicted.eq(labels).sum().item<std::int64_t>();
        report.count += labels.size(0);
        const torch::Tensor plain = predicted.to(torch::kCPU).contiguous();
        report.predictions.insert(
            report.predictions.end(), plain.data_ptr<std::int64_t>(), plain.data_ptr<std::int64_t>() + plain.numel());
        task.report("evaluate", report.count, images.count());
    }
    if (report.count == 0) return Error{ErrorCode::BadInput, "There are no images to evaluate on; check the data folder."};
    report.loss = lossSum / static_cast<double>(report.count);
    if (!std::isfinite(report.loss))
        return Error{
            ErrorCode::Failed, "The network's outputs are NaN or infinite; its weights are damaged or training diverged."};
    return report;
}

} // namespace halftone
