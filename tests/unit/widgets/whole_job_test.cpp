// The whole job through the real window and the real engine on the bundled network: open, score, drag, fine-tune, look, export.
#include <gtest/gtest.h>

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "tests/unit/widgets/whole_job.h"
#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/frontier/frontier_page.h"

namespace halftone {
namespace {

using test::WholeJob;

TEST_F(WholeJob, GoesFromOpenToVerifiedExport)
{
    openDemo();
    ASSERT_EQ(m_window->currentView(), View::Model);

    // Which layers are sensitive?
    m_session->enqueue({QStringLiteral("score"), QStringLiteral("STUDY"), QStringLiteral("--metric"), QStringLiteral("eagl"),
                           QStringLiteral("--base-epochs"), QStringLiteral("1")},
        QStringLiteral("Score EAGL"));
    ASSERT_TRUE(workIsDone());
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_session->overview()->scoresOf("eagl") != nullptr; }, 10000));

    // Drag a chip to 2 bit with the mouse: its group moves, the totals with it.
    auto* board = find<BitBoard>(View::Bits, "bitBoard");
    ASSERT_NE(board, nullptr);
    QTest::qWait(100);
    const LayerTable& table = m_session->overview()->table;
    GroupIndex group;
    for (std::size_t i = 0; i < table.groups.size(); ++i)
        if (!table.groups[i].edge && table.groups[i].layers.size() > 1) group = GroupIndex(static_cast<std::int64_t>(i));
    ASSERT_TRUE(group.valid());
    const double before = m_session->bits().totals().costFraction;
    const QPoint from = board->chipRectangle(group).center().toPoint();
    const QPoint to(from.x(), board->rowRectangle(2).center().toPoint().y());
    QTest::mousePress(board->viewport(), Qt::LeftButton, {}, from);
    for (int i = 1; i <= 8; ++i) QTest::mouseMove(board->viewport(), from + (to - from) * i / 8);
    QTest::mouseRelease(board->viewport(), Qt::LeftButton, {}, to);
    for (const LayerIndex layer : table.group(group).layers) EXPECT_EQ(m_session->bits().bitsOf(layer), 2);
    EXPECT_LT(m_session->bits().totals().costFraction, before);

    // Fine-tune it under a name, watch its curve.
    QSignalSpy samples(m_session.get(), &Session::curveSampled);
    find<QPushButton>(View::Bits, "fineTune")->click();
    auto* name = find<QLineEdit>(View::Bits, "assignmentName");
    ASSERT_TRUE(name && name->isVisible());
    name->setText(QStringLiteral("mine"));
    auto* epochs = find<QLineEdit>(View::Bits, "fineTuneEpochs");
    ASSERT_TRUE(epochs);
    epochs->setFocus();
    epochs->selectAll();
    QTest::keyClick(epochs, Qt::Key_1);
    QTest::keyClick(epochs, Qt::Key_Return);
    auto* accept = m_window->page(View::Bits)->findChild<QPushButton*>(QStringLiteral("acceptName"));
    if (accept->isVisible()) accept->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_session->jobs().size() == 2; }, 30000));
    ASSERT_TRUE(workIsDone());
    EXPECT_GT(samples.count(), 10);
    ASSERT_NE(m_session->overview()->assignment("mine"), nullptr);

    // Its point stands on the frontier.
    auto* frontier = static_cast<FrontierPage*>(m_window->page(View::Frontier));
    m_window->showView(View::Frontier);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !frontier->points().points.empty(); }, 10000));

    // Export it and read the verdict.
    const QString file = m_folder.filePath(QStringLiteral("mine.onnx"));
    auto* field = find<QLineEdit>(View::Export, "exportFile");
    ASSERT_NE(field, nullptr);
    field->setText(file);
    find<QPushButton>(View::Export, "exportStart")->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_session->jobs().size() == 3; }, 10000));
    ASSERT_TRUE(workIsDone());
    ASSERT_TRUE(QTest::qWaitFor([&] { return !m_session->overview()->exports.empty(); }, 10000));
    EXPECT_TRUE(m_session->overview()->exports.front().passed);
    EXPECT_EQ(m_session->overview()->exports.front().assignmentName, "mine");
    EXPECT_TRUE(QFile::exists(file));
    auto* verdict = find<QLabel>(View::Export, "verdictTitle");
    ASSERT_NE(verdict, nullptr);
    EXPECT_TRUE(QTest::qWaitFor([&] { return verdict->isVisible() && !verdict->text().isEmpty(); }, 5000));
}

} // namespace
} // namespace halftone
