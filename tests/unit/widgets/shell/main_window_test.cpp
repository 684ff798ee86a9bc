// The window's frame: the rail leads, the palette finds and does, undo reaches the board, closing loses nothing.
#include "widgets/shell/main_window.h"

#include <atomic>

#include <gtest/gtest.h>

#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include "tests/unit/widgets/study_fixture.h"
#include "widgets/shell/notice_bar.h"
#include "widgets/shell/rail.h"

namespace halftone {
namespace {

class MainWindowTest : public testing::Test {
protected:
    void open()
    {
        m_study.addScores("eagl");
        QSignalSpy opened(&m_session, &Session::opened);
        m_session.open(m_study.path());
        ASSERT_TRUE(opened.count() > 0 || opened.wait(5000));
    }
    void show()
    {
        m_window.resize(1280, 800);
        m_window.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_window));
        m_window.activateWindow();
    }
    Rail& rail() { return *m_window.findChild<Rail*>(); }

    test::TemporaryStudy m_study;
    Session m_session{[](const std::vector<std::string>&, const TaskContext&) -> Result<std::string> {
        return Error{ErrorCode::Failed, "nothing runs in this test"};
    }};
    MainWindow m_window{m_session};
};

TEST_F(MainWindowTest, LeadsNowhereButStartWithoutAStudy)
{
    show();
    EXPECT_EQ(m_window.currentView(), View::Start);
    QTest::mouseClick(&rail(), Qt::LeftButton, {}, rail().itemRect(View::Bits).center());
    EXPECT_EQ(m_window.currentView(), View::Start);
}

TEST_F(MainWindowTest, LeadsThroughTheViewsByMouseAndKeys)
{
    show();
    open();
    EXPECT_EQ(m_window.currentView(), View::Model);
    QTest::mouseClick(&rail(), Qt::LeftButton, {}, rail().itemRect(View::Bits).center());
    EXPECT_EQ(m_window.currentView(), View::Bits);
    QTest::keyClick(&m_window, Qt::Key_5, Qt::ControlModifier);
    EXPECT_EQ(m_window.currentView(), View::Training);
    rail().setFocus();
    QTest::keyClick(&rail(), Qt::Key_Down);
    EXPECT_EQ(m_window.currentView(), View::Frontier);
    EXPECT_EQ(m_window.findChild<QLabel*>(QStringLiteral("studyName"))->text(), QStringLiteral("study"));
}

TEST_F(MainWindowTest, FindsAndDoesFromThePalette)
{
    show();
    open();
    QTest::keyClick(&m_window, Qt::Key_K, Qt::ControlModifier);
    auto* field = m_window.findChild<QLineEdit*>(QStringLiteral("paletteField"));
    auto* list = m_window.findChild<QListWidget*>(QStringLiteral("paletteList"));
    ASSERT_TRUE(field->isVisible());
    QTest::keyClicks(field, QStringLiteral("go to frontier"));
    ASSERT_GE(list->count(), 1);
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_EQ(m_window.currentView(), View::Frontier);
    EXPECT_FALSE(field->isVisible());
    QTest::keyClick(&m_window, Qt::Key_K, Qt::ControlModifier);
    QTest::keyClick(field, Qt::Key_Escape);
    EXPECT_FALSE(field->isVisible());
}

TEST_F(MainWindowTest, UndoesTheBoardsEdits)
{
    show();
    open();
    m_session.bits().setBudget(0.75);
    auto* undo = m_window.findChild<QPushButton*>(QStringLiteral("undo"));
    EXPECT_TRUE(undo->isEnabled());
    QTest::keyClick(&m_window, Qt::Key_Z, Qt::ControlModifier);
    EXPECT_DOUBLE_EQ(m_session.bits().totals().costFraction, 1.0);
    EXPECT_FALSE(undo->isEnabled());
}

TEST_F(MainWindowTest, SaysTheCommandThatShowsTheOpenedStudy)
{
    open();
    EXPECT_EQ(m_session.lastCommand(), QStringLiteral("halftone inspect ") + m_study.path());
}

TEST_F(MainWindowTest, ShowsAndCopiesTheCommandOfTheLastAction)
{
    show();
    open();
    m_session.noteCommand({QStringLiteral("score"), QStringLiteral("STUDY"), QStringLiteral("--metric"), QStringLiteral("eagl")});
    m_window.findChild<QPushButton*>(QStringLiteral("copyCommand"))->click();
    EXPECT_EQ(QApplication::clipboard()->text(), QStringLiteral("halftone score %1 --metric eagl").arg(m_study.path()));
}

TEST_F(MainWindowTest, KeepsTheSentenceOfAFailedJob)
{
    show();
    open();
    QSignalSpy finished(&m_session, &Session::jobFinished);
    m_session.enqueue({QStringLiteral("finetune"), QStringLiteral("STUDY")}, QStringLiteral("Fine-tune"));
    ASSERT_TRUE(finished.count() > 0 || finished.wait(5000));
    ASSERT_EQ(m_session.jobs().size(), 1u);
    EXPECT_EQ(m_session.jobs().front().state, JobState::Failed);
    EXPECT_EQ(m_session.jobs().front().message, "nothing runs in this test");
}

// A queue of our own stands for another program's: the lock asks the same of both.
TEST_F(MainWindowTest, OpensAStudyWhoseJobsAnotherProgramRuns)
{
    std::atomic<bool> ends = false;
    auto other = *JobQueue::open(m_study.path().toStdString(), [&](const std::vector<std::string>&, const TaskContext& task) -> Result<std::string> {
        while (!ends && !task.stopRequested()) QThread::msleep(1);
        return ends ? Result<std::string>("{}") : Error{ErrorCode::Cancelled, "stopped"};
    });
    const std::int64_t theirs = *other->add({"finetune", "STUDY"}, "Their work");
    ASSERT_TRUE(QTest::qWaitFor([&] { return other->running().has_value(); }));
    show();
    open();
    EXPECT_TRUE(m_session.isOpen());
    EXPECT_FALSE(m_session.runsJobs());
    auto* notice = m_window.findChild<NoticeBar*>();
    EXPECT_TRUE(notice->sentence().contains(QStringLiteral("runs the jobs of this study"))) << notice->sentence().toStdString();
    ASSERT_TRUE(m_session.currentJob());
    EXPECT_EQ(m_session.currentJob()->title, "Their work");
    EXPECT_TRUE(m_window.findChild<QLabel*>(QStringLiteral("jobDetail"))->text().contains(QStringLiteral("in another program")));
    // Bits can be edited, work cannot be started.
    m_session.bits().setBudget(0.75);
    EXPECT_LT(m_session.bits().totals().costFraction, 1.0);
    EXPECT_EQ(m_session.enqueue({QStringLiteral("finetune"), QStringLiteral("STUDY")}, QStringLiteral("Mine")), 0);
    EXPECT_TRUE(notice->sentence().contains(QStringLiteral("close that program"))) << notice->sentence().toStdString();
    // Pausing goes through the file.
    m_session.pauseJob(theirs);
    EXPECT_TRUE(QTest::qWaitFor([&] { return other->jobs().front().state == JobState::Paused; }));
    EXPECT_TRUE(QTest::qWaitFor([&] { return m_session.jobs().front().state == JobState::Paused; }));
    m_session.resumeJob(theirs);
    EXPECT_TRUE(QTest::qWaitFor([&] { return other->jobs().front().state == JobState::Running; }));
    // The other one ends: what it did is shown and its queue is taken over.
    ends = true;
    ASSERT_TRUE(QTest::qWaitFor([&] { return other->jobs().front().state == JobState::Done && !other->running(); }));
    other.reset();
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_session.runsJobs(); }));
    EXPECT_TRUE(notice->sentence().contains(QStringLiteral("has ended"))) << notice->sentence().toStdString();
    ASSERT_EQ(m_session.jobs().size(), 1u);
    EXPECT_EQ(m_session.jobs().front().state, JobState::Done);
    EXPECT_NE(m_session.enqueue({QStringLiteral("finetune"), QStringLiteral("STUDY")}, QStringLiteral("Mine")), 0);
}

TEST_F(MainWindowTest, OpensTheOpenStudyAgainWithoutLosingItsQueue)
{
    show();
    open();
    m_window.showView(View::Start);
    QSignalSpy opened(&m_session, &Session::opened);
    m_session.open(m_study.path());
    ASSERT_TRUE(opened.count() > 0 || opened.wait(5000));
    EXPECT_TRUE(m_session.runsJobs());
    EXPECT_EQ(m_window.currentView(), View::Model);
}

TEST_F(MainWindowTest, TellsWhyAFileCannotBeOpened)
{
    show();
    QSignalSpy failed(&m_session, &Session::openFailed);
    m_session.open(m_study.folder() + QStringLiteral("/absent.halftone"));
    ASSERT_TRUE(failed.count() > 0 || failed.wait(5000));
    EXPECT_FALSE(m_session.isOpen());
    EXPECT_EQ(m_window.currentView(), View::Start);
}

TEST(CommandLine, QuotesWordsForAShell)
{
    EXPECT_EQ(Session::commandLine({QStringLiteral("inspect"), QStringLiteral("STUDY")}, QStringLiteral("/a b/it's.halftone")),
        QStringLiteral("halftone inspect '/a b/it'\\''s.halftone'"));
}

// The window's thread does not wait for a job that takes its time to stop, and the study can be opened again at once.
TEST(Closing, DoesNotWaitForTheRunningJob)
{
    test::TemporaryStudy study;
    std::atomic<int> begun = 0;
    Session session([&](const std::vector<std::string>&, const TaskContext& task) -> Result<std::string> {
        ++begun;
        while (!task.stopRequested()) QThread::msleep(1);
        QThread::msleep(700); // a long batch
        return Error{ErrorCode::Cancelled, "stopped"};
    });
    QSignalSpy opened(&session, &Session::opened);
    MainWindow window(session);
    window.show();
    session.open(study.path());
    ASSERT_TRUE(opened.wait(5000));
    ASSERT_NE(session.enqueue({QStringLiteral("finetune"), QStringLiteral("STUDY")}, QStringLiteral("Fine-tune")), 0);
    ASSERT_TRUE(QTest::qWaitFor([&] { return begun == 1; }));
    QElapsedTimer timer;
    timer.start();
    window.close();
    EXPECT_LT(timer.elapsed(), 300);
    EXPECT_FALSE(session.isOpen());
    session.open(study.path());
    ASSERT_TRUE(opened.wait(5000));
    EXPECT_TRUE(session.runsJobs()); // the old queue has ended before the new one asked
    ASSERT_EQ(session.jobs().size(), 1u);
    EXPECT_TRUE(QTest::qWaitFor([&] { return begun == 2; })); // the job goes on
}

} // namespace
} // namespace halftone
