// Named curves of runs in a study file.
#include <SQLiteCpp/SQLiteCpp.h>

#include <cmath>

#include "tests/unit/store/study_folder.h"

using namespace halftone;

namespace {

class Series : public StudyFolder { };

EpochRecord epochOf(int number) { return {.epoch = number, .loss = 1, .trainMetric = 0.5, .seconds = 2}; }

SeriesByName lossesOf(int epoch) { return {{"loss", {{epoch - 0.5, 0.5 * epoch}, {epoch + 0.0, 0.25 * epoch}}}}; }

} // namespace

TEST_F(Series, JoinTheEpochsOfEachCurveInOrder)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    SeriesByName second = lossesOf(2);
    second["test accuracy"] = {{2, 0.75}};
    second["nothing yet"] = {};
    ASSERT_TRUE(study.saveSeries(id, 2, second).ok());
    ASSERT_TRUE(study.saveSeries(id, 10, {{"loss", {{9.5, -1e-310}}}}).ok());
    ASSERT_TRUE(study.saveSeries(id, 1, lossesOf(1)).ok());
    const SeriesByName expected = {{"loss", {{0.5, 0.5}, {1, 0.25}, {1.5, 1}, {2, 0.5}, {9.5, -1e-310}}}, {"nothing yet", {}},
        {"test accuracy", {{2, 0.75}}}};
    EXPECT_EQ(*study.series(id), expected);
    EXPECT_TRUE(study.series(id + 1)->empty());
}

TEST_F(Series, OfAnEpochAreReplacedTogether)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    ASSERT_TRUE(study.saveSeries(id, 1, {{"loss", {{1, 1}}}, {"learning rate", {{1, 0.1}}}}).ok());
    ASSERT_TRUE(study.saveSeries(id, 1, {{"loss", {{1, std::nan("")}}}}).ok());
    const auto series = study.series(id);
    ASSERT_EQ(series->size(), 1u);
    EXPECT_TRUE(std::isnan(series->at("loss").at(0).value));
}

TEST_F(Series, OfLaterEpochsGoWhenTheRunIsSetBack)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    for (const int e : {1, 2, 3}) {
        ASSERT_TRUE(study.saveEpoch(id, epochOf(e), {}, bytesOf("c")).ok());
        ASSERT_TRUE(study.saveSeries(id, e, lossesOf(e)).ok());
    }
    ASSERT_TRUE(study.saveEpoch(id, epochOf(2), {}, bytesOf("c")).ok());
    EXPECT_EQ(study.series(id)->at("loss").size(), 4u); // epochs 1 and 2, the latter about to be replaced
    EXPECT_EQ(study.series(id)->at("loss").back(), (SeriesPoint{2, 0.5}));
}

TEST_F(Series, GoWithTheirRun)
{
    auto study = newStudy();
    const std::int64_t id = *study.startRun(someRun("key"));
    ASSERT_TRUE(study.saveSeries(id, 1, lossesOf(1)).ok());
    ASSERT_TRUE(study.removeRun(id).ok());
    EXPECT_TRUE(study.series(id)->empty());
    EXPECT_TRUE(study.check()->sound());
}

TEST_F(Series, AreRefusedForRunsThatDoNotRunAndEpochsThatAreNone)
{
    auto study = newStudy();
    EXPECT_EQ(study.saveSeries(7, 1, lossesOf(1)).error().code, ErrorCode::NotFound);
    const std::int64_t id = *study.startRun(someRun("key"));
    EXPECT_EQ(study.saveSeries(id, 0, lossesOf(1)).error().code, ErrorCode::BadInput);
    EXPECT_EQ(study.saveSeries(id, 1, {{"", {}}}).error().code, ErrorCode::BadInput);
    ASSERT_TRUE(study.finishRun(id, {}).ok());
    EXPECT_EQ(study.saveSeries(id, 1, lossesOf(1)).error().code, ErrorCode::BadInput);
}

TEST_F(Series, ThatAreCutShortAreCorruptAndFoundByTheCheck)
{
    std::int64_t id = 0;
    {
        auto study = newStudy();
        id = *study.startRun(someRun("key"));
        ASSERT_TRUE(study.saveSeries(id, 1, lossesOf(1)).ok());
    }
    SQLite::Database(studyPath().string(), SQLite::OPEN_READWRITE).exec("UPDATE run_series SET points = x'00'");
    const auto study = StudyFile::open(studyPath());
    EXPECT_EQ(study->series(id).error().code, ErrorCode::Corrupt);
    EXPECT_EQ(study->check()->findings, std::vector<std::string>{"A curve of run 1 is cut short."});
}
