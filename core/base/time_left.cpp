// Time left by the rate since the step was first heard of.
#include "core/base/time_left.h"

#include <algorithm>

namespace halftone {

double TimeLeft::update(const Progress& progress, double seconds)
{
    constexpr double kUnknown = -1;
    if (progress.step != m_step || progress.done < m_beganAt) { // another step, or the same one once more
        m_step = progress.step;
        m_began = seconds;
        m_beganAt = progress.done;
    }
    const auto advanced = static_cast<double>(progress.done - m_beganAt);
    if (advanced <= 0 || progress.total <= 0) return kUnknown;
    return std::max(0.0, (seconds - m_began) / advanced * static_cast<double>(progress.total - progress.done));
}

} // namespace halftone
