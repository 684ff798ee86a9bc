// The sensitivity view: bars only for what was scored, order and scale, the shared selection, agreement, and scoring with its time.
#include "widgets/pages/sensitivity/sensitivity_page.h"

#include <gtest/gtest.h>

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include "../made_study.h"
#include "core/sensitivity/all_metrics.h"
#include "core/sensitivity/rank_correlation.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/sensitivity/sensitivity_chart.h"
#include "widgets/plots/scatter_chart.h"

namespace halftone {
namespace {

using namespace Qt::StringLiterals;

class SensitivityPageTest : public testing::Test {
protected:
    SensitivityPageTest()
        : engine(study.table())
    {
    }
    void open()
    {
        session = std::make_unique<Session>(engine.runner());
        page = std::make_unique<SensitivityPage>(*session);
        page->resize(1208, 720);
        page->show();
        QSignalSpy opened(session.get(), &Session::opened);
        session->open(QString::fromStdString(study.path().string()));
        ASSERT_TRUE(opened.wait(5000));
        QTest::qWait(50);
    }
    void TearDown() override
    {
        page.reset();
        session.reset();
    }
    SensitivityChart& chart() const { return page->chart(); }
    MetricRow* metric(const QString& name) const { return page->findChild<MetricRow*>(u"metric-"_s + name); }
    int groupWhere(bool edge, bool linked) const
    {
        const auto& groups = chart().scores().groups;
        for (std::size_t i = 0; i < groups.size(); ++i)
            if (groups[i].isEdge == edge && (groups[i].layers.size() > 1) == linked) return static_cast<int>(i);
        return -1;
    }
    void choose(const char* control, int index) const
    {
        auto* segments = page->findChild<SegmentedControl*>(QLatin1String(control));
        QTest::mouseClick(segments, Qt::LeftButton, Qt::NoModifier, segments->choiceRect(index).center());
    }

    MadeStudy study;
    MadeEngine engine;
    std::unique_ptr<Session> session;
    std::unique_ptr<SensitivityPage> page;
};

TEST_F(SensitivityPageTest, WhatIsNotScoredIsHatchedAndNeverABar)
{
    study.addScores();
    open();
    const auto& groups = chart().scores().groups;
    int hatched = 0;
    for (int g = 0; g < static_cast<int>(groups.size()); ++g)
        for (const int column : {0, 1}) {
            const LayerGain& gain = groups[static_cast<std::size_t>(g)].gains[static_cast<std::size_t>(column)];
            EXPECT_EQ(chart().barRect(g, column).has_value(), gain.gain.has_value());
            if (!chart().hatchRect(g, column)) continue;
            ++hatched;
            EXPECT_FALSE(chart().barRect(g, column).has_value());
            EXPECT_EQ(gain.reason, u"The loss became NaN in epoch 1."_s);
            EXPECT_GT(chart().hatchRect(g, column)->width(), 60); // wide enough for its words: no short bar
        }
    EXPECT_EQ(hatched, 1);
    EXPECT_TRUE(page->findChild<QLabel*>(u"warning"_s)->isVisible());
}

TEST(SensitivityOfLinkedLayers, IsOneBarAcrossTheirRows)
{
    MadeStudy study("resnet18");
    study.addScores();
    const auto overview = *readOverview(study.file());
    SensitivityChart chart;
    chart.resize(700, 600);
    std::vector<SensitivityLayer> layers;
    for (const auto& layer : overview.table.layers) layers.push_back({.name = QString::fromStdString(layer.name), .bits = 4});
    chart.setLayers(layers);
    chart.setScores(scoreTable(overview, {u"eagl"_s, u"alps"_s}, ScoreOrder::Network), false);
    int linked = 0;
    for (int g = 0; g < static_cast<int>(overview.table.groups.size()); ++g) {
        const auto& group = overview.table.groups[static_cast<std::size_t>(g)];
        if (group.layers.size() < 2 || group.edge) continue;
        ++linked;
        const int first = chart.rowOf(static_cast<int>(group.layers[0].value)), second = chart.rowOf(static_cast<int>(group.layers[1].value));
        EXPECT_EQ(second, first + 1); // side by side, wherever the network has them
        const double middle = (chart.pointPosition(static_cast<int>(group.layers[0].value)).y()
                                  + chart.pointPosition(static_cast<int>(group.layers[1].value)).y())
            / 2;
        ASSERT_TRUE(chart.barRect(g, 0).has_value());
        EXPECT_NEAR(chart.barRect(g, 0)->center().y(), middle, 0.01);
    }
    EXPECT_EQ(linked, 3);
}

TEST_F(SensitivityPageTest, FirstAndLastLayersHaveNeitherBarNorHatch)
{
    study.addScores();
    open();
    const int edge = groupWhere(true, false);
    ASSERT_GE(edge, 0);
    EXPECT_FALSE(chart().barRect(edge, 0).has_value());
    EXPECT_FALSE(chart().hatchRect(edge, 0).has_value());
}

TEST_F(SensitivityPageTest, BarsAreProportionalToGains)
{
    study.addScores();
    open();
    const auto& groups = chart().scores().groups;
    double perGain = 0;
    for (int g = 0; g < static_cast<int>(groups.size()); ++g) {
        const auto bar = chart().barRect(g, 0);
        if (!bar) continue;
        const double ratio = bar->width() / *groups[static_cast<std::size_t>(g)].gains[0].gain;
        if (perGain == 0) perGain = ratio;
        EXPECT_NEAR(ratio, perGain, 1e-6 * perGain);
    }
    choose("scale", 1);
    double widest = 0;
    for (int g = 0; g < static_cast<int>(groups.size()); ++g) {
        EXPECT_LE(scaleOf(chart().scores(), 0, true) * chart().scores().groups[static_cast<std::size_t>(g)].gains[0].gain.value_or(0), 1 + 1e-12);
        if (const auto bar = chart().barRect(g, 0)) widest = std::max(widest, bar->width());
    }
    EXPECT_GT(widest, 100);
}

TEST_F(SensitivityPageTest, SortsByTheFirstMetricAndKeepsUnscoredLayersLast)
{
    study.addScores();
    open();
    EXPECT_EQ(chart().rowOf(0), 0);
    auto* first = page->findChild<QComboBox*>(u"firstMetric"_s);
    first->setCurrentIndex(first->findData(u"alps"_s));
    emit first->activated(first->currentIndex());
    choose("order", 1);
    const auto& groups = chart().scores().groups;
    double before = 1e9;
    bool isOver = false;
    for (const auto& group : groups) {
        if (!group.gains[0].gain) {
            isOver = true;
            continue;
        }
        EXPECT_FALSE(isOver);
        EXPECT_LE(*group.gains[0].gain, before);
        before = *group.gains[0].gain;
    }
    EXPECT_TRUE(isOver);
}

TEST_F(SensitivityPageTest, SelectsTheSameLayerEverywhere)
{
    study.addScores();
    open();
    QSignalSpy selected(session.get(), &Session::layerSelected);
    QTest::mouseClick(&chart(), Qt::LeftButton, Qt::NoModifier, chart().pointPosition(3).toPoint());
    ASSERT_EQ(selected.count(), 1);
    EXPECT_EQ(session->selectedLayer(), 3);
    EXPECT_EQ(chart().selectedPoint(), 3);
    EXPECT_GE(page->findChild<ScatterChart*>()->selectedPoint(), 0);
    session->selectLayer(5);
    EXPECT_EQ(chart().selectedPoint(), 5);
    chart().setFocus();
    QTest::keyClick(&chart(), Qt::Key_Down); // the first key shows where it stands
    QTest::keyClick(&chart(), Qt::Key_Down);
    QTest::keyClick(&chart(), Qt::Key_Return);
    EXPECT_EQ(session->selectedLayer(), 6);
}

TEST_F(SensitivityPageTest, TellsHowFarTwoMetricsAgree)
{
    study.addScores();
    open();
    session->bits().setBudget(0.75);
    const auto overview = *readOverview(study.file());
    const auto expected = scoreAgreement(*overview.scoresOf("eagl"), *overview.scoresOf("alps"));
    ASSERT_TRUE(expected.ok());
    EXPECT_EQ(page->findChild<QLabel*>(u"correlation"_s)->text(), numberText(expected->correlation, 2));
    EXPECT_EQ(page->findChild<ScatterChart*>()->pointCount(), static_cast<int>(expected->groups));
    EXPECT_TRUE(page->findChild<QLabel*>(u"coverage"_s)->text().contains(u"One is left out"_s));
    const QString before = page->findChild<QLabel*>(u"selections"_s)->text();
    EXPECT_TRUE(before.contains(u"75 %"_s)) << before.toStdString();
    session->bits().setBudget(0.6);
    EXPECT_TRUE(page->findChild<QLabel*>(u"selections"_s)->text().contains(u"60 %"_s));
}

TEST_F(SensitivityPageTest, TellsTheTimeBeforeItScoresAndThenShowsTheBars)
{
    open();
    ASSERT_TRUE(QTest::qWaitFor([&] { return metric(u"eagl"_s)->state().time.contains(u"15 min"_s); }, 3000));
    EXPECT_TRUE(engine.began().empty());
    QTest::mouseClick(metric(u"eagl"_s)->findChild<QAbstractButton*>(u"score"_s), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return metric(u"eagl"_s)->state().hasBegun; }, 3000));
    ASSERT_TRUE(QTest::qWaitFor([&] { return metric(u"eagl"_s)->state().detail == u"group 8 of 20"_s; }, 3000));
    EXPECT_TRUE(metric(u"eagl"_s)->findChild<QAbstractButton*>(u"stop"_s)->isVisible());
    EXPECT_FALSE(metric(u"eagl"_s)->findChild<QAbstractButton*>(u"score"_s)->isVisible());
    engine.allowEpochs(1);
    ASSERT_TRUE(QTest::qWaitFor([&] { return metric(u"eagl"_s)->state().isScored; }, 5000));
    EXPECT_TRUE(chart().barRect(groupWhere(false, false), 0).has_value());
    EXPECT_TRUE(metric(u"eagl"_s)->state().time.startsWith(u"done in 0.2 s"_s));
}

TEST_F(SensitivityPageTest, PauseAndStopReachTheQueue)
{
    open();
    QTest::mouseClick(metric(u"alps"_s)->findChild<QAbstractButton*>(u"score"_s), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return metric(u"alps"_s)->state().hasBegun; }, 3000));
    QTest::mouseClick(metric(u"alps"_s)->findChild<QAbstractButton*>(u"pause"_s), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return metric(u"alps"_s)->state().jobState == JobState::Paused; }, 3000));
    QTest::mouseClick(metric(u"alps"_s)->findChild<QAbstractButton*>(u"stop"_s), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return metric(u"alps"_s)->state().jobState == JobState::Stopped; }, 3000));
    EXPECT_TRUE(metric(u"alps"_s)->findChild<QAbstractButton*>(u"score"_s)->isVisible());
}

TEST_F(SensitivityPageTest, AFailedScoreSaysWhyAndIsTriedAgain)
{
    open();
    engine.failNext("The data folder has moved; open the study's settings and name it again.");
    QTest::mouseClick(metric(u"eagl"_s)->findChild<QAbstractButton*>(u"score"_s), Qt::LeftButton);
    auto* failure = metric(u"eagl"_s)->findChild<QLabel*>(u"failure"_s);
    ASSERT_TRUE(QTest::qWaitFor([&] { return failure->isVisible(); }, 3000));
    EXPECT_TRUE(failure->text().startsWith(u"The data folder has moved"_s));
    auto* retry = metric(u"eagl"_s)->findChild<QAbstractButton*>(u"score"_s);
    ASSERT_TRUE(QTest::qWaitFor([&] { return retry->text() == u"Retry"_s && retry->isVisible(); }, 3000));
    engine.allowEpochs(1);
    QTest::mouseClick(retry, Qt::LeftButton);
    EXPECT_TRUE(QTest::qWaitFor([&] { return metric(u"eagl"_s)->state().isScored; }, 5000));
}

TEST_F(SensitivityPageTest, StandsEmptyWithoutAStudyAndAfterItIsClosed)
{
    session = std::make_unique<Session>(engine.runner());
    page = std::make_unique<SensitivityPage>(*session);
    page->show();
    EXPECT_TRUE(page->findChild<StatePanel*>(u"empty"_s)->isVisible());
    study.addScores();
    QSignalSpy opened(session.get(), &Session::opened);
    session->open(QString::fromStdString(study.path().string()));
    ASSERT_TRUE(opened.wait(5000));
    EXPECT_FALSE(page->findChild<StatePanel*>(u"empty"_s)->isVisible());
    session->close();
    EXPECT_TRUE(page->findChild<StatePanel*>(u"empty"_s)->isVisible());
    EXPECT_EQ(chart().pointCount(), 0);
}

TEST_F(SensitivityPageTest, SavesItsChartInEveryForm)
{
    study.addScores();
    open();
    for (const char* ending : {"png", "svg", "pdf", "csv"}) {
        const QString path = QString::fromStdString((study.path().parent_path() / "chart.").string()) + QLatin1String(ending);
        ASSERT_TRUE(chart().saveAs(path).ok()) << ending;
        EXPECT_GT(std::filesystem::file_size(path.toStdString()), 200u) << ending;
    }
}

TEST_F(SensitivityPageTest, ThePaletteOffersWhatIsNotScoredYet)
{
    open();
    const auto actions = page->actions(u"score by"_s);
    ASSERT_EQ(actions.size(), allMetrics().size());
    for (const MetricInfo& info : allMetrics())
        EXPECT_NE(page->findChild<QComboBox*>()->findData(QString::fromUtf8(info.name.data(), static_cast<qsizetype>(info.name.size()))), -1) << info.name;
    actions.front().run();
    EXPECT_TRUE(QTest::qWaitFor([&] { return engine.began() == std::vector<std::string>{"score eagl"}; }, 3000));
    engine.allowEpochs(1);
    EXPECT_TRUE(QTest::qWaitFor([&] { return !session->currentJob(); }, 3000));
    choose("order", 1);
    EXPECT_EQ(page->actions(u"network order"_s).size(), 1u);
}

} // namespace
} // namespace halftone
