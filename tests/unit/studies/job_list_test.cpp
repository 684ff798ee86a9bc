// Changes of a list of jobs: order, states, and what is refused.
#include "core/studies/job_list.h"

#include <gtest/gtest.h>

using namespace halftone;

namespace {

JobList jobsOf(const std::vector<JobState>& states)
{
    JobList jobs;
    for (std::size_t i = 0; i < states.size(); ++i)
        jobs.push_back({.id = static_cast<std::int64_t>(i + 1),
            .position = static_cast<double>(i + 1),
            .arguments = {"score", "STUDY"},
            .title = "job",
            .state = states[i]});
    return jobs;
}

std::vector<std::int64_t> idsOf(const JobList& jobs)
{
    std::vector<std::int64_t> ids;
    for (const JobRecord& job : jobs) ids.push_back(job.id);
    return ids;
}

using Ids = std::vector<std::int64_t>;
constexpr auto kWaiting = JobState::Waiting;
constexpr auto kRunning = JobState::Running;
constexpr auto kPaused = JobState::Paused;
constexpr auto kDone = JobState::Done;
constexpr auto kFailed = JobState::Failed;
constexpr auto kStopped = JobState::Stopped;

} // namespace

TEST(JobList, MovesAJobAmongThoseThatWait)
{
    JobList jobs = jobsOf({kDone, kRunning, kWaiting, kPaused, kWaiting});
    ASSERT_TRUE(moveJob(jobs, 5, 0).ok());
    EXPECT_EQ(idsOf(jobs), (Ids{1, 2, 5, 3, 4}));
    ASSERT_TRUE(moveJob(jobs, 5, 1).ok());
    EXPECT_EQ(idsOf(jobs), (Ids{1, 2, 3, 5, 4}));
    ASSERT_TRUE(moveJob(jobs, 3, 99).ok());
    EXPECT_EQ(idsOf(jobs), (Ids{1, 2, 5, 4, 3}));
    ASSERT_TRUE(moveJob(jobs, 3, -1).ok());
    EXPECT_EQ(idsOf(jobs), (Ids{1, 2, 3, 5, 4}));
    EXPECT_EQ(moveJob(jobs, 2, 0).error().code, ErrorCode::BadInput); // runs
    EXPECT_EQ(moveJob(jobs, 1, 0).error().code, ErrorCode::BadInput); // is done
}

TEST(JobList, MovesAlsoWhereSomebodyGaveTwoJobsOnePlace)
{
    JobList jobs = jobsOf({kWaiting, kWaiting, kWaiting});
    for (JobRecord& job : jobs) job.position = 1;
    ASSERT_TRUE(moveJob(jobs, 3, 0).ok());
    EXPECT_EQ(idsOf(jobs), (Ids{3, 1, 2}));
}

TEST(JobList, ChangesOnlyStatesThatAllowIt)
{
    const std::vector<JobState> all = {kWaiting, kRunning, kPaused, kDone, kFailed, kStopped};
    const auto allowed = [&all](const auto& change) {
        Ids ids;
        for (std::int64_t id = 1; id <= 6; ++id) {
            JobList jobs = jobsOf(all);
            const Status done = change(jobs, id);
            if (done.ok())
                ids.push_back(id);
            else
                EXPECT_EQ(jobs, jobsOf(all));
        }
        return ids;
    };
    EXPECT_EQ(allowed(pauseJob), (Ids{1, 2}));
    EXPECT_EQ(allowed(resumeJob), (Ids{3}));
    EXPECT_EQ(allowed([](JobList& jobs, std::int64_t id) { return stopJob(jobs, id, 7); }), (Ids{1, 2, 3}));
    EXPECT_EQ(allowed(retryJob), (Ids{5, 6}));
    EXPECT_EQ(allowed(removeJob), (Ids{1, 3, 4, 5, 6}));
    JobList jobs = jobsOf(all);
    EXPECT_EQ(pauseJob(jobs, 7).error().code, ErrorCode::NotFound);
    EXPECT_EQ(pauseJob(jobs, 4).error().message, "Job 4 is done; only a job that waits or runs can be paused.");
}

TEST(JobList, TriesAgainBehindAllOthersAndAnew)
{
    JobList jobs = jobsOf({kFailed, kWaiting});
    jobs[0].message = "It broke.";
    jobs[0].startedAt = jobs[0].finishedAt = 5;
    ASSERT_TRUE(retryJob(jobs, 1).ok());
    EXPECT_EQ(idsOf(jobs), (Ids{2, 1}));
    EXPECT_EQ(jobs[1].message, "");
    EXPECT_EQ(jobs[1].startedAt, 0);
    EXPECT_EQ(jobs[1].finishedAt, 0);
}

TEST(JobList, PutsAnInterruptedJobBeforeAllThatWait)
{
    JobList jobs = jobsOf({kDone, kWaiting, kPaused, kRunning});
    putBack(jobs, 4);
    EXPECT_EQ(jobs[0].id + jobs[1].id, 5); // 1 and 4, of which the first has ended
    EXPECT_LT(findJob(jobs, 4)->position, findJob(jobs, 2)->position);
    EXPECT_EQ(findJob(jobs, 4)->state, kWaiting);
    putBack(jobs, 9); // gone: nothing happens
}

TEST(JobList, AddsBehindAllOthersOnce)
{
    JobList jobs;
    addJob(jobs, {.id = 1});
    addJob(jobs, {.id = 2});
    addJob(jobs, {.id = 1});
    EXPECT_EQ(idsOf(jobs), (Ids{1, 2}));
    EXPECT_LT(jobs[0].position, jobs[1].position);
}

TEST(JobList, WritesThePlaceholderForTheStudyAndBack)
{
    using Words = std::vector<std::string>;
    EXPECT_EQ(withPlaceholder({"score", "/a/b.halftone", "--metric", "eagl"}, "/a/./b.halftone"),
        (Words{"score", "STUDY", "--metric", "eagl"}));
    EXPECT_EQ(withPlaceholder({"evaluate", "STUDY", "/a/b.halftone", ""}, "/a/b.halftone"),
        (Words{"evaluate", "STUDY", "/a/b.halftone", ""}));
    EXPECT_EQ(withPlaceholder({"compare", "/other"}, "/a/b.halftone"), (Words{"compare", "/other"}));
    EXPECT_EQ(withStudyPath({"evaluate", "STUDY", "--assignment", "STUDY"}, "/a/b.halftone"),
        (Words{"evaluate", "/a/b.halftone", "--assignment", "STUDY"}));
    EXPECT_EQ(withStudyPath({}, "/a/b.halftone"), Words{});
}
