// Bringing a study file from version to version, with a copy first.
#include "core/store/migrations.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <set>
#include <tuple>

#include "core/store/database.h"

namespace halftone {

namespace fs = std::filesystem;

namespace {

// Copies what is committed, through a second connection, so that the first can hold the lock meanwhile. Answers the copy's
// name.
Result<fs::path> copyBefore(const fs::path& path, int version)
{
    fs::path backup = path.string() + ".v" + std::to_string(version) + "-backup";
    for (int i = 2; fs::exists(backup); ++i)
        backup = path.string() + ".v" + std::to_string(version) + "-backup-" + std::to_string(i);
    const fs::path writing = backup.string() + ".writing";
    std::error_code error;
    fs::remove(writing, error);
    try {
        SQLite::Database from(fs::absolute(path).string(), SQLite::OPEN_READONLY, 5000);
        SQLite::Database to(fs::absolute(writing).string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Backup(to, from).executeStep(-1);
    } catch (const std::exception& exception) {
        fs::remove(writing, error);
        return studyError(exception, "Copying (before it is brought up to date)", path);
    }
    fs::rename(writing, backup, error);
    if (error) {
        const std::string reason = error.message();
        fs::remove(writing, error);
        return Error{ErrorCode::Io,
            "Copying " + path.string() + " to " + backup.string() + " failed: " + reason + "; check the folder."};
    }
    return backup;
}

class ForeignKeysOff {
public:
    explicit ForeignKeysOff(SQLite::Database& database)
        : m_database(database)
    {
        m_database.exec("PRAGMA foreign_keys = OFF");
    }
    ~ForeignKeysOff() { m_database.tryExec("PRAGMA foreign_keys = ON"); }
    ForeignKeysOff(const ForeignKeysOff&) = delete;
    ForeignKeysOff& operator=(const ForeignKeysOff&) = delete;

private:
    SQLite::Database& m_database;
};

using SchemaEntry = std::tuple<std::string, std::string, std::string>; // type, name, text

std::set<SchemaEntry> schemaOf(SQLite::Database& database)
{
    std::set<SchemaEntry> schema;
    // Statistics that somebody's ANALYZE left are harmless.
    SQLite::Statement rows(database,
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE tbl_name NOT IN ('sqlite_stat1', 'sqlite_stat4')");
    while (rows.executeStep())
        schema.emplace(rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getString());
    return schema;
}

Status migrateInside(SQLite::Database& database, const fs::path& path, std::span<const Migration> migrations, fs::path& copy)
{
    try {
        const ForeignKeysOff off(database); // a step may rebuild tables; the keys are checked before the commit
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        int version = versionOf(database); // another program may have been faster
        if (version >= migrations.back().to) return {};
        if (version >= 1) {
            HALFTONE_TRY(copy, copyBefore(path, version));
        }
        for (const Migration& migration : migrations) {
            if (migration.to != version + 1) continue;
            migration.apply(database);
            version = migration.to;
        }
        if (SQLite::Statement(database, "PRAGMA foreign_key_check").executeStep())
            return Error{ErrorCode::Corrupt,
                "Bringing " + path.string()
                    + " up to date failed: its parts refer to others that are missing; the file is as it was."};
        database.exec("PRAGMA user_version = " + std::to_string(version));
        transaction.commit();
        return {};
    } catch (const std::exception& exception) {
        return studyError(exception, "Bringing up to date", path);
    }
}

} // namespace

int versionOf(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

Status migrate(SQLite::Database& database, const fs::path& path, std::span<const Migration> migrations)
{
    fs::path copy;
    Status result = migrateInside(database, path, migrations, copy);
    std::error_code ignored;
    if (!result.ok() && !copy.empty())
        fs::remove(copy, ignored); // the file is as it was: copies of failures would only pile up
    return result;
}

bool hasExpectedSchema(SQLite::Database& database, std::span<const Migration> migrations)
{
    SQLite::Database fresh(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    for (const Migration& migration : migrations) migration.apply(fresh);
    return schemaOf(database) == schemaOf(fresh);
}

} // namespace halftone
