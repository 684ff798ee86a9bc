// The Compare view: its differences are those of brute force, and it says when runs may not be compared.
#include "widgets/pages/compare/compare_page.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include "tests/unit/widgets/pages/measured_study.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/tables.h"
#include "widgets/controls/transition_matrix.h"
#include "widgets/format/quantity.h"
#include "widgets/graph/graph_card.h"
#include "widgets/pages/compare/compare_models.h"
#include "widgets/pages/compare/mean_curve.h"
#include "widgets/pages/compare/pair_bits_card.h"
#include "widgets/pages/compare/strip_pair_chart.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

namespace halftone {
namespace {

class ComparePageTest : public testing::Test {
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
    QString sentence() { return m_page.findChild<QLabel*>(QStringLiteral("compareSentence"))->text(); }
    const QAbstractItemModel& table(const char* name) { return *m_page.findChild<QTableView*>(QString::fromLatin1(name))->model(); }
    QString total(const QString& label, int column)
    {
        const auto& model = table("compareTotals");
        for (int row = 0; row < model.rowCount(); ++row)
            if (model.index(row, 0).data().toString() == label) return model.index(row, column).data().toString();
        return QStringLiteral("no such row");
    }

    void showGraph()
    {
        auto* form = m_page.findChild<SegmentedControl*>(QStringLiteral("compareForm"));
        QTest::mouseClick(form, Qt::LeftButton, {}, form->choiceRect(1).center());
        ASSERT_TRUE(QTest::qWaitFor([this] { return graph().isDrawn(); }, 5000));
    }
    GraphCard& graph() { return *m_page.findChild<GraphCard*>(QStringLiteral("compareGraph")); }
    QPoint placeOf(int layer) { return graph().view().mapFromScene(graph().view().network().layerRect(layer).center()); }

    test::MeasuredStudy m_study;
    Session m_session{test::NotingRunner().runner()};
    ComparePage m_page{m_session};
};

TEST_F(ComparePageTest, DifferencesEqualBruteForce)
{
    const BitAssignment first = m_study.choiceOf("eagl", 0.75, 0), second = m_study.choiceOf("alps", 0.75, 0);
    m_study.save("one", first);
    m_study.save("other", second);
    open();
    m_page.compare(QStringLiteral("one"), QStringLiteral("other"));
    std::map<std::pair<int, int>, int> counts;
    std::vector<QString> names;
    double costBefore = 0, costAfter = 0, operationsBefore = 0, operationsAfter = 0;
    for (std::size_t i = 0; i < m_study.table.layers.size(); ++i) {
        const Layer& layer = m_study.table.layers[i];
        const double before = first.layers[i].weight, after = second.layers[i].weight;
        ++counts[{first.layers[i].weight, second.layers[i].weight}];
        if (before != after) names.push_back(QString::fromStdString(layer.name));
        operationsBefore += static_cast<double>(layer.macs) * before * before;
        operationsAfter += static_cast<double>(layer.macs) * after * after;
        if (layer.edge) continue;
        costBefore += static_cast<double>(layer.macs) * before;
        costAfter += static_cast<double>(layer.macs) * after;
    }
    ASSERT_FALSE(names.empty());
    const auto& layers = table("compareLayers");
    ASSERT_EQ(layers.rowCount(), static_cast<int>(names.size()));
    for (int row = 0; row < layers.rowCount(); ++row) EXPECT_EQ(layers.index(row, 0).data().toString(), names[static_cast<std::size_t>(row)]);
    auto* matrix = m_page.findChild<TransitionMatrix*>(QStringLiteral("compareTransitions"));
    for (const int before : {8, 4, 2})
        for (const int after : {8, 4, 2}) EXPECT_EQ(matrix->countAt(before, after), (counts[{before, after}]));
    const double highest = innerCost(linearCost(), m_study.table, uniformAssignment(m_study.table, 4));
    EXPECT_EQ(total(QStringLiteral("Linear cost, %"), 3), differenceText(100 * (costAfter - costBefore) / highest, 1));
    const bool large = operationsBefore >= 1e8;
    EXPECT_EQ(total(large ? QStringLiteral("Bit operations, G") : QStringLiteral("Bit operations, M"), 3),
        differenceText((operationsAfter - operationsBefore) / (large ? 1e9 : 1e6), large ? 3 : 1));
}

TEST_F(ComparePageTest, MeasuredAndEstimatedStandApart)
{
    m_study.addComparison();
    m_study.save("one", m_study.choiceOf("eagl", 0.75, 0));
    open();
    m_page.compare(QStringLiteral("one"), QStringLiteral("all 4 bit"));
    const auto& model = table("compareTotals");
    bool estimated = false;
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.index(row, 0).data(HeadingRole).toBool()) {
            estimated = model.index(row, 0).data().toString() == QStringLiteral("Estimated");
            continue;
        }
        EXPECT_EQ(model.index(row, 1).data().toString().contains(QStringLiteral("≈")), estimated) << row;
    }
    QAbstractItemModelTester tester(m_page.findChild<TotalsModel*>());
    QAbstractItemModelTester layers(m_page.findChild<DifferingLayersModel*>());
}

TEST_F(ComparePageTest, RunsOfTheSameEffortMayBeCompared)
{
    m_study.addComparison();
    open();
    m_page.compare(QStringLiteral("EAGL 75 %"), QStringLiteral("ALPS 75 %"));
    EXPECT_EQ(sentence(), QStringLiteral("Same effort: 2 epochs, seeds 0, 1, 10,000 test images. The runs may be compared."));
    EXPECT_TRUE(total(QStringLiteral("Accuracy, %"), 1).contains(QStringLiteral("±")));
}

TEST_F(ComparePageTest, RunsOfOtherEffortMayNot)
{
    m_study.addComparison();
    BitAssignment mine = uniformAssignment(m_study.table, 4);
    mine.layers[5] = {2, 2};
    m_study.save("mine", mine, {});
    m_study.addRun(mine, {.epochs = 5, .accuracy = 0.93});
    open();
    m_page.compare(QStringLiteral("mine"), QStringLiteral("ALPS 75 %"));
    EXPECT_TRUE(sentence().startsWith(QStringLiteral("Other effort: 5 epochs against 2 epochs; from pretrained against from base 4 bit"))) << sentence().toStdString();
}

TEST_F(ComparePageTest, WhatWasNotTrainedSaysSo)
{
    m_study.save("one", m_study.choiceOf("eagl", 0.75, 0));
    open();
    m_page.compare(QStringLiteral("one"), QStringLiteral("all 2 bit"));
    EXPECT_EQ(sentence(), QStringLiteral("Neither has been trained yet, so only estimates can be compared."));
    EXPECT_EQ(total(QStringLiteral("Accuracy, %"), 1), QString(kNoValue));
}

TEST_F(ComparePageTest, SwappingExchangesTheSidesAndLoadingCanBeUndone)
{
    const BitAssignment first = m_study.choiceOf("eagl", 0.75, 0);
    m_study.save("one", first);
    m_study.save("other", m_study.choiceOf("alps", 0.75, 0));
    open();
    m_page.compare(QStringLiteral("one"), QStringLiteral("other"));
    QTest::mouseClick(m_page.findChild<QPushButton*>(QStringLiteral("compareSwap")), Qt::LeftButton);
    ASSERT_TRUE(m_page.pair());
    EXPECT_EQ(m_page.pair()->second.name, QStringLiteral("one"));
    const BitAssignment before = m_session.bits().choices().assignment;
    QTest::mouseClick(m_page.findChild<QPushButton*>(QStringLiteral("compareLoadSecond")), Qt::LeftButton);
    EXPECT_EQ(m_session.bits().choices().assignment, first);
    m_session.bits().undoStack().undo();
    EXPECT_EQ(m_session.bits().choices().assignment, before);
}

TEST_F(ComparePageTest, ACurveIsTheMeanOfItsRuns)
{
    const std::vector<SeriesByName> runs{{{"test accuracy", {{1, 0.5}, {2, 0.7}}}}, {{"test accuracy", {{1, 0.7}, {2, 0.9}}}}};
    const auto mean = meanCurve(runs, QStringLiteral("test accuracy"));
    ASSERT_EQ(mean.size(), 2u);
    EXPECT_NEAR(mean[0].y, 60, 1e-9);
    EXPECT_NEAR(mean[1].y, 80, 1e-9);
    EXPECT_TRUE(meanCurve({}, QStringLiteral("loss")).empty());
    EXPECT_TRUE(meanCurve({{}}, QStringLiteral("loss")).empty());
    EXPECT_EQ(sharedSeries(runs, {{}}), QStringLiteral("loss"));
}

TEST_F(ComparePageTest, AClickOnALayerSelectsItEverywhere)
{
    m_study.save("one", m_study.choiceOf("eagl", 0.75, 0));
    open();
    auto* strips = m_page.findChild<StripPairChart*>(QStringLiteral("compareStrips"));
    QTest::mouseClick(strips, Qt::LeftButton, {}, strips->pointPosition(3).toPoint());
    EXPECT_EQ(m_session.selectedLayer(), 3);
    EXPECT_EQ(strips->selectedPoint(), 3);
}

TEST_F(ComparePageTest, TheGraphShowsBothWidthsOfALayerThatDiffers)
{
    m_study.save("one", m_study.choiceOf("eagl", 0.75, 0));
    m_study.save("other", m_study.choiceOf("alps", 0.75, 0));
    open();
    m_page.compare(QStringLiteral("one"), QStringLiteral("other"));
    EXPECT_FALSE(graph().isDrawn()); // nobody has asked for it
    showGraph();
    const ComparedPair& pair = *m_page.pair();
    const std::vector<DrawnLayer> drawn = drawnPair(*m_session.overview(), pair);
    ASSERT_EQ(drawn.size(), m_study.table.layers.size());
    const Theme& theme = themeOf(&m_page);
    NetworkView& view = graph().view();
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        EXPECT_EQ(drawn[i].bits, pair.first.bits.layers[i].weight);
        EXPECT_EQ(drawn[i].otherBits, pair.second.bits.layers[i].weight);
    }
    for (const LayerIndex differing : pair.differing) {
        const int layer = static_cast<int>(differing.value);
        view.reveal(layer);
        const QRect box = view.mapFromScene(view.network().layerRect(layer)).boundingRect();
        const QImage picture = view.viewport()->grab().toImage();
        const auto colourAt = [&](const QPoint& at) { return picture.pixelColor(at * picture.devicePixelRatio()); };
        // Just inside the upper edge, where no words are.
        EXPECT_EQ(colourAt({box.left() + 14, box.top() + 3}), bitLook(pair.first.bits[differing].weight, theme).tint) << layer;
        EXPECT_EQ(colourAt({box.right() - 14, box.top() + 3}), bitLook(pair.second.bits[differing].weight, theme).tint) << layer;
    }
}

TEST_F(ComparePageTest, ALayerChosenInTheGraphOrTheTableIsChosenEverywhere)
{
    m_study.save("one", m_study.choiceOf("eagl", 0.75, 0));
    m_study.save("other", m_study.choiceOf("alps", 0.75, 0));
    open();
    m_page.compare(QStringLiteral("one"), QStringLiteral("other"));
    showGraph();
    const int layer = static_cast<int>(m_page.pair()->differing.back().value);
    graph().view().reveal(layer);
    QTest::mouseClick(graph().view().viewport(), Qt::LeftButton, {}, placeOf(layer));
    EXPECT_EQ(m_session.selectedLayer(), layer);
    auto& table = *m_page.findChild<QTableView*>(QStringLiteral("compareLayers"));
    EXPECT_EQ(table.currentIndex().row(), table.model()->rowCount() - 1);
    QTest::keyClick(&table, Qt::Key_Home, Qt::ControlModifier);
    const int first = static_cast<int>(m_page.pair()->differing.front().value);
    EXPECT_EQ(m_session.selectedLayer(), first);
    EXPECT_EQ(m_page.findChild<StripPairChart*>(QStringLiteral("compareStrips"))->selectedPoint(), first);
    EXPECT_TRUE(graph().view().visiblePart().contains(graph().view().network().layerRect(first)));
    m_session.selectLayer(0); // the first layer never differs: it has no row
    EXPECT_FALSE(table.currentIndex().isValid());
    EXPECT_EQ(m_session.selectedLayer(), 0);
}

TEST_F(ComparePageTest, TheGraphIsZoomedAndFittedByKeys)
{
    m_study.save("one", m_study.choiceOf("eagl", 0.75, 0));
    open();
    m_page.compare(QStringLiteral("one"), QStringLiteral("all 4 bit"));
    showGraph();
    NetworkView& view = graph().view();
    const double before = view.zoom();
    QTest::keyClick(&view, Qt::Key_Plus);
    EXPECT_GT(view.zoom(), before);
    QTest::keyClick(&view, Qt::Key_F);
    EXPECT_TRUE(view.visiblePart().contains(view.network().bounds().center()));
    EXPECT_LT(view.zoom(), before);
}

} // namespace
} // namespace halftone
