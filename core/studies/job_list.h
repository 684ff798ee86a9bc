// What may be done with the jobs of a study: plain changes of a list, for the queue that runs them and for those who only ask.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/store/study_records.h"

namespace halftone {

using JobList = std::vector<JobRecord>; // by position

// Stands in a job's arguments where the path of the study goes, so that a study that was moved keeps its jobs.
inline constexpr const char* kStudyPlaceholder = "STUDY";
// The first argument that is the placeholder becomes the path, or the other way round.
std::vector<std::string> withStudyPath(std::vector<std::string> arguments, const std::filesystem::path& study);
std::vector<std::string> withPlaceholder(std::vector<std::string> arguments, const std::filesystem::path& study);

JobRecord* findJob(JobList& jobs, std::int64_t id); // nullptr when it is not there
// Each changes one job or says why it cannot: NotFound, or BadInput when its state forbids it. Whoever runs the queue looks at
// the states: Paused holds a running job, Waiting lets it go on, Stopped ends it.
Status pauseJob(JobList& jobs, std::int64_t id);
Status resumeJob(JobList& jobs, std::int64_t id);
Status stopJob(JobList& jobs, std::int64_t id, std::int64_t now);
Status retryJob(JobList& jobs, std::int64_t id); // behind all others
Status removeJob(JobList& jobs, std::int64_t id); // not a running one
Status moveJob(JobList& jobs, std::int64_t id, int index); // among those that wait or are paused; beyond the last: the last
void addJob(JobList& jobs, JobRecord job); // behind all others
// A job that was interrupted waits again, before all others.
void putBack(JobList& jobs, std::int64_t id);

// "waiting", "running", "paused", "done", "failed", "stopped".
std::string toText(JobState state);

} // namespace halftone
