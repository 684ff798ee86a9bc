// What the tables around a run ask of it. Internal to store/; for use inside StudyDatabase::read and write.
#pragma once

#include "core/base/result.h"
#include "core/store/database.h"

namespace halftone {

// Errors: NotFound; BadInput when it has ended: what a run recorded does not change afterwards.
Status checkRunning(SQLite::Database& database, std::int64_t id);

} // namespace halftone
