// Assignments, frontier points and exports in a study file.
#include "core/base/closest_names.h"
#include "core/store/database.h"
#include "core/store/record_checks.h"

namespace halftone {

namespace {

Error noAssignment(SQLite::Database& database, std::string_view name)
{
    std::vector<std::string> names;
    for (Query query(database, "SELECT name FROM assignment"); query.step();) names.push_back(query.text(0));
    std::string hint = didYouMean(name, names);
    if (hint.empty())
        hint = names.empty() ? "; save one with 'halftone select --save'." : "; 'halftone inspect' lists those it has.";
    return {ErrorCode::NotFound, "The study has no assignment " + std::string(name) + hint};
}

} // namespace

Status StudyFile::saveAssignment(const AssignmentRecord& record, bool replace)
{
    HALFTONE_CHECK(checkName(record.name, "An assignment's name"));
    HALFTONE_CHECK(checkJson(record.howJson, "the reasons of the assignment"));
    return m_database->write("Saving an assignment", [&](SQLite::Database& database) -> Status {
        Query same(database, "SELECT 1 FROM assignment WHERE name = ?", record.name);
        if (same.step() && !replace)
            return Error{ErrorCode::BadInput,
                "The study has an assignment " + record.name + " already; choose another name, or replace it."};
        Query(database,
            "INSERT INTO assignment(name, bits, how, created_at) VALUES(?, ?, ?, ?) ON CONFLICT(name) DO UPDATE"
            " SET bits = excluded.bits, how = excluded.how, created_at = excluded.created_at",
            record.name, record.bits, record.howJson, timeOrNow(database, record.createdAt))
            .run();
        return {};
    });
}

Result<AssignmentRecord> StudyFile::assignment(std::string_view name) const
{
    return m_database->read("Reading an assignment", [&](SQLite::Database& database) -> Result<AssignmentRecord> {
        Query query(database, "SELECT name, bits, how, created_at FROM assignment WHERE name = ?", name);
        if (!query.step()) return noAssignment(database, name);
        return AssignmentRecord{query.text(0), query.text(1), query.text(2), query.integer(3)};
    });
}

Result<std::vector<AssignmentRecord>> StudyFile::assignments() const
{
    return m_database->read("Reading the assignments", [](SQLite::Database& database) -> Result<std::vector<AssignmentRecord>> {
        std::vector<AssignmentRecord> records;
        for (Query query(database, "SELECT name, bits, how, created_at FROM assignment ORDER BY id"); query.step();)
            records.push_back({query.text(0), query.text(1), query.text(2), query.integer(3)});
        return records;
    });
}

Status StudyFile::removeAssignment(std::string_view name)
{
    return m_database->write("Removing an assignment", [&](SQLite::Database& database) -> Status {
        Query(database, "DELETE FROM assignment WHERE name = ?", name).run();
        if (changedRows(database) == 0) return noAssignment(database, name);
        return {};
    });
}

Status StudyFile::saveFrontierPoint(const FrontierPoint& point)
{
    HALFTONE_CHECK(checkName(point.comparisonKey, "The key of a comparison"));
    HALFTONE_CHECK(checkName(point.metric, "The metric of a frontier point"));
    HALFTONE_CHECK(checkFinite({{"budget", point.budget}}, "a frontier point"));
    HALFTONE_CHECK(checkJson(point.costsJson, "the costs of a frontier point"));
    return m_database->write("Saving a frontier point", [&](SQLite::Database& database) -> Status {
        if (!Query(database, "SELECT 1 FROM run WHERE id = ?", point.runId).step())
            return Error{ErrorCode::NotFound,
                "The study has no run " + std::to_string(point.runId) + " for a frontier point; it may have been removed."};
        Query(database,
            "INSERT INTO frontier_point(comparison, metric, budget, seed, run, costs) VALUES(?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(comparison, metric, budget, seed) DO UPDATE SET run = excluded.run, costs = excluded.costs",
            point.comparisonKey, point.metric, point.budget, point.seed, point.runId, point.costsJson)
            .run();
        return {};
    });
}

Result<std::vector<FrontierPoint>> StudyFile::frontierPoints(std::string_view comparisonKey) const
{
    return m_database->read("Reading the frontier", [&](SQLite::Database& database) -> Result<std::vector<FrontierPoint>> {
        std::vector<FrontierPoint> points;
        Query query(database,
            "SELECT comparison, metric, budget, seed, run, costs FROM frontier_point WHERE comparison = ? ORDER BY metric, "
            "budget DESC, seed",
            comparisonKey);
        while (query.step())
            points.push_back({query.text(0), query.text(1), query.real(2), query.integer(3), query.integer(4), query.text(5)});
        return points;
    });
}

Result<std::vector<std::string>> StudyFile::comparisons() const
{
    return m_database->read("Reading the comparisons", [](SQLite::Database& database) -> Result<std::vector<std::string>> {
        std::vector<std::string> keys;
        for (Query query(database, "SELECT comparison FROM frontier_point GROUP BY comparison ORDER BY max(id) DESC");
             query.step();)
            keys.push_back(query.text(0));
        return keys;
    });
}

Result<std::int64_t> StudyFile::saveExport(const ExportRecord& record)
{
    HALFTONE_CHECK(checkName(record.format, "The format of an export"));
    HALFTONE_CHECK(checkJson(record.verdictJson, "the parts of the verdict"));
    return m_database->write("Saving an export", [&](SQLite::Database& database) -> Result<std::int64_t> {
        Query(database,
            "INSERT INTO export(file_name, format, assignment, file_hash, verdict, passed, created_at) VALUES(?, ?, ?, ?, ?, "
            "?, ?)",
            record.fileName, record.format, record.assignmentName, record.fileHash, record.verdictJson, record.passed,
            timeOrNow(database, record.createdAt))
            .run();
        return lastRow(database);
    });
}

Result<std::vector<ExportRecord>> StudyFile::exports() const
{
    return m_database->read("Reading the exports", [](SQLite::Database& database) -> Result<std::vector<ExportRecord>> {
        std::vector<ExportRecord> records;
        Query query(database,
            "SELECT id, file_name, format, assignment, file_hash, verdict, passed, created_at FROM export ORDER BY id DESC");
        while (query.step())
            records.push_back({query.integer(0), query.text(1), query.text(2), query.text(3), query.text(4), query.text(5),
                query.integer(6) != 0, query.integer(7)});
        return records;
    });
}

} // namespace halftone
