// The Bits view by mouse and keys: groups move whole, edits undo, the slider solves as the solver does, names are saved.
#include "widgets/pages/bits/bits_page.h"
#include "widgets/plots/step_curve_chart.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <cmath>
#include <mutex>

#include "core/cost/all_cost_models.h"
#include "core/selection/bit_selection.h"
#include "tests/unit/widgets/study_fixture.h"
#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/bits/budget_slider.h"
#include "widgets/pages/bits/totals_panel.h"

namespace halftone {
namespace {

// Notes every command; "assign" writes the name into the study as the command line does.
struct FakeCommands {
    std::mutex mutex;
    std::vector<std::vector<std::string>> calls;

    Result<std::string> operator()(const std::vector<std::string>& arguments)
    {
        const std::lock_guard lock(mutex);
        calls.push_back(arguments);
        if (arguments.front() != "assign") return Error{ErrorCode::Failed, "nothing else runs in this test"};
        auto file = StudyFile::open(arguments[1]);
        if (!file.ok()) return file.error();
        const bool replace = arguments.back() == "--replace";
        const Status saved = file->saveAssignment({.name = arguments[2], .bits = arguments[4]}, replace);
        if (!saved.ok()) return saved.error();
        return std::string("{}");
    }
    bool called(const std::string& command)
    {
        const std::lock_guard lock(mutex);
        return std::ranges::any_of(calls, [&](const auto& call) { return call.front() == command; });
    }
};

class BitsPageTest : public testing::Test {
protected:
    void open(bool scored = true)
    {
        if (scored) m_study.addScores("eagl");
        m_page.resize(1368, 820);
        m_page.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_page));
        QSignalSpy opened(&m_session, &Session::opened);
        m_session.open(m_study.path());
        ASSERT_TRUE(opened.count() > 0 || opened.wait(5000));
        QTest::qWait(10);
    }
    BitDocument& document() { return m_session.bits(); }
    BitBoard& board() { return m_page.board(); }
    const LayerTable& table() { return document().study()->table; }
    int bits(GroupIndex group) { return document().bitsOf(table().group(group).layers.front()); }
    GroupIndex linked()
    {
        for (std::size_t i = 0; i < table().groups.size(); ++i)
            if (table().groups[i].layers.size() > 1 && !table().groups[i].edge) return GroupIndex(static_cast<std::int64_t>(i));
        return {};
    }
    QPoint middle(GroupIndex group) { return board().chipRectangle(group).center().toPoint(); }
    void drag(GroupIndex group, int to, bool letGo = true)
    {
        const QPoint from = middle(group);
        const int way = static_cast<int>(board().rowRectangle(to).center().y()) - from.y();
        QTest::mousePress(board().viewport(), Qt::LeftButton, {}, from);
        QTest::mouseMove(board().viewport(), from + QPoint(3, way / 2));
        QTest::mouseMove(board().viewport(), from + QPoint(4, way));
        if (letGo) QTest::mouseRelease(board().viewport(), Qt::LeftButton, {}, from + QPoint(4, way));
    }
    template <typename T> T& find(const char* name) { return *m_page.findChild<T*>(QString::fromUtf8(name)); }
    QString text(const char* name) { return find<QLabel>(name).text(); }

    FakeCommands m_commands;
    test::TemporaryStudy m_study{"fashion_resnet14"}; // stages begin with linked layers
    Session m_session{[this](const std::vector<std::string>& arguments, const TaskContext&) { return m_commands(arguments); }};
    BitsPage m_page{m_session};
};

TEST_F(BitsPageTest, TheAxesOfTheGainsAreThoseOfTheCurveFromTheFirstMomentOn)
{
    open();
    QTest::qWait(300);
    auto* chart = m_page.findChild<StepCurveChart*>();
    ASSERT_TRUE(chart && chart->isVisible() && !chart->isEmpty());
    const QImage first = chart->grab().toImage();
    chart->setMarks(chart->data().now, chart->data().before); // the same once more
    QTest::qWait(100);
    EXPECT_EQ(first, chart->grab().toImage());
}

TEST_F(BitsPageTest, DraggingAChipMovesItsWholeGroupAndCanBeUndone)
{
    open();
    const GroupIndex group = linked();
    ASSERT_TRUE(group.valid());
    ASSERT_GT(table().group(group).layers.size(), 1U);
    drag(group, 2, false);
    ASSERT_TRUE(board().movingTo().has_value());
    EXPECT_EQ(board().movingTo()->bits, 2);
    EXPECT_EQ(bits(group), 4); // nothing has happened yet
    EXPECT_NE(text("costFraction"), QStringLiteral("100.0")); // but the totals tell what will
    const QString foretold = text("costFraction");
    QTest::mouseRelease(board().viewport(), Qt::LeftButton, {}, middle(group));
    for (const LayerIndex layer : table().group(group).layers) EXPECT_EQ(document().bitsOf(layer), 2);
    EXPECT_EQ(text("costFraction"), foretold);
    EXPECT_EQ(document().undoStack().count(), 1);
    document().undoStack().undo();
    for (const LayerIndex layer : table().group(group).layers) EXPECT_EQ(document().bitsOf(layer), 4);
    EXPECT_EQ(text("costFraction"), QStringLiteral("100.0"));
}

TEST_F(BitsPageTest, EscapeCancelsAMove)
{
    open();
    const GroupIndex group = linked();
    drag(group, 2, false);
    QTest::keyClick(&board(), Qt::Key_Escape);
    EXPECT_FALSE(board().movingTo().has_value());
    QTest::mouseRelease(board().viewport(), Qt::LeftButton, {}, middle(group));
    EXPECT_EQ(bits(group), 4);
    EXPECT_EQ(document().undoStack().count(), 0);
}

TEST_F(BitsPageTest, KeysDoWhatTheMouseDoes)
{
    open();
    const GroupIndex group = linked();
    board().setFocus();
    QTest::mouseClick(board().viewport(), Qt::LeftButton, {}, middle(group));
    QTest::keyClick(&board(), Qt::Key_2);
    EXPECT_EQ(bits(group), 2);
    QTest::keyClick(&board(), Qt::Key_Up);
    EXPECT_EQ(bits(group), 4);
    QTest::keyClick(&board(), Qt::Key_8);
    EXPECT_EQ(bits(group), 8);
    QTest::keyClick(&board(), Qt::Key_Down);
    EXPECT_EQ(bits(group), 4);
    QTest::keyClick(&board(), Qt::Key_P);
    EXPECT_TRUE(document().isPinned(group));
    QTest::keyClick(&board(), Qt::Key_P);
    EXPECT_FALSE(document().isPinned(group));
    QTest::keyClick(&board(), Qt::Key_Right);
    EXPECT_EQ(board().current(), GroupIndex(group.value + 1));
    EXPECT_EQ(board().selection(), (std::set<GroupIndex>{board().current()}));
    QTest::keyClick(&board(), Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_EQ(board().selection().size(), 2U);
    QTest::keyClick(&board(), Qt::Key_Space);
    EXPECT_EQ(board().selection().size(), 1U);
    QTest::keyClick(&board(), Qt::Key_A, Qt::ControlModifier);
    EXPECT_EQ(board().selection().size(), table().groups.size());
    QTest::keyClick(&board(), Qt::Key_2);
    EXPECT_EQ(document().choices().assignment, uniformAssignment(table(), 2));
}

TEST_F(BitsPageTest, ARubberBandTakesSeveralChipsAlong)
{
    open();
    const GroupIndex first(2), last(5);
    const QRectF row = board().rowRectangle(4);
    const QPoint from(static_cast<int>(board().chipRectangle(first).left()) + 3, static_cast<int>(row.bottom()) - 2);
    const QPoint to(static_cast<int>(board().chipRectangle(last).center().x()), static_cast<int>(row.center().y()));
    QTest::mousePress(board().viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(board().viewport(), (from + to) / 2);
    QTest::mouseMove(board().viewport(), to);
    QTest::mouseRelease(board().viewport(), Qt::LeftButton, {}, to);
    EXPECT_EQ(board().selection(), (std::set<GroupIndex>{first, GroupIndex(3), GroupIndex(4), last}));
    drag(GroupIndex(3), 2);
    for (int i = 2; i <= 5; ++i) EXPECT_EQ(bits(GroupIndex(i)), 2) << i;
    EXPECT_EQ(bits(GroupIndex(6)), 4);
    EXPECT_EQ(document().undoStack().count(), 1);
    QTest::mouseClick(board().viewport(), Qt::LeftButton, Qt::ControlModifier, middle(GroupIndex(7)));
    EXPECT_EQ(board().selection().size(), 5U);
}

TEST_F(BitsPageTest, FirstAndLastLayersStayWhereTheyAre)
{
    open();
    const GroupIndex edge = table().layers.front().group;
    ASSERT_TRUE(table().group(edge).edge);
    drag(edge, 2);
    EXPECT_EQ(bits(edge), kEdgeBits);
    QTest::keyClick(&board(), Qt::Key_2);
    QTest::keyClick(&board(), Qt::Key_P);
    EXPECT_EQ(bits(edge), kEdgeBits);
    EXPECT_FALSE(document().isPinned(edge));
    EXPECT_EQ(document().undoStack().count(), 0);
}

TEST_F(BitsPageTest, TheSliderSolvesAsTheSolverDoes)
{
    open();
    BudgetSlider& slider = m_page.slider();
    const auto solvesAs = [&](double budget) {
        const auto best = selectBits(table(), *document().study()->scoresOf("eagl"), linearCost(),
            {.levels = {4, 2}, .budgetFraction = budget, .pins = document().choices().pins});
        ASSERT_TRUE(best.ok());
        EXPECT_EQ(document().choices().assignment, best->assignment) << budget;
        EXPECT_DOUBLE_EQ(document().totals().cost, best->cost);
        EXPECT_NEAR(*document().totals().gain, best->gain, 1e-9);
        EXPECT_EQ(text("costFraction"), QString::number(100 * best->cost / best->highestCost, 'f', 1));
    };
    const auto at = [&](double budget) { return QPoint(static_cast<int>(std::lround(slider.xOf(budget))), static_cast<int>(slider.handle().y())); };
    QTest::mousePress(&slider, Qt::LeftButton, {}, at(1));
    for (const double budget : {0.95, 0.8, 0.65}) {
        QTest::mouseMove(&slider, at(budget));
        EXPECT_NEAR(document().choices().budget, budget, 0.002);
        solvesAs(document().choices().budget); // already while it is held
    }
    QTest::mouseRelease(&slider, Qt::LeftButton, {}, at(0.7));
    solvesAs(document().choices().budget);
    EXPECT_EQ(document().undoStack().count(), 1);
    slider.setFocus();
    QTest::keyClick(&slider, Qt::Key_Left);
    EXPECT_EQ(document().undoStack().count(), 2);
    document().undoStack().undo();
    document().undoStack().undo();
    EXPECT_EQ(document().choices().assignment, uniformAssignment(table(), 4));
    EXPECT_DOUBLE_EQ(slider.value(), 1.0);
}

TEST_F(BitsPageTest, PinsHoldWhileTheSliderMoves)
{
    open();
    const GroupIndex group = linked();
    document().move({group}, 8);
    document().setPinned({group}, true);
    BudgetSlider& slider = m_page.slider();
    EXPECT_GT(slider.marks().reachable, 0.5);
    EXPECT_TRUE(slider.marks().reachableWords.contains(QStringLiteral("pins keep it above"))) << slider.marks().reachableWords.toStdString();
    QTest::mousePress(&slider, Qt::LeftButton, {}, QPoint(static_cast<int>(slider.xOf(0.8)), 25));
    QTest::mouseMove(&slider, QPoint(0, 25)); // as far down as it goes
    QTest::mouseRelease(&slider, Qt::LeftButton, {}, QPoint(0, 25));
    EXPECT_EQ(bits(group), 8);
    EXPECT_TRUE(document().solverState().ok());
    EXPECT_DOUBLE_EQ(document().choices().budget, document().smallestBudget());
    EXPECT_TRUE(document().totals().withinBudget);
}

TEST_F(BitsPageTest, SaysWhatIsReachableWhenNothingFits)
{
    open();
    const GroupIndex group = linked();
    document().move({group}, 8);
    document().setPinned({group}, true);
    QLineEdit& field = find<QLineEdit>("budgetField");
    field.selectAll();
    QTest::keyClicks(&field, QStringLiteral("20"));
    QTest::keyClick(&field, Qt::Key_Return);
    EXPECT_TRUE(find<QWidget>("budgetNotice").isVisible());
    const QString smallest = QString::number(100 * document().smallestBudget(), 'f', 1) + QStringLiteral(" %");
    EXPECT_TRUE(text("budgetSentence").startsWith(QStringLiteral("The smallest reachable budget is %1").arg(smallest)))
        << text("budgetSentence").toStdString();
    find<QPushButton>("useSmallest").click();
    EXPECT_FALSE(find<QWidget>("budgetNotice").isVisible());
    EXPECT_EQ(bits(group), 8);
    EXPECT_TRUE(document().totals().withinBudget);
    const double free = document().totals().freeFraction;
    document().setBudget(free);
    ASSERT_TRUE(find<QPushButton>("unpinBlocking").isVisible());
    find<QPushButton>("unpinBlocking").click();
    EXPECT_FALSE(find<QWidget>("budgetNotice").isVisible());
    EXPECT_FALSE(document().isPinned(group));
    EXPECT_EQ(document().choices().assignment, uniformAssignment(table(), 2));
}

TEST_F(BitsPageTest, SavesUnderANameAndAsksBeforeItReplaces)
{
    open();
    document().setBudget(0.75);
    const std::string solved = toText(document().choices().assignment);
    find<QPushButton>("saveAs").click();
    QLineEdit& name = find<QLineEdit>("assignmentName");
    EXPECT_EQ(name.text(), QStringLiteral("eagl75"));
    name.setText(QStringLiteral("mine"));
    QSignalSpy read(&m_session, &Session::overviewChanged);
    QTest::keyClick(&name, Qt::Key_Return);
    ASSERT_TRUE(read.wait(5000));
    ASSERT_NE(document().study()->assignment("mine"), nullptr);
    EXPECT_EQ(document().study()->assignment("mine")->bits, solved);
    EXPECT_FALSE(name.isVisible());
    EXPECT_GE(find<QComboBox>("compareWith").findText(QStringLiteral("mine")), 0);

    document().setBudget(0.6);
    find<QPushButton>("saveAs").click();
    name.setText(QStringLiteral("mine"));
    EXPECT_EQ(find<QPushButton>("acceptName").text(), QStringLiteral("Replace"));
    EXPECT_TRUE(text("nameSentence").contains(QStringLiteral("mine")));
    name.setText(QStringLiteral("4")); // means all 4 bit
    EXPECT_FALSE(find<QPushButton>("acceptName").isEnabled());
    name.setText(QStringLiteral("mine"));
    find<QPushButton>("acceptName").click();
    ASSERT_TRUE(read.wait(5000));
    EXPECT_NE(document().study()->assignment("mine")->bits, solved);
}

TEST_F(BitsPageTest, FineTuningSavesFirstAndShowsTraining)
{
    open();
    document().setBudget(0.75);
    QSignalSpy views(&m_session, &Session::viewRequested);
    find<QPushButton>("fineTune").click();
    QTest::keyClick(&find<QLineEdit>("assignmentName"), Qt::Key_Return);
    ASSERT_TRUE(views.count() > 0 || views.wait(5000));
    EXPECT_EQ(views.front().front().value<View>(), View::Training);
    ASSERT_FALSE(m_session.jobs().empty());
    const std::vector<std::string>& job = m_session.jobs().front().arguments;
    ASSERT_EQ(job.size(), 6U);
    EXPECT_EQ(job.front(), "finetune");
    EXPECT_EQ(job[3], "eagl75");
    EXPECT_EQ(job[5], "5");
    EXPECT_TRUE(m_commands.called("assign"));
}

TEST_F(BitsPageTest, CanBeUsedByCostBeforeAnythingIsScored)
{
    open(false);
    const GroupIndex group = linked();
    drag(group, 2);
    EXPECT_EQ(bits(group), 2);
    EXPECT_FALSE(find<QPushButton>("solve").isEnabled());
    m_page.findChild<QWidget*>(QStringLiteral("gainCard"))->findChild<QPushButton*>(QStringLiteral("action0"))->click(); // Score EAGL
    ASSERT_FALSE(m_session.jobs().empty());
    EXPECT_EQ(m_session.jobs().front().arguments.front(), "score");
}

TEST_F(BitsPageTest, SelectsTheSameLayerAsOtherViews)
{
    open();
    m_session.selectLayer(5);
    EXPECT_EQ(board().current(), table().layers[5].group);
    EXPECT_EQ(board().selection(), (std::set<GroupIndex>{table().layers[5].group}));
    QTest::mouseClick(board().viewport(), Qt::LeftButton, {}, middle(linked()));
    EXPECT_EQ(m_session.selectedLayer(), static_cast<int>(table().group(linked()).layers.front().value));
    QSignalSpy views(&m_session, &Session::viewRequested);
    QTest::keyClick(&board(), Qt::Key_Return);
    ASSERT_EQ(views.count(), 1);
    EXPECT_EQ(views.front().front().value<View>(), View::Model);
}

TEST_F(BitsPageTest, ThePaletteSetsAndPinsByPattern)
{
    open();
    const auto actions = m_page.actions(QStringLiteral("set layer3 to 2"));
    ASSERT_FALSE(actions.empty());
    const auto inLayer3 = [](const Layer& layer) { return layer.name.starts_with("layer3."); };
    EXPECT_EQ(actions.front().title, QStringLiteral("Set layer3.* to 2 bit, %1 layers").arg(std::ranges::count_if(table().layers, inLayer3)));
    actions.front().run();
    for (const Layer& layer : table().layers)
        if (inLayer3(layer)) { EXPECT_EQ(bits(layer.group), 2) << layer.name; }
    const auto pins = m_page.actions(QStringLiteral("pin layer3"));
    const auto pin = std::ranges::find_if(pins, [](const PaletteAction& action) { return action.title.startsWith(QStringLiteral("Pin layer3.*")); });
    ASSERT_NE(pin, pins.end());
    pin->run();
    EXPECT_FALSE(document().choices().pins.empty());
    const auto compare = m_page.actions(QStringLiteral("compare with all 8"));
    ASSERT_EQ(compare.size(), 1U);
    compare.front().run();
    EXPECT_EQ(m_page.totals().reference(), QStringLiteral("8"));
    m_page.actions(QStringLiteral("solve for 80")).front().run();
    EXPECT_DOUBLE_EQ(document().choices().budget, 0.8);
}

TEST_F(BitsPageTest, TheTableOfTheSelectionIsASoundModel)
{
    open();
    QAbstractItemModel* model = find<QTableView>("groupTable").model();
    QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    board().setSelection({linked()});
    EXPECT_EQ(model->rowCount(), static_cast<int>(table().group(linked()).layers.size()) + (table().group(linked()).layers.size() > 1 ? 1 : 0));
    board().setSelection({GroupIndex(2), GroupIndex(3)});
    EXPECT_EQ(model->rowCount(), 3);
    board().setSelection({});
    EXPECT_EQ(model->rowCount(), 0);
}

TEST_F(BitsPageTest, TheTableOfTheSelectionTakesNewScoresIn)
{
    open();
    QAbstractItemModel* model = find<QTableView>("groupTable").model();
    board().setSelection({GroupIndex(2)});
    const int before = model->columnCount();
    m_study.addScores("alps");
    m_session.refresh();
    EXPECT_TRUE(QTest::qWaitFor([&] { return model->columnCount() == before + 1; }, 5000));
}

TEST_F(BitsPageTest, ComparesWithAnotherAssignment)
{
    open();
    EXPECT_EQ(text("differSentence"), QStringLiteral("No layer differs."));
    document().move({GroupIndex(2), GroupIndex(3)}, 2);
    document().move({GroupIndex(4)}, 8);
    EXPECT_EQ(text("differSentence"), QStringLiteral("3 of %1 layers differ: 2 lower, 1 higher.").arg(table().layers.size()));
}

} // namespace
} // namespace halftone
