// Changes of a list of jobs.
#include "core/studies/job_list.h"

#include <algorithm>
#include <array>

namespace halftone {

namespace {

bool isPending(const JobRecord& job) { return job.state == JobState::Waiting || job.state == JobState::Paused; }

void sortJobs(JobList& jobs)
{
    std::sort(jobs.begin(), jobs.end(), [](const JobRecord& a, const JobRecord& b) {
        return a.position != b.position ? a.position < b.position : a.id < b.id;
    });
}

double positionAtEnd(const JobList& jobs) { return jobs.empty() ? 1 : jobs.back().position + 1; }

std::string nameOf(std::int64_t id) { return "Job " + std::to_string(id); }

Result<JobRecord*> requireJob(JobList& jobs, std::int64_t id)
{
    if (JobRecord* const job = findJob(jobs, id)) return job;
    return Error{ErrorCode::NotFound, "There is no job " + std::to_string(id) + "; it may have been removed."};
}

Error refused(const JobRecord& job, std::string_view cannot)
{
    return {ErrorCode::BadInput, nameOf(job.id) + " is " + toText(job.state) + "; " + std::string(cannot) + "."};
}

} // namespace

std::vector<std::string> withStudyPath(std::vector<std::string> arguments, const std::filesystem::path& study)
{
    const auto at = std::find(arguments.begin(), arguments.end(), kStudyPlaceholder);
    if (at != arguments.end()) *at = study.string();
    return arguments;
}

std::vector<std::string> withPlaceholder(std::vector<std::string> arguments, const std::filesystem::path& study)
{
    if (std::find(arguments.begin(), arguments.end(), kStudyPlaceholder) != arguments.end()) return arguments;
    const auto place = [](const std::filesystem::path& path) { return std::filesystem::absolute(path).lexically_normal(); };
    const auto at = std::find_if(arguments.begin(), arguments.end(),
        [&](const std::string& argument) { return !argument.empty() && place(argument) == place(study); });
    if (at != arguments.end()) *at = kStudyPlaceholder;
    return arguments;
}

JobRecord* findJob(JobList& jobs, std::int64_t id)
{
    const auto at = std::find_if(jobs.begin(), jobs.end(), [id](const JobRecord& job) { return job.id == id; });
    return at == jobs.end() ? nullptr : &*at;
}

Status pauseJob(JobList& jobs, std::int64_t id)
{
    HALFTONE_TRY(JobRecord* const job, requireJob(jobs, id));
    if (job->state != JobState::Waiting && job->state != JobState::Running)
        return refused(*job, "only a job that waits or runs can be paused");
    job->state = JobState::Paused;
    return {};
}

Status resumeJob(JobList& jobs, std::int64_t id)
{
    HALFTONE_TRY(JobRecord* const job, requireJob(jobs, id));
    if (job->state != JobState::Paused) return refused(*job, "only a paused job can go on");
    job->state = JobState::Waiting;
    return {};
}

Status stopJob(JobList& jobs, std::int64_t id, std::int64_t now)
{
    HALFTONE_TRY(JobRecord* const job, requireJob(jobs, id));
    if (!isPending(*job) && job->state != JobState::Running) return refused(*job, "it has ended already");
    job->state = JobState::Stopped;
    job->finishedAt = now;
    return {};
}

Status retryJob(JobList& jobs, std::int64_t id)
{
    HALFTONE_TRY(JobRecord* const job, requireJob(jobs, id));
    if (job->state != JobState::Failed && job->state != JobState::Stopped)
        return refused(*job, "only a failed or stopped job can be tried again");
    job->state = JobState::Waiting;
    job->message.clear();
    job->startedAt = 0;
    job->finishedAt = 0;
    job->position = positionAtEnd(jobs);
    sortJobs(jobs);
    return {};
}

Status removeJob(JobList& jobs, std::int64_t id)
{
    HALFTONE_TRY(const JobRecord* const job, requireJob(jobs, id));
    if (job->state == JobState::Running) return refused(*job, "stop it before it is removed");
    jobs.erase(jobs.begin() + (job - jobs.data()));
    return {};
}

Status moveJob(JobList& jobs, std::int64_t id, int index)
{
    HALFTONE_TRY(JobRecord* const job, requireJob(jobs, id));
    if (!isPending(*job)) return refused(*job, "only jobs that wait or are paused have a place in the queue");
    std::vector<JobRecord*> pending; // in their new order
    std::vector<double> positions; // that they share among themselves, so that nobody else's place changes
    for (JobRecord& other : jobs) {
        if (!isPending(other)) continue;
        positions.push_back(other.position);
        if (other.id != id) pending.push_back(&other);
    }
    const auto place = std::clamp<std::ptrdiff_t>(index, 0, static_cast<std::ptrdiff_t>(pending.size()));
    pending.insert(pending.begin() + place, job);
    for (std::size_t i = 1; i < positions.size(); ++i) // equal ones, which only a foreign hand makes, are pulled apart
        positions[i] = std::max(positions[i], positions[i - 1] + 1e-6);
    for (std::size_t i = 0; i < pending.size(); ++i) pending[i]->position = positions[i];
    sortJobs(jobs);
    return {};
}

void addJob(JobList& jobs, JobRecord job)
{
    if (findJob(jobs, job.id) != nullptr) return;
    job.position = positionAtEnd(jobs);
    jobs.push_back(std::move(job));
}

void putBack(JobList& jobs, std::int64_t id)
{
    JobRecord* const job = findJob(jobs, id);
    if (job == nullptr) return;
    job->state = JobState::Waiting;
    for (const JobRecord& other : jobs)
        if (other.id != id && isPending(other)) job->position = std::min(job->position, other.position - 1);
    sortJobs(jobs);
}

std::string toText(JobState state)
{
    constexpr std::array kNames = {"waiting", "running", "paused", "done", "failed", "stopped"};
    return kNames.at(static_cast<std::size_t>(state));
}

} // namespace halftone
