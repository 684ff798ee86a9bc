// Top-1 accuracy and loss of a network on a split.
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/dataset.h"
#include "core/execution/torch_network.h"

namespace halftone {

struct EvaluationReport {
    std::int64_t correct = 0;
    std::int64_t count = 0;
    double loss = 0; // mean cross-entropy, nats
    std::vector<std::int64_t> predictions; // the class of every image, in order
    double accuracy() const { return count > 0 ? static_cast<double>(correct) / static_cast<double>(count) : 0; } // fraction
};

// Batch norm frozen, no augmentation. Errors: Cancelled, reading errors, Failed on NaN outputs.
Result<EvaluationReport> evaluate(TorchNetwork& network, const ImageSet& images, const Normalisation& normalisation,
    std::int64_t batchSize = 250, const TaskContext& task = {});

} // namespace halftone
