// The frozen teacher of distillation, and its answers, which runs over the same batches share.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <tuple>

#include "core/execution/torch_network.h"

namespace halftone {

// An epoch's batches follow from (seed, epoch) alone, so runs that differ only in their bit widths ask the same questions: a
// quarter of their time. Made for one data set, batch size and augmentation; safe to ask from several threads.
class TeacherAnswers {
public:
    explicit TeacherAnswers(TorchNetwork teacher)
        : m_teacher(std::move(teacher))
    {
    }

    struct Question {
        std::uint64_t seed = 0;
        std::int64_t epoch = 0;
        std::int64_t batch = 0; // of the epoch
    };
    // The teacher's logits {N, classes} for `images`, which must be the ones that the question names.
    torch::Tensor answer(const Question& question, const torch::Tensor& images);

private:
    static constexpr std::int64_t kMostKeptBytes = std::int64_t(256) << 20; // beyond this answers are computed each time
    std::mutex m_mutex;
    TorchNetwork m_teacher;
    std::map<std::tuple<std::uint64_t, std::int64_t, std::int64_t>, torch::Tensor> m_kept;
    std::int64_t m_keptBytes = 0;
};

} // namespace halftone
