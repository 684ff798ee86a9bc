// The curves of runs: what was told while a run trained is what the study has stored.
#include <map>
#include <mutex>

#include "core/studies/parallel_work.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;

namespace {

struct KeepSamples final : ProgressSink {
    void progress(const Progress& p) override
    {
        if (stopAfter > 0 && p.step.starts_with("fine-tune") && p.done > stopAfter) stop.request_stop();
    }
    void note(std::string_view) override { }
    void sample(const CurveSample& sample) override
    {
        const std::scoped_lock lock(mutex);
        samples.push_back(sample);
    }
    SeriesByName series(const std::string& run) const
    {
        SeriesByName made;
        for (const auto& sample : samples)
            if (sample.run == run) made[sample.series].push_back({sample.epoch, sample.value});
        return made;
    }
    std::mutex mutex;
    std::vector<CurveSample> samples;
    std::stop_source stop;
    std::int64_t stopAfter = 0;
};

class CurvesOfRuns : public SmallStudy {
protected:
    Study newStudy(const char* name = "a.halftone")
    {
        auto made = options();
        made.path = m_folder / name;
        auto study = Study::create(made, m_environment);
        EXPECT_TRUE(study.ok()) << study.error().message;
        return std::move(*study);
    }
    static FinetuneOptions shortTraining(std::int64_t epochs)
    {
        FinetuneOptions training{.assignment = "4"};
        training.recipe.epochs = epochs;
        training.recipe.batchSize = 32; // 8 updates an epoch
        return training;
    }
};

} // namespace

TEST_F(CurvesOfRuns, LiveAndStoredAreEqual)
{
    Study study = newStudy();
    KeepSamples sink;
    const auto run = finetune(study, shortTraining(2), TaskContext({}, &sink));
    ASSERT_TRUE(run.ok()) << run.error().message;
    const auto stored = study.file().series(run->run.id);
    ASSERT_TRUE(stored.ok()) << stored.error().message;
    EXPECT_EQ(*stored, sink.series(run->run.key));
    EXPECT_EQ(stored->size(), 4 + study.table().layers.size());
    EXPECT_EQ(stored->at("loss").size(), 16u);
    EXPECT_EQ(stored->at("learning rate").size(), 16u);
    EXPECT_EQ(stored->at("weight step layer1.0.conv1").size(), 16u);
    const auto& tested = stored->at("test accuracy");
    ASSERT_EQ(tested.size(), 2u);
    for (std::size_t e = 0; e < 2; ++e) {
        EXPECT_EQ(tested[e], (SeriesPoint{static_cast<double>(e + 1), *run->epochs[e].testMetric}));
        EXPECT_EQ(stored->at("train accuracy")[e].value, run->epochs[e].trainMetric);
        double sum = 0;
        for (std::size_t i = 8 * e; i < 8 * e + 8; ++i) sum += stored->at("loss")[i].value;
        EXPECT_NEAR(sum / 8, run->epochs[e].loss, 1e-12);
    }
}

TEST_F(CurvesOfRuns, AStoppedRunGoesOnWithTheSameCurves)
{
    Study study = newStudy(), other = newStudy("b.halftone");
    KeepSamples sink;
    sink.stopAfter = 12; // in the second epoch
    ASSERT_FALSE(finetune(study, shortTraining(3), TaskContext(sink.stop.get_token(), &sink)).ok());
    const auto resumed = finetune(study, shortTraining(3));
    const auto straight = finetune(other, shortTraining(3));
    ASSERT_TRUE(resumed.ok() && straight.ok());
    EXPECT_EQ(*study.file().series(resumed->run.id), *other.file().series(straight->run.id));
}

TEST_F(CurvesOfRuns, RunsSideBySideAreToldApartAndHaveOneTestAccuracyEach)
{
    Study study = newStudy();
    KeepSamples sink;
    std::vector<RunReport> reports(2);
    ASSERT_TRUE(study.dataset().ok()); // as stages do: the first use opens it, and that is for one thread
    const auto done
        = runInParallel(2, 2, "two runs", TaskContext({}, &sink), [&](std::int64_t i, const TaskContext& task) -> Status {
              RunRequest request{.kind = "frontier", .assignment = uniformAssignment(study.table(), i == 0 ? 4 : 2)};
              request.recipe = shortTraining(2).recipe;
              HALFTONE_TRY(reports[static_cast<std::size_t>(i)], runTraining(study, request, task));
              return {};
          });
    ASSERT_TRUE(done.ok()) << done.error().message;
    for (const auto& report : reports) {
        const auto stored = study.file().series(report.run.id);
        ASSERT_TRUE(stored.ok());
        EXPECT_EQ(*stored, sink.series(report.run.key));
        EXPECT_EQ(stored->size(), 4u); // no weight steps: nobody looks at each of a frontier's runs
        ASSERT_EQ(stored->at("test accuracy").size(), 1u);
        EXPECT_EQ(stored->at("test accuracy")[0], (SeriesPoint{2, *report.run.metrics->testMetric}));
        EXPECT_EQ(stored->at("loss").size(), 16u);
    }
}
