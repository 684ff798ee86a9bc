// Estimates: the arithmetic of speeds by hand, and what a study needs against what it then trains.
#include "core/studies/time_estimates.h"

#include "core/execution/torch_settings.h"
#include "core/studies/training_speed.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;

namespace {

class TimeEstimates : public SmallStudy {
protected:
    void SetUp() override
    {
        setTorchThreads(m_environment.threads);
        SmallStudy::SetUp();
    }
    Study newStudy()
    {
        auto study = Study::create(options(), m_environment);
        EXPECT_TRUE(study.ok()) << study.error().message;
        return std::move(*study);
    }
    static FinetuneOptions shortTraining(std::int64_t epochs)
    {
        FinetuneOptions training{.assignment = "4"};
        training.recipe.epochs = epochs;
        training.recipe.batchSize = 32;
        return training;
    }
};

} // namespace

TEST(TrainingSpeed, ScalesTheMedianByImagesAndEpochs)
{
    TrainingSpeed speed(2);
    for (const double seconds : {0.5, 0.001, 0.002}) speed.addEpoch({.secondsPerImage = seconds, .threads = 2});
    EXPECT_DOUBLE_EQ(speed.seconds({.runs = 3, .epochs = 4, .images = 100}), 0.002 * 3 * 4 * 100);
    speed.addEpoch({.secondsPerImage = 0.004, .threads = 2});
    EXPECT_DOUBLE_EQ(speed.seconds({.images = 100}), 0.003 * 100); // of four: the mean of the two in the middle
    EXPECT_EQ(speed.seconds({.runs = 0, .images = 100}), 0);
    EXPECT_EQ(TrainingSpeed(2).seconds({.images = 100}), 0);
}

TEST(TrainingSpeed, RunsSideBySideTakeAThreadEachAndGoInRounds)
{
    TrainingSpeed speed(2);
    speed.addEpoch({.secondsPerImage = 0.01, .threads = 1});
    EXPECT_DOUBLE_EQ(speed.seconds({.runs = 4, .images = 100, .sideBySide = true}), 2.0);
    EXPECT_DOUBLE_EQ(speed.seconds({.runs = 5, .images = 100, .sideBySide = true}), 3.0);
    EXPECT_DOUBLE_EQ(speed.seconds({.runs = 1, .images = 100}), 0.5); // both threads on one run
}

TEST(TrainingSpeed, TakesTheEpochsMostLikeTheLoad)
{
    TrainingSpeed speed(4);
    speed.addEpoch({.secondsPerImage = 1, .threads = 4, .quantized = false});
    speed.addEpoch({.secondsPerImage = 2, .threads = 4, .quantized = true, .distils = true});
    speed.addEpoch({.secondsPerImage = 3, .threads = 1, .quantized = true, .distils = false});
    EXPECT_DOUBLE_EQ(speed.seconds({.images = 1, .quantized = false}), 1);
    EXPECT_DOUBLE_EQ(speed.seconds({.images = 1, .distils = true}), 2);
    EXPECT_DOUBLE_EQ(speed.seconds({.images = 1, .distils = false}), 2); // threads before the teacher
    EXPECT_DOUBLE_EQ(speed.seconds({.images = 1, .distils = true, .sideBySide = true}), 3);
}

TEST_F(TimeEstimates, WithoutRunsAShortTrialIsMeasuredAndNothingIsKept)
{
    Study study = newStudy();
    const auto made = estimateFinetune(study, shortTraining(3));
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ(made->origin, "measured on a short trial");
    EXPECT_GT(made->seconds, 0);
    EXPECT_EQ(made->runs, 1);
    EXPECT_EQ(made->storedRuns, 0);
    EXPECT_EQ(made->imageEpochs, 3 * 256);
    EXPECT_TRUE(study.file().runs()->empty());
    const auto evaluation = estimateEvaluation(study, {});
    ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
    EXPECT_GT(evaluation->seconds, 0);
    EXPECT_EQ(evaluation->runs, 0);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = estimateFinetune(study, shortTraining(3), TaskContext(stop.get_token()));
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
}

TEST_F(TimeEstimates, FinishedRunsAreMeasuresAndCostNothingThemselves)
{
    Study study = newStudy();
    const auto run = finetune(study, shortTraining(2));
    ASSERT_TRUE(run.ok()) << run.error().message;
    const auto same = estimateFinetune(study, shortTraining(2));
    ASSERT_TRUE(same.ok());
    EXPECT_EQ(same->seconds, 0);
    EXPECT_EQ(same->origin, "already stored");
    EXPECT_EQ(same->storedRuns, 1);
    const auto longer = estimateFinetune(study, shortTraining(7));
    ASSERT_TRUE(longer.ok());
    EXPECT_EQ(longer->origin, "measured on this study's runs");
    // By hand: seven epochs of the median's length, and eight evaluations; the run had three of them.
    const double epoch = 0.5 * (run->epochs[0].seconds + run->epochs[1].seconds);
    const double evaluation = (run->run.wallSeconds - run->epochs[0].seconds - run->epochs[1].seconds) / 3;
    EXPECT_NEAR(longer->seconds, 7 * epoch + 8 * evaluation, 1e-9 * longer->seconds);
    EXPECT_EQ(longer->imageEpochs, 7 * 256);
    const auto tested = estimateEvaluation(study, {.assignment = "4", .limit = 50});
    ASSERT_TRUE(tested.ok());
    EXPECT_NEAR(tested->seconds, evaluation / 2, 1e-9);
    EXPECT_FALSE(estimateFinetune(study, {.assignment = "nothing"}).ok());
    EXPECT_FALSE(estimateExport(study, {.assignment = "nothing"}).ok());
    EXPECT_GT(estimateExport(study, {.assignment = "4"})->seconds, tested->seconds);
}

TEST_F(TimeEstimates, AFrontiersEstimateCountsTheRunsThatItThenTrains)
{
    Study study = newStudy();
    FrontierOptions options{
        .metrics = {"eagl", "uniform", "random"}, .budgets = {0.75}, .seeds = 1, .epochs = 1, .scoring = {.baseEpochs = 1}};
    const auto before = estimateFrontier(study, options);
    ASSERT_TRUE(before.ok()) << before.error().message;
    ASSERT_EQ(before->parts.size(), 4u); // base network, eagl, frontier, evaluation
    EXPECT_EQ(before->parts[0].name, "base network");
    EXPECT_EQ(before->parts[2].name, "frontier");
    // 4 bit, 2 bit, uniform, random (which may be uniform's choice), and EAGL's point, whose choice is not known.
    EXPECT_GE(before->parts[2].runs, 4);
    EXPECT_LE(before->parts[2].runs, 5);
    EXPECT_EQ(before->imageEpochs, 256 + before->parts[2].runs * 256);
    const auto trained = frontier(study, options);
    ASSERT_TRUE(trained.ok()) << trained.error().message;
    const auto after = estimateFrontier(study, options);
    ASSERT_TRUE(after.ok());
    EXPECT_LE(trained->runsTrained, before->parts[2].runs);
    EXPECT_EQ(after->parts[2].runs, trained->runsTrained);
    EXPECT_EQ(after->parts[2].storedRuns, trained->runsTrained);
    EXPECT_EQ(after->seconds, 0);
    EXPECT_EQ(after->origin, "already stored");
    const auto scores = estimateScore(study, {.metrics = {"eagl", "alps"}, .baseEpochs = 1});
    ASSERT_TRUE(scores.ok()) << scores.error().message;
    EXPECT_EQ(scores->parts[0].storedRuns, 1); // the base network
    EXPECT_EQ(scores->parts[2].runs, 7); // six groups and the reference
    EXPECT_EQ(scores->parts[2].storedRuns, 0);
    EXPECT_EQ(scores->imageEpochs, 7 * 256);
    options.metrics = {"eagel"};
    EXPECT_FALSE(estimateFrontier(study, options).ok());
}
