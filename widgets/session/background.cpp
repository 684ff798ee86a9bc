// The thread of Background and its queue.
#include "widgets/session/background.h"

namespace halftone {

Background::Background()
    : m_thread([this](std::stop_token stop) { loop(std::move(stop)); })
{
}

Background::~Background()
{
    cancelAll();
    m_thread.request_stop();
    m_wake.notify_all();
}

void Background::post(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(job));
    }
    m_wake.notify_one();
}

void Background::cancelAll()
{
    const std::lock_guard lock(m_mutex);
    m_waiting.clear();
    m_workStop.request_stop();
    m_workStop = std::stop_source();
}

void Background::loop(std::stop_token stop)
{
    while (true) {
        Job job;
        TaskContext task;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_waiting.empty(); })) return;
            job = std::move(m_waiting.front());
            m_waiting.pop_front();
            task = TaskContext(m_workStop.get_token());
        }
        job(task);
    }
}

} // namespace halftone
