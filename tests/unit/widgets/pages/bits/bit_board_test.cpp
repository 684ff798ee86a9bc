// What the bit board keeps painted from frame to frame is never old: it looks like a board that was made just now.
#include "widgets/pages/bits/bit_board.h"

#include <gtest/gtest.h>

#include <QImage>
#include <QSignalSpy>
#include <QTest>

#include "tests/unit/widgets/study_fixture.h"
#include "widgets/session/session.h"
#include "widgets/theme/theme_host.h"

namespace halftone {
namespace {

constexpr QSize kSize(900, 420);
constexpr int kSettleMs = 250; // longer than a chip flies

QImage pictureOf(BitBoard& board)
{
    QImage image(board.size(), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    board.render(&image, {}, {}, QWidget::DrawChildren);
    return image;
}

class BitBoardTest : public testing::Test {
protected:
    BitBoardTest()
    {
        m_study.addScores("eagl");
        QSignalSpy opened(&m_session, &Session::opened);
        m_session.open(m_study.path());
        if (opened.isEmpty()) opened.wait(5000);
        m_board.resize(kSize);
        m_board.show();
        pictureOf(m_board); // it has something to keep
    }
    bool looksMadeAnew()
    {
        QTest::qWait(kSettleMs);
        BitBoard fresh(document());
        fresh.resize(m_board.size());
        fresh.setOrder(m_board.order());
        fresh.setSelection(m_board.selection());
        fresh.show();
        return pictureOf(m_board) == pictureOf(fresh);
    }
    BitDocument& document() { return m_session.bits(); }

    test::TemporaryStudy m_study{"fashion_resnet14"};
    Session m_session{[](const std::vector<std::string>&, const TaskContext&) -> Result<std::string> {
        return Error{ErrorCode::Failed, "nothing runs in this test"};
    }};
    BitBoard m_board{m_session.bits()};
};

TEST_F(BitBoardTest, ShowsAMovedAndPinnedChipAsItIsNow)
{
    const QImage before = pictureOf(m_board);
    document().move({GroupIndex(3), GroupIndex(5)}, 2);
    EXPECT_TRUE(looksMadeAnew());
    EXPECT_NE(pictureOf(m_board), before);
    document().setPinned({GroupIndex(3)}, true);
    EXPECT_TRUE(looksMadeAnew());
    m_board.setSelection({GroupIndex(3), GroupIndex(4)});
    EXPECT_TRUE(looksMadeAnew());
    document().undoStack().setIndex(0);
    EXPECT_TRUE(looksMadeAnew());
}

TEST_F(BitBoardTest, ShowsOtherWidthsOrdersAndPlaces)
{
    document().setCost(QStringLiteral("size")); // other widths of columns
    EXPECT_TRUE(looksMadeAnew());
    m_board.setOrder(BoardOrder::Gain);
    EXPECT_TRUE(looksMadeAnew());
    document().move({GroupIndex(3)}, 3); // a row that was not there
    EXPECT_TRUE(looksMadeAnew());
    m_board.resize(700, 300);
    EXPECT_TRUE(looksMadeAnew());
}

TEST_F(BitBoardTest, ShowsTheThemeOfNow)
{
    ThemeHost& host = ThemeHost::install(*qApp, ThemeKind::Dark);
    EXPECT_TRUE(looksMadeAnew());
    host.setKind(ThemeKind::Light);
    EXPECT_TRUE(looksMadeAnew());
}

} // namespace
} // namespace halftone
