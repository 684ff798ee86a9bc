// Blobs: large content kept once under its hash. Internal to store/; for use inside StudyDatabase::read and write.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/store/study_records.h"

namespace SQLite {
class Database;
}

namespace halftone {

// Answers the hash. What is there already is not written again.
std::string putBlob(SQLite::Database& database, std::span<const std::byte> bytes);
// Errors: Corrupt when it is missing, of another length, or does not have its hash.
Result<Bytes> getBlob(SQLite::Database& database, const std::string& hash);
// Removes it if no model and no run refers to it any more.
void dropBlobIfUnused(SQLite::Database& database, const std::string& hash);
// Removes all such; answers their bytes.
std::int64_t dropUnusedBlobs(SQLite::Database& database);
// Adds a finding for each damaged blob. Errors: Cancelled.
Status checkBlobs(SQLite::Database& database, const TaskContext& context, CheckReport& report);

} // namespace halftone
