// Background: results by value on the window's thread, order kept, gone receivers left alone, prompt end.
#include "widgets/session/background.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>
#include <QThread>

namespace halftone {
namespace {

TEST(Background, DeliversResultsInOrderOnTheWindowsThread)
{
    QObject receiver;
    std::vector<int> seen;
    QThread* thread = nullptr;
    Background background;
    for (int i = 0; i < 5; ++i)
        background.run([i](const TaskContext&) { return i; }, &receiver,
            [&](int value) {
                seen.push_back(value);
                thread = QThread::currentThread();
            });
    EXPECT_TRUE(QTest::qWaitFor([&] { return seen.size() == 5; }));
    EXPECT_EQ(seen, (std::vector<int>{0, 1, 2, 3, 4}));
    EXPECT_EQ(thread, QCoreApplication::instance()->thread());
}

TEST(Background, LeavesAReceiverThatIsGoneAlone)
{
    Background background;
    bool called = false;
    {
        QObject receiver;
        background.run([](const TaskContext&) { return 1; }, &receiver, [&](int) { called = true; });
    }
    QTest::qWait(50);
    EXPECT_FALSE(called);
}

TEST(Background, EndsPromptlyWhileWorkRuns)
{
    QObject receiver;
    QElapsedTimer timer;
    std::atomic<bool> began = false;
    {
        Background background;
        background.run(
            [&](const TaskContext& task) {
                began = true;
                while (!task.stopRequested()) QThread::msleep(1);
                return 0;
            },
            &receiver, [](int) {});
        EXPECT_TRUE(QTest::qWaitFor([&] { return began.load(); }));
        timer.start();
    }
    EXPECT_LT(timer.elapsed(), 2000);
}

TEST(Background, DropsAResultWithItself)
{
    QObject receiver;
    bool called = false;
    std::weak_ptr<QObject> result;
    {
        Background background;
        std::atomic<bool> ended = false;
        background.run(
            [&](const TaskContext&) {
                const auto made = std::make_shared<QObject>();
                result = made;
                ended = true;
                return made;
            },
            &receiver, [&](const std::shared_ptr<QObject>&) { called = true; });
        while (!ended) QThread::msleep(1); // the window's thread takes nothing from its queue meanwhile
    }
    EXPECT_TRUE(result.expired());
    QTest::qWait(20);
    EXPECT_FALSE(called);
}

TEST(Background, WorksOnAfterCancelling)
{
    QObject receiver;
    Background background;
    int answer = 0;
    background.cancelAll();
    background.run([](const TaskContext&) { return 7; }, &receiver, [&](int value) { answer = value; });
    EXPECT_TRUE(QTest::qWaitFor([&] { return answer == 7; }));
}

} // namespace
} // namespace halftone
