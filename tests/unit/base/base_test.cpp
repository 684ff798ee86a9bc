// base/: hashes, random numbers, files, names and task contexts.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <thread>

#include "core/base/closest_names.h"
#include "core/base/content_hash.h"
#include "core/base/file_io.h"
#include "core/base/file_lock.h"
#include "core/base/machine.h"
#include "core/base/random.h"
#include "core/base/task_context.h"
#include "core/base/time_left.h"

using namespace halftone;

TEST(ContentHash, KeepsTheBoundariesOfWhatIsAdded)
{
    EXPECT_NE(ContentHasher().add("ab").add("c").hex(), ContentHasher().add("a").add("bc").hex());
    EXPECT_EQ(ContentHasher().add("ab").hex(), contentHash("ab"));
    EXPECT_EQ(contentHash("").size(), 32u);
}

TEST(Random, RepeatsForTheSameSeedAndPurpose)
{
    Random a(7, "order"), b(7, "order"), c(7, "augment"), d(8, "order");
    const auto first = a.next();
    EXPECT_EQ(first, b.next());
    EXPECT_NE(first, c.next());
    EXPECT_NE(first, d.next());
}

TEST(Random, DrawsEveryValueBelowTheBoundAboutEquallyOften)
{
    Random random(1);
    std::array<int, 7> counts{};
    constexpr int kDraws = 70000;
    for (int i = 0; i < kDraws; ++i) ++counts[static_cast<std::size_t>(random.below(7))];
    for (const int count : counts) EXPECT_NEAR(count, kDraws / 7, 5 * std::sqrt(kDraws / 7.0));
}

TEST(Random, NormalHasMeanZeroAndVarianceOne)
{
    Random random(3);
    double sum = 0, squares = 0;
    constexpr int kDraws = 200000;
    for (int i = 0; i < kDraws; ++i) {
        const double x = random.normal();
        sum += x;
        squares += x * x;
    }
    EXPECT_NEAR(sum / kDraws, 0.0, 5.0 / std::sqrt(kDraws));
    EXPECT_NEAR(squares / kDraws, 1.0, 5.0 * std::sqrt(2.0 / kDraws));
}

TEST(Random, ShuffleKeepsEveryItem)
{
    std::vector<std::int64_t> items(101);
    std::iota(items.begin(), items.end(), 0);
    auto shuffled = items;
    Random(5).shuffle(shuffled);
    EXPECT_NE(shuffled, items);
    std::sort(shuffled.begin(), shuffled.end());
    EXPECT_EQ(shuffled, items);
}

TEST(FileIo, WritesAndReadsBackAndLeavesNothingBeside)
{
    const auto folder = std::filesystem::temp_directory_path() / "halftone_file_io_test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(writeFileAtomically(folder / "a.txt", "one").ok());
    ASSERT_TRUE(writeFileAtomically(folder / "a.txt", "two").ok());
    const auto bytes = readFile(folder / "a.txt");
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(bytes->size(), 3u);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
    std::filesystem::remove_all(folder);
}

TEST(FileIo, NamesTheFileThatIsMissing)
{
    const auto bytes = readFile("/nowhere/at/all.bin");
    ASSERT_FALSE(bytes.ok());
    EXPECT_EQ(bytes.error().code, ErrorCode::NotFound);
    EXPECT_NE(bytes.error().message.find("/nowhere/at/all.bin"), std::string::npos);
}

TEST(FileIo, RefusesAFolderAndAFullDevice)
{
    EXPECT_EQ(readFile("/tmp").error().code, ErrorCode::BadInput);
    EXPECT_EQ(writeFileAtomically("/nowhere/at/all.bin", "x").error().code, ErrorCode::Io);
}

TEST(ClosestNames, OrdersByEditDistance)
{
    const std::vector<std::string> names{"layer1.0.conv1", "layer1.0.conv2", "linear", "conv1"};
    EXPECT_EQ(closestNames("layer1.0.conv3", names, 2), (std::vector<std::string>{"layer1.0.conv1", "layer1.0.conv2"}));
    EXPECT_TRUE(closestNames("zzzzzzzzzzzz", names).empty());
    EXPECT_NE(didYouMean("liner", names).find("linear"), std::string::npos);
}

TEST(TaskContext, StopsWhilePaused)
{
    std::stop_source source;
    auto pause = std::make_shared<std::atomic<bool>>(true);
    const TaskContext task(source.get_token(), nullptr, pause);
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        source.request_stop();
    });
    EXPECT_TRUE(task.stopRequested());
    EXPECT_FALSE(TaskContext{}.stopRequested());
}

TEST(TaskContext, TellsItsSinkAndNobodyWhenThereIsNone)
{
    class Keeper : public ProgressSink {
    public:
        void progress(const Progress& progress) override { text += progress.step + " " + progress.detail; }
        void note(std::string_view sentence) override { text += sentence; }
        void sample(const CurveSample& sample) override { samples.push_back(sample); }
        std::string text;
        std::vector<CurveSample> samples;
    } keeper;
    const CurveSample sample{.run = "key", .series = "loss", .epoch = 1.5, .value = 0.25};
    for (const TaskContext& task : {TaskContext(), TaskContext().withSink(&keeper)}) {
        task.report("score", 1, 2, "group 1");
        task.note("; a note");
        task.sample(sample);
    }
    EXPECT_EQ(keeper.text, "score group 1; a note");
    EXPECT_EQ(keeper.samples, std::vector{sample});
}

TEST(TimeLeft, FollowsTheRateSinceTheStepWasFirstHeardOf)
{
    TimeLeft left;
    EXPECT_LT(left.update({"alps", 40, 100}, 5), 0); // resumed at 40: no rate yet
    EXPECT_LT(left.update({"alps", 40, 100}, 6), 0);
    EXPECT_DOUBLE_EQ(left.update({"alps", 50, 100}, 10), 25); // 10 in 5 s, 50 to go
    EXPECT_DOUBLE_EQ(left.update({"alps", 120, 100}, 11), 0);
    EXPECT_LT(left.update({"fine-tune", 0, 10}, 12), 0);
    EXPECT_DOUBLE_EQ(left.update({"fine-tune", 1, 10}, 13), 9);
    EXPECT_LT(left.update({"fine-tune", 0, 10}, 20), 0); // once more from the start
    EXPECT_LT(left.update({"fine-tune", 1, 0}, 21), 0);
}

TEST(FileLock, IsHeldByOneAndLeavesNothing)
{
    const auto path = std::filesystem::temp_directory_path() / ("halftone_lock_" + std::to_string(::getpid()));
    {
        const auto first = FileLock::acquire(path, "It is held.");
        ASSERT_TRUE(first.ok()) << first.error().message;
        const auto second = FileLock::acquire(path, "It is held.");
        ASSERT_FALSE(second.ok());
        EXPECT_EQ(second.error(), (Error{ErrorCode::BadInput, "It is held."}));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_TRUE(FileLock::acquire(path, "It is held.").ok());
    EXPECT_EQ(FileLock::acquire("/no/such/folder/lock", "It is held.").error().code, ErrorCode::Io);
}

TEST(FileLock, IsHeldByOneWhenManyHurry)
{
    const auto path = std::filesystem::temp_directory_path() / ("halftone_locks_" + std::to_string(::getpid()));
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::atomic<int> taken{0};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                const auto lock = FileLock::acquire(path, "It is held.");
                if (!lock.ok()) continue;
                ++taken;
                most = std::max(most.load(), ++inside);
                --inside;
            }
        });
    threads.clear();
    EXPECT_EQ(most, 1);
    EXPECT_GE(taken, 1);
}

TEST(Machine, NamesItsProcessorInOneLine)
{
    const std::string name = cpuName();
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(name.find('\n'), std::string::npos);
    EXPECT_NE(name.front(), ' ');
}
