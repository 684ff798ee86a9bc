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

Status checkJob(const JobRecord& job)
{
    HALFTONE_CHECK(checkName(job.title, "The title of a job"));
    HALFTONE_CHECK(checkFinite({{"position", job.position}}, "the job"));
    if (job.arguments.empty()) return Error{ErrorCode::BadInput, "A job without arguments does nothing; give its command."};
    HALFTONE_CHECK(checkText(job.message, "The message of a job"));
    for (const std::string& argument : job.arguments) HALFTONE_CHECK(checkText(argument, "An argument of a job"));
    return {};
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

} // namespace

Result<std::int64_t> StudyFile::saveJob(const JobRecord& job)
{
    HALFTONE_CHECK(checkJob(job));
    const std::string arguments = nlohmann::json(job.arguments).dump();
    return m_database->write("Saving a job", [&](SQLite::Database& database) -> Result<std::int64_t> {
        const std::int64_t createdAt = timeOrNow(database, job.createdAt);
        const int state = static_cast<int>(job.state);
        if (job.id == 0) {
            Query(database,
                "INSERT INTO job(position, arguments, title, state, message, created_at, started_at, finished_at)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                job.position, arguments, job.title, state, job.message, createdAt, job.startedAt, job.finishedAt)
                .run();
            return lastRow(database);
        }
        Query(database,
            "UPDATE job SET position = ?, arguments = ?, title = ?, state = ?, message = ?, created_at = ?, started_at = ?,"
            " finished_at = ? WHERE id = ?",
            job.position, arguments, job.title, state, job.message, createdAt, job.startedAt, job.finishedAt, job.id)
            .run();
        if (changedRows(database) == 0) return noJob(job.id);
        return job.id;
    });
}

Result<std::vector<JobRecord>> StudyFile::jobs() const
{
    return m_database->read("Reading the jobs", [](SQLite::Database& database) -> Result<std::vector<JobRecord>> {
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
    });
}

Status StudyFile::removeJob(std::int64_t id)
{
    return m_database->write("Removing a job", [&](SQLite::Database& database) -> Status {
        Query(database, "DELETE FROM job WHERE id = ?", id).run();
        if (changedRows(database) == 0) return noJob(id);
        return {};
    });
}

} // namespace halftone
