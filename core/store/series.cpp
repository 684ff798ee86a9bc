// The named curves of runs in a study file, one blob a curve and epoch.
#include "core/store/packed_numbers.h"
#include "core/store/record_checks.h"
#include "core/store/run_rows.h"

namespace halftone {

namespace {

constexpr std::size_t kPointBytes = 16; // epoch and value

Bytes packPoints(std::span<const SeriesPoint> points)
{
    Bytes bytes;
    bytes.reserve(points.size() * kPointBytes);
    for (const SeriesPoint& point : points) {
        packNumber(bytes, point.epoch);
        packNumber(bytes, point.value);
    }
    return bytes;
}

} // namespace

Status StudyFile::saveSeries(std::int64_t runId, int epoch, const SeriesByName& series)
{
    if (epoch < 1)
        return Error{
            ErrorCode::BadInput, "Not saved: there is no epoch " + std::to_string(epoch) + " to draw; epochs count from 1."};
    for (const auto& [name, points] : series) HALFTONE_CHECK(checkName(name, "A curve's name"));
    return m_database->write("Saving the curves", [&](SQLite::Database& database) -> Status {
        HALFTONE_CHECK(checkRunning(database, runId));
        Query(database, "DELETE FROM run_series WHERE run = ? AND epoch = ?", runId, epoch).run();
        for (const auto& [name, points] : series) {
            const Bytes packed = packPoints(points);
            Query(database, "INSERT INTO run_series(run, name, epoch, points) VALUES(?, ?, ?, ?)", runId, name, epoch,
                std::span<const std::byte>(packed))
                .run();
        }
        return {};
    });
}

Result<SeriesByName> StudyFile::series(std::int64_t runId) const
{
    return m_database->read("Reading the curves", [&](SQLite::Database& database) -> Result<SeriesByName> {
        SeriesByName series;
        Query query(database, "SELECT name, points FROM run_series WHERE run = ? ORDER BY name, epoch", runId);
        while (query.step()) {
            const std::span<const std::byte> bytes = query.bytes(1);
            if (bytes.size() % kPointBytes != 0)
                return Error{ErrorCode::Corrupt, "A curve of a run in the study is cut short; restore the file from a copy."};
            std::vector<SeriesPoint>& points = series[query.text(0)];
            for (std::size_t at = 0; at < bytes.size(); at += kPointBytes)
                points.push_back({unpackNumber<double>(bytes, at), unpackNumber<double>(bytes, at + 8)});
        }
        return series;
    });
}

} // namespace halftone
