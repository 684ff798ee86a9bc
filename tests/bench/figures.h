// Figures of a benchmark as rows of one table: what, minimum, median and 99th percentile in milliseconds, target, met or not.
#pragma once

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

namespace halftone::bench {

// One thing that was done many times, by the clock on the wall and by the processor time of the thread that did it; the two differ
// when other programs take the processor.
struct Timed {
    double wallMs = 0;
    double processorMs = 0;
};

inline double processorMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

inline double wallMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

template <typename Work> Timed timed(Work work)
{
    const double wall = wallMilliseconds(), processor = processorMilliseconds();
    work();
    const double processorAfter = processorMilliseconds();
    return {wallMilliseconds() - wall, processorAfter - processor};
}

// `sorted` must not be empty.
inline double atShare(const std::vector<double>& sorted, double share)
{
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5)];
}

// tools/bench collects these rows; a figure is met when its 99th percentile is.
inline void printRow(const char* what, std::vector<double> ms, double targetMs)
{
    if (ms.empty()) return;
    std::ranges::sort(ms);
    const double p99 = atShare(ms, 0.99);
    std::printf("| %-58s | %8.2f | %8.2f | %8.2f | %6.1f | %-3s |\n", what, ms.front(), atShare(ms, 0.5), p99, targetMs,
        p99 <= targetMs ? "yes" : "no");
    std::fflush(stdout);
}

inline void printRow(const char* what, const std::vector<Timed>& times, double targetMs)
{
    std::vector<double> wall, processor;
    for (const Timed& time : times) {
        wall.push_back(time.wallMs);
        processor.push_back(time.processorMs);
    }
    if (wall.empty()) return;
    printRow(what, wall, targetMs);
    std::ranges::sort(processor);
    std::printf("  of processor time: min %.2f, median %.2f, p99 %.2f ms, %zu times\n", processor.front(), atShare(processor, 0.5),
        atShare(processor, 0.99), processor.size());
    std::fflush(stdout);
}

} // namespace halftone::bench
