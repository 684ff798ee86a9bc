// BatchLoader: batches of a split as tensors, prefetched by threads of its own; order and augmentation from a seed.
#pragma once

#include <torch/types.h>

#include <memory>
#include <optional>

#include "core/data/dataset.h"

namespace halftone {

inline constexpr std::int64_t kIgnoredLabel = -100; // of a pixel that is void or outside the image: neither learnt nor counted

struct Batch {
    torch::Tensor images; // {N, C, H, W} float32, normalised, contiguous
    torch::Tensor labels; // int64: {N}, or {N, H, W} for segmentation; all kIgnoredLabel when there are none
};

struct BatchOptions {
    std::int64_t batchSize = 128;
    bool shuffle = false;
    bool dropLast = false; // a last batch smaller than batchSize is left out (training with batch norm)
    std::optional<Augmentation> augmentation;
    std::uint64_t seed = 0; // of shuffle and augmentation
    std::int64_t epoch = 0; // another epoch, another order; the same (seed, epoch) gives the same batches exactly
    int threads = 2; // that prepare batches: decoding a file takes as long as a small network's step; never changes a number
};

// One pass over `images`. next() waits for the batch being prepared; an empty optional is the end.
class BatchLoader {
public:
    BatchLoader(std::shared_ptr<const ImageSet> images, const Normalisation& normalisation, const BatchOptions& options);
    ~BatchLoader(); // stops and joins the threads
    BatchLoader(const BatchLoader&) = delete;
    BatchLoader& operator=(const BatchLoader&) = delete;

    std::int64_t batchCount() const;
    Result<std::optional<Batch>> next();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace halftone
