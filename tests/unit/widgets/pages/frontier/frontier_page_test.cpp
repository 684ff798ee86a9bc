// The Frontier view: what it shows of a study, and that its buttons do what they say.
#include "widgets/pages/frontier/frontier_page.h"

#include <gtest/gtest.h>

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "core/sensitivity/all_metrics.h"
#include "tests/unit/widgets/pages/measured_study.h"
#include "widgets/controls/fact_list.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/pages/frontier/bit_map_list.h"
#include "widgets/pages/frontier/point_words.h"

namespace halftone {
namespace {

class FrontierPageTest : public testing::Test {
protected:
    void open()
    {
        QSignalSpy opened(&m_session, &Session::opened);
        m_session.open(m_study.path());
        ASSERT_TRUE(opened.count() > 0 || opened.wait(5000));
        m_page.resize(1368, 820);
        m_page.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_page));
    }
    void refresh()
    {
        QSignalSpy changed(&m_session, &Session::overviewChanged);
        m_session.refresh();
        ASSERT_TRUE(changed.wait(5000));
    }
    FrontierChart& chart() { return *m_page.findChild<FrontierChart*>(QStringLiteral("frontierChart")); }
    QString text(const char* name) { return m_page.findChild<QLabel*>(QString::fromLatin1(name))->text(); }
    void press(const char* name) { QTest::mouseClick(m_page.findChild<QPushButton*>(QString::fromLatin1(name)), Qt::LeftButton); }
    int indexOf(const std::string& method, double budget)
    {
        const auto& points = m_page.points().points;
        for (std::size_t i = 0; i < points.size(); ++i)
            if (points[i].metric == method && points[i].budget == budget) return static_cast<int>(i);
        return -1;
    }
    void click(int index)
    {
        ASSERT_GE(index, 0);
        QTest::mouseClick(&chart(), Qt::LeftButton, {}, chart().pointPosition(index).toPoint());
    }

    test::MeasuredStudy m_study;
    test::NotingRunner m_runner;
    Session m_session{m_runner.runner()};
    FrontierPage m_page{m_session};
};

TEST_F(FrontierPageTest, OffersTheComparisonWhereThereAreNoPoints)
{
    open();
    auto* state = m_page.findChild<StatePanel*>(QStringLiteral("frontierState"));
    ASSERT_TRUE(state->isVisible());
    EXPECT_EQ(state->shown(), StatePanel::Shown::Empty);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !m_runner.commands("estimate").empty(); }));
    const auto question = m_runner.commands("estimate").front();
    EXPECT_EQ(question, (std::vector<std::string>{"estimate", "frontier", m_study.path().toStdString()}));
    state->action(0)->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_runner.commands("frontier").size() == 1u; }));
}

TEST_F(FrontierPageTest, AClickOnAPointSelectsItAndShowsItsNumbers)
{
    m_study.addComparison();
    open();
    const int index = indexOf("alps", 0.65);
    click(index);
    EXPECT_EQ(m_page.selectedPoint(), index);
    const StudyPoint& point = m_page.points().points[static_cast<std::size_t>(index)];
    EXPECT_EQ(text("pointAccuracy"), QString::number(100 * point.mean, 'f', 1));
    EXPECT_TRUE(text("pointInterval").contains(QString::number(100 * point.interval, 'f', 1)));
    EXPECT_TRUE(text("pointSentence").contains(QStringLiteral("below full precision")));
    auto* measured = m_page.findChild<FactList*>(QStringLiteral("pointMeasured"));
    for (const double value : point.values) EXPECT_TRUE(measured->value(0).contains(QString::number(100 * value, 'f', 1)));
    auto* estimated = m_page.findChild<FactList*>(QStringLiteral("pointEstimated"));
    EXPECT_TRUE(estimated->value(0).contains(QString::number(100 * point.costFraction, 'f', 1)));
    EXPECT_TRUE(estimated->value(0).contains(QStringLiteral("≈")));
}

TEST_F(FrontierPageTest, TheBitMapsAreThoseOfTheSelectedMethod)
{
    m_study.addComparison();
    open();
    click(indexOf("eagl", 0.75));
    auto* maps = m_page.findChild<BitMapList*>(QStringLiteral("bitMaps"));
    ASSERT_EQ(maps->count(), 3);
    EXPECT_EQ(maps->selected(), 1);
    QTest::mouseClick(maps, Qt::LeftButton, {}, maps->rowRect(2).center());
    EXPECT_EQ(m_page.selectedPoint(), indexOf("eagl", 0.65));
    QTest::keyClick(maps, Qt::Key_Home);
    EXPECT_EQ(m_page.selectedPoint(), indexOf("eagl", 0.85));
    EXPECT_EQ(chart().selectedPoint(), m_page.selectedPoint());
}

TEST_F(FrontierPageTest, LoadingIntoBitsCanBeUndone)
{
    m_study.addComparison();
    open();
    const BitAssignment before = m_session.bits().choices().assignment;
    QSignalSpy views(&m_session, &Session::viewRequested);
    click(indexOf("eagl", 0.75));
    press("loadIntoBits");
    EXPECT_EQ(m_session.bits().choices().assignment, m_study.choiceOf("eagl", 0.75, 0));
    ASSERT_EQ(views.count(), 1);
    EXPECT_EQ(views.front().front().value<View>(), View::Bits);
    m_session.bits().undoStack().undo();
    EXPECT_EQ(m_session.bits().choices().assignment, before);
}

TEST_F(FrontierPageTest, ANewRunAppearsAndKeepsTheSelection)
{
    m_study.addComparison();
    open();
    click(indexOf("alps", 0.75));
    const std::size_t before = m_page.points().points.size();
    BitAssignment mine = uniformAssignment(m_study.table, 4);
    mine.layers[5] = {2, 2};
    m_study.save("mine", mine, {});
    m_study.addRun(mine, {.epochs = 5, .accuracy = 0.93});
    refresh();
    ASSERT_EQ(m_page.points().points.size(), before + 1);
    EXPECT_EQ(m_page.selectedPoint(), indexOf("alps", 0.75));
    EXPECT_EQ(chart().pointCount(), static_cast<int>(before) + 1);
}

TEST_F(FrontierPageTest, OtherEffortIsMarkedInWords)
{
    m_study.addComparison();
    BitAssignment mine = uniformAssignment(m_study.table, 4);
    mine.layers[5] = {2, 2};
    m_study.save("mine", mine, {});
    m_study.addRun(mine, {.epochs = 5, .accuracy = 0.93});
    open();
    const FrontierMark& mark = chart().data().points.back();
    EXPECT_EQ(mark.otherEffort, QStringLiteral("mine, 5 epochs, 1 seed, from pretrained: other effort"));
    EXPECT_FALSE(mark.best);
    for (std::size_t i = 0; i + 1 < chart().data().points.size(); ++i) EXPECT_TRUE(chart().data().points[i].otherEffort.isEmpty());
}

TEST_F(FrontierPageTest, TheAxisChangesCostsAndThroughputCannotBeChosen)
{
    m_study.addComparison();
    open();
    auto* axis = m_page.findChild<SegmentedControl*>(QStringLiteral("costAxis"));
    const double linear = chart().data().points.back().cost;
    QTest::mouseClick(axis, Qt::LeftButton, {}, axis->choiceRect(2).center());
    EXPECT_NE(chart().data().points.back().cost, linear);
    EXPECT_TRUE(chart().data().costTitle.startsWith(QStringLiteral("Size")));
    QTest::mouseClick(axis, Qt::LeftButton, {}, axis->choiceRect(3).center());
    EXPECT_EQ(axis->current(), 2);
}

TEST_F(FrontierPageTest, AFineTuneSavesTheAssignmentFirst)
{
    m_study.addComparison();
    open();
    click(indexOf("eagl", 0.75));
    press("finetunePoint");
    ASSERT_TRUE(QTest::qWaitFor([&] { return !m_runner.commands("estimate").empty(); }));
    press("finetuneStart");
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_runner.commands("finetune").size() == 1u; }));
    ASSERT_EQ(m_runner.commands("assign").size(), 1u);
    EXPECT_EQ(m_runner.commands("assign").front()[2], "eagl75");
    const auto command = m_runner.commands("finetune").front();
    EXPECT_EQ(command, (std::vector<std::string>{"finetune", m_study.path().toStdString(), "--assignment", "eagl75", "--epochs", "2", "--seed", "2",
                           "--from-base", "--base-epochs", "1"}));
}

TEST_F(FrontierPageTest, AFailedComparisonSaysWhyAndTriesAgain)
{
    m_study.addComparison();
    m_runner.setAnswer([](const std::vector<std::string>&) -> Result<std::string> { return Error{ErrorCode::Failed, "The data folder has moved."}; });
    open();
    press("addPoints");
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_page.findChild<QPushButton*>(QStringLiteral("startComparison"))->isVisible(); }));
    press("startComparison");
    auto* work = m_page.findChild<StatePanel*>(QStringLiteral("frontierWork"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return work->shown() == StatePanel::Shown::Failed; }));
    bool said = false;
    for (const QLabel* label : work->findChildren<QLabel*>()) said = said || label->text().contains(QStringLiteral("The data folder has moved."));
    EXPECT_TRUE(said);
    EXPECT_TRUE(chart().isVisible()) << "the points that are there stay";
    work->action(0)->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_runner.commands("frontier").size() == 2u; }));
}

TEST_F(FrontierPageTest, TheFormOffersEveryMetric)
{
    open();
    press("addPoints");
    for (const MetricInfo& metric : allMetrics()) {
        const QString name = QString::fromUtf8(metric.name.data(), static_cast<qsizetype>(metric.name.size()));
        SCOPED_TRACE(metric.name);
        auto* box = m_page.findChild<QCheckBox*>(QStringLiteral("method-") + name);
        ASSERT_NE(box, nullptr);
        EXPECT_TRUE(box->isVisible());
        EXPECT_LE(box->mapTo(&m_page, QPoint(box->width(), 0)).x(), m_page.width());
    }
}

TEST_F(FrontierPageTest, TheFormRefusesBudgetsItCannotRead)
{
    m_study.addComparison();
    open();
    press("addPoints");
    auto* budgets = m_page.findChild<QLineEdit*>(QStringLiteral("budgets"));
    auto* start = m_page.findChild<QPushButton*>(QStringLiteral("startComparison"));
    EXPECT_EQ(budgets->text(), QStringLiteral("85, 75, 65"));
    EXPECT_TRUE(start->isEnabled());
    budgets->setText(QStringLiteral("85, much"));
    EXPECT_FALSE(start->isEnabled());
    budgets->setText(QStringLiteral("50"));
    start->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_runner.commands("frontier").size() == 1u; }));
    const auto command = m_runner.commands("frontier").front();
    EXPECT_EQ(command[3], "eagl,alps,uniform");
    EXPECT_EQ(command[5], "0.5");
}

TEST_F(FrontierPageTest, ThePaletteOffersPoints)
{
    m_study.addComparison();
    open();
    const auto found = m_page.actions(QStringLiteral("load eagl, budget 75"));
    ASSERT_EQ(found.size(), 1u);
    found.front().run();
    EXPECT_EQ(m_session.bits().choices().assignment, m_study.choiceOf("eagl", 0.75, 0));
    EXPECT_GT(m_page.actions({}).size(), 3u);
}

} // namespace
} // namespace halftone
