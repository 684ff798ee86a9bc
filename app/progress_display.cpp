// Draws the progress of long work.
#include "app/progress_display.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace halftone {

namespace {

constexpr auto kTerminalInterval = std::chrono::milliseconds(100);
constexpr auto kPlainInterval = std::chrono::seconds(10); // logs stay short
constexpr auto kBeforeFirstShown = std::chrono::milliseconds(500); // what is quicker shows no bar

int terminalWidth()
{
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string bar(double fraction, int width)
{
    const int filled = static_cast<int>(std::lround(fraction * width));
    std::string text;
    for (int i = 0; i < width; ++i) text += i < filled ? "█" : "·";
    return text;
}

} // namespace

std::string durationText(double seconds)
{
    const auto whole = static_cast<long>(std::ceil(std::max(0.0, seconds)));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

ProgressDisplay::ProgressDisplay()
    : m_terminal(::isatty(STDERR_FILENO) == 1)
{
}
ProgressDisplay::~ProgressDisplay() { clearLine(); }

void ProgressDisplay::progress(const Progress& progress)
{
    const std::scoped_lock lock(m_mutex);
    const auto now = Clock::now();
    const auto interval = m_terminal ? Clock::duration(kTerminalInterval) : Clock::duration(kPlainInterval);
    const double secondsLeft = m_timeLeft.update(progress, std::chrono::duration<double>(now - m_began).count());
    if (progress.step != m_step) {
        m_step = progress.step;
        m_lastShown = now + kBeforeFirstShown - interval;
        return;
    }
    if (now - m_lastShown < interval || progress.total <= 0) return;
    m_lastShown = now;
    draw(progress, secondsLeft);
}

void ProgressDisplay::draw(const Progress& progress, double secondsLeft)
{
    const double fraction = std::clamp(static_cast<double>(progress.done) / static_cast<double>(progress.total), 0.0, 1.0);
    const std::string left = secondsLeft >= 0 ? durationText(secondsLeft) + " left" : "";
    const int percent = static_cast<int>(100 * fraction);
    if (!m_terminal) {
        std::fprintf(stderr, "%s: %d %%%s%s%s%s\n", progress.step.c_str(), percent, left.empty() ? "" : ", ", left.c_str(),
            progress.detail.empty() ? "" : ", ", progress.detail.c_str());
        return;
    }
    std::string line = fmt::format("{:<28.28} {} {:3} %  {}", progress.step, bar(fraction, 20), percent, left);
    const int used = 28 + 1 + 20 + 7 + static_cast<int>(left.size());
    const int room = terminalWidth() - used - 3;
    if (room > 8 && !progress.detail.empty()) line += "  " + progress.detail.substr(0, static_cast<std::size_t>(room));
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
    std::fflush(stderr);
    m_lineShown = true;
}

void ProgressDisplay::note(std::string_view sentence)
{
    clearLine();
    const std::scoped_lock lock(m_mutex);
    std::fprintf(stderr, "%.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

void ProgressDisplay::clearLine()
{
    const std::scoped_lock lock(m_mutex);
    if (m_lineShown) std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    m_lineShown = false;
}

} // namespace halftone
