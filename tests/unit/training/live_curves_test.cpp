// The points of live curves: where they stand, what they average, and that they change no number.
#include "core/training/live_curves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/unit/training/small_task.h"

using namespace halftone;

namespace {

struct KeepSamples final : ProgressSink {
    void progress(const Progress&) override { }
    void note(std::string_view) override { }
    void sample(const CurveSample& sample) override { samples.push_back(sample); }
    std::vector<CurveSample> samples;
};

std::map<std::string, std::vector<CurveSample>> bySeries(const std::vector<CurveSample>& samples)
{
    std::map<std::string, std::vector<CurveSample>> sorted;
    for (const auto& sample : samples) sorted[sample.series].push_back(sample);
    return sorted;
}

// The losses of one epoch of `updates` updates whose losses are 1, 2, 3 ...
std::vector<CurveSample> countedEpoch(std::int64_t epoch, std::int64_t updates)
{
    std::vector<CurveSample> kept;
    const CurveOptions options{.run = "r"};
    const TaskContext task;
    LiveCurves curves(options, {.epoch = epoch, .updates = updates}, task, kept);
    for (std::int64_t i = 0; i < updates; ++i) curves.updated(i, static_cast<double>(i + 1), 0.5);
    return bySeries(kept)["loss"];
}

} // namespace

TEST(LiveCurves, AnEpochGivesAtMostFiftyPointsThatCoverAllUpdates)
{
    for (const std::int64_t updates : {1, 3, 49, 50, 51, 99, 100, 101, 390, 10'007}) {
        const auto losses = countedEpoch(3, updates);
        EXPECT_EQ(static_cast<std::int64_t>(losses.size()), std::min<std::int64_t>(50, updates)) << updates;
        EXPECT_EQ(losses.back().epoch, 3.0) << updates; // the last update is the epoch's end
        double before = 0;
        for (const auto& point : losses) {
            // A point at update n averages before + 1 .. n, whose mean is the middle of the two ends.
            const double n = (point.epoch - 2) * static_cast<double>(updates);
            EXPECT_NEAR(n, std::round(n), 1e-6);
            EXPECT_NEAR(point.value, (before + 1 + n) / 2, 1e-6) << updates;
            EXPECT_LE(n - before, static_cast<double>(updates) / 50 + 1.000001);
            before = n;
        }
    }
}

TEST(LiveCurves, AreSilentWithoutARun)
{
    std::vector<CurveSample> kept;
    const CurveOptions options{.weightSteps = true};
    const TaskContext task;
    LiveCurves curves(options, {.epoch = 1, .updates = 2}, task, kept);
    curves.updated(0, 1, 1);
    curves.ended(0.5);
    EXPECT_FALSE(curves.wantsSteps(1));
    EXPECT_TRUE(kept.empty());
}

TEST(LiveCurves, OfTrainingAreWhatTheFiguresSay)
{
    auto network = quantized(4);
    auto request = requestOf(3); // four updates an epoch
    request.curves = {.run = "key", .weightSteps = true};
    KeepSamples sink;
    const auto figures = train(network, request, TaskContext({}, &sink));
    ASSERT_TRUE(figures.ok());
    std::vector<CurveSample> kept;
    for (const auto& epoch : *figures) kept.insert(kept.end(), epoch.samples.begin(), epoch.samples.end());
    EXPECT_EQ(kept, sink.samples); // live and kept are the same, in the same order
    auto series = bySeries(kept);
    EXPECT_EQ(series.size(), 3u + 3); // loss, rate, accuracy, and three layers' steps
    ASSERT_EQ(series["loss"].size(), 12u);
    for (std::size_t i = 0; i < 12; ++i) {
        EXPECT_EQ(static_cast<float>(series["loss"][i].value), (*figures)[i / 4].stepLosses[i % 4]);
        EXPECT_EQ(series["loss"][i].epoch, 0.25 * static_cast<double>(i + 1));
        EXPECT_EQ(series["loss"][i].run, "key");
    }
    ASSERT_EQ(series["train accuracy"].size(), 3u);
    for (std::size_t e = 0; e < 3; ++e) {
        EXPECT_EQ(series["train accuracy"][e].value, (*figures)[e].trainAccuracy);
        EXPECT_EQ(series["learning rate"][4 * e + 3].value, (*figures)[e].learningRate);
    }
    const auto state = network.state();
    for (const char* layer : {"conv1", "conv2", "fc"}) {
        const auto& steps = series[std::string("weight step ") + layer];
        ASSERT_EQ(steps.size(), 12u) << layer;
        EXPECT_EQ(
            static_cast<float>(steps.back().value), state.find(std::string(layer) + ".weight_quantizer.step")->floats()[0]);
    }
}

TEST(LiveCurves, ChangeNoNumber)
{
    auto silent = quantized(2), watched = quantized(2);
    ASSERT_TRUE(train(silent, requestOf(2)).ok());
    auto request = requestOf(2);
    request.curves = {.run = "key", .weightSteps = true};
    KeepSamples sink;
    ASSERT_TRUE(train(watched, request, TaskContext({}, &sink)).ok());
    EXPECT_FALSE(sink.samples.empty());
    const auto a = silent.state(), b = watched.state();
    ASSERT_EQ(a.entries.size(), b.entries.size());
    for (std::size_t i = 0; i < a.entries.size(); ++i)
        EXPECT_TRUE(std::ranges::equal(a.entries[i].tensor.bytes(), b.entries[i].tensor.bytes())) << a.entries[i].name;
}
