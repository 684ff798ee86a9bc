// Tests of the charts as a person uses them: hover, click, keys, labels that do not overlap, odd data.
#include "chart_samples.h"
#include "widgets/theme/theme_host.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include <cmath>

namespace halftone {
namespace {

void expectDisjoint(const std::vector<QRectF>& places)
{
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(places[i].intersects(places[j])) << i << " and " << j;
    }
}

void show(QWidget& widget, int width, int height)
{
    widget.resize(width, height);
    widget.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&widget));
}

TEST(FrontierChart, FindsThePointUnderTheMouse)
{
    FrontierChart chart;
    chart.setData(sampleFrontier());
    show(chart, 980, 520);
    for (const int index : {0, 7, 12, 30, 31, 32}) {
        const QPointF at = chart.pointPosition(index);
        const QPointF found = chart.pointPosition(chart.pointAt(at));
        EXPECT_LT((found - at).manhattanLength(), 1) << index;
    }
    EXPECT_EQ(chart.pointAt({3, 3}), -1);
}

TEST(FrontierChart, TellsOfHoverAndClickAndRingsThePoint)
{
    FrontierChart chart;
    chart.setData(sampleFrontier());
    show(chart, 980, 520);
    QSignalSpy hovered(&chart, &Chart::pointHovered);
    QSignalSpy clicked(&chart, &Chart::pointClicked);
    const QPoint at = chart.pointPosition(7).toPoint();
    QTest::mouseMove(&chart, at);
    QTRY_COMPARE(hovered.size(), 1);
    EXPECT_EQ(hovered[0][0].toInt(), 7);
    QTest::mouseClick(&chart, Qt::LeftButton, {}, at);
    ASSERT_EQ(clicked.size(), 1);
    EXPECT_EQ(clicked[0][0].toInt(), 7);
    EXPECT_EQ(chart.selectedPoint(), 7);
    QTest::mouseClick(&chart, Qt::LeftButton, {}, QPoint(5, 5));
    EXPECT_EQ(clicked.size(), 1) << "nothing there";
}

TEST(FrontierChart, IsWalkedByArrowKeysAndOpenedByEnter)
{
    FrontierChart chart;
    chart.setData(sampleFrontier());
    show(chart, 980, 520);
    chart.setFocus();
    QSignalSpy clicked(&chart, &Chart::pointClicked);
    chart.setSelectedPoint(5); // ALPS at its lowest cost
    QTest::keyClick(&chart, Qt::Key_Right);
    EXPECT_EQ(chart.hoveredPoint(), 5) << "the first key shows where one stands";
    QTest::keyClick(&chart, Qt::Key_Right);
    EXPECT_EQ(chart.hoveredPoint(), 6);
    for (int i = 0; i < 5; ++i) QTest::keyClick(&chart, Qt::Key_Right);
    EXPECT_EQ(chart.hoveredPoint(), 32) << "a series leads to the end point";
    QTest::keyClick(&chart, Qt::Key_Return);
    ASSERT_EQ(clicked.size(), 1);
    EXPECT_EQ(clicked[0][0].toInt(), 32);
    EXPECT_TRUE(chart.accessibleDescription().contains(QStringLiteral("all 4 bit")));
    QTest::keyClick(&chart, Qt::Key_Escape);
    EXPECT_EQ(chart.hoveredPoint(), -1);
}

TEST(FrontierChart, EveryPointIsReachedByKeys)
{
    FrontierChart chart;
    chart.setData(sampleFrontier());
    show(chart, 980, 520);
    std::set<int> reached;
    std::vector<int> next{0};
    while (!next.empty()) {
        const int from = next.back();
        next.pop_back();
        if (!reached.insert(from).second) continue;
        for (const Qt::Key key : {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_Home, Qt::Key_End}) {
            chart.setSelectedPoint(from);
            QTest::keyClick(&chart, Qt::Key_Escape);
            QTest::keyClick(&chart, key);
            QTest::keyClick(&chart, key);
            if (chart.hoveredPoint() >= 0) next.push_back(chart.hoveredPoint());
        }
    }
    EXPECT_EQ(reached.size(), 33U);
}

TEST(FrontierChart, LabelsDoNotOverlapAtAnySize)
{
    FrontierChart chart;
    chart.setData(sampleFrontier());
    for (const QSize size : {QSize(980, 520), QSize(640, 300), QSize(400, 240), QSize(1600, 900)}) {
        chart.resize(size);
        const std::vector<QRectF> places = chart.labelRectangles();
        expectDisjoint(places);
        EXPECT_TRUE(size.width() < 900 || places.size() == 9) << "six series, two ends, one of other effort";
    }
}

TEST(FrontierChart, TakesOddData)
{
    FrontierChart chart;
    show(chart, 600, 300);
    chart.setData({});
    FrontierChartData data = sampleFrontier();
    data.points[0].cost = std::nan("");
    data.points[1].accuracy = std::numeric_limits<double>::infinity();
    data.points[2].series = 99;
    data.joinsAt = 5000;
    chart.setData(data);
    EXPECT_FALSE(chart.grab().isNull());
    data.points.resize(1);
    data.joinsAt = -1;
    data.reference.reset();
    chart.setData(data);
    EXPECT_FALSE(chart.grab().isNull());
    QTest::keyClick(&chart, Qt::Key_Right);
    EXPECT_EQ(chart.hoveredPoint(), -1) << "a point without a place is not walked to";
}

TEST(CurveChart, LabelsOfManyCurvesDoNotOverlap)
{
    CurveChart chart;
    show(chart, 500, 300);
    for (int i = 0; i < 50; ++i) {
        const QString key = QString::number(i);
        chart.setCurve(key, {QStringLiteral("run %1").arg(i), i == 40 ? Role::Accent : Role::Ink, i == 40, i % 2 == 0, 30, {}});
        chart.setPoints(key, sampleLoss(i % 2 == 0 ? 12 : 30, 40, static_cast<unsigned>(i)));
    }
    chart.setReference(0.1, QStringLiteral("full precision"));
    const std::vector<QRectF> places = chart.labelRectangles();
    expectDisjoint(places);
    EXPECT_GT(places.size(), 15U);
    EXPECT_FALSE(chart.grab().isNull());
}

TEST(CurveChart, TakesZerosAndNotANumberOnALogarithmicAxis)
{
    CurveChart chart;
    chart.setOptions({{}, {}, true, false, {}, {}, 30, 0.5});
    chart.setCurve(QStringLiteral("rate"), {QStringLiteral("rate"), Role::Accent, true, true, 0, {}});
    chart.setPoints(QStringLiteral("rate"), {{0, 1e-2}, {1, std::nan("")}, {2, 1e-3}, {3, 0}, {4, -1}});
    chart.resize(400, 260);
    const QImage picture = chart.grab().toImage();
    int accent = 0;
    const QColor colour = themeOf(&chart).colour(Role::Accent);
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) accent += picture.pixelColor(x, y) == colour ? 1 : 0;
    }
    EXPECT_GT(accent, 20);
    chart.setPoints(QStringLiteral("rate"), {{0, 0}, {1, 0}});
    EXPECT_FALSE(chart.grab().isNull());
}

TEST(CurveChart, AppendedPointsEqualAssignedOnesSmoothOrNot)
{
    const std::vector<CurvePoint> loss = sampleLoss(30, 1000, 9);
    CurveChart whole;
    CurveChart grown;
    for (CurveChart* chart : {&whole, &grown}) {
        chart->setSmooth(true);
        chart->setCurve(QStringLiteral("a"), {QStringLiteral("a"), Role::Accent, true, false, 0, {}});
        chart->resize(500, 300);
    }
    whole.setPoints(QStringLiteral("a"), loss);
    for (const CurvePoint& point : loss) grown.appendPoint(QStringLiteral("a"), point);
    EXPECT_EQ(grown.points(QStringLiteral("a")), loss);
    EXPECT_EQ(grown.grab().toImage(), whole.grab().toImage());
    for (const CurvePoint& point : loss) {
        if (point.x >= 20) grown.appendPoint(QStringLiteral("a"), point); // resumed from epoch 20
    }
    EXPECT_EQ(grown.grab().toImage(), whole.grab().toImage());
}

TEST(Chart, PaintsNewDataWhenItIsRenderedWithoutBeingShown)
{
    ScatterChart chart;
    chart.resize(300, 200);
    const QImage empty = chart.grab().toImage();
    chart.setData(sampleScatter());
    EXPECT_NE(chart.grab().toImage(), empty);
}

TEST(CurveChart, ManyChangesAreOneRepaint)
{
    CurveChart chart;
    chart.setCurve(QStringLiteral("a"), {});
    show(chart, 400, 260);
    struct Counter : QObject {
        int paints = 0;
        bool eventFilter(QObject*, QEvent* event) override
        {
            paints += event->type() == QEvent::Paint ? 1 : 0;
            return false;
        }
    } counter;
    QTest::qWait(60);
    chart.findChild<QWidget*>()->installEventFilter(&counter);
    for (int i = 0; i < 2000; ++i) chart.appendPoint(QStringLiteral("a"), {double(i), std::sin(i * 0.01)});
    QTest::qWait(120);
    EXPECT_GE(counter.paints, 1);
    EXPECT_LE(counter.paints, 4);
}

TEST(CurveChart, AClickOnALineChoosesIt)
{
    CurveChart chart;
    chart.setCurve(QStringLiteral("low"), {QStringLiteral("low"), Role::Ink, false, false, 0, {}});
    chart.setCurve(QStringLiteral("high"), {QStringLiteral("high"), Role::Ink3, false, false, 0, {}});
    chart.setPoints(QStringLiteral("low"), {{0, 0.0}, {10, 0.0}});
    chart.setPoints(QStringLiteral("high"), {{0, 1.0}, {10, 1.0}});
    show(chart, 400, 260);
    QSignalSpy clicked(&chart, &CurveChart::curveClicked);
    // The value axis is padded by a twentieth: the upper line stands near the top.
    const QPoint upper(180, 12 + static_cast<int>((260 - 38) * 0.05 / 1.1));
    QTest::mouseMove(&chart, upper);
    QTest::mouseClick(&chart, Qt::LeftButton, {}, upper);
    ASSERT_EQ(clicked.size(), 1);
    EXPECT_EQ(clicked[0][0].toString(), QStringLiteral("high"));
}

TEST(StepCurveChart, KnowsTheBestValueAtEveryCost)
{
    StepCurveChart chart;
    chart.setData(sampleSteps());
    const auto& steps = chart.data().steps;
    EXPECT_TRUE(std::isnan(chart.valueAt(steps.front().x - 0.1)));
    EXPECT_EQ(chart.valueAt(steps[3].x), steps[3].y);
    EXPECT_EQ(chart.valueAt(steps[3].x + 1.9), steps[3].y);
    EXPECT_EQ(chart.valueAt(1000), steps.back().y);
}

TEST(StepCurveChart, PaintsOtherStepsAndSizesAsAChartMadeAnew)
{
    const auto pictureOf = [](StepCurveChart& chart) {
        QImage image(chart.size(), QImage::Format_ARGB32_Premultiplied);
        chart.render(&image);
        return image;
    };
    StepCurveChart chart;
    chart.resize(420, 180);
    chart.setData(sampleSteps());
    const QImage before = pictureOf(chart);
    StepCurveData other = sampleSteps();
    other.steps[other.steps.size() / 2].y += 0.4 * (other.steps.back().y - other.steps[other.steps.size() / 2].y); // the same axes
    chart.setData(other);
    StepCurveChart fresh;
    fresh.resize(420, 180);
    fresh.setData(other);
    EXPECT_NE(pictureOf(chart), before);
    EXPECT_EQ(pictureOf(chart), pictureOf(fresh));
    chart.resize(380, 200);
    fresh.resize(380, 200);
    EXPECT_EQ(pictureOf(chart), pictureOf(fresh));
}

TEST(StepCurveChart, LabelsDoNotOverlapWhileMarksMove)
{
    StepCurveChart chart;
    chart.setData(sampleSteps());
    chart.resize(560, 200);
    for (double cost = 60; cost < 100; cost += 1.7) {
        chart.setMarks(StepMark{cost, chart.valueAt(cost), QStringLiteral("75.0 %, 0.284")}, StepMark{76.6, 0.305, QStringLiteral("from 76.6 %")});
        chart.setBudget(cost + 1, QStringLiteral("budget"));
        expectDisjoint(chart.labelRectangles());
    }
}

TEST(NoiseChart, RowsAreHoveredClickedAndWalked)
{
    NoiseChart chart;
    chart.setData(sampleNoise());
    show(chart, 640, 500);
    QSignalSpy clicked(&chart, &Chart::pointClicked);
    QTest::mouseClick(&chart, Qt::LeftButton, {}, QPoint(60, static_cast<int>(chart.pointPosition(4).y())));
    ASSERT_EQ(clicked.size(), 1);
    EXPECT_EQ(clicked[0][0].toInt(), 4);
    QTest::keyClick(&chart, Qt::Key_Home);
    QTest::keyClick(&chart, Qt::Key_Home);
    EXPECT_EQ(chart.hoveredPoint(), 0);
    QTest::keyClick(&chart, Qt::Key_Down);
    EXPECT_EQ(chart.hoveredPoint(), 1);
}

TEST(ScatterChart, LeavesOutWhatIsNotFiniteButKeepsItsIndex)
{
    ScatterChart chart;
    chart.setData(sampleScatter());
    show(chart, 300, 220);
    EXPECT_EQ(chart.pointAt(chart.pointPosition(21)), 21);
    EXPECT_TRUE(std::isnan(chart.pointPosition(3).y()));
    chart.setSelectedPoint(3);
    EXPECT_FALSE(chart.grab().isNull());
    chart.setSelectedPoint(22);
    EXPECT_EQ(chart.selectedPoint(), -1);
}

TEST(HistogramChart, TakesOddData)
{
    HistogramChart chart;
    show(chart, 300, 200);
    chart.setData({});
    EXPECT_FALSE(chart.grab().isNull());
    chart.setData({1, 1, {5, 0, std::nan("")}, {{4, {}}, {2, {0.5}}}, 4, {}});
    EXPECT_FALSE(chart.grab().isNull());
    QTest::keyClick(&chart, Qt::Key_Right);
    QTest::mouseMove(&chart, {150, 50});
    EXPECT_FALSE(chart.grab().isNull());
}

} // namespace
} // namespace halftone
