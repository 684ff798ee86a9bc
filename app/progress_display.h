// Progress on stderr: a bar with time left on a terminal, a plain line now and then elsewhere.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "core/base/task_context.h"
#include "core/base/time_left.h"

namespace halftone {

class ProgressDisplay final : public ProgressSink {
public:
    ProgressDisplay();
    ~ProgressDisplay() override;
    void progress(const Progress& progress) override;
    void note(std::string_view sentence) override;
    void clearLine(); // before something else is printed

private:
    using Clock = std::chrono::steady_clock;
    void draw(const Progress& progress, double secondsLeft);

    std::mutex m_mutex;
    const bool m_terminal;
    std::string m_step;
    const Clock::time_point m_began = Clock::now();
    TimeLeft m_timeLeft;
    Clock::time_point m_lastShown{};
    bool m_lineShown = false;
};

// "45 s", "3 min 20 s", "2 h 5 min".
std::string durationText(double seconds);

} // namespace halftone
