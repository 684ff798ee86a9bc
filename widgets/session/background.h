// Background: plain functions, one after the other, on a thread of their own; results come back to the window's by value.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

#include <QMetaObject>
#include <QObject>
#include <QPointer>

#include "core/base/task_context.h"

namespace halftone {

// Lives on the window's thread.
class Background {
public:
    Background();
    ~Background(); // asks the work at hand to stop, drops what waits and what was not delivered, and joins
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    // Runs work(task) on the thread, then then(result) on the window's, unless `receiver` is gone by then.
    template <typename Work, typename Then> void run(Work work, QObject* receiver, Then then)
    {
        post([this, work = std::move(work), guard = QPointer<QObject>(receiver), then = std::move(then)](
                 const TaskContext& task) mutable {
            auto result = work(task);
            // Queued on the inbox: a receiver that dies meanwhile is seen on the window's own thread, and what is never
            // delivered goes with this object. The application would delete it under a lock that QObjects inside need.
            QMetaObject::invokeMethod(
                &m_inbox,
                [guard, then = std::move(then), result = std::move(result)]() mutable {
                    if (guard) then(std::move(result));
                },
                Qt::QueuedConnection);
        });
    }
    // Asks what runs to stop and forgets what waits; new work may follow at once.
    void cancelAll();

private:
    using Job = std::function<void(const TaskContext&)>;
    void post(Job job);
    void loop(std::stop_token stop);

    QObject m_inbox;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<Job> m_waiting;
    std::stop_source m_workStop;
    std::jthread m_thread; // last: it uses the others
};

} // namespace halftone
