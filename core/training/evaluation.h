// A network's metric and loss on a split, by the task of the data.
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/dataset.h"
#include "core/execution/torch_network.h"
#include "core/training/confusion_matrix.h"

namespace halftone {

struct EvaluationReport {
    Task task = Task::Classification;
    std::int64_t correct = 0; // right answers; 0 for raw outputs
    std::int64_t count = 0; // images; of segmentation the pixels that have a class
    std::int64_t images = 0;
    double loss = 0; // mean cross-entropy of what was counted, nats; for raw outputs the mean outputError()
    ConfusionMatrix confusion; // segmentation alone
    double accuracy() const { return count > 0 ? static_cast<double>(correct) / static_cast<double>(count) : 0; } // fraction
    // The task's metric, a fraction: accuracy; mIoU; for raw outputs 1 - outputError(), at least 0.
    double value() const;
};

// Adds up batch after batch, for those who run networks themselves.
class Evaluation {
public:
    explicit Evaluation(const LabelKind& labels);
    // `reference` is wanted for raw outputs alone: the full-precision network's.
    // Errors: BadInput when the network answers fewer values a pixel than there are classes.
    Status add(const torch::Tensor& outputs, const torch::Tensor& labels, const torch::Tensor& reference = {});
    // Errors: BadInput without anything counted, Failed on NaN outputs.
    Result<EvaluationReport> finish() const;

private:
    void addPixels(const torch::Tensor& predicted, const torch::Tensor& labels);

    LabelKind m_labels;
    EvaluationReport m_report;
    double m_lossSum = 0;
};

struct EvaluationOptions {
    std::int64_t batchSize = 250; // at most; fewer when images are large and the task is not classification
    TorchNetwork* reference = nullptr; // of raw outputs: the full-precision network; may be absent for other tasks
};
// How many images of the set are evaluated at once.
std::int64_t evaluationBatch(const ImageSet& images, std::int64_t wanted = EvaluationOptions().batchSize);

// Batch norm frozen, no augmentation. Errors: Cancelled, reading errors, Failed on NaN outputs.
Result<EvaluationReport> evaluate(TorchNetwork& network, const ImageSet& images, const Normalisation& normalisation,
    const EvaluationOptions& options = {}, const TaskContext& task = {});

} // namespace halftone
