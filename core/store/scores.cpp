// Sensitivity scores in a study file: finished reports, and groups one by one on the way to them.
#include "core/store/database.h"
#include "core/store/record_checks.h"

namespace halftone {

namespace {

Status checkScore(const GroupScore& score)
{
    return checkFinite({{"gain", score.gain}}, "group " + std::to_string(score.group.value));
}

// From the columns group_index, gain, scored, reason.
GroupScore readGroup(const Query& query)
{
    return {
        .group = GroupIndex(query.integer(0)), .gain = query.real(1), .scored = query.integer(2) != 0, .reason = query.text(3)};
}

std::vector<GroupScore> readGroups(SQLite::Database& database, std::int64_t score)
{
    std::vector<GroupScore> groups;
    Query query(database, "SELECT group_index, gain, scored, reason FROM score_group WHERE score = ? ORDER BY position", score);
    while (query.step()) groups.push_back(readGroup(query));
    return groups;
}

// `wanted` follows FROM score and has one place for `value`.
std::vector<ScoreRecord> readScores(SQLite::Database& database, std::string_view wanted, std::string_view value)
{
    std::vector<ScoreRecord> records;
    const std::string sql = "SELECT id, key, metric, unit, high_bits, low_bits, cpu_seconds, provenance, created_at FROM score "
        + std::string(wanted);
    for (Query query(database, sql.c_str(), value); query.step();) {
        ScoreRecord record{.key = query.text(1), .provenanceJson = query.text(7), .createdAt = query.integer(8)};
        record.report = {.metric = query.text(2),
            .unit = query.text(3),
            .highBits = static_cast<int>(query.integer(4)),
            .lowBits = static_cast<int>(query.integer(5)),
            .groups = readGroups(database, query.integer(0)),
            .cpuSeconds = query.real(6)};
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace

Status StudyFile::saveScores(const ScoreRecord& record)
{
    const SensitivityReport& report = record.report;
    HALFTONE_CHECK(checkName(record.key, "The key of scores"));
    HALFTONE_CHECK(checkJson(record.provenanceJson, "the scores' provenance"));
    HALFTONE_CHECK(checkFinite({{"processor time", report.cpuSeconds}}, "the scores"));
    for (const GroupScore& score : report.groups) HALFTONE_CHECK(checkScore(score));
    return m_database->write("Saving the scores", [&](SQLite::Database& database) -> Status {
        Query(database, "DELETE FROM score WHERE key = ?", record.key).run();
        Query(database,
            "INSERT INTO score(key, metric, unit, high_bits, low_bits, cpu_seconds, provenance, created_at) VALUES(?, ?, ?, ?, "
            "?, ?, ?, ?)",
            record.key, report.metric, report.unit, report.highBits, report.lowBits, report.cpuSeconds, record.provenanceJson,
            timeOrNow(database, record.createdAt))
            .run();
        const std::int64_t id = lastRow(database);
        std::int64_t position = 0;
        for (const GroupScore& score : report.groups)
            Query(database,
                "INSERT INTO score_group(score, position, group_index, gain, scored, reason) VALUES(?, ?, ?, ?, ?, ?)", id,
                position++, score.group.value, score.gain, score.scored, score.reason)
                .run();
        return {};
    });
}

Result<std::optional<ScoreRecord>> StudyFile::findScores(std::string_view key) const
{
    return m_database->read("Reading the scores", [&](SQLite::Database& database) -> Result<std::optional<ScoreRecord>> {
        std::vector<ScoreRecord> found = readScores(database, "WHERE key = ?", key);
        if (found.empty()) return std::optional<ScoreRecord>();
        return std::optional(std::move(found.front()));
    });
}

Result<std::vector<ScoreRecord>> StudyFile::scores(std::string_view metric) const
{
    return m_database->read("Reading the scores", [&](SQLite::Database& database) -> Result<std::vector<ScoreRecord>> {
        return readScores(database, "WHERE ?1 = '' OR metric = ?1 ORDER BY id DESC", metric);
    });
}

Status StudyFile::saveGroupScore(std::string_view key, const GroupScoreRecord& record)
{
    const GroupScore& score = record.score;
    HALFTONE_CHECK(checkName(key, "The key of scores"));
    HALFTONE_CHECK(checkJson(record.detailJson, "the details of a group's score"));
    HALFTONE_CHECK(checkScore(score));
    return m_database->write("Saving a group's score", [&](SQLite::Database& database) -> Status {
        Query(database,
            "INSERT OR REPLACE INTO partial_score(key, group_index, gain, scored, reason, detail) VALUES(?, ?, ?, ?, ?, ?)",
            key, score.group.value, score.gain, score.scored, score.reason, record.detailJson)
            .run();
        return {};
    });
}

Result<std::vector<GroupScoreRecord>> StudyFile::groupScores(std::string_view key) const
{
    return m_database->read(
        "Reading the groups' scores", [&](SQLite::Database& database) -> Result<std::vector<GroupScoreRecord>> {
            std::vector<GroupScoreRecord> records;
            Query query(database,
                "SELECT group_index, gain, scored, reason, detail FROM partial_score WHERE key = ? ORDER BY group_index", key);
            while (query.step()) records.push_back({.score = readGroup(query), .detailJson = query.text(4)});
            return records;
        });
}

} // namespace halftone
