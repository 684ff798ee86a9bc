// halftone jobs: what waits in a study's queue; adding, pausing, stopping, and running it here.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>
#include <set>
#include <thread>

#include "app/command_words.h"
#include "app/commands/all_commands.h"
#include "app/invocation.h"
#include "app/progress_display.h"
#include "app/run_command.h"
#include "app/text_table.h"
#include "core/studies/job_list.h"
#include "core/studies/job_queue.h"

namespace halftone {

namespace {

struct JobsArguments {
    std::filesystem::path study;
    std::string add, title;
    std::optional<std::int64_t> pause, resume, cancel, retry, remove;
    bool run = false;
};

std::string jsonOf(const JobList& jobs)
{
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const JobRecord& job : jobs)
        list.push_back({{"id", job.id}, {"title", job.title}, {"state", toText(job.state)}, {"arguments", job.arguments},
            {"message", job.message}, {"created_at", job.createdAt}, {"started_at", job.startedAt},
            {"finished_at", job.finishedAt}});
    return nlohmann::ordered_json{{"jobs", list}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string tableOf(const JobList& jobs)
{
    if (jobs.empty()) return "No jobs. Add one with --add \"score STUDY --metric eagl\".\n";
    TextTable table({{"Job", TextTable::Align::Right}, {"State"}, {"Title"}, {"Took", TextTable::Align::Right}, {"Message"}});
    for (const JobRecord& job : jobs) {
        const bool ended = job.startedAt > 0 && job.finishedAt >= job.startedAt;
        table.add({std::to_string(job.id), toText(job.state), job.title,
            ended ? durationText(static_cast<double>(job.finishedAt - job.startedAt)) : "", job.message});
    }
    return table.text();
}

Result<JobRecord> newJob(const JobsArguments& a)
{
    HALFTONE_TRY(std::vector<std::string> words, splitWords(a.add));
    if (!words.empty() && words.front() == "halftone") words.erase(words.begin());
    words = withPlaceholder(std::move(words), a.study);
    if (std::find(words.begin(), words.end(), kStudyPlaceholder) == words.end())
        return Error{ErrorCode::BadInput, "--add wants a command on this study, for example \"score STUDY --metric eagl\"."};
    for (const char* const unfit : {"jobs", "new", "demo"})
        if (words.front() == unfit)
            return Error{ErrorCode::BadInput, "'" + words.front() + "' cannot wait in the queue of a study; run it by itself."};
    HALFTONE_CHECK(checkCommand(withStudyPath(words, a.study)));
    std::string title = a.title.empty() ? joinWords(words) : a.title;
    std::size_t length = std::min<std::size_t>(title.size(), 200); // bytes that the study keeps
    while (length < title.size() && (title[length] & 0xC0) == 0x80) --length; // between two letters
    title.resize(length);
    return JobRecord{.arguments = std::move(words), .title = std::move(title)};
}

// All that was asked for, or nothing. Answers the jobs.
Result<JobList> change(StudyFile& file, const JobsArguments& a)
{
    if (a.add.empty() && !a.pause && !a.resume && !a.cancel && !a.retry && !a.remove) return file.jobs();
    std::optional<JobRecord> added;
    if (!a.add.empty()) {
        HALFTONE_TRY(added, newJob(a));
        HALFTONE_TRY(added->id, file.reserveJobIds(1));
    }
    Status done;
    const auto change = [&](const std::optional<std::int64_t>& id, auto&& how) {
        if (id && done.ok()) done = how(*id);
    };
    auto changed = file.changeJobs([&](JobList& jobs) {
        const JobList before = jobs;
        if (added) addJob(jobs, *added);
        change(a.pause, [&](std::int64_t id) { return pauseJob(jobs, id); });
        change(a.resume, [&](std::int64_t id) { return resumeJob(jobs, id); });
        change(a.cancel, [&](std::int64_t id) { return stopJob(jobs, id, static_cast<std::int64_t>(std::time(nullptr))); });
        change(a.retry, [&](std::int64_t id) { return retryJob(jobs, id); });
        change(a.remove, [&](std::int64_t id) { return removeJob(jobs, id); });
        if (!done.ok()) jobs = before;
    });
    HALFTONE_CHECK(done);
    return changed;
}

// Tells the terminal how the jobs go.
class Teller final : public JobListener {
public:
    explicit Teller(Invocation& invocation)
        : m_invocation(invocation)
        , m_task(invocation.task())
    {
    }
    void jobProgress(std::int64_t id, const Progress& p, double) override
    {
        m_task.report(fmt::format("job {}: {}", id, p.step), p.done, p.total, p.detail);
    }
    void jobNote(std::int64_t, const std::string& sentence) override { m_task.note(sentence); }
    void jobFinished(const JobRecord& job, const Result<std::string>&) override
    {
        if (job.state == JobState::Failed) ++m_failures;
        m_invocation.print(fmt::format(
            "Job {} {}: {}{}{}\n", job.id, toText(job.state), job.title, job.message.empty() ? "" : ". ", job.message));
    }
    int failures() const { return m_failures; }

private:
    Invocation& m_invocation;
    TaskContext m_task;
    std::atomic<int> m_failures{0};
};

// Until nothing waits or runs; a job that is held from elsewhere keeps it.
Result<int> runJobs(const std::filesystem::path& study, Invocation& invocation)
{
    Teller teller(invocation);
    HALFTONE_TRY(auto queue, JobQueue::open(study, commandRunner(invocation.environment()), &teller));
    const auto hasWork = [&queue] {
        const JobList jobs = queue->jobs();
        return queue->running() || std::any_of(jobs.begin(), jobs.end(), [](const JobRecord& job) {
            return job.state == JobState::Waiting || job.state == JobState::Running;
        });
    };
    const TaskContext task = invocation.task();
    while (hasWork()) {
        if (task.stopRequested())
            return Error{
                ErrorCode::Cancelled, "Stopped; the jobs that are left wait, and 'halftone jobs --run' goes on with them."};
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    queue.reset(); // a job has ended a moment before the teller hears of it; with its threads gone, everything is told
    return teller.failures() > 0 ? kFailed : kDone;
}

} // namespace

void addJobsCommand(CLI::App& app, Invocation& invocation)
{
    auto a = std::make_shared<JobsArguments>(); // shared with the callback
    CLI::App& command = *app.add_subcommand("jobs", "The queue of a study: commands that wait, run, or have run");
    command.add_option("study", a->study, "The study file")->required();
    command.add_option("--add", a->add, "A command to put into the queue, \"score STUDY --metric eagl\"");
    command.add_option("--title", a->title, "What the added job is called, when not by its command");
    command.add_option("--pause", a->pause, "The number of a job to hold; one that runs in a window is held there");
    command.add_option("--resume", a->resume, "The number of a paused job that shall go on");
    command.add_option("--cancel", a->cancel, "The number of a job to stop");
    command.add_option("--retry", a->retry, "The number of a failed or stopped job to try again");
    command.add_option("--remove", a->remove, "The number of a job to take off the list");
    command.add_flag("--run", a->run, "Run the jobs here until none waits");
    invocation.add(command, [&invocation, a]() -> Result<int> {
        HALFTONE_TRY(StudyFile file, StudyFile::open(a->study));
        HALFTONE_TRY(JobList jobs, change(file, *a));
        int status = kDone;
        if (a->run) {
            HALFTONE_TRY(status, runJobs(a->study, invocation));
            HALFTONE_TRY(jobs, file.jobs());
        }
        invocation.printJson(jsonOf(jobs));
        if (!a->run) invocation.print(tableOf(jobs));
        return status;
    });
}

} // namespace halftone
