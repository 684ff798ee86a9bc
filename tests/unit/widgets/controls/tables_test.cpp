// Tables: height of rows, what cells show, the row under the mouse, keys.
#include "widgets/controls/bit_strip.h"
#include "widgets/controls/tables.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QHeaderView>
#include <QListView>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>

namespace halftone {
namespace {

class TablesTest : public testing::Test {
protected:
    TablesTest()
    {
        ThemeHost::install(*qApp, ThemeKind::Light);
        ThemeHost::installed()->setKind(ThemeKind::Light);
        model.setHorizontalHeaderLabels({"Layer", "Bits"});
        for (const int bits : {8, 4, 2}) {
            auto* width = new QStandardItem(QString::number(bits));
            width->setData(bits, BitsRole);
            model.appendRow({new QStandardItem("layer"), width});
        }
        setUpTable(table);
        table.setModel(&model);
        table.setColumnWidth(0, 120);
        table.resize(300, 200);
        table.show();
        QApplication::processEvents();
    }

    QColor pixel(int x, int y) { return QColor(table.viewport()->grab().toImage().pixel(x, y)); }

    QStandardItemModel model;
    QTableView table;
};

TEST_F(TablesTest, HaveRowsOfOneHeight)
{
    EXPECT_EQ(table.rowHeight(0), 28);
    EXPECT_EQ(table.rowHeight(2), 28);
    EXPECT_TRUE(table.verticalHeader()->isHidden());
}

TEST_F(TablesTest, HaveLinesAcrossAndNoneDown)
{
    const Theme& theme = themeOf(&table);
    EXPECT_EQ(pixel(60, 27), theme.colour(Role::Border));
    EXPECT_NE(pixel(119, 14), theme.colour(Role::Border));
}

TEST_F(TablesTest, ShowTheGlyphOfAWidthBeforeItsNumber)
{
    // The one large dot of 2 bit, in the middle of its square.
    const QRect cell = table.visualRect(model.index(2, 1));
    EXPECT_EQ(pixel(cell.left() + 8 + 6, cell.center().y()), bitLook(2, themeOf(&table)).edge);
}

TEST_F(TablesTest, MarkTheWholeRowUnderTheMouse)
{
    QTest::mouseMove(table.viewport(), table.visualRect(model.index(1, 0)).center());
    QApplication::processEvents();
    const QRect row = table.visualRect(model.index(1, 1));
    EXPECT_EQ(pixel(row.right() - 3, row.center().y()), themeOf(&table).colour(Role::Hover));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(table.viewport(), &leave);
    EXPECT_NE(pixel(row.right() - 3, row.center().y()), themeOf(&table).colour(Role::Hover));
}

TEST_F(TablesTest, MarkTheChosenRowAndGoByKeys)
{
    table.setFocus();
    table.selectRow(0);
    QTest::keyClick(&table, Qt::Key_Down);
    EXPECT_EQ(table.currentIndex().row(), 1);
    const QRect row = table.visualRect(model.index(1, 1));
    EXPECT_EQ(pixel(row.right() - 3, row.center().y()), themeOf(&table).colour(Role::AccentSoft));
}

TEST_F(TablesTest, DrawChecksStripsIconsAndHeadings)
{
    auto* checked = new QStandardItem("eagl75");
    checked->setCheckable(true);
    checked->setCheckState(Qt::Checked);
    auto* strip = new QStandardItem;
    strip->setData(QVariant::fromValue(std::vector<StripLayer>{{"conv1", 1, 8, "stem"}, {"fc", 1, 2, "head"}}), StripRole);
    model.appendRow({checked, strip});
    auto* failed = new QStandardItem("13.6 points below the study");
    failed->setData(QStringLiteral("cross"), IconRole);
    failed->setData(static_cast<int>(Role::Fail), InkRole);
    auto* heading = new QStandardItem("Measured");
    heading->setData(true, HeadingRole);
    model.appendRow({heading, failed});
    QApplication::processEvents();
    const QRect box = table.visualRect(model.index(3, 0));
    EXPECT_EQ(pixel(box.left() + 8 + 7, box.center().y() - 5), themeOf(&table).colour(Role::Accent));
    const QRect bars = table.visualRect(model.index(3, 1));
    EXPECT_EQ(pixel(bars.left() + 20, bars.center().y()), bitLook(8, themeOf(&table)).fill);
    table.resizeColumnToContents(1);
    EXPECT_GT(table.columnWidth(1), 150);
}

TEST_F(TablesTest, AreClickedOnTheirCheckBoxes)
{
    auto* run = new QStandardItem("eagl75");
    run->setCheckable(true);
    model.appendRow(run);
    QApplication::processEvents();
    const QRect cell = table.visualRect(model.index(3, 0));
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, QPoint(cell.left() + 15, cell.center().y()));
    EXPECT_EQ(run->checkState(), Qt::Checked);
    table.setCurrentIndex(model.index(3, 0));
    QTest::keyClick(&table, Qt::Key_Space);
    EXPECT_EQ(run->checkState(), Qt::Unchecked);
}

TEST_F(TablesTest, BearAnEmptyModelAndNone)
{
    QStandardItemModel empty;
    table.setModel(&empty);
    table.grab();
    table.setModel(nullptr);
    table.grab();
    QListView list;
    setUpList(list);
    list.setModel(&model);
    list.show();
    EXPECT_EQ(list.visualRect(model.index(0, 0)).height(), 28);
    list.grab();
}

} // namespace
} // namespace halftone
