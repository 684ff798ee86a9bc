// Wall and processor seconds of a piece of work, for provenance and for time left.
#pragma once

#include <chrono>
#include <ctime>

namespace halftone {

class Stopwatch {
public:
    double wallSeconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_wall).count(); }
    double cpuSeconds() const { return processorSeconds() - m_cpu; } // all threads of the process

private:
    static double processorSeconds()
    {
        timespec t{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
    }
    std::chrono::steady_clock::time_point m_wall = std::chrono::steady_clock::now();
    double m_cpu = processorSeconds();
};

} // namespace halftone
