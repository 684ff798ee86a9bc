// TimeLeft: how long a step of work will still take, from how far it has come.
#pragma once

#include <string>

#include "core/base/task_context.h"

namespace halftone {

class TimeLeft {
public:
    // Seconds left of progress.step; below 0 while that cannot be told. `seconds`: of work so far, pauses left out, by any
    // clock. A step is measured from where it was first heard of, for a resumed one does not begin at 0.
    double update(const Progress& progress, double seconds);

private:
    std::string m_step;
    double m_began = 0;
    std::int64_t m_beganAt = 0;
};

} // namespace halftone
