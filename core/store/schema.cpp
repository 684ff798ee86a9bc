// The tables of a study file, version by version.
#include <SQLiteCpp/SQLiteCpp.h>

#include <array>

#include "core/store/database.h"
#include "core/store/migrations.h"

namespace halftone {

namespace {

// Booleans are 0 or 1; times are seconds since 1970; an assignment's bits are toText(BitAssignment); keys and hashes are
// hexadecimal. run.state has the numbers of RunState. run_epoch.curve is packed as in runs.cpp.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE setting(
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blob(
    hash TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE blob_piece(
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL REFERENCES blob(hash) ON DELETE CASCADE,
    piece INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE(hash, piece)
) STRICT;

CREATE TABLE model(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    network TEXT NOT NULL,
    weights TEXT NOT NULL REFERENCES blob(hash),
    content_hash TEXT NOT NULL,
    file_name TEXT NOT NULL
) STRICT;

CREATE TABLE score(
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    metric TEXT NOT NULL,
    unit TEXT NOT NULL,
    high_bits INTEGER NOT NULL,
    low_bits INTEGER NOT NULL,
    cpu_seconds REAL NOT NULL,
    provenance TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE score_group(
    score INTEGER NOT NULL REFERENCES score(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    group_index INTEGER NOT NULL,
    gain REAL NOT NULL,
    scored INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY(score, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE partial_score(
    key TEXT NOT NULL,
    group_index INTEGER NOT NULL,
    gain REAL NOT NULL,
    scored INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY(key, group_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    bits TEXT NOT NULL,
    how TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE run(
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    assignment TEXT NOT NULL,
    options TEXT NOT NULL,
    provenance TEXT NOT NULL,
    state INTEGER NOT NULL,
    message TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    wall_seconds REAL NOT NULL,
    cpu_seconds REAL NOT NULL,
    checkpoint TEXT REFERENCES blob(hash),
    weights TEXT REFERENCES blob(hash)
) STRICT;
CREATE INDEX run_checkpoint ON run(checkpoint);
CREATE INDEX run_weights ON run(weights);
CREATE TABLE run_metrics(
    run INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
    loss REAL NOT NULL,
    train_metric REAL NOT NULL,
    test_metric REAL,
    train_samples INTEGER NOT NULL,
    test_samples INTEGER NOT NULL
) STRICT;
CREATE TABLE run_epoch(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    loss REAL NOT NULL,
    train_metric REAL NOT NULL,
    test_metric REAL,
    learning_rate REAL NOT NULL,
    seconds REAL NOT NULL,
    curve BLOB NOT NULL,
    UNIQUE(run, epoch)
) STRICT;

CREATE TABLE frontier_point(
    id INTEGER PRIMARY KEY,
    comparison TEXT NOT NULL,
    metric TEXT NOT NULL,
    budget REAL NOT NULL,
    seed INTEGER NOT NULL,
    run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    costs TEXT NOT NULL,
    UNIQUE(comparison, metric, budget, seed)
) STRICT;
CREATE INDEX frontier_point_run ON frontier_point(run);

CREATE TABLE export(
    id INTEGER PRIMARY KEY,
    file_name TEXT NOT NULL,
    format TEXT NOT NULL,
    assignment TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    verdict TEXT NOT NULL,
    passed INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
)sql";

// A job's arguments are a JSON array of strings, its state a number of JobState; run_series.points is packed as in runs.cpp.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE job(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    position REAL NOT NULL,
    arguments TEXT NOT NULL,
    title TEXT NOT NULL,
    state INTEGER NOT NULL,
    message TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL
) STRICT;

CREATE TABLE run_series(
    run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    points BLOB NOT NULL,
    PRIMARY KEY(run, name, epoch)
) STRICT, WITHOUT ROWID;
)sql";

// The grid of a layer's weights (of_weights 1) or of an operation's output (0), as a quantized file has it; `scales` is packed as in
// model_grids.cpp.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE model_grid(
    of_weights INTEGER NOT NULL,
    name TEXT NOT NULL,
    bits INTEGER NOT NULL,
    lowest INTEGER NOT NULL,
    highest INTEGER NOT NULL,
    scales BLOB NOT NULL,
    PRIMARY KEY(of_weights, name)
) STRICT, WITHOUT ROWID;
)sql";

void createVersion1(SQLite::Database& database) { database.exec(kVersion1); }
void addVersion2(SQLite::Database& database) { database.exec(kVersion2); }
void addVersion3(SQLite::Database& database) { database.exec(kVersion3); }

constexpr std::array kMigrations = {Migration{1, createVersion1}, Migration{2, addVersion2}, Migration{3, addVersion3}};
static_assert(kMigrations.back().to == kStudyVersion);

} // namespace

std::span<const Migration> studyMigrations() { return kMigrations; }

} // namespace halftone
