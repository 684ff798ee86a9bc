// Training runs in a study file: their state, epochs, curves, checkpoints and weights.
#include <array>

#include "core/store/blobs.h"
#include "core/store/database.h"
#include "core/store/packed_numbers.h"
#include "core/store/record_checks.h"
#include "core/store/run_rows.h"

namespace halftone {

namespace {

constexpr std::size_t kPointBytes = 16; // step and loss

Bytes packCurve(std::span<const LossPoint> curve)
{
    Bytes bytes;
    bytes.reserve(curve.size() * kPointBytes);
    for (const LossPoint& point : curve) {
        packNumber(bytes, point.step);
        packNumber(bytes, point.loss);
    }
    return bytes;
}

Status unpackCurve(std::span<const std::byte> bytes, std::vector<LossPoint>& curve)
{
    if (bytes.size() % kPointBytes != 0)
        return Error{ErrorCode::Corrupt, "The curve of a run in the study is cut short; restore the file from a copy."};
    for (std::size_t at = 0; at < bytes.size(); at += kPointBytes)
        curve.push_back({unpackNumber<std::int64_t>(bytes, at), unpackNumber<double>(bytes, at + 8)});
    return {};
}

Error noRun(std::int64_t id)
{
    return {ErrorCode::NotFound, "The study has no run " + std::to_string(id) + "; it may have been removed."};
}

Result<RunState> stateFrom(std::int64_t number)
{
    if (number < 0 || number > static_cast<std::int64_t>(RunState::Stopped))
        return Error{ErrorCode::Corrupt,
            "A run in the study has the unknown state " + std::to_string(number) + "; restore the file from a copy."};
    return static_cast<RunState>(number);
}

Result<std::vector<RunRecord>> readRuns(SQLite::Database& database, std::string_view wanted, const auto&... values)
{
    const std::string sql
        = "SELECT run.id, key, kind, assignment, options, provenance, state, message, started_at, finished_at,"
          " wall_seconds, cpu_seconds, checkpoint, weights, loss, train_metric, test_metric, train_samples, test_samples"
          " FROM run LEFT JOIN run_metrics ON run_metrics.run = run.id "
        + std::string(wanted);
    std::vector<RunRecord> runs;
    for (Query query(database, sql.c_str(), values...); query.step();) {
        HALFTONE_TRY(const RunState state, stateFrom(query.integer(6)));
        RunRecord run{.id = query.integer(0),
            .key = query.text(1),
            .kind = query.text(2),
            .assignmentBits = query.text(3),
            .optionsJson = query.text(4),
            .provenanceJson = query.text(5),
            .state = state,
            .message = query.text(7),
            .startedAt = query.integer(8),
            .finishedAt = query.integer(9),
            .wallSeconds = query.real(10),
            .cpuSeconds = query.real(11),
            .hasCheckpoint = !query.isNull(12),
            .hasWeights = !query.isNull(13)};
        if (!query.isNull(14))
            run.metrics
                = RunMetrics{query.real(14), query.real(15), query.optionalReal(16), query.integer(17), query.integer(18)};
        runs.push_back(std::move(run));
    }
    return runs;
}

struct RunBlobs {
    RunState state = RunState::Running;
    std::optional<std::string> checkpoint;
    std::optional<std::string> weights;
};

Result<RunBlobs> readBlobs(SQLite::Database& database, std::int64_t id)
{
    Query query(database, "SELECT state, checkpoint, weights FROM run WHERE id = ?", id);
    if (!query.step()) return noRun(id);
    RunBlobs blobs;
    HALFTONE_TRY(blobs.state, stateFrom(query.integer(0)));
    if (!query.isNull(1)) blobs.checkpoint = query.text(1);
    if (!query.isNull(2)) blobs.weights = query.text(2);
    return blobs;
}

// The checkpoint before is removed in the same transaction: a crash leaves the old one or the new one.
void replaceCheckpoint(
    SQLite::Database& database, std::int64_t runId, const RunBlobs& before, std::span<const std::byte> checkpoint)
{
    const std::string hash = putBlob(database, checkpoint);
    Query(database, "UPDATE run SET checkpoint = ? WHERE id = ?", hash, runId).run();
    if (before.checkpoint && *before.checkpoint != hash) dropBlobIfUnused(database, *before.checkpoint);
}

Result<RunBlobs> requireRunning(SQLite::Database& database, std::int64_t id)
{
    HALFTONE_TRY(RunBlobs blobs, readBlobs(database, id));
    if (blobs.state != RunState::Running)
        return Error{ErrorCode::BadInput, "Run " + std::to_string(id) + " is not running; resume it before it goes on."};
    return blobs;
}

Status checkEpoch(const EpochRecord& epoch)
{
    const std::string name = "epoch " + std::to_string(epoch.epoch);
    if (epoch.epoch < 1) return Error{ErrorCode::BadInput, "Not saved: there is no " + name + "; epochs count from 1."};
    return checkFinite(
        {{"loss", epoch.loss}, {"training metric", epoch.trainMetric}, {"test metric", epoch.testMetric.value_or(0)},
            {"learning rate", epoch.learningRate}, {"time", epoch.seconds}},
        name);
}

Status checkOutcome(const RunOutcome& outcome)
{
    if (outcome.state == RunState::Running) return Error{ErrorCode::BadInput, "A run cannot end as running; say how it ended."};
    const RunMetrics metrics = outcome.metrics.value_or(RunMetrics{});
    return checkFinite(
        {{"loss", metrics.loss}, {"training metric", metrics.trainMetric}, {"test metric", metrics.testMetric.value_or(0)},
            {"wall time", outcome.wallSeconds}, {"processor time", outcome.cpuSeconds}},
        "the run");
}

void replaceMetrics(SQLite::Database& database, std::int64_t id, const RunMetrics& metrics)
{
    Query(database,
        "INSERT OR REPLACE INTO run_metrics(run, loss, train_metric, test_metric, train_samples, test_samples) VALUES(?, ?, ?, "
        "?, ?, ?)",
        id, metrics.loss, metrics.trainMetric, metrics.testMetric, metrics.trainSamples, metrics.testSamples)
        .run();
}

} // namespace

Status checkRunning(SQLite::Database& database, std::int64_t id)
{
    const auto blobs = requireRunning(database, id);
    return blobs.ok() ? Status() : Status(blobs.error());
}

Result<std::int64_t> StudyFile::startRun(const RunRecord& run)
{
    HALFTONE_CHECK(checkName(run.key, "The key of a run"));
    HALFTONE_CHECK(checkName(run.kind, "The kind of a run"));
    HALFTONE_CHECK(checkJson(run.optionsJson, "the run's options"));
    HALFTONE_CHECK(checkJson(run.provenanceJson, "the run's provenance"));
    return m_database->write("Starting a run", [&](SQLite::Database& database) -> Result<std::int64_t> {
        if (Query same(database, "SELECT id FROM run WHERE key = ?", run.key); same.step())
            return Error{ErrorCode::BadInput,
                "The study has this run already, as run " + std::to_string(same.integer(0)) + "; resume that one."};
        Query(database,
            "INSERT INTO run(key, kind, assignment, options, provenance, state, message, started_at, finished_at, "
            "wall_seconds, cpu_seconds)"
            " VALUES(?, ?, ?, ?, ?, ?, '', ?, 0, 0, 0)",
            run.key, run.kind, run.assignmentBits, run.optionsJson, run.provenanceJson, static_cast<int>(RunState::Running),
            timeOrNow(database, run.startedAt))
            .run();
        return lastRow(database);
    });
}

Status StudyFile::resumeRun(std::int64_t id)
{
    return m_database->write("Resuming a run", [&](SQLite::Database& database) -> Status {
        HALFTONE_TRY(const RunBlobs blobs, readBlobs(database, id));
        if (blobs.state == RunState::Finished)
            return Error{ErrorCode::BadInput, "Run " + std::to_string(id) + " is finished; there is nothing to resume."};
        Query(database, "UPDATE run SET state = ?, message = '', finished_at = 0 WHERE id = ?",
            static_cast<int>(RunState::Running), id)
            .run();
        return {};
    });
}

Status StudyFile::saveEpoch(
    std::int64_t runId, const EpochRecord& epoch, std::span<const LossPoint> curve, std::span<const std::byte> checkpoint)
{
    HALFTONE_CHECK(checkEpoch(epoch));
    const Bytes packed = packCurve(curve);
    return m_database->write("Saving epoch " + std::to_string(epoch.epoch), [&](SQLite::Database& database) -> Status {
        HALFTONE_TRY(const RunBlobs before, requireRunning(database, runId));
        Query(database, "DELETE FROM run_epoch WHERE run = ? AND epoch >= ?", runId, epoch.epoch).run();
        Query(database, "DELETE FROM run_series WHERE run = ? AND epoch > ?", runId, epoch.epoch).run();
        Query(database,
            "INSERT INTO run_epoch(run, epoch, loss, train_metric, test_metric, learning_rate, seconds, curve) VALUES(?, ?, ?, "
            "?, ?, ?, ?, ?)",
            runId, epoch.epoch, epoch.loss, epoch.trainMetric, epoch.testMetric, epoch.learningRate, epoch.seconds, packed)
            .run();
        replaceCheckpoint(database, runId, before, checkpoint);
        return {};
    });
}

Status StudyFile::saveCheckpoint(std::int64_t runId, std::span<const std::byte> checkpoint)
{
    return m_database->write("Saving a checkpoint", [&](SQLite::Database& database) -> Status {
        HALFTONE_TRY(const RunBlobs before, requireRunning(database, runId));
        replaceCheckpoint(database, runId, before, checkpoint);
        return {};
    });
}

Status StudyFile::finishRun(std::int64_t id, const RunOutcome& outcome)
{
    HALFTONE_CHECK(checkOutcome(outcome));
    return m_database->write("Saving the end of a run", [&](SQLite::Database& database) -> Status {
        HALFTONE_TRY(const RunBlobs before, requireRunning(database, id));
        Query(database,
            "UPDATE run SET state = ?, message = ?, finished_at = ?, wall_seconds = ?, cpu_seconds = ? WHERE id = ?",
            static_cast<int>(outcome.state), outcome.message, timeOrNow(database, 0), outcome.wallSeconds, outcome.cpuSeconds,
            id)
            .run();
        if (outcome.metrics) replaceMetrics(database, id, *outcome.metrics);
        if (outcome.weights) {
            const std::string hash = putBlob(database, *outcome.weights);
            Query(database, "UPDATE run SET weights = ? WHERE id = ?", hash, id).run();
            if (before.weights && *before.weights != hash) dropBlobIfUnused(database, *before.weights);
        }
        if (outcome.state == RunState::Finished && !outcome.keepCheckpoint && before.checkpoint) {
            Query(database, "UPDATE run SET checkpoint = NULL WHERE id = ?", id).run();
            dropBlobIfUnused(database, *before.checkpoint);
        }
        return {};
    });
}

Status StudyFile::removeRun(std::int64_t id)
{
    return m_database->write("Removing a run", [&](SQLite::Database& database) -> Status {
        HALFTONE_TRY(const RunBlobs blobs, readBlobs(database, id));
        Query(database, "DELETE FROM run WHERE id = ?", id).run();
        if (blobs.checkpoint) dropBlobIfUnused(database, *blobs.checkpoint);
        if (blobs.weights) dropBlobIfUnused(database, *blobs.weights);
        return {};
    });
}

Result<std::optional<RunRecord>> StudyFile::findRun(std::string_view key) const
{
    return m_database->read("Reading the runs", [&](SQLite::Database& database) -> Result<std::optional<RunRecord>> {
        HALFTONE_TRY(std::vector<RunRecord> found, readRuns(database, "WHERE key = ?", key));
        if (found.empty()) return std::optional<RunRecord>();
        return std::optional(std::move(found.front()));
    });
}

Result<RunRecord> StudyFile::run(std::int64_t id) const
{
    return m_database->read("Reading the runs", [&](SQLite::Database& database) -> Result<RunRecord> {
        HALFTONE_TRY(std::vector<RunRecord> found, readRuns(database, "WHERE run.id = ?", id));
        if (found.empty()) return noRun(id);
        return std::move(found.front());
    });
}

Result<std::vector<RunRecord>> StudyFile::runs(const RunFilter& filter) const
{
    const int state = filter.state ? static_cast<int>(*filter.state) : -1;
    return m_database->read("Reading the runs", [&](SQLite::Database& database) {
        return readRuns(database,
            "WHERE (?1 = '' OR kind = ?1) AND (?2 = -1 OR state = ?2) AND (?3 = '' OR assignment = ?3) ORDER BY run.id",
            filter.kind, state, filter.assignmentBits);
    });
}

Result<std::vector<EpochRecord>> StudyFile::epochs(std::int64_t runId) const
{
    return m_database->read("Reading the epochs", [&](SQLite::Database& database) -> Result<std::vector<EpochRecord>> {
        std::vector<EpochRecord> epochs;
        Query query(database,
            "SELECT epoch, loss, train_metric, test_metric, learning_rate, seconds FROM run_epoch WHERE run = ? ORDER BY epoch",
            runId);
        while (query.step())
            epochs.push_back({static_cast<int>(query.integer(0)), query.real(1), query.real(2), query.optionalReal(3),
                query.real(4), query.real(5)});
        return epochs;
    });
}

Result<std::vector<LossPoint>> StudyFile::curve(std::int64_t runId) const
{
    return m_database->read("Reading a curve", [&](SQLite::Database& database) -> Result<std::vector<LossPoint>> {
        std::vector<LossPoint> curve;
        Query query(database, "SELECT curve FROM run_epoch WHERE run = ? ORDER BY epoch", runId);
        while (query.step()) HALFTONE_CHECK(unpackCurve(query.bytes(0), curve));
        return curve;
    });
}

Result<std::optional<Bytes>> StudyFile::checkpoint(std::int64_t runId) const
{
    return m_database->read("Reading a checkpoint", [&](SQLite::Database& database) -> Result<std::optional<Bytes>> {
        HALFTONE_TRY(const RunBlobs blobs, readBlobs(database, runId));
        if (!blobs.checkpoint) return std::optional<Bytes>();
        HALFTONE_TRY(Bytes bytes, getBlob(database, *blobs.checkpoint));
        return std::optional(std::move(bytes));
    });
}

Result<std::optional<Bytes>> StudyFile::runWeights(std::int64_t runId) const
{
    return m_database->read("Reading a run's weights", [&](SQLite::Database& database) -> Result<std::optional<Bytes>> {
        HALFTONE_TRY(const RunBlobs blobs, readBlobs(database, runId));
        if (!blobs.weights) return std::optional<Bytes>();
        HALFTONE_TRY(Bytes bytes, getBlob(database, *blobs.weights));
        return std::optional(std::move(bytes));
    });
}

} // namespace halftone
