// Fields: numbers are read, stepped and refused in words; the search is cleared by Esc and by its cross.
#include "widgets/controls/fields.h"
#include "widgets/theme/theme_host.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

namespace halftone {
namespace {

class NumberFieldTest : public testing::Test {
protected:
    NumberFieldTest()
    {
        ThemeHost::install(*qApp, ThemeKind::Light);
        field.show();
    }
    void type(const QString& text)
    {
        field.field()->selectAll();
        QTest::keyClicks(field.field(), text);
        QTest::keyClick(field.field(), Qt::Key_Return);
    }

    NumberField field{{.minimum = 50, .maximum = 100, .step = 0.5, .decimals = 1, .unit = "%"}};
    QSignalSpy chosen{&field, &NumberField::valueChosen};
};

TEST_F(NumberFieldTest, TellsANumberThatWasTyped)
{
    type("75");
    EXPECT_EQ(field.value(), 75);
    EXPECT_EQ(field.field()->text(), QStringLiteral("75.0"));
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen[0][0].toDouble(), 75);
    type("75.0");
    EXPECT_EQ(chosen.count(), 1) << "the same value is no news";
}

TEST_F(NumberFieldTest, UnderstandsACommaAndTheUnit)
{
    type("62,5 %");
    EXPECT_EQ(field.value(), 62.5);
}

TEST_F(NumberFieldTest, RefusesInWordsAndKeepsTheValue)
{
    field.setValue(60);
    type("5");
    EXPECT_EQ(field.error(), QStringLiteral("The smallest is 50.0 %."));
    EXPECT_TRUE(field.field()->property("refused").toBool());
    type("1e300");
    EXPECT_EQ(field.error(), QStringLiteral("The largest is 100.0 %."));
    for (const char* wrong : {"much", "", "nan", "inf", "7 7", "--3"}) {
        type(wrong);
        EXPECT_EQ(field.error(), QStringLiteral("Type a number.")) << wrong;
    }
    EXPECT_EQ(field.value(), 60);
    EXPECT_EQ(chosen.count(), 0);
    QTest::keyClicks(field.field(), "7");
    EXPECT_EQ(field.error(), QString()) << "typing on takes the refusal away";
}

TEST_F(NumberFieldTest, TakesTypingBackOnEsc)
{
    field.setValue(60);
    field.field()->selectAll();
    QTest::keyClicks(field.field(), "99");
    QTest::keyClick(field.field(), Qt::Key_Escape);
    EXPECT_EQ(field.field()->text(), QStringLiteral("60.0"));
    EXPECT_EQ(chosen.count(), 0);
}

TEST_F(NumberFieldTest, StepsByArrowsUpToItsEnds)
{
    field.setValue(99.5);
    QTest::keyClick(field.field(), Qt::Key_Up);
    QTest::keyClick(field.field(), Qt::Key_Up);
    EXPECT_EQ(field.value(), 100);
    EXPECT_EQ(chosen.count(), 1);
    QTest::keyClick(field.field(), Qt::Key_PageDown);
    EXPECT_EQ(field.value(), 95);
    field.setValue(1000);
    EXPECT_EQ(field.value(), 100);
    field.setValue(std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(field.value(), 100);
}

TEST_F(NumberFieldTest, ShowsARefusalFromOutside)
{
    field.setValue(55);
    field.setError("The smallest reachable budget is 58.8 %.");
    EXPECT_TRUE(field.field()->property("refused").toBool());
    field.setValue(60);
    EXPECT_FALSE(field.field()->property("refused").toBool());
}

TEST(SearchFieldTest, IsClearedByEscAndByItsCross)
{
    ThemeHost::install(*qApp, ThemeKind::Light);
    SearchField field("Find a layer");
    field.resize(200, 28);
    field.show();
    auto* cross = field.findChild<QToolButton*>();
    ASSERT_NE(cross, nullptr);
    EXPECT_FALSE(cross->isVisible());
    QTest::keyClicks(&field, "conv");
    EXPECT_TRUE(cross->isVisible());
    QTest::mouseClick(cross, Qt::LeftButton);
    EXPECT_EQ(field.text(), QString());
    QTest::keyClicks(&field, "x");
    QTest::keyClick(&field, Qt::Key_Escape);
    EXPECT_EQ(field.text(), QString());
    EXPECT_EQ(field.height(), 28);
}

} // namespace
} // namespace halftone
