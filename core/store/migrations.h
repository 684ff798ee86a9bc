// Migrations: one function takes a study file from version X-1 to X. Internal to store/.
#pragma once

#include <filesystem>
#include <span>

#include "core/base/result.h"

namespace SQLite {
class Database;
}

namespace halftone {

// Never edited after a release that wrote the version: golden files hold what it made.
struct Migration {
    int to = 0; // from to - 1
    void (*apply)(SQLite::Database& database) = nullptr; // runs inside a transaction with foreign keys off; throws on failure
};

// 1, 2, ... up to kStudyVersion.
std::span<const Migration> studyMigrations();

int versionOf(SQLite::Database& database); // its user_version
// Applies what is missing in one transaction: all of it or nothing. A file that holds anything (version 1 and later) is first
// copied to PATH.vN-backup; a backup that is there is never overwritten.
Status migrate(SQLite::Database& database, const std::filesystem::path& path, std::span<const Migration> migrations);
// Whether tables, indices and their text are exactly what the migrations make: nothing missing, nothing of a stranger's.
bool hasExpectedSchema(SQLite::Database& database, std::span<const Migration> migrations);

} // namespace halftone
