// How long scores and selections take: EAGL beside a read-only pass over the same bytes, and whole frontiers.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "core/base/random.h"
#include "core/cost/all_cost_models.h"
#include "core/graph/step_search.h"
#include "core/models/architectures.h"
#include "core/selection/bit_selection.h"
#include "core/selection/knapsack.h"
#include "core/sensitivity/eagl.h"

namespace halftone {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kResNet50Weights = 25'502'912; // of its 53 convolutions and its linear layer

std::vector<float> weightsLike(std::size_t count)
{
    Random random(1, "benchmark");
    std::vector<float> values(count);
    for (float& value : values)
        value = 0.02f * static_cast<float>(random.uniform() + random.uniform() + random.uniform() - 1.5);
    return values;
}

// Everything is read and nothing else is done: four independent sums of words, which the compiler makes vectors of.
std::uint64_t readOnly(const std::vector<float>& values)
{
    std::uint64_t sums[32] = {};
    const std::size_t words = values.size() / 2;
    const auto* bytes = reinterpret_cast<const unsigned char*>(values.data());
    for (std::size_t i = 0; i + 32 <= words; i += 32) {
        std::uint64_t chunk[32];
        std::memcpy(chunk, bytes + 8 * i, sizeof chunk);
        for (std::size_t lane = 0; lane < 32; ++lane) sums[lane] |= chunk[lane];
    }
    std::uint64_t all = 0;
    for (const std::uint64_t sum : sums) all |= sum;
    return all;
}

template <typename Work> double secondsOf(Work work)
{
    const auto start = Clock::now();
    benchmark::DoNotOptimize(work());
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// The two passes take turns, so that a busy machine slows both; `ratio` is of their medians, `bestRatio` of their minima.
void entropyOverReading(benchmark::State& state, EntropyKernel kernel, int bits)
{
    if (!isSupported(kernel)) return state.SkipWithError("this processor has no such instructions");
    const std::vector<float> values = weightsLike(kResNet50Weights);
    const FrozenGrid grid{bits, -(1 << (bits - 1)), (1 << (bits - 1)) - 1, {0.03f / float(1 << (bits - 1))}};
    std::vector<double> entropy;
    std::vector<double> reading;
    for (auto _ : state) {
        reading.push_back(secondsOf([&] { return readOnly(values); }));
        entropy.push_back(secondsOf([&] { return codeEntropyBits(values, grid, kernel); }));
        state.SetIterationTime(entropy.back());
    }
    state.counters["readMs"] = 1e3 * median(reading);
    state.counters["ratio"] = median(entropy) / median(reading);
    state.counters["bestRatio"]
        = *std::min_element(entropy.begin(), entropy.end()) / *std::min_element(reading.begin(), reading.end());
}
BENCHMARK_CAPTURE(entropyOverReading, reference_4bit, EntropyKernel::Reference, 4)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entropyOverReading, portable_4bit, EntropyKernel::Portable, 4)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entropyOverReading, avx2_4bit, EntropyKernel::Avx2, 4)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entropyOverReading, avx512_4bit, EntropyKernel::Avx512, 4)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entropyOverReading, avx2_8bit, EntropyKernel::Avx2, 8)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entropyOverReading, avx512_8bit, EntropyKernel::Avx512, 8)->UseManualTime()->Unit(benchmark::kMillisecond);

void leastSquareStep(benchmark::State& state)
{
    const std::vector<float> values = weightsLike(1'000'000);
    const int highest = (1 << (state.range(0) - 1)) - 1;
    for (auto _ : state) benchmark::DoNotOptimize(leastSquareErrorStep(values, -highest - 1, highest));
}
BENCHMARK(leastSquareStep)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

struct Scored {
    LayerTable table;
    SensitivityReport scores;
};

Scored scoredResNet50()
{
    Scored scored{layerTable(*buildArchitecture("resnet50")), {}};
    Random random(2, "gains");
    for (std::size_t i = 0; i < scored.table.groups.size(); ++i) {
        if (!scored.table.groups[i].edge)
            scored.scores.groups.push_back({GroupIndex(std::int64_t(i)), 1.0 + 3.0 * random.uniform(), true, {}});
    }
    return scored;
}

void frontierOfResNet50(benchmark::State& state, const char* axis)
{
    const Scored scored = scoredResNet50();
    const CostModel& cost = **findCostModel(axis);
    std::size_t points = 0;
    for (auto _ : state) points = selectFrontier(scored.table, scored.scores, cost, {.levels = {8, 4, 2}, .pins = {}})->size();
    state.counters["groups"] = double(scored.scores.groups.size());
    state.counters["points"] = double(points);
}
BENCHMARK_CAPTURE(frontierOfResNet50, linear, "linear")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(frontierOfResNet50, bops, "bops")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(frontierOfResNet50, size, "size")->Unit(benchmark::kMillisecond);

void selectionForOneBudget(benchmark::State& state)
{
    const Scored scored = scoredResNet50();
    const SelectionOptions options{.levels = {8, 4, 2}, .budgetFraction = 0.55, .pins = {}};
    for (auto _ : state) benchmark::DoNotOptimize(selectBits(scored.table, scored.scores, linearCost(), options));
}
BENCHMARK(selectionForOneBudget)->Unit(benchmark::kMillisecond);

// Like latencies: 54 items of three options, costs and gains without a common divisor.
void frontierOfRealCosts(benchmark::State& state)
{
    Random random(3, "latencies");
    std::vector<KnapsackItem> items(54);
    for (KnapsackItem& item : items) {
        const double time = 0.05 + random.uniform();
        const double gain = random.uniform();
        item.options = {{gain, time}, {gain * random.uniform(), 0.7 * time}, {0, 0.5 * time}};
    }
    std::size_t points = 0;
    for (auto _ : state) points = solveKnapsackFrontier(items)->size();
    state.counters["points"] = double(points);
}
BENCHMARK(frontierOfRealCosts)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace halftone
