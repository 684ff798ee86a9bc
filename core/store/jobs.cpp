// The queue of jobs in a study file.
#include <nlohmann/json.hpp>

#include "core/store/database.h"
#include "core/store/record_checks.h"

namespace halftone {

namespace {

Error noJob(std::int64_t id)
{
    return {ErrorCode::NotFound, "The study has no job " + std::to_string(id) + "; it may have been removed."};
}

Error damagedJob(std::int64_t id, std::string_view what)
{
    return {ErrorCode::Corrupt,
        "Job " + std::to_string(id) + " in the study has " + std::string(what) + "; restore the file from a copy."};
}

Result<std::vector<std::string>> argumentsFrom(std::int64_t id, const std::string& text)
{
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_array()) return damagedJob(id, "unreadable arguments");
    std::vector<std::string> arguments;
    for (const auto& argument : json) {
        if (!argument.is_string()) return damagedJob(id, "unreadable arguments");
        arguments.push_back(argument.get<std::string>());
    }
    return arguments;
}

std::string textOf(const std::vector<std::string>& arguments) { return nlohmann::json(arguments).dump(); }

Result<std::vector<JobRecord>> readJobs(SQLite::Database& database)
{
    std::vector<JobRecord> jobs;
    Query query(database,
        "SELECT id, position, arguments, title, state, message, created_at, started_at, finished_at FROM job"
        " ORDER BY position, id");
    while (query.step()) {
        const std::int64_t id = query.integer(0);
        HALFTONE_TRY(auto arguments, argumentsFrom(id, query.text(2)));
        const std::int64_t state = query.integer(4);
        if (state < 0 || state > static_cast<std::int64_t>(JobState::Stopped)) return damagedJob(id, "an unknown state");
        jobs.push_back({.id = id,
            .position = query.real(1),
            .arguments = std::move(arguments),
            .title = query.text(3),
            .state = static_cast<JobState>(state),
            .message = query.text(5),
            .createdAt = query.integer(6),
            .startedAt = query.integer(7),
            .finishedAt = query.integer(8)});
    }
    return jobs;
}

// A job whose id is 0 gets one.
std::int64_t enterJob(SQLite::Database& database, const JobRecord& job)
{
    const std::optional<std::string> id = job.id == 0 ? std::nullopt : std::optional(std::to_string(job.id));
    Query(database,
        "INSERT INTO job(id, position, arguments, title, state, message, created_at, started_at, finished_at)"
        " VALUES(CAST(? AS INTEGER), ?, ?, ?, ?, ?, ?, ?, ?)",
        id, job.position, textOf(job.arguments), job.title, static_cast<int>(job.state), job.message,
        timeOrNow(database, job.createdAt), job.startedAt, job.finishedAt)
        .run();
    return lastRow(database);
}

void updateJob(SQLite::Database& database, const JobRecord& job)
{
    Query(database,
        "UPDATE job SET position = ?, arguments = ?, title = ?, state = ?, message = ?, created_at = ?, started_at = ?,"
        " finished_at = ? WHERE id = ?",
        job.position, textOf(job.arguments), job.title, static_cast<int>(job.state), job.message,
        timeOrNow(database, job.createdAt), job.startedAt, job.finishedAt, job.id)
        .run();
}

// The highest id that was ever given or set aside.
std::int64_t lastJobId(SQLite::Database& database)
{
    Query query(database,
        "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'job'), 0),"
        " coalesce((SELECT max(id) FROM job), 0))");
    query.step();
    return query.integer(0);
}

void setLastJobId(SQLite::Database& database, std::int64_t id)
{
    Query(database, "UPDATE sqlite_sequence SET seq = ? WHERE name = 'job'", id).run();
    if (changedRows(database) == 0) Query(database, "INSERT INTO sqlite_sequence(name, seq) VALUES('job', ?)", id).run();
}

} // namespace

Status StudyFile::checkJob(const JobRecord& job)
{
    HALFTONE_CHECK(checkName(job.title, "The title of a job"));
    HALFTONE_CHECK(checkFinite({{"position", job.position}}, "the job"));
    if (job.arguments.empty()) return Error{ErrorCode::BadInput, "A job without arguments does nothing; give its command."};
    for (const std::string& argument : job.arguments) HALFTONE_CHECK(checkText(argument, "An argument of a job"));
    return {};
}

Result<std::int64_t> StudyFile::saveJob(const JobRecord& job)
{
    HALFTONE_CHECK(checkJob(job));
    return m_database->write("Saving a job", [&](SQLite::Database& database) -> Result<std::int64_t> {
        if (job.id == 0) return enterJob(database, job);
        updateJob(database, job);
        if (changedRows(database) == 0) return noJob(job.id);
        return job.id;
    });
}

Result<std::vector<JobRecord>> StudyFile::jobs() const
{
    return m_database->read("Reading the jobs", [](SQLite::Database& database) { return readJobs(database); });
}

Status StudyFile::removeJob(std::int64_t id)
{
    return m_database->write("Removing a job", [&](SQLite::Database& database) -> Status {
        Query(database, "DELETE FROM job WHERE id = ?", id).run();
        if (changedRows(database) == 0) return noJob(id);
        return {};
    });
}

Result<std::vector<JobRecord>> StudyFile::changeJobs(const std::function<void(std::vector<JobRecord>&)>& change)
{
    return m_database->write("Saving the jobs", [&](SQLite::Database& database) -> Result<std::vector<JobRecord>> {
        HALFTONE_TRY(const std::vector<JobRecord> before, readJobs(database));
        std::vector<JobRecord> after = before;
        change(after);
        std::map<std::int64_t, const JobRecord*> gone;
        for (const JobRecord& job : before) gone[job.id] = &job;
        for (const JobRecord& job : after) {
            HALFTONE_CHECK(checkJob(job));
            const auto known = gone.find(job.id);
            if (known == gone.end())
                enterJob(database, job);
            else if (*known->second != job)
                updateJob(database, job);
            if (known != gone.end()) gone.erase(known);
        }
        for (const auto& [id, job] : gone) Query(database, "DELETE FROM job WHERE id = ?", id).run();
        return readJobs(database);
    });
}

Result<std::int64_t> StudyFile::reserveJobIds(int count)
{
    return m_database->write("Numbering jobs", [&](SQLite::Database& database) -> Result<std::int64_t> {
        constexpr std::int64_t kLast = std::int64_t(1) << 52; // far beyond what people do, and below what SQLite can count
        const std::int64_t last = lastJobId(database);
        if (count < 1 || last < 0 || last > kLast - count) return damagedJob(last, "a number that cannot be");
        setLastJobId(database, last + count);
        return last + 1;
    });
}

Status StudyFile::releaseJobIds(std::int64_t first, std::int64_t last)
{
    return m_database->write("Numbering jobs", [&](SQLite::Database& database) -> Status {
        if (lastJobId(database) == last) setLastJobId(database, first - 1);
        return {};
    });
}

} // namespace halftone
