// The training view with real events: live curves, the queue's buttons and keys, ticks, failures and empty states.
#include "page_fixture.h"

#include <QLabel>

#include "widgets/controls/state_panel.h"

namespace halftone {
namespace {

using namespace Qt::StringLiterals;

TEST_F(TrainingPageTest, SaysWhatWouldBeHereWithoutAStudy)
{
    session = std::make_unique<Session>(engine.runner());
    page = std::make_unique<TrainingPage>(*session);
    page->show();
    auto* empty = find<StatePanel>("empty");
    ASSERT_TRUE(empty->isVisible());
    EXPECT_FALSE(find<QWidget>("newRun")->isEnabled());
    QSignalSpy views(session.get(), &Session::viewRequested);
    QTest::mouseClick(empty->action(0), Qt::LeftButton);
    EXPECT_EQ(views.count(), 1);
}

TEST_F(TrainingPageTest, OffersTheOneStepThatBegins)
{
    open();
    auto* empty = find<StatePanel>("empty");
    ASSERT_TRUE(empty->isVisible());
    EXPECT_EQ(empty->action(0)->text(), u"Fine-tune alps65"_s);
    for (const QLabel* label : empty->findChildren<QLabel*>())
        if (label->wordWrap()) {
            EXPECT_GE(label->height(), label->heightForWidth(label->width())) << label->text().toStdString();
        }
    QTest::mouseClick(empty->action(0), Qt::LeftButton);
    EXPECT_TRUE(find<QWidget>("newRunForm")->isVisible());
}

TEST_F(TrainingPageTest, ALiveRunEqualsTheRunInTheStudy)
{
    open();
    const auto id = startRun(u"eagl75"_s);
    engine.allowEpochs(3);
    ASSERT_TRUE(waitForState(id, JobState::Done));
    const QString key = u"eagl75-0-"_s;
    ASSERT_TRUE(QTest::qWaitFor([&] { return !chart(RunCharts::WeightSteps).keys().isEmpty(); }, 5000));
    QTest::qWait(100);
    const auto stored = readStoredRun(study.file(), **study.file().findRun("eagl75-0-"));
    ASSERT_TRUE(stored.ok());
    const auto expect = [&](RunCharts::Kind kind, const QString& curve, const std::string& series, double times) {
        const auto& shown = chart(kind).points(curve);
        const auto& kept = stored->series.at(series);
        ASSERT_EQ(shown.size(), kept.size()) << series;
        for (std::size_t i = 0; i < kept.size(); ++i) {
            EXPECT_EQ(shown[i].x, kept[i].epoch) << series;
            EXPECT_EQ(shown[i].y, times * kept[i].value) << series;
        }
    };
    expect(RunCharts::Loss, key, "loss", 1);
    expect(RunCharts::Accuracy, key, "test accuracy", 100);
    expect(RunCharts::LearningRate, key, "learning rate", 1);
    expect(RunCharts::WeightSteps, key + u"/layer1.0.conv1"_s, "weight step layer1.0.conv1", 1);
}

TEST_F(TrainingPageTest, PointsAppearWhileTheRunGoesOn)
{
    open();
    const auto id = startRun(u"eagl75"_s, 3);
    engine.allowEpochs(1);
    const QString key = u"eagl75-0-"_s;
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart(RunCharts::Loss).keys().contains(key) && chart(RunCharts::Loss).points(key).size() == 10; }, 5000));
    EXPECT_EQ(stateOf(id), JobState::Running);
    ASSERT_TRUE(QTest::qWaitFor([&] { return row(id)->entry().detail.startsWith(u"epoch 1 of 3"_s); }, 3000)) << row(id)->entry().detail.toStdString();
    engine.allowEpochs(1);
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart(RunCharts::Loss).points(key).size() == 20; }, 5000));
    ASSERT_TRUE(QTest::qWaitFor([&] { return row(id)->entry().detail.contains(u"31 s an epoch"_s); }, 3000)) << row(id)->entry().detail.toStdString();
    session->stopJob(id);
    ASSERT_TRUE(waitForState(id, JobState::Stopped));
}

TEST_F(TrainingPageTest, ARunGoesOnFromWhereItStoppedWithoutASeam)
{
    open();
    const auto id = startRun(u"eagl75"_s, 3);
    engine.allowEpochs(2);
    const QString key = u"eagl75-0-"_s;
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart(RunCharts::Loss).keys().contains(key) && chart(RunCharts::Loss).points(key).size() == 20; }, 5000));
    QTest::mouseClick(row(id)->findChild<QAbstractButton*>(u"stop"_s), Qt::LeftButton);
    ASSERT_TRUE(waitForState(id, JobState::Stopped));
    ASSERT_TRUE(QTest::qWaitFor([&] { return !session->currentJob() && row(id)->findChild<QAbstractButton*>(u"retry"_s)->isVisible(); }, 5000));
    engine.allowEpochs(1);
    QTest::mouseClick(row(id)->findChild<QAbstractButton*>(u"retry"_s), Qt::LeftButton);
    ASSERT_TRUE(waitForState(id, JobState::Done));
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart(RunCharts::Loss).points(key).size() == 30; }, 5000));
    EXPECT_EQ(chart(RunCharts::Loss).points(key).back().x, 3);
}

TEST_F(TrainingPageTest, PauseHoldsTheJobAndGoesOn)
{
    open();
    const auto id = startRun(u"eagl75"_s);
    ASSERT_TRUE(waitForState(id, JobState::Running));
    row(id)->setFocus();
    QTest::keyClick(row(id), Qt::Key_Space);
    ASSERT_TRUE(waitForState(id, JobState::Paused));
    ASSERT_TRUE(QTest::qWaitFor([&] { return row(id)->entry().state == JobState::Paused; }));
    QTest::mouseClick(row(id)->findChild<QAbstractButton*>(u"pause"_s), Qt::LeftButton);
    ASSERT_TRUE(waitForState(id, JobState::Running));
    engine.allowEpochs(3);
    ASSERT_TRUE(waitForState(id, JobState::Done));
}

TEST_F(TrainingPageTest, WaitingJobsAreReorderedByButtonsKeysAndTheMouse)
{
    open();
    const auto first = startRun(u"eagl75"_s);
    ASSERT_TRUE(waitForState(first, JobState::Running));
    const auto a = startRun(u"alps65"_s), b = startRun(u"eagl75"_s, 4), c = startRun(u"alps65"_s, 5);
    const auto order = [&] {
        std::vector<std::int64_t> ids;
        for (const auto& job : session->jobs())
            if (job.state == JobState::Waiting) ids.push_back(job.id);
        return ids;
    };
    using Ids = std::vector<std::int64_t>;
    ASSERT_EQ(order(), (Ids{a, b, c}));
    ASSERT_TRUE(QTest::qWaitFor([&] { return row(c) && row(c)->entry().canGoUp; }));
    EXPECT_FALSE(row(a)->findChild<QAbstractButton*>(u"up"_s)->isEnabled());
    QTest::mouseClick(row(c)->findChild<QAbstractButton*>(u"up"_s), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return order() == (Ids{a, c, b}); }, 3000));
    row(a)->setFocus();
    QTest::keyClick(row(a), Qt::Key_Down, Qt::AltModifier);
    ASSERT_TRUE(QTest::qWaitFor([&] { return order() == (Ids{c, a, b}); }, 3000));
    // Drag b above c.
    ASSERT_TRUE(QTest::qWaitFor([&] { return row(c)->y() < row(a)->y() && row(a)->y() < row(b)->y(); }));
    QueueRow* dragged = row(b);
    QTest::mousePress(dragged, Qt::LeftButton, Qt::NoModifier, {60, 10});
    const QPoint above = dragged->mapFromGlobal(row(c)->mapToGlobal(QPoint(60, 2)));
    QTest::mouseMove(dragged, (QPoint(60, 10) + above) / 2);
    QTest::mouseMove(dragged, above);
    QTest::mouseRelease(dragged, Qt::LeftButton, Qt::NoModifier, above);
    ASSERT_TRUE(QTest::qWaitFor([&] { return order() == (Ids{b, c, a}); }, 3000));
    row(c)->setFocus();
    QTest::keyClick(row(c), Qt::Key_Delete);
    ASSERT_TRUE(QTest::qWaitFor([&] { return order() == (Ids{b, a}); }, 3000));
    EXPECT_TRUE(QTest::qWaitFor([&] { return row(c) == nullptr; }));
}

TEST_F(TrainingPageTest, AFailedJobShowsItsSentenceAndIsTriedAgain)
{
    open();
    engine.failNext("The loss became NaN in epoch 2; try a lower learning rate.");
    const auto id = startRun(u"eagl75"_s);
    ASSERT_TRUE(waitForState(id, JobState::Failed));
    ASSERT_TRUE(QTest::qWaitFor([&] { return row(id) && row(id)->findChild<StatePanel*>(u"failure"_s); }));
    auto* failure = row(id)->findChild<StatePanel*>(u"failure"_s);
    bool isSaid = false;
    for (const QLabel* label : failure->findChildren<QLabel*>()) isSaid = isSaid || label->text().contains(u"The loss became NaN in epoch 2"_s);
    EXPECT_TRUE(isSaid);
    QTest::mouseClick(failure->action(0), Qt::LeftButton);
    engine.allowEpochs(3);
    ASSERT_TRUE(waitForState(id, JobState::Done));
    EXPECT_TRUE(QTest::qWaitFor([&] { return row(id) == nullptr; }));
}

TEST_F(TrainingPageTest, ATickDrawsARunOverTheChosenOne)
{
    study.addRun({.key = "old", .bits = study.someBits(3), .epochs = 4, .done = 4});
    study.addRun({.key = "new", .bits = study.someBits(0), .epochs = 4, .done = 4});
    open();
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart(RunCharts::Loss).keys() == QStringList{u"new"_s}; }, 3000));
    auto* history = page->findChild<HistoryList*>();
    ASSERT_TRUE(QTest::qWaitFor([&] { return history->boxRect(u"old"_s).isValid(); }));
    QTest::mouseClick(history->viewport(), Qt::LeftButton, Qt::NoModifier, history->boxRect(u"old"_s).center());
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return chart(RunCharts::Loss).keys().contains(u"old"_s) && !chart(RunCharts::Loss).points(u"old"_s).empty(); }, 3000));
    EXPECT_EQ(find<QLabel>("runName")->text().isEmpty(), false);
}

TEST_F(TrainingPageTest, TheSpaceKeyTicksAndUnticks)
{
    study.addRun({.key = "old", .bits = study.someBits(3), .epochs = 4, .done = 4});
    study.addRun({.key = "new", .bits = study.someBits(0), .epochs = 4, .done = 4});
    open();
    auto* history = page->findChild<HistoryList*>();
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart(RunCharts::Loss).keys().contains(u"new"_s); }, 3000));
    history->setFocus();
    QTest::keyClick(history, Qt::Key_Space); // the chosen one stays drawn when another is chosen
    QTest::keyClick(history, Qt::Key_Down);
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart(RunCharts::Loss).keys().size() == 2; }, 3000));
    QTest::keyClick(history, Qt::Key_Up);
    QTest::keyClick(history, Qt::Key_Space);
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart(RunCharts::Loss).keys() == QStringList{u"new"_s}; }, 3000));
}

TEST_F(TrainingPageTest, AFailedRunSaysSoAboveItsCurvesAndGoesOn)
{
    study.addRun({.key = "alps65-0-", .bits = study.someBits(3), .epochs = 5, .done = 1, .state = RunState::Failed, .message = "The loss became NaN."});
    open();
    ASSERT_TRUE(QTest::qWaitFor([&] { return find<QWidget>("notice")->isVisible(); }, 3000));
    auto* panel = find<QWidget>("notice")->findChild<StatePanel*>();
    ASSERT_TRUE(QTest::qWaitFor([&] { return panel->action(1) && panel->action(1)->text() == u"Go on from epoch 1"_s; }, 3000));
    QTest::mouseClick(panel->action(0), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return session->currentJob().has_value(); }, 3000));
    const auto arguments = session->currentJob()->arguments;
    EXPECT_NE(std::ranges::find(arguments, "--lr"), arguments.end());
    session->stopJob(session->currentJob()->id);
    EXPECT_TRUE(QTest::qWaitFor([&] { return !session->currentJob(); }, 3000));
}

TEST_F(TrainingPageTest, ThePaletteFindsRunsAndAssignments)
{
    study.addRun({.key = "old", .bits = study.someBits(3), .epochs = 4, .done = 4});
    open();
    const auto actions = page->actions(u"alps"_s);
    std::vector<std::string> titles;
    for (const auto& action : actions) titles.push_back(action.title.toStdString());
    EXPECT_EQ(titles, (std::vector<std::string>{"Fine-tune alps65", "Show run alps65"}));
    actions.front().run();
    EXPECT_TRUE(find<QWidget>("newRunForm")->isVisible());
    EXPECT_TRUE(page->actions(u"no such thing"_s).empty());
}

TEST_F(TrainingPageTest, NothingOfAStudyStaysWhenItIsClosed)
{
    study.addRun({.key = "old", .bits = study.someBits(3), .epochs = 4, .done = 4});
    open();
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart(RunCharts::Loss).keys().contains(u"old"_s); }, 3000));
    session->close();
    EXPECT_TRUE(find<StatePanel>("empty")->isVisible());
    EXPECT_EQ(page->findChild<HistoryList*>()->shownRuns(), 0);
    EXPECT_TRUE(chart(RunCharts::Loss).keys().isEmpty());
}

} // namespace
} // namespace halftone
