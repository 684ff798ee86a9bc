// Stop, pause and progress of a running stage.
#include "core/base/task_context.h"

#include <chrono>
#include <thread>

namespace halftone {

bool TaskContext::stopRequested() const
{
    using namespace std::chrono_literals;
    while (m_pause && m_pause->load() && !m_stop.stop_requested()) std::this_thread::sleep_for(20ms);
    return m_stop.stop_requested();
}

void TaskContext::report(std::string_view step, std::int64_t done, std::int64_t total, std::string_view detail) const
{
    if (m_sink) m_sink->progress({std::string(step), done, total, std::string(detail)});
}

void TaskContext::note(std::string_view sentence) const
{
    if (m_sink) m_sink->note(sentence);
}

void TaskContext::sample(const CurveSample& sample) const
{
    if (m_sink) m_sink->sample(sample);
}

} // namespace halftone
