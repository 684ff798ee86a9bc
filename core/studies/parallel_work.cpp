// A few threads that take pieces of work from a counter.
#include "core/studies/parallel_work.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/execution/torch_settings.h"

namespace halftone {

namespace {

// Adds up the progress of the pieces: each counts the same.
class PieceSink final : public ProgressSink {
public:
    PieceSink(std::vector<double>& fractions, std::mutex& mutex, std::int64_t index, const std::string& step,
        const TaskContext& outer)
        : m_fractions(fractions)
        , m_mutex(mutex)
        , m_index(static_cast<std::size_t>(index))
        , m_step(step)
        , m_outer(outer)
    {
    }
    void progress(const Progress& progress) override
    {
        constexpr std::int64_t kUnits = 1000; // of a piece
        const std::scoped_lock lock(m_mutex);
        if (progress.total > 0)
            m_fractions[m_index]
                = std::max(m_fractions[m_index], static_cast<double>(progress.done) / static_cast<double>(progress.total));
        double sum = 0;
        for (const double fraction : m_fractions) sum += fraction;
        m_outer.report(m_step, static_cast<std::int64_t>(sum * kUnits), static_cast<std::int64_t>(m_fractions.size()) * kUnits,
            progress.step);
    }
    void note(std::string_view sentence) override { m_outer.note(sentence); }
    void sample(const CurveSample& sample) override { m_outer.sample(sample); }

private:
    std::vector<double>& m_fractions;
    std::mutex& m_mutex;
    std::size_t m_index;
    const std::string& m_step;
    const TaskContext& m_outer;
};

// One thread for each operation while pieces run side by side; what it was, afterwards.
class OneTorchThread {
public:
    OneTorchThread()
        : m_before(torchThreads())
    {
        setTorchThreads(1);
    }
    ~OneTorchThread() { setTorchThreads(m_before); }
    OneTorchThread(const OneTorchThread&) = delete;
    OneTorchThread& operator=(const OneTorchThread&) = delete;

private:
    int m_before;
};

} // namespace

Status runInParallel(std::int64_t count, int workers, const std::string& step, const TaskContext& task,
    const std::function<Status(std::int64_t, const TaskContext&)>& work)
{
    if (count <= 0) return {};
    const OneTorchThread oneThread;
    std::vector<double> fractions(static_cast<std::size_t>(count), 0.0);
    std::mutex mutex;
    std::optional<Error> firstError;
    std::atomic<std::int64_t> next{0};
    std::stop_source stop;
    const auto take = [&] {
        setTorchThreads(1); // the count is kept by thread
        for (std::int64_t index = next++; index < count && !stop.stop_requested(); index = next++) {
            PieceSink sink(fractions, mutex, index, step, task);
            const Status done = work(index, task.withStop(stop.get_token(), &sink));
            sink.progress({step, 1, 1, {}});
            if (done.ok()) continue;
            const std::scoped_lock lock(mutex);
            if (!firstError) firstError = done.error();
            stop.request_stop();
        }
    };
    std::vector<std::jthread> threads;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(std::max(1, workers), count); ++i) threads.emplace_back(take);
    // The caller's stop (and pause) reaches the workers through their own stop source.
    std::jthread watcher([&](std::stop_token finished) {
        while (!finished.stop_requested()) {
            if (task.stopRequested()) stop.request_stop();
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    });
    for (auto& thread : threads) thread.join();
    watcher.request_stop();
    watcher.join();
    if (task.stopRequested())
        return Error{ErrorCode::Cancelled, "Stopped; what was finished is kept, and the same command goes on from there."};
    if (firstError) return *firstError;
    return {};
}

} // namespace halftone
