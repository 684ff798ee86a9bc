// The Model view with real events: search, order and filter, selection everywhere, bits that can be undone, histograms, graph keys.
#include "tests/unit/widgets/pages/model/model_fixture.h"

#include <gmock/gmock.h>

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <QUndoStack>

#include "core/studies/layer_weights.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ModelPageTest : public testing::Test {
protected:
    void SetUp() override
    {
        m_page.resize(1208, 720);
        m_page.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_page));
        m_page.activateWindow();
        m_made.open(m_page);
    }
    QTableView& table() { return m_page.table().table(); }
    NetworkView& view() { return m_page.graph().view(); }
    QLineEdit& searchField() { return *m_page.findChild<QLineEdit*>(QStringLiteral("layerSearch")); }
    QStringList names()
    {
        QStringList shown;
        for (int row = 0; row < table().model()->rowCount(); ++row) shown << table().model()->index(row, 0).data().toString();
        return shown;
    }
    void sortBy(int column)
    {
        QHeaderView* header = table().horizontalHeader();
        const QPoint at(header->sectionViewportPosition(column) + 20, header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    }
    QPoint placeOf(int layer) { return view().mapFromScene(view().network().layerRect(layer).center()); }
    QString shownLayer() { return m_page.findChild<QLabel*>(QStringLiteral("layerName"))->text(); }

    test::ModelFixture m_made;
    ModelPage m_page{m_made.session};
};

TEST_F(ModelPageTest, FiltersTheTableByAPartOfAName)
{
    QTest::keyClicks(&searchField(), QStringLiteral("LAYER2"));
    EXPECT_THAT(names(),
        ElementsAre(QStringLiteral("layer2.0.conv1"), QStringLiteral("layer2.0.conv2"), QStringLiteral("layer2.0.downsample.0")));
    searchField().clear();
    EXPECT_EQ(names().size(), static_cast<qsizetype>(m_made.study.table.layers.size()));
    QTest::keyClicks(&searchField(), QStringLiteral("*conv2"));
    EXPECT_EQ(names().size(), 3);
}

TEST_F(ModelPageTest, GoesFromMatchToMatchByEnter)
{
    QTest::keyClicks(&searchField(), QStringLiteral("conv2"));
    for (const char* name : {"layer1.0.conv2", "layer2.0.conv2", "layer3.0.conv2", "layer1.0.conv2"}) {
        QTest::keyClick(&searchField(), Qt::Key_Return);
        EXPECT_EQ(m_made.session.selectedLayer(), m_made.layerNamed(name)) << name;
    }
}

TEST_F(ModelPageTest, NamesTheNearestWhenNothingMatches)
{
    QTest::keyClicks(&searchField(), QStringLiteral("layr2.0"));
    const auto* note = m_page.findChild<QLabel*>(QStringLiteral("searchNote"));
    EXPECT_TRUE(note->isVisible());
    EXPECT_THAT(note->text().toStdString(), HasSubstr("did you mean layer2.0?"));
    EXPECT_TRUE(names().isEmpty());
    QTest::keyClick(&searchField(), Qt::Key_Return); // goes nowhere
    EXPECT_EQ(m_made.session.selectedLayer(), -1);
    QTest::keyClick(&searchField(), Qt::Key_Escape);
    EXPECT_FALSE(note->isVisible());
}

TEST_F(ModelPageTest, SortsByWhatIsClicked)
{
    sortBy(LayerTableModel::Weights);
    std::int64_t before = -1;
    bool rises = true, falls = true;
    for (int row = 0; row < table().model()->rowCount(); ++row) {
        const auto weights = table().model()->index(row, LayerTableModel::Weights).data(LayerTableModel::kSortRole).toLongLong();
        if (before >= 0) {
            rises = rises && weights >= before;
            falls = falls && weights <= before;
        }
        before = weights;
    }
    EXPECT_TRUE(rises != falls);
    const QString first = names().front();
    sortBy(LayerTableModel::Weights);
    EXPECT_EQ(names().back(), first);
}

TEST_F(ModelPageTest, KeepsWhatIsNotScoredAtTheEndEitherWay)
{
    const int alps = LayerTableModel::FirstMetric + 1;
    EXPECT_EQ(m_page.table().model().headerData(alps, Qt::Horizontal).toString(), QStringLiteral("ALPS, loss"));
    for (int click = 0; click < 2; ++click) {
        sortBy(alps);
        const QAbstractItemModel& model = *table().model();
        bool isEnd = false;
        for (int row = 0; row < model.rowCount(); ++row) {
            const bool isKnown = model.index(row, alps).data(LayerTableModel::kSortRole).isValid();
            EXPECT_FALSE(isEnd && isKnown);
            isEnd = isEnd || !isKnown;
        }
        EXPECT_TRUE(isEnd);
    }
}

TEST_F(ModelPageTest, SelectsEverywhereWhatIsChosenInTheTable)
{
    const int layer = m_made.layerNamed("layer2.0.conv2");
    const QRect row = table().visualRect(table().model()->index(layer, 0));
    QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, row.center());
    EXPECT_EQ(m_made.session.selectedLayer(), layer);
    EXPECT_EQ(shownLayer(), QStringLiteral("layer2.0.conv2"));
    EXPECT_TRUE(view().visiblePart().contains(view().network().layerRect(layer)));
    EXPECT_THAT(m_made.session.lastCommand().toStdString(), HasSubstr("--layer layer2.0.conv2"));
    QTest::keyClick(&table(), Qt::Key_Down);
    EXPECT_EQ(m_made.session.selectedLayer(), layer + 1);
}

TEST_F(ModelPageTest, SelectsEverywhereWhatIsClickedInTheGraph)
{
    const int layer = m_made.layerNamed("layer1.0.conv1");
    view().reveal(layer);
    QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, placeOf(layer));
    EXPECT_EQ(m_made.session.selectedLayer(), layer);
    EXPECT_EQ(table().currentIndex().data(LayerTableModel::kLayerRole).toInt(), layer);
    EXPECT_EQ(shownLayer(), QStringLiteral("layer1.0.conv1"));
}

TEST_F(ModelPageTest, FollowsASelectionOfAnotherView)
{
    const int layer = m_made.layerNamed("layer3.0.conv2");
    m_made.session.selectLayer(layer);
    EXPECT_EQ(table().currentIndex().row(), layer);
    EXPECT_EQ(shownLayer(), QStringLiteral("layer3.0.conv2"));
    EXPECT_TRUE(view().visiblePart().contains(view().network().layerRect(layer)));
    m_made.session.selectLayer(-1);
    EXPECT_TRUE(table().selectionModel()->selectedRows().isEmpty());
}

TEST_F(ModelPageTest, StaysWhereAPersonLooksWhenTheStudyIsReadAnew)
{
    m_made.session.selectLayer(m_made.layerNamed("conv1"));
    view().reveal(m_made.layerNamed("fc"));
    const QRectF seen = view().visiblePart();
    QSignalSpy anew(&m_made.session, &Session::overviewChanged);
    m_made.session.refresh();
    ASSERT_TRUE(anew.wait(5000));
    EXPECT_EQ(view().visiblePart(), seen);
    EXPECT_EQ(shownLayer(), QStringLiteral("conv1"));
}

TEST_F(ModelPageTest, ChangesBitsOfAWholeGroupAndTakesThemBack)
{
    const int layer = m_made.layerNamed("layer2.0.conv1"), linked = m_made.layerNamed("layer2.0.downsample.0");
    m_made.session.selectLayer(layer);
    auto* bits = m_page.findChild<SegmentedControl*>(QStringLiteral("layerBits"));
    QTest::mouseClick(bits, Qt::LeftButton, {}, bits->choiceRect(2).center());
    const int column = m_page.table().model().bitsColumn();
    const auto shown = [&](int row) { return m_page.table().model().index(row, column).data().toString(); };
    EXPECT_EQ(m_made.session.bits().bitsOf(LayerIndex(layer)), 2);
    EXPECT_EQ(shown(layer), QStringLiteral("2"));
    EXPECT_EQ(shown(linked), QStringLiteral("2"));
    m_made.session.bits().undoStack().undo();
    EXPECT_EQ(m_made.session.bits().bitsOf(LayerIndex(layer)), 4);
    EXPECT_EQ(shown(linked), QStringLiteral("4"));
    EXPECT_EQ(bits->current(), 1);
}

TEST_F(ModelPageTest, PinsAndUnpins)
{
    m_made.session.selectLayer(m_made.layerNamed("layer2.0.conv1"));
    auto* pin = m_page.findChild<QPushButton*>(QStringLiteral("pinLayer"));
    QTest::mouseClick(pin, Qt::LeftButton);
    EXPECT_TRUE(m_made.session.bits().isPinned(m_made.groupOf("layer2.0.conv1")));
    EXPECT_TRUE(pin->isChecked());
    m_made.session.bits().undoStack().undo();
    EXPECT_FALSE(m_made.session.bits().isPinned(m_made.groupOf("layer2.0.conv1")));
    EXPECT_FALSE(pin->isChecked());
}

TEST_F(ModelPageTest, LeavesFirstAndLastLayersAsTheyAre)
{
    m_made.session.selectLayer(m_made.layerNamed("conv1"));
    auto* bits = m_page.findChild<SegmentedControl*>(QStringLiteral("layerBits"));
    QTest::mouseClick(bits, Qt::LeftButton, {}, bits->choiceRect(2).center());
    EXPECT_EQ(m_made.session.bits().bitsOf(LayerIndex(m_made.layerNamed("conv1"))), 8);
    EXPECT_FALSE(m_page.findChild<QPushButton*>(QStringLiteral("pinLayer"))->isEnabled());
}

TEST_F(ModelPageTest, ShowsTheHistogramOfLayerWeights)
{
    QSignalSpy shown(&m_page.panel(), &LayerPanel::weightsShown);
    m_made.session.selectLayer(m_made.layerNamed("layer2.0.conv1"));
    ASSERT_TRUE(shown.wait(5000));
    const auto wanted = layerWeights(*m_made.study.file, {.layer = "layer2.0.conv1"});
    ASSERT_TRUE(wanted.ok());
    const HistogramData& data = m_page.panel().weightsChart().data();
    EXPECT_EQ(data.lower, wanted->histogram.lowest);
    EXPECT_EQ(data.upper, wanted->histogram.highest);
    EXPECT_EQ(data.counts, std::vector<double>(wanted->histogram.counts.begin(), wanted->histogram.counts.end()));
    ASSERT_EQ(data.grids.size(), 3u);
    for (const WeightsAtWidth& width : wanted->widths) {
        const auto grid = std::ranges::find(data.grids, width.grid.bits, &HistogramGrid::bits);
        ASSERT_NE(grid, data.grids.end());
        EXPECT_EQ(grid->levels, width.grid.levels);
    }
    EXPECT_EQ(data.linesOf, 4);
}

TEST_F(ModelPageTest, MeasuresTheInputsOnceALayer)
{
    QSignalSpy measured(&m_page.panel().inputs(), &InputHistogram::measured);
    m_made.session.selectLayer(m_made.layerNamed("layer2.0.conv1"));
    ASSERT_TRUE(measured.wait(5000)); // of itself, as nothing else runs
    EXPECT_EQ(m_page.panel().inputs().chart().data().counts.size(), 64u);
    m_made.session.selectLayer(-1);
    m_made.session.selectLayer(m_made.layerNamed("layer2.0.conv1"));
    QTest::qWait(800);
    ASSERT_NE(m_page.panel().inputs().inputs(), nullptr);
    const std::lock_guard lock(m_made.mutex);
    ASSERT_EQ(m_made.asked.size(), 1u);
    EXPECT_EQ(m_made.asked[0][0], "inspect");
    EXPECT_EQ(m_made.asked[0][1], m_made.study.path().toStdString());
    EXPECT_EQ(m_made.asked[0][3], "layer2.0.conv1");
}

TEST_F(ModelPageTest, SaysWhyTheInputsCouldNotBeMeasuredAndTriesAgain)
{
    m_made.fails = true;
    m_made.session.selectLayer(m_made.layerNamed("layer2.0.conv1"));
    StatePanel& state = m_page.panel().inputs().state();
    ASSERT_TRUE(QTest::qWaitFor([&] { return state.shown() == StatePanel::Shown::Failed; }, 5000));
    m_made.fails = false;
    QSignalSpy measured(&m_page.panel().inputs(), &InputHistogram::measured);
    QTest::mouseClick(state.action(0), Qt::LeftButton);
    ASSERT_TRUE(measured.count() > 0 || measured.wait(5000));
    EXPECT_NE(m_page.panel().inputs().inputs(), nullptr);
}

TEST(LayerInputs, RefuseAnswersThatAreNone)
{
    EXPECT_TRUE(readLayerInputs(test::inspectAnswer("a")).ok());
    for (const char* text : {"", "[]", "{}", R"({"layer":{}})", R"({"layer":{"inputs":{"value":3}}})", R"({"layer":{"inputs":[]}})", "{\"layer\""})
        EXPECT_FALSE(readLayerInputs(text).ok()) << text;
}

TEST_F(ModelPageTest, CopiesTheTableAsItStands)
{
    QTest::keyClicks(&searchField(), QStringLiteral("layer2.0.conv1"));
    table().setFocus();
    QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(QGuiApplication::clipboard()->text().toStdString(),
        "Layer,Kind,Output,MACs,Weights,\"EAGL, bits\",\"ALPS, loss\",Bits,Linked\n"
        "layer2.0.conv1,Conv 3×3,64×7×7,903168,18432,3.2,3.2,4,with downsample.0\n");
    const QString path = m_made.study.folder() + QStringLiteral("/layers.csv");
    EXPECT_TRUE(m_page.table().saveAsCsv(path).ok());
    EXPECT_TRUE(QFile::exists(path));
    EXPECT_FALSE(m_page.table().saveAsCsv(QStringLiteral("/not/there/layers.csv")).ok());
}

TEST_F(ModelPageTest, WalksAlongTheGraphByKeys)
{
    view().setFocus(Qt::OtherFocusReason);
    QTest::keyClick(&view(), Qt::Key_Right); // the first layer
    QTest::keyClick(&view(), Qt::Key_Right);
    EXPECT_EQ(m_made.session.selectedLayer(), -1) << "only Enter selects";
    QTest::keyClick(&view(), Qt::Key_Return);
    EXPECT_EQ(m_made.session.selectedLayer(), m_made.layerNamed("layer1.0.conv1"));
    QTest::keyClick(&view(), Qt::Key_Tab);
    QTest::keyClick(&view(), Qt::Key_Tab);
    QTest::keyClick(&view(), Qt::Key_Space);
    EXPECT_EQ(m_made.session.selectedLayer(), m_made.layerNamed("layer2.0.conv1"));
    QTest::keyClick(&view(), Qt::Key_Down);
    QTest::keyClick(&view(), Qt::Key_Return);
    EXPECT_EQ(m_made.session.selectedLayer(), m_made.layerNamed("layer2.0.downsample.0"));
    QTest::keyClick(&view(), Qt::Key_Escape);
    QTest::keyClick(&view(), Qt::Key_Tab);
    EXPECT_FALSE(view().hasFocus()) << "after Esc, Tab leads on";
}

TEST_F(ModelPageTest, ZoomsPansAndFits)
{
    const QPointF under = view().mapToScene(QPoint(300, 100));
    QWheelEvent turn(QPointF(300, 100), view().viewport()->mapToGlobal(QPointF(300, 100)), {}, QPoint(0, 240), Qt::NoButton, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(view().viewport(), &turn);
    EXPECT_GT(view().zoom(), 1.2);
    const QPointF still = view().mapToScene(QPoint(300, 100));
    EXPECT_LT(std::abs(still.x() - under.x()) + std::abs(still.y() - under.y()), 4) << "what is under the mouse stays there";
    view().setFocus();
    QTest::keyClick(&view(), Qt::Key_Minus);
    const double zoom = view().zoom();
    const int before = view().horizontalScrollBar()->value();
    QTest::mousePress(view().viewport(), Qt::LeftButton, {}, QPoint(300, 20));
    QTest::mouseMove(view().viewport(), QPoint(250, 20));
    QTest::mouseMove(view().viewport(), QPoint(200, 20));
    QTest::mouseRelease(view().viewport(), Qt::LeftButton, {}, QPoint(200, 20));
    EXPECT_EQ(view().horizontalScrollBar()->value(), before + 100);
    EXPECT_EQ(m_made.session.selectedLayer(), -1) << "a drag selects nothing";
    QTest::keyClick(&view(), Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_GT(view().horizontalScrollBar()->value(), before + 100);
    QTest::keyClick(&view(), Qt::Key_F);
    EXPECT_LT(view().zoom(), zoom);
    EXPECT_TRUE(view().visiblePart().contains(view().network().bounds()));
}

TEST_F(ModelPageTest, LooksElsewhereThroughTheMinimap)
{
    NetworkMinimap& map = m_page.graph().minimap();
    const QRectF before = map.frame();
    QTest::mousePress(&map, Qt::LeftButton, {}, QPoint(map.width() - 40, map.height() / 2));
    QTest::mouseRelease(&map, Qt::LeftButton, {}, QPoint(map.width() - 40, map.height() / 2));
    EXPECT_GT(map.frame().center().x(), before.center().x());
    EXPECT_NEAR(view().visiblePart().center().x(), map.graphAt(map.width() - 40), 2);
}

TEST_F(ModelPageTest, OffersLayersToThePalette)
{
    const auto actions = m_page.actions(QStringLiteral("layer3.0.conv2"));
    ASSERT_FALSE(actions.empty());
    EXPECT_EQ(actions.front().title, QStringLiteral("Show layer3.0.conv2 in Model"));
    QSignalSpy asked(&m_made.session, &Session::viewRequested);
    actions.front().run();
    EXPECT_EQ(asked.count(), 1);
    EXPECT_EQ(m_made.session.selectedLayer(), m_made.layerNamed("layer3.0.conv2"));
    EXPECT_TRUE(std::ranges::none_of(
        m_page.actions(QStringLiteral("zebra")), [](const PaletteAction& action) { return action.title.contains(QLatin1String("Show layer")); }));
}

TEST_F(ModelPageTest, TellsWhatTheImportFound)
{
    EXPECT_EQ(m_page.findChild<QLabel*>(QStringLiteral("importVerdict"))->text(), QStringLiteral("124 of 124 keys matched"));
    StudyOverview study = *m_made.session.overview();
    study.settings["import"] = R"({"format":"PyTorch zip","wrappers":"state_dict","matched":60,
        "summary":"60 of 60 parameters were found in the file; 1 unexpected: fc.weight (nearest linear.weight)."})";
    const ImportWords words = importWords(study);
    EXPECT_FALSE(words.complete);
    EXPECT_THAT(words.sentence.toStdString(), HasSubstr("1 unexpected: fc.weight (nearest linear.weight)"));
    study.settings["import"] = R"({"format":"safetensors","source":"/models/a.safetensors","matched":60,"leftOut":5,
        "mapped":[{"key":"head","name":"linear"}],"unexpected":[{"name":"fc.weight","nearest":["linear.weight"]}]})";
    const ImportWords kept = importWords(study);
    EXPECT_FALSE(kept.complete);
    EXPECT_EQ(kept.verdict, QStringLiteral("5 of the file's 65 keys unmatched"));
    ASSERT_EQ(kept.lines.size(), 3);
    EXPECT_THAT(kept.lines[1].toStdString(), HasSubstr("Nearest"));
    EXPECT_EQ(kept.lines[2], QStringLiteral("And 4 more."));
    ImportSection section(m_made.session);
    section.setStudy(&study);
    QString wanted;
    QObject::connect(&m_made.session, &Session::viewRequested, &section, [&](View view) {
        if (view == View::Start) wanted = m_made.session.takeWantedImport();
    });
    section.show();
    QTest::mouseClick(section.findChild<QPushButton*>(QStringLiteral("importAgain")), Qt::LeftButton);
    EXPECT_EQ(wanted, QStringLiteral("/models/a.safetensors"));
    study.settings["import"] = "no json";
    EXPECT_THAT(importWords(study).sentence.toStdString(), HasSubstr("does not say"));
}

TEST_F(ModelPageTest, KeepsToTheRulesOfItemModels)
{
    LayerTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    LayerOrder order;
    order.setSourceModel(&model);
    const QAbstractItemModelTester orderTester(&order, QAbstractItemModelTester::FailureReportingMode::Fatal);
    ModelLayers layers = modelLayers(*m_made.session.overview(), m_made.session.bits());
    model.setLayers(layers);
    order.sort(model.bitsColumn(), Qt::DescendingOrder);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged), reset(&model, &QAbstractItemModel::modelReset);
    layers.layers[3].bits = 2;
    model.setLayers(layers);
    EXPECT_EQ(changed.count(), 1) << "one row";
    EXPECT_EQ(reset.count(), 0);
    order.showOnly({1, 3});
    EXPECT_EQ(order.rowCount(), 2);
    order.showAll();
    model.setLayers({});
    EXPECT_EQ(order.rowCount(), 0);
    EXPECT_EQ(tableAsCsv(model).count(QLatin1Char('\n')), 1);
}

TEST_F(ModelPageTest, IsEmptyAgainWhenTheStudyCloses)
{
    m_made.session.selectLayer(2);
    m_made.session.close();
    EXPECT_TRUE(m_page.findChild<StatePanel*>(QStringLiteral("noStudy"))->isVisible());
    EXPECT_EQ(table().model()->rowCount(), 0);
    EXPECT_TRUE(m_page.actions({}).empty());
    m_made.open(m_page);
    EXPECT_TRUE(m_page.isDrawn());
}

TEST(ModelPageWithoutAStudy, LeadsToStart)
{
    test::ModelFixture made;
    ModelPage page(made.session);
    page.resize(1208, 720);
    page.show();
    QSignalSpy asked(&made.session, &Session::viewRequested);
    QTest::mouseClick(page.findChild<StatePanel*>(QStringLiteral("noStudy"))->action(0), Qt::LeftButton);
    EXPECT_EQ(asked.count(), 1);
}

} // namespace
} // namespace halftone
