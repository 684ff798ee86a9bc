// Jobs in a study file: order, changes, and what is refused.
#include <SQLiteCpp/SQLiteCpp.h>

#include <cmath>

#include "tests/unit/store/study_folder.h"

using namespace halftone;

namespace {

class Jobs : public StudyFolder {
protected:
    void change(const char* sql) const { SQLite::Database(studyPath().string(), SQLite::OPEN_READWRITE).exec(sql); }
};

JobRecord someJob(const std::string& title, double position)
{
    return {.position = position, .arguments = {"score", "STUDY", ""}, .title = title, .createdAt = 1700000000};
}

} // namespace

TEST_F(Jobs, ComeByPositionAndKeepTheirIds)
{
    auto study = newStudy();
    const auto second = study.saveJob(someJob("second", 2));
    const auto first = study.saveJob(someJob("first", 1));
    ASSERT_TRUE(second.ok() && first.ok());
    ASSERT_EQ(study.jobs()->size(), 2u);
    JobRecord moved = study.jobs()->front();
    EXPECT_EQ(moved.id, *first);
    EXPECT_EQ(moved.title, "first");
    EXPECT_EQ(moved.arguments, (std::vector<std::string>{"score", "STUDY", ""}));
    moved.position = 2.5;
    moved.state = JobState::Failed;
    moved.message = "Not enough memory; close other programs.\nThen try again.";
    moved.finishedAt = 1700000009;
    EXPECT_EQ(*study.saveJob(moved), *first);
    EXPECT_EQ(study.jobs()->back(), moved);
    EXPECT_EQ(StudyFile::open(studyPath())->jobs()->back(), moved);
}

TEST_F(Jobs, GetTheTimeOfEnteringWhenTheyHaveNone)
{
    auto study = newStudy();
    JobRecord job = someJob("now", 1);
    job.createdAt = 0;
    ASSERT_TRUE(study.saveJob(job).ok());
    EXPECT_GT(study.jobs()->front().createdAt, 1'600'000'000);
}

TEST_F(Jobs, NeverGetTheIdOfARemovedOne)
{
    auto study = newStudy();
    const std::int64_t id = *study.saveJob(someJob("a", 1));
    ASSERT_TRUE(study.removeJob(id).ok());
    EXPECT_TRUE(study.jobs()->empty());
    EXPECT_EQ(study.removeJob(id).error().code, ErrorCode::NotFound);
    EXPECT_NE(*study.saveJob(someJob("b", 1)), id);
    JobRecord gone = someJob("a", 1);
    gone.id = id;
    EXPECT_EQ(study.saveJob(gone).error().code, ErrorCode::NotFound);
}

TEST_F(Jobs, WithoutSenseAreRefused)
{
    auto study = newStudy();
    JobRecord empty = someJob("empty", 1);
    empty.arguments.clear();
    EXPECT_EQ(study.saveJob(empty).error().code, ErrorCode::BadInput);
    EXPECT_EQ(study.saveJob(someJob("", 1)).error().code, ErrorCode::BadInput);
    EXPECT_FALSE(study.saveJob(someJob("nowhere", std::nan(""))).ok());
    JobRecord noText = someJob("no text", 1);
    noText.arguments.push_back("\xff\xfe");
    EXPECT_EQ(study.saveJob(noText).error().code, ErrorCode::BadInput);
    EXPECT_TRUE(study.jobs()->empty());
}

TEST_F(Jobs, ThatAreDamagedAreCorruptAndFoundByTheCheck)
{
    {
        ASSERT_TRUE(newStudy().saveJob(someJob("a", 1)).ok());
    }
    for (const char* arguments : {"'['", "'{}'", "'[1]'", "'\"score\"'", "''"}) {
        change(("UPDATE job SET arguments = " + std::string(arguments)).c_str());
        EXPECT_EQ(StudyFile::open(studyPath())->jobs().error().code, ErrorCode::Corrupt) << arguments;
    }
    change("UPDATE job SET arguments = '[]', state = 6");
    const auto study = StudyFile::open(studyPath());
    EXPECT_EQ(study->jobs().error().code, ErrorCode::Corrupt);
    EXPECT_EQ(study->check()->findings, std::vector<std::string>{"Job 1 has an unknown state."});
}

TEST_F(Jobs, AreChangedTogetherOrNotAtAll)
{
    auto study = newStudy();
    const std::int64_t first = *study.saveJob(someJob("first", 1));
    const std::int64_t second = *study.saveJob(someJob("second", 2));
    const std::int64_t reserved = *study.reserveJobIds(2);
    const auto changed = study.changeJobs([&](std::vector<JobRecord>& jobs) {
        jobs.erase(jobs.begin());
        jobs[0].state = JobState::Paused;
        JobRecord added = someJob("added", 0.5);
        added.id = reserved + 1;
        jobs.push_back(added);
    });
    ASSERT_TRUE(changed.ok()) << changed.error().message;
    ASSERT_EQ(changed->size(), 2u);
    EXPECT_EQ((*changed)[0].id, reserved + 1);
    EXPECT_EQ((*changed)[1].id, second);
    EXPECT_EQ((*changed)[1].state, JobState::Paused);
    EXPECT_EQ(*study.jobs(), *changed);
    EXPECT_GT(*study.saveJob(someJob("later", 9)), reserved + 1);
    const auto refused = study.changeJobs([&](std::vector<JobRecord>& jobs) {
        jobs.erase(jobs.begin());
        jobs[0].title.clear();
    });
    EXPECT_EQ(refused.error().code, ErrorCode::BadInput);
    EXPECT_EQ(study.jobs()->size(), 3u);
    EXPECT_NE(first, second);
}

TEST_F(Jobs, GetNumbersSetAsideForThem)
{
    auto study = newStudy();
    EXPECT_EQ(*study.reserveJobIds(10), 1);
    EXPECT_EQ(*study.reserveJobIds(10), 11);
    EXPECT_EQ(*study.saveJob(someJob("another program's", 1)), 21);
    ASSERT_TRUE(study.releaseJobIds(13, 20).ok()); // 21 was given since: nothing happens
    EXPECT_EQ(*study.reserveJobIds(5), 22);
    ASSERT_TRUE(study.releaseJobIds(23, 26).ok());
    EXPECT_EQ(*study.saveJob(someJob("next", 1)), 23);
    EXPECT_FALSE(study.reserveJobIds(0).ok());
    change("UPDATE sqlite_sequence SET seq = 9223372036854775807");
    EXPECT_EQ(study.reserveJobIds(1).error().code, ErrorCode::Corrupt);
}
