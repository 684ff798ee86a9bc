// Work side by side: every piece once, the first error wins, stopping reaches all.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>

#include "core/execution/torch_settings.h"
#include "core/studies/parallel_work.h"

using namespace halftone;

namespace {
struct LastProgress final : ProgressSink {
    void progress(const Progress& progress) override { last = progress; }
    void note(std::string_view) override { }
    Progress last;
};
} // namespace

TEST(ParallelWork, DoesEveryPieceOnceAndTellsTheWhole)
{
    std::mutex mutex;
    std::multiset<std::int64_t> seen;
    LastProgress sink;
    const int before = torchThreads();
    const auto done = runInParallel(17, 3, "pieces", TaskContext({}, &sink), [&](std::int64_t i, const TaskContext&) {
        const std::scoped_lock lock(mutex);
        seen.insert(i);
        return Status{};
    });
    ASSERT_TRUE(done.ok());
    EXPECT_EQ(seen.size(), 17u);
    EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), 17u);
    EXPECT_EQ(sink.last.done, sink.last.total);
    EXPECT_EQ(sink.last.step, "pieces");
    EXPECT_EQ(torchThreads(), before);
}

TEST(ParallelWork, ReturnsTheFirstErrorAndStopsTheRest)
{
    std::atomic<int> started{0};
    const auto done = runInParallel(1'000'000, 2, "pieces", {}, [&](std::int64_t i, const TaskContext&) -> Status {
        ++started;
        if (i == 3) return Error{ErrorCode::Failed, "piece 3 broke"};
        return {};
    });
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().message, "piece 3 broke");
    EXPECT_LT(started, 1'000'000);
}

TEST(ParallelWork, PassesAStopOn)
{
    std::stop_source stop;
    const auto done
        = runInParallel(2, 2, "pieces", TaskContext(stop.get_token()), [&](std::int64_t, const TaskContext& task) -> Status {
              stop.request_stop();
              while (!task.stopRequested()) { }
              return Error{ErrorCode::Cancelled, "stopped"};
          });
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::Cancelled);
}

TEST(ParallelWork, HasNothingToDoForNoPieces)
{
    EXPECT_TRUE(runInParallel(0, 2, "none", {}, [](std::int64_t, const TaskContext&) { return Status{}; }).ok());
}
