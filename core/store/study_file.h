// StudyFile: a study is one SQLite file, and this is the only way to read and write it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/store/study_records.h"

namespace halftone {

class StudyDatabase;

enum class StudyAccess { ReadWrite, ReadOnly };

struct OpenStudyOptions {
    StudyAccess access = StudyAccess::ReadWrite;
    int busyTimeoutMs = 5000; // how long a call waits for another program that writes
};

// Every call that saves is one transaction: after a crash all of it is there, or nothing. Safe to call from several threads.
// Errors that any call may give: Io (disk full, read-only, another program keeps writing), Corrupt (the file is damaged).
// Numbers that are not finite are refused (Failed), as are Json fields that hold no JSON.
class StudyFile {
public:
    // Makes the file with all that `content` holds, or no file at all. Errors: BadInput when `path` exists.
    static Result<StudyFile> create(const std::filesystem::path& path, const NewStudy& content = {});
    // Older versions are copied to PATH.vN-backup and brought up to date.
    // Errors: NotFound; BadInput (not a study); Unsupported (made by a newer Halftone); Corrupt; Io. The file is then
    // untouched.
    static Result<StudyFile> open(const std::filesystem::path& path, const OpenStudyOptions& options = {});

    ~StudyFile();
    StudyFile(StudyFile&&) noexcept;
    StudyFile& operator=(StudyFile&&) noexcept;

    const std::filesystem::path& path() const;
    bool readOnly() const;

    Status saveSettings(const StudySettings& settings); // adds or replaces the ones named
    Result<StudySettings> settings() const;
    Result<std::optional<std::string>> setting(std::string_view name) const;

    // Answers the content hash. Saving the same model again is fine; another one is BadInput.
    Result<std::string> saveModel(const StudyModel& model);
    Result<StudyModel> loadModel() const; // NotFound when there is none
    Result<StudyModel> loadModelWithoutWeights() const; // quick, for everything that reads only the graph

    // The finished report of a key, and on the way to it one group after the other.
    Status saveScores(const ScoreRecord& record); // replaces
    Result<std::optional<ScoreRecord>> findScores(std::string_view key) const;
    Result<std::vector<ScoreRecord>> scores(std::string_view metric = {}) const; // newest first; of all metrics when empty
    Status saveGroupScore(std::string_view key, const GroupScoreRecord& record); // replaces
    Result<std::vector<GroupScoreRecord>> groupScores(std::string_view key) const; // in group order

    // A name that is taken: BadInput, unless `replace`.
    Status saveAssignment(const AssignmentRecord& record, bool replace = false);
    Result<AssignmentRecord> assignment(std::string_view name) const; // NotFound names the nearest
    Result<std::vector<AssignmentRecord>> assignments() const; // in the order of saving
    Status removeAssignment(std::string_view name);

    // Enters a run in state Running (its id, state, times and metrics are the store's to fill) and answers its id.
    // A key that has a run: BadInput; look with findRun first.
    Result<std::int64_t> startRun(const RunRecord& run);
    // Running again, from its checkpoint or from the start; what it recorded stays. Finished runs: BadInput.
    Status resumeRun(std::int64_t id);
    // The epoch's row, its curve and the checkpoint (which replaces the last one) together. Later epochs and their series,
    // of a life of the run that reached farther before it was set back, are removed.
    Status saveEpoch(
        std::int64_t runId, const EpochRecord& epoch, std::span<const LossPoint> curve, std::span<const std::byte> checkpoint);
    Status saveCheckpoint(std::int64_t runId, std::span<const std::byte> checkpoint); // between epochs
    Status finishRun(std::int64_t id, const RunOutcome& outcome);
    Status removeRun(std::int64_t id); // with all that hangs on it
    Result<std::optional<RunRecord>> findRun(std::string_view key) const;
    Result<RunRecord> run(std::int64_t id) const;
    Result<std::vector<RunRecord>> runs(const RunFilter& filter = {}) const; // in the order of starting
    Result<std::vector<EpochRecord>> epochs(std::int64_t runId) const;
    Result<std::vector<LossPoint>> curve(std::int64_t runId) const; // of all epochs
    Status saveSeries(std::int64_t runId, int epoch, const SeriesByName& series); // replaces all of that epoch's
    Result<SeriesByName> series(std::int64_t runId) const; // of all epochs
    Result<std::optional<Bytes>> checkpoint(std::int64_t runId) const;
    Result<std::optional<Bytes>> runWeights(std::int64_t runId) const;

    Status saveFrontierPoint(const FrontierPoint& point); // replaces the one of the same comparison, metric, budget and seed
    Result<std::vector<FrontierPoint>> frontierPoints(std::string_view comparisonKey) const; // by metric, budget falling, seed
    Result<std::vector<std::string>> comparisons() const; // keys, newest first

    Result<std::int64_t> saveExport(const ExportRecord& record);
    Result<std::vector<ExportRecord>> exports() const; // newest first

    // Enters a job whose id is 0, otherwise replaces the one of that id (NotFound when it is gone). Answers the id.
    Result<std::int64_t> saveJob(const JobRecord& job);
    Result<std::vector<JobRecord>> jobs() const; // by position
    Status removeJob(std::int64_t id);
    static Status checkJob(const JobRecord& job); // why saveJob would refuse it
    // Runs `change` on the list of jobs and keeps what it made of it, in one transaction; new jobs bring their ids. Answers
    // the list.
    Result<std::vector<JobRecord>> changeJobs(const std::function<void(std::vector<JobRecord>&)>& change);
    // Sets `count` ids aside for jobs that will come, and answers the first.
    Result<std::int64_t> reserveJobIds(int count);
    // Gives ids from `first` back, if `last` is still the last one that was ever set aside or given.
    Status releaseJobIds(std::int64_t first, std::int64_t last);

    // Gives the space of what nothing refers to any more back to the disk; answers the bytes of the blobs removed.
    Result<std::int64_t> removeUnreferencedBlobs();
    // Reads the whole file: structure, references, and every blob against its hash. Slow on big files.
    Result<CheckReport> check(const TaskContext& context = {}) const;

private:
    explicit StudyFile(std::unique_ptr<StudyDatabase> database);
    std::unique_ptr<StudyDatabase> m_database;
};

} // namespace halftone
