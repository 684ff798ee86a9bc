// Closing the window while it trains loses nothing: the run goes on in a new window, to the numbers of a run in one go.
#include <map>
#include <tuple>

#include <QElapsedTimer>

#include "core/store/study_file.h"
#include "tests/support/program.h"
#include "tests/unit/widgets/whole_job.h"

namespace halftone {
namespace {

using test::kLongMs;
using test::WholeJob;

// Points by series and place, as they were told while the run trained; a later one of the same place replaces the earlier.
class ToldCurves : public QObject {
public:
    void listenTo(const Session& session)
    {
        connect(&session, &Session::curveSampled, this, [this](const CurveSample& sample) {
            m_points[{sample.series, sample.epoch}] = sample.value;
            m_reached = std::max(m_reached, sample.epoch);
        });
    }
    double reached() const { return m_reached; } // epochs
    SeriesByName series() const
    {
        SeriesByName all;
        for (const auto& [place, value] : m_points) all[place.first].push_back({.epoch = place.second, .value = value});
        return all;
    }

private:
    std::map<std::pair<std::string, double>, double> m_points;
    double m_reached = 0;
};

RunRecord onlyRun(const StudyFile& file)
{
    const auto runs = file.runs();
    EXPECT_TRUE(runs.ok());
    EXPECT_EQ(runs->size(), 1u);
    return runs->empty() ? RunRecord{} : runs->front();
}

std::vector<std::tuple<int, double, double, std::optional<double>, double>> numbersOf(const StudyFile& file, std::int64_t run)
{
    std::vector<std::tuple<int, double, double, std::optional<double>, double>> numbers;
    const auto epochs = file.epochs(run); // kept: the loop would outlive a temporary
    EXPECT_TRUE(epochs.ok());
    for (const EpochRecord& epoch : *epochs)
        numbers.emplace_back(epoch.epoch, epoch.loss, epoch.trainMetric, epoch.testMetric, epoch.learningRate);
    return numbers;
}

TEST_F(WholeJob, ClosedWhileItTrainsGoesOnToTheNumbersOfOneGo)
{
    openDemo();
    const QString other = m_folder.filePath(QStringLiteral("one-go.halftone"));
    const QStringList finetune{QStringLiteral("finetune"), QStringLiteral("STUDY"), QStringLiteral("--assignment"), QStringLiteral("4"),
        QStringLiteral("--epochs"), QStringLiteral("2")};
    ToldCurves told;
    told.listenTo(*m_session);
    const std::int64_t job = m_session->enqueue(finetune, QStringLiteral("Fine-tune"));
    ASSERT_NE(job, 0);
    ASSERT_TRUE(QTest::qWaitFor([&] { return told.reached() > 1.2; }, kLongMs));

    QElapsedTimer timer;
    timer.start();
    m_window->close();
    EXPECT_LT(timer.elapsed(), 500); // the window's thread does not wait for the batch
    m_window.reset();
    m_session.reset();
    EXPECT_LT(timer.elapsed(), 20000); // a batch, not an epoch
    {
        const auto file = StudyFile::open(path().toStdString(), {.access = StudyAccess::ReadOnly});
        ASSERT_TRUE(file.ok());
        ASSERT_EQ(file->jobs()->size(), 1u);
        EXPECT_EQ(file->jobs()->front().state, JobState::Waiting);
        EXPECT_TRUE(onlyRun(*file).hasCheckpoint);
        EXPECT_FALSE(numbersOf(*file, onlyRun(*file).id).empty());
    }

    openWindow();
    told.listenTo(*m_session);
    const double before = told.reached();
    openStudy(path());
    ASSERT_EQ(m_session->jobs().size(), 1u);
    EXPECT_EQ(m_session->jobs().front().id, job);
    ASSERT_TRUE(workIsDone());
    EXPECT_GT(told.reached(), before);

    const auto line = "halftone new '" + other.toStdString() + "' --model zoo:fashion_resnet8 --data fashion-mnist --quiet && halftone finetune '"
        + other.toStdString() + "' --assignment 4 --epochs 2 --quiet";
    const auto oneGo = test::runProgram(m_folder.path().toStdString(), HALFTONE_PROGRAM, line);
    ASSERT_EQ(oneGo.status, 0) << oneGo.err;
    const auto here = StudyFile::open(path().toStdString(), {.access = StudyAccess::ReadOnly});
    const auto there = StudyFile::open(other.toStdString(), {.access = StudyAccess::ReadOnly});
    ASSERT_TRUE(here.ok() && there.ok());
    const RunRecord interrupted = onlyRun(*here), whole = onlyRun(*there);
    EXPECT_EQ(interrupted.key, whole.key);
    EXPECT_EQ(interrupted.state, RunState::Finished);
    EXPECT_EQ(interrupted.metrics, whole.metrics);
    EXPECT_EQ(*here->runWeights(interrupted.id), *there->runWeights(whole.id));
    EXPECT_EQ(numbersOf(*here, interrupted.id), numbersOf(*there, whole.id));
    EXPECT_EQ(*here->curve(interrupted.id), *there->curve(whole.id));
    EXPECT_EQ(*here->series(interrupted.id), *there->series(whole.id));
    // What was shown while it trained is what the study keeps.
    EXPECT_EQ(told.series(), *here->series(interrupted.id));
}

} // namespace
} // namespace halftone
