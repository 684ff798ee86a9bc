// TaskContext: what a stage needs to know of its caller: stop, pause, and whom to tell about progress.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace halftone {

// One step of long work. `done` and `total` are in the step's own units (batches, groups, bytes).
struct Progress {
    std::string step; // "alps", "fine-tune eagl75"; stays the same while the step lasts
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string detail; // "epoch 2/5, loss 0.412"; may be empty
};

// One point of a curve of a training run, as it comes.
struct CurveSample {
    std::string run; // its content key
    std::string series; // "loss", "test accuracy", "weight step layer1.0.conv1"
    double epoch = 0; // since the run began; 1.5 is the middle of the second epoch
    double value = 0;
    bool operator==(const CurveSample&) const = default;
};

// Receives progress and log lines; called from the worker's threads, so it must be thread-safe.
class ProgressSink {
public:
    virtual ~ProgressSink() = default;
    virtual void progress(const Progress& progress) = 0;
    virtual void note(std::string_view sentence) = 0; // something the person should know, not an error
    virtual void sample(const CurveSample&) { } // for those who draw curves
};

// Held by whoever may pause the work; shared because worker and holder end in either order.
using PauseFlag = std::shared_ptr<std::atomic<bool>>;

// TaskContext{} never stops and tells nobody. Copies are cheap and refer to the same stop state.
class TaskContext {
public:
    TaskContext() = default;
    explicit TaskContext(std::stop_token stop, ProgressSink* sink = nullptr, PauseFlag pause = nullptr)
        : m_stop(std::move(stop))
        , m_sink(sink)
        , m_pause(std::move(pause))
    {
    }

    // True when the work must end. Waits here while paused. Ask at least every 100 ms of work.
    bool stopRequested() const;
    void report(std::string_view step, std::int64_t done, std::int64_t total, std::string_view detail = {}) const;
    void note(std::string_view sentence) const;
    void sample(const CurveSample& sample) const;
    // The same stop and pause, another listener (or none).
    TaskContext withSink(ProgressSink* sink) const { return TaskContext(m_stop, sink, m_pause); }
    // The same pause, another stop and listener; for pieces of work that run side by side.
    TaskContext withStop(std::stop_token stop, ProgressSink* sink) const { return TaskContext(std::move(stop), sink, m_pause); }

private:
    std::stop_token m_stop;
    ProgressSink* m_sink = nullptr; // may be absent
    PauseFlag m_pause;
};

} // namespace halftone
