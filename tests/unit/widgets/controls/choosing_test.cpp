// Controls that choose: segmented control by keys and mouse, bit strip and transition matrix by the mouse, buttons and their rings.
#include "widgets/controls/bit_strip.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/transition_matrix.h"
#include "widgets/theme/theme_host.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

namespace halftone {
namespace {

class Choosing : public testing::Test {
protected:
    Choosing() { ThemeHost::install(*qApp, ThemeKind::Light); }
};

using SegmentedControlTest = Choosing;

TEST_F(SegmentedControlTest, BeginsWithTheFirstChoice)
{
    SegmentedControl control({"Network", "Gain", "Cost"});
    EXPECT_EQ(control.current(), 0);
    EXPECT_EQ(control.text(2), QStringLiteral("Cost"));
    EXPECT_EQ(SegmentedControl().current(), -1);
}

TEST_F(SegmentedControlTest, IsChosenFromByTheMouseOnce)
{
    SegmentedControl control({"Network", "Gain", "Cost"});
    control.show();
    QSignalSpy chosen(&control, &SegmentedControl::chosen);
    QTest::mouseClick(&control, Qt::LeftButton, {}, control.choiceRect(1).center());
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 1);
    QTest::mouseClick(&control, Qt::LeftButton, {}, control.choiceRect(1).center());
    EXPECT_EQ(chosen.count(), 1) << "what is chosen already is no choice";
    QTest::mouseClick(&control, Qt::RightButton, {}, control.choiceRect(2).center());
    EXPECT_EQ(control.current(), 1);
}

TEST_F(SegmentedControlTest, TakesAPressBackThatEndsElsewhere)
{
    SegmentedControl control({"Network", "Gain", "Cost"});
    control.show();
    QTest::mousePress(&control, Qt::LeftButton, {}, control.choiceRect(1).center());
    QTest::mouseRelease(&control, Qt::LeftButton, {}, control.choiceRect(2).center());
    EXPECT_EQ(control.current(), 0);
}

TEST_F(SegmentedControlTest, IsChosenFromByArrowsHomeAndEnd)
{
    SegmentedControl control({"Network", "Gain", "Cost"});
    control.show();
    QSignalSpy chosen(&control, &SegmentedControl::chosen);
    QTest::keyClick(&control, Qt::Key_Right);
    EXPECT_EQ(control.current(), 1);
    QTest::keyClick(&control, Qt::Key_End);
    EXPECT_EQ(control.current(), 2);
    QTest::keyClick(&control, Qt::Key_Right);
    EXPECT_EQ(control.current(), 2);
    QTest::keyClick(&control, Qt::Key_Left);
    QTest::keyClick(&control, Qt::Key_Home);
    EXPECT_EQ(control.current(), 0);
    QTest::keyClick(&control, Qt::Key_Left);
    EXPECT_EQ(chosen.count(), 4) << "the ends announce nothing";
}

TEST_F(SegmentedControlTest, PassesOverWhatIsDisabled)
{
    SegmentedControl control({"Network", "Gain", "Cost"});
    control.setChoiceEnabled(1, false);
    control.show();
    QTest::keyClick(&control, Qt::Key_Right);
    EXPECT_EQ(control.current(), 2);
    QTest::mouseClick(&control, Qt::LeftButton, {}, control.choiceRect(1).center());
    EXPECT_EQ(control.current(), 2);
}

TEST_F(SegmentedControlTest, IsSetByTheProgramWithoutASignal)
{
    SegmentedControl control({"Network", "Gain"});
    QSignalSpy chosen(&control, &SegmentedControl::chosen);
    control.setCurrent(1);
    EXPECT_EQ(control.current(), 1);
    control.setCurrent(7);
    EXPECT_EQ(control.current(), -1);
    EXPECT_EQ(chosen.count(), 0);
    control.clear();
    control.show();
    QTest::keyClick(&control, Qt::Key_Right);
    EXPECT_EQ(control.current(), -1);
}

TEST_F(SegmentedControlTest, ChoicesStandSideBySideAtTheHeightOfControls)
{
    SegmentedControl control({"A", "Long words"});
    control.addBitChoice(4);
    EXPECT_EQ(control.choiceRect(0).right() + 1, control.choiceRect(1).left());
    EXPECT_EQ(control.sizeHint().width(), control.choiceRect(2).right() + 1);
    EXPECT_EQ(control.sizeHint().height(), 28);
    EXPECT_EQ(control.text(2), QStringLiteral("4 bit"));
    control.setEqualWidths(true);
    EXPECT_EQ(control.choiceRect(0).width(), control.choiceRect(1).width());
}

std::vector<StripLayer> layers()
{
    return {{"conv1", 1, 8, "stem"}, {"layer1.0.conv1", 4, 4, "layer1"}, {"layer1.0.conv2", 4, 2, "layer1"}, {"linear", 0, 8, "head"}};
}

using BitStripTest = Choosing;

TEST_F(BitStripTest, SharesItsWidthByCost)
{
    const StripLook look{.gap = 1, .stageGap = 4, .minimumWidth = 2};
    const auto columns = stripColumns(QRectF(10, 0, 200, 20), layers(), look);
    ASSERT_EQ(columns.size(), 4U);
    EXPECT_DOUBLE_EQ(columns.front().left(), 10);
    EXPECT_NEAR(columns.back().right(), 210, 1e-9);
    EXPECT_NEAR(columns[1].left() - columns[0].right(), 4, 1e-9) << "a stage begins";
    EXPECT_NEAR(columns[2].left() - columns[1].right(), 1, 1e-9);
    EXPECT_NEAR(columns[1].width(), columns[2].width(), 1e-9);
    EXPECT_NEAR(columns[1].width() - 2, 4 * (columns[0].width() - 2), 1e-9);
    EXPECT_NEAR(columns[3].width(), 2, 1e-9) << "a layer without cost is still there";
}

TEST_F(BitStripTest, StaysInItsRectangleHoweverNarrow)
{
    std::vector<StripLayer> many;
    for (int i = 0; i < 500; ++i) many.push_back({.name = QString::number(i), .share = 1, .bits = 4, .stage = QString::number(i / 3)});
    for (const double width : {100.0, 499.0, 700.0, 3000.0}) {
        const auto columns = stripColumns(QRectF(0, 0, width, 20), many, {});
        EXPECT_NEAR(columns.back().right(), width, 1e-6) << width;
        for (const QRectF& column : columns) EXPECT_GT(column.width(), 0) << width;
    }
    EXPECT_TRUE(stripColumns(QRectF(0, 0, 0, 20), many, {}).empty());
    EXPECT_TRUE(stripColumns(QRectF(0, 0, 100, 20), {}, {}).empty());
}

TEST_F(BitStripTest, BearsSharesThatAreNoNumbers)
{
    std::vector<StripLayer> odd = layers();
    odd[0].share = std::numeric_limits<double>::quiet_NaN();
    odd[1].share = -3;
    const auto columns = stripColumns(QRectF(0, 0, 100, 20), odd, {});
    EXPECT_NEAR(columns.back().right(), 100, 1e-9);
    EXPECT_NEAR(columns[0].width(), 2, 1e-9);
}

TEST_F(BitStripTest, DrawsMoreBitsHigher)
{
    const QRectF column(0, 0, 10, 20);
    EXPECT_DOUBLE_EQ(stripBar(column, 8, {}).height(), 20);
    EXPECT_GT(stripBar(column, 4, {}).height(), stripBar(column, 2, {}).height());
    EXPECT_DOUBLE_EQ(stripBar(column, 2, {}).bottom(), 20);
    EXPECT_DOUBLE_EQ(stripBar(column, 2, {.fromTop = true}).top(), 0);
}

TEST_F(BitStripTest, TellsWhichLayerIsUnderTheMouse)
{
    BitStrip strip;
    strip.setLayers(layers());
    strip.resize(200, 28);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(strip.layerAt(strip.columnOf(i).center()), i);
    EXPECT_EQ(strip.layerAt({strip.columnOf(0).right() + 2.5, 5}), -1) << "between two stages";
    EXPECT_EQ(strip.layerAt({-1, 5}), -1);
    EXPECT_EQ(strip.layerAt({300, 5}), -1);
    EXPECT_EQ(strip.columnOf(9), QRectF());
}

TEST_F(BitStripTest, AnswersClicksOnlyWhenItShall)
{
    BitStrip strip;
    strip.setLayers(layers());
    strip.resize(200, 28);
    strip.show();
    QSignalSpy clicked(&strip, &BitStrip::clicked);
    QSignalSpy hovered(&strip, &BitStrip::hovered);
    QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.columnOf(2).center().toPoint());
    EXPECT_EQ(clicked.count(), 0);
    strip.setClickable(true);
    QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.columnOf(2).center().toPoint());
    ASSERT_EQ(clicked.count(), 1);
    EXPECT_EQ(clicked[0][0].toInt(), 2);
    QTest::mouseMove(&strip, strip.columnOf(1).center().toPoint());
    ASSERT_GE(hovered.count(), 1);
    EXPECT_EQ(hovered.last()[0].toInt(), 1);
    strip.setSelected(99);
    strip.setLayers({});
    EXPECT_EQ(strip.layerAt({5, 5}), -1);
}

using TransitionMatrixTest = Choosing;

TEST_F(TransitionMatrixTest, IsAskedCellByCell)
{
    TransitionMatrix matrix;
    matrix.setCounts({{{4, 2}, 12}, {{4, 4}, 7}, {{8, 8}, 2}});
    EXPECT_EQ(matrix.countAt(4, 2), 12);
    EXPECT_EQ(matrix.countAt(2, 4), 0);
    matrix.resize(280, matrix.sizeHint().height());
    matrix.show();
    QSignalSpy chosen(&matrix, &TransitionMatrix::chosen);
    QTest::mouseClick(&matrix, Qt::LeftButton, {}, matrix.cellRect(1, 2).center().toPoint());
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 4);
    EXPECT_EQ(chosen[0][1].toInt(), 2);
    QTest::mouseClick(&matrix, Qt::LeftButton, {}, matrix.cellRect(2, 0).center().toPoint());
    EXPECT_EQ(chosen.count(), 1) << "nothing is there to be shown";
    EXPECT_LE(matrix.cellRect(2, 2).right(), 280);
    EXPECT_LE(matrix.cellRect(2, 2).bottom(), matrix.sizeHint().height());
    matrix.setWidths({});
    matrix.grab();
}

using PushButtonTest = Choosing;

// The pixel in the middle of the ring, one from the upper edge.
QColor edge(PushButton& button) { return QColor(button.grab().toImage().pixel(button.width() / 2, 1)); }

TEST_F(PushButtonTest, ShowsARingForTheKeyboardAndNoneForTheMouse)
{
    QWidget window;
    PushButton button("Save as", ButtonKind::Plain, &window);
    button.resize(100, 28);
    window.resize(200, 50);
    window.show();
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
    const QColor accent = themeOf(&button).colour(Role::Accent);
    button.setFocus(Qt::MouseFocusReason);
    EXPECT_NE(edge(button), accent);
    button.clearFocus();
    button.setFocus(Qt::TabFocusReason);
    EXPECT_EQ(edge(button), accent);
}

TEST_F(PushButtonTest, OfAnIconIsSquareAndHasAName)
{
    const std::unique_ptr<PushButton> button(makeIconButton("undo", "Undo", ButtonKind::Plain));
    button->show();
    EXPECT_EQ(button->size(), QSize(28, 28));
    EXPECT_EQ(button->accessibleName(), QStringLiteral("Undo"));
    EXPECT_FALSE(button->icon().isNull());
    PushButton words("Fine-tune", ButtonKind::Primary);
    EXPECT_EQ(words.sizeHint().height(), 28);
}

TEST_F(PushButtonTest, SwitchesByKeyAndMouse)
{
    Switch smooth("Smooth");
    smooth.resize(smooth.sizeHint());
    smooth.show();
    QTest::mouseClick(&smooth, Qt::LeftButton);
    EXPECT_TRUE(smooth.isChecked());
    QTest::keyClick(&smooth, Qt::Key_Space);
    EXPECT_FALSE(smooth.isChecked());
}

} // namespace
} // namespace halftone
