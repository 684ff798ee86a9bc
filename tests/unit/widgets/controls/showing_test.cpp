// Controls that show: the four states, facts, labels, cards, progress.
#include "widgets/controls/bit_legend.h"
#include "widgets/controls/card.h"
#include "widgets/controls/fact_list.h"
#include "widgets/controls/hint_tip.h"
#include "widgets/controls/progress_line.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/text_label.h"
#include "widgets/theme/theme_host.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

namespace halftone {
namespace {

class Showing : public testing::Test {
protected:
    Showing()
    {
        ThemeHost::install(*qApp, ThemeKind::Light);
        ThemeHost::installed()->setKind(ThemeKind::Light);
    }
};

using StatePanelTest = Showing;

TEST_F(StatePanelTest, OffersTheStepThatFillsIt)
{
    StatePanel panel;
    panel.showEmpty({.iconName = "frontier", .title = "No points yet", .sentence = "Fine-tune an assignment.", .button = "Fine-tune", .caption = "about 15 min"});
    panel.show();
    QSignalSpy chosen(&panel, &StatePanel::actionChosen);
    ASSERT_NE(panel.action(0), nullptr);
    EXPECT_EQ(panel.action(0)->kind(), ButtonKind::Primary);
    QTest::mouseClick(panel.action(0), Qt::LeftButton);
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 0);
    EXPECT_EQ(panel.action(1), nullptr);
}

TEST_F(StatePanelTest, KeepsItsButtonsWhileProgressArrives)
{
    StatePanel panel;
    panel.showWorking({.title = "Hessian trace", .fraction = 0.4, .timeLeft = "3 min left", .canPause = true});
    panel.show();
    PushButton* pause = panel.pauseButton();
    panel.showWorking({.title = "Hessian trace", .fraction = 0.5, .timeLeft = "2 min left", .canPause = true});
    EXPECT_EQ(panel.pauseButton(), pause);
    QSignalSpy paused(&panel, &StatePanel::pauseRequested);
    QSignalSpy resumed(&panel, &StatePanel::resumeRequested);
    QSignalSpy stopped(&panel, &StatePanel::stopRequested);
    QTest::mouseClick(pause, Qt::LeftButton);
    EXPECT_EQ(paused.count(), 1);
    panel.showWorking({.title = "Hessian trace", .canPause = true, .paused = true});
    EXPECT_EQ(pause->accessibleName(), QStringLiteral("Resume"));
    QTest::mouseClick(pause, Qt::LeftButton);
    EXPECT_EQ(resumed.count(), 1);
    EXPECT_EQ(paused.count(), 1);
    QTest::mouseClick(panel.stopButton(), Qt::LeftButton);
    EXPECT_EQ(stopped.count(), 1);
}

TEST_F(StatePanelTest, ForgetsThePauseOfTheJobBefore)
{
    StatePanel panel;
    panel.showWorking({.title = "One", .canPause = true, .paused = true});
    panel.showDone({.title = "One"});
    panel.showWorking({.title = "Two", .canPause = true});
    EXPECT_EQ(panel.pauseButton()->accessibleName(), QStringLiteral("Pause"));
    QSignalSpy paused(&panel, &StatePanel::pauseRequested);
    panel.pauseButton()->click();
    EXPECT_EQ(paused.count(), 1);
}

TEST_F(StatePanelTest, FoldsTheDetailsOfAFailure)
{
    StatePanel panel;
    panel.showFailed({.title = "The run stopped.", .sentence = "Loss < 0 & NaN.", .details = "step <112>", .buttons = {"Retry", "Go on"}});
    panel.show();
    auto* words = panel.findChild<QLabel*>("detailsText");
    ASSERT_NE(words, nullptr);
    EXPECT_FALSE(words->isVisible());
    QTest::mouseClick(panel.findChild<QPushButton*>("details"), Qt::LeftButton);
    EXPECT_TRUE(words->isVisible());
    EXPECT_EQ(words->text(), QStringLiteral("step <112>"));
    QSignalSpy chosen(&panel, &StatePanel::actionChosen);
    panel.action(1)->click();
    EXPECT_EQ(chosen[0][0].toInt(), 1);
}

TEST_F(StatePanelTest, MayBeReplacedFromItsOwnButton)
{
    StatePanel panel;
    panel.showFailed({.title = "It failed.", .buttons = {"Retry"}});
    panel.show();
    QObject::connect(&panel, &StatePanel::actionChosen, &panel, [&panel] { panel.showWorking({.title = "Again"}); });
    QTest::mouseClick(panel.action(0), Qt::LeftButton);
    EXPECT_EQ(panel.shown(), StatePanel::Shown::Working);
    EXPECT_EQ(panel.action(0), nullptr);
    QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    EXPECT_EQ(panel.shown(), StatePanel::Shown::Working);
}

using FactListTest = Showing;

TEST_F(FactListTest, MarksEstimatesAndKeepsThemApart)
{
    FactList estimated(Origin::Estimated);
    const int gain = estimated.addFact("Gain kept", "From ALPS.");
    estimated.setValue(gain, "0.284", "−0.021");
    EXPECT_EQ(estimated.value(gain), QStringLiteral("≈ 0.284"));
    FactList measured(Origin::Measured);
    EXPECT_EQ(measured.value(measured.addFact("Latency", "2.31 ms", {})), QStringLiteral("2.31 ms"));
    measured.setMissing(0, "not since the change");
    EXPECT_EQ(measured.value(0), QStringLiteral("not since the change"));
    EXPECT_NE(estimated.grab().toImage(), measured.grab().toImage());
}

TEST_F(FactListTest, BearsRowsThatAreNotThere)
{
    FactList facts;
    facts.setValue(0, "1");
    facts.setMissing(-1, "none");
    EXPECT_EQ(facts.value(3), QString());
    facts.addFact("MACs", "1.18 M", {});
    facts.clear();
    EXPECT_EQ(facts.count(), 0);
    EXPECT_EQ(facts.addFact("Weights"), 0);
}

using LabelTest = Showing;

TEST_F(LabelTest, KeepsItsFontAndColourWhenShownAndSwitched)
{
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    QLabel* label = makeLabel("a -> b", TextStyle::NumberCaption, Role::Ink3);
    column->addWidget(label);
    window.show();
    EXPECT_EQ(label->font().pixelSize(), 11);
    EXPECT_EQ(label->font().family(), QStringLiteral("JetBrains Mono"));
    EXPECT_TRUE(label->font().styleStrategy() & QFont::PreferNoShaping) << "or signs would melt into ligatures";
    ThemeHost::installed()->setKind(ThemeKind::Dark);
    EXPECT_EQ(label->palette().color(QPalette::WindowText), Theme::builtIn(ThemeKind::Dark).colour(Role::Ink3));
    setTextLook(*label, TextStyle::Title, Role::Fail);
    EXPECT_EQ(label->font().pixelSize(), 18);
    EXPECT_EQ(label->font().weight(), QFont::DemiBold);
    EXPECT_EQ(label->palette().color(QPalette::WindowText), Theme::builtIn(ThemeKind::Dark).colour(Role::Fail));
}

TEST_F(LabelTest, IsShortenedInTheMiddleAndTellsAllOfIt)
{
    ElidedLabel label("layer3.0.downsample.0.with.a.long.name", TextStyle::NumberSmall);
    label.resize(100, 20);
    label.show();
    EXPECT_TRUE(label.text().contains(QChar(0x2026)));
    EXPECT_EQ(label.toolTip(), label.fullText());
    label.resize(label.sizeHint());
    EXPECT_EQ(label.text(), label.fullText());
    EXPECT_EQ(label.toolTip(), QString());
}

TEST_F(LabelTest, EscapesNamesInSentences)
{
    EXPECT_TRUE(codeSpan("a<b>&c").contains(QStringLiteral("a&lt;b&gt;&amp;c")));
    EXPECT_TRUE(spacedText("1 < 2", TextStyle::Body).contains(QStringLiteral("1 &lt; 2")));
    EXPECT_FALSE(tipText("<x>", "a & b").contains(QStringLiteral("<x>")));
}

using CardTest = Showing;

TEST_F(CardTest, ShowsItsHeaderOnlyWhenThereIsOne)
{
    Card plain;
    plain.body()->addWidget(makeLabel("x", TextStyle::Body));
    Card headed("Totals");
    headed.body()->addWidget(makeLabel("x", TextStyle::Body));
    EXPECT_GT(headed.sizeHint().height(), plain.sizeHint().height());
    EXPECT_EQ(headed.heading(), QStringLiteral("Totals"));
    headed.addRule();
    headed.addHeaderWidget(makeIconButton("more", "More"));
    headed.setDashed(true);
    headed.grab();
}

TEST_F(CardTest, LiesOnThePanelColourInsideAnEdge)
{
    Card card;
    card.resize(100, 60);
    const QImage image = card.grab().toImage();
    const Theme& theme = themeOf(&card);
    EXPECT_EQ(QColor(image.pixel(50, 30)), theme.colour(Role::Panel));
    EXPECT_EQ(QColor(image.pixel(50, 0)), theme.colour(Role::Border));
}

using ProgressLineTest = Showing;

TEST_F(ProgressLineTest, FillsAsFarAsTheWorkIs)
{
    ProgressLine line;
    line.resize(100, 12);
    line.setFraction(0.5);
    const QImage half = line.grab().toImage();
    const Theme& theme = themeOf(&line);
    EXPECT_EQ(QColor(half.pixel(25, 6)), theme.colour(Role::Accent));
    EXPECT_EQ(QColor(half.pixel(75, 6)), theme.colour(Role::Border));
    line.setFraction(7);
    EXPECT_EQ(line.fraction(), 1);
    line.setFraction(std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(line.fraction(), std::nullopt);
    EXPECT_EQ(QColor(line.grab().toImage().pixel(25, 6)), theme.colour(Role::Border));
}

using TipBoxTest = Showing;

TEST_F(TipBoxTest, StaysInsideItsBounds)
{
    QImage image(300, 200, QImage::Format_RGB32);
    QPainter painter(&image);
    const TipBox tip{"EAGL, budget 65 %", {{"Accuracy", "88.3 %"}, {"Cost", "65.2 %"}}, "Click opens the point."};
    const QRectF bounds(0, 0, 300, 200);
    for (const QPointF anchor : {QPointF(0, 0), QPointF(299, 0), QPointF(299, 199), QPointF(0, 199), QPointF(150, 100), QPointF(-50, 900)}) {
        EXPECT_TRUE(bounds.contains(paintTipBox(painter, tip, anchor, bounds, themeOf(nullptr)))) << anchor.x() << " " << anchor.y();
    }
}

using BitLegendTest = Showing;

TEST_F(BitLegendTest, NamesWidthsForThoseWhoCannotSee)
{
    BitLegend legend;
    legend.setWidths({8, 4, 32});
    EXPECT_EQ(legend.accessibleName(), QStringLiteral("8 bit, 4 bit, full precision"));
    legend.setCounts({{8, 2}, {4, 11}}, "layers");
    EXPECT_EQ(legend.accessibleName(), QStringLiteral("8 bit 2, 4 bit 11"));
    const int with = legend.sizeHint().width();
    legend.setEntries({});
    EXPECT_LT(legend.sizeHint().width(), with);
}

} // namespace
} // namespace halftone
