// Independent pieces of work on several cores, each with one LibTorch thread; progress is told for all of them together.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/base/task_context.h"

namespace halftone {

// Runs work(0) .. work(count - 1), up to `workers` at once, in rising order of start. The first error (or a stop) ends the
// rest and is returned. One thread a network is faster for small networks than all threads on one, and repeats exactly.
Status runInParallel(std::int64_t count, int workers, const std::string& step, const TaskContext& task,
    const std::function<Status(std::int64_t index, const TaskContext& task)>& work);

} // namespace halftone
