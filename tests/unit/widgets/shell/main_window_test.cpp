// The window's frame: the rail leads, the palette finds and does, undo reaches the board, closing loses nothing.
#include "widgets/shell/main_window.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

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

} // namespace
} // namespace halftone
