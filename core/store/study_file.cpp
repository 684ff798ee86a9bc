// StudyFile: making, opening, settings, the model, and the check.
#include "core/store/study_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/content_hash.h"
#include "core/store/blobs.h"
#include "core/store/database.h"
#include "core/store/migrations.h"
#include "core/store/model_grids.h"
#include "core/store/record_checks.h"

namespace halftone {

namespace fs = std::filesystem;

namespace {

// A study under a name of its own until it is complete; what is left of it is removed with this object.
class UnfinishedFile {
public:
    explicit UnfinishedFile(const fs::path& wanted)
        : m_path(wanted.string() + ".making-" + std::to_string(::getpid()) + "-" + std::to_string(::gettid()))
    {
        removeAll();
    }
    ~UnfinishedFile() { removeAll(); }
    UnfinishedFile(const UnfinishedFile&) = delete;
    UnfinishedFile& operator=(const UnfinishedFile&) = delete;
    const fs::path& path() const { return m_path; }

private:
    void removeAll() const
    {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((m_path.string() + suffix).c_str());
    }
    fs::path m_path;
};

Error alreadyThere(const fs::path& path)
{
    return {ErrorCode::BadInput, "There is already a file " + path.string() + "; choose another name, or remove it first."};
}

Status checkNameIsFree(const fs::path& path)
{
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error))) return alreadyThere(path);
    for (const char* suffix : {"-wal", "-journal"}) { // SQLite would play another study's journal into the new one
        const fs::path journal = path.string() + suffix;
        if (fs::exists(journal, error) && fs::file_size(journal, error) > 0)
            return Error{ErrorCode::BadInput,
                "There is " + journal.string()
                    + ", the journal of a study that is gone; choose another name, or remove it first."};
    }
    return {};
}

// Gives the finished file its name, never replacing one that appeared meanwhile, and makes the name last through a power cut.
Status giveName(const fs::path& from, const fs::path& to)
{
    int renamed = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
    if (renamed != 0 && (errno == EINVAL || errno == ENOSYS))
        renamed = ::rename(from.c_str(), to.c_str()); // a file system without it
    if (renamed != 0 && errno == EEXIST) return alreadyThere(to);
    if (renamed != 0)
        return Error{ErrorCode::Io,
            "Making " + to.string() + " failed: " + std::strerror(errno) + "; check the folder and its permissions."};
    const fs::path folder = fs::absolute(to).parent_path();
    if (const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
        ::fsync(fd);
        ::close(fd);
    }
    return {};
}

std::string modelHash(const StudyModel& model)
{
    ContentHasher hasher;
    hasher.add(model.networkText).add(std::span<const std::byte>(model.weights));
    addGrids(hasher, model.grids); // nothing where there are none: results of studies of version 2 keep their keys
    return hasher.hex();
}

Result<StudyModel> readModel(SQLite::Database& database, bool withWeights)
{
    Query query(database, "SELECT network, weights, content_hash, file_name FROM model");
    if (!query.step()) return Error{ErrorCode::NotFound, "The study has no model; make it anew with one ('halftone new')."};
    StudyModel model{.networkText = query.text(0), .fileName = query.text(3), .contentHash = query.text(2)};
    HALFTONE_TRY(model.grids, loadGrids(database));
    if (withWeights) {
        HALFTONE_TRY(model.weights, getBlob(database, query.text(1)));
        if (modelHash(model) != model.contentHash)
            return Error{
                ErrorCode::Corrupt, "The study's model does not have its content any more; restore the file from a copy."};
    }
    return model;
}

} // namespace

StudyFile::StudyFile(std::unique_ptr<StudyDatabase> database)
    : m_database(std::move(database))
{
}
StudyFile::~StudyFile() = default;
StudyFile::StudyFile(StudyFile&&) noexcept = default;
StudyFile& StudyFile::operator=(StudyFile&&) noexcept = default;

Result<StudyFile> StudyFile::create(const fs::path& path, const NewStudy& content)
{
    HALFTONE_CHECK(checkNameIsFree(path));
    const UnfinishedFile unfinished(path);
    {
        HALFTONE_TRY(auto database, StudyDatabase::create(unfinished.path(), path, studyMigrations()));
        StudyFile study(std::move(database));
        HALFTONE_CHECK(study.saveSettings(content.settings));
        if (content.model) HALFTONE_CHECK(study.saveModel(*content.model));
    }
    HALFTONE_CHECK(giveName(unfinished.path(), path));
    return open(path);
}

Result<StudyFile> StudyFile::open(const fs::path& path, const OpenStudyOptions& options)
{
    HALFTONE_TRY(auto database, StudyDatabase::open(path, options, studyMigrations()));
    return StudyFile(std::move(database));
}

const fs::path& StudyFile::path() const { return m_database->path(); }
bool StudyFile::readOnly() const { return m_database->readOnly(); }

Status StudyFile::saveSettings(const StudySettings& settings)
{
    for (const auto& [name, value] : settings) HALFTONE_CHECK(checkName(name, "A setting's name"));
    return m_database->write("Saving the settings", [&](SQLite::Database& database) -> Status {
        for (const auto& [name, value] : settings)
            Query(database,
                "INSERT INTO setting(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value", name,
                value)
                .run();
        return {};
    });
}

Result<StudySettings> StudyFile::settings() const
{
    return m_database->read("Reading the settings", [&](SQLite::Database& database) -> Result<StudySettings> {
        StudySettings settings;
        for (Query query(database, "SELECT name, value FROM setting"); query.step();) settings[query.text(0)] = query.text(1);
        return settings;
    });
}

Result<std::optional<std::string>> StudyFile::setting(std::string_view name) const
{
    return m_database->read("Reading the settings", [&](SQLite::Database& database) -> Result<std::optional<std::string>> {
        Query query(database, "SELECT value FROM setting WHERE name = ?", name);
        if (!query.step()) return std::optional<std::string>();
        return std::optional(query.text(0));
    });
}

Result<std::string> StudyFile::saveModel(const StudyModel& model)
{
    HALFTONE_CHECK(checkGrids(model.grids));
    return m_database->write("Saving the model", [&](SQLite::Database& database) -> Result<std::string> {
        const std::string hash = modelHash(model);
        if (Query query(database, "SELECT content_hash FROM model"); query.step()) {
            if (query.text(0) == hash) return hash;
            return Error{ErrorCode::BadInput,
                "The study has a model already, and its results belong to it; make a new study for another model."};
        }
        const std::string weights = putBlob(database, model.weights);
        Query(database, "INSERT INTO model(id, network, weights, content_hash, file_name) VALUES(1, ?, ?, ?, ?)",
            model.networkText, weights, hash, model.fileName)
            .run();
        saveGrids(database, model.grids);
        return hash;
    });
}

Result<StudyModel> StudyFile::loadModel() const
{
    return m_database->read("Reading the model", [](SQLite::Database& database) { return readModel(database, true); });
}

Result<StudyModel> StudyFile::loadModelWithoutWeights() const
{
    return m_database->read("Reading the model", [](SQLite::Database& database) { return readModel(database, false); });
}

Result<std::int64_t> StudyFile::removeUnreferencedBlobs()
{
    HALFTONE_TRY(const std::int64_t freed,
        m_database->write("Removing unused content",
            [](SQLite::Database& database) -> Result<std::int64_t> { return dropUnusedBlobs(database); }));
    HALFTONE_CHECK(m_database->alone("Giving space back", [](SQLite::Database& database) -> Status {
        for (const char* const sql : {"PRAGMA incremental_vacuum", "PRAGMA wal_checkpoint(TRUNCATE)"})
            for (Query query(database, sql); query.step();) { } // each row is some of the work
        return {};
    }));
    return freed;
}

Result<CheckReport> StudyFile::check(const TaskContext& context) const
{
    return m_database->read("Checking the study", [&](SQLite::Database& database) -> Result<CheckReport> {
        CheckReport report;
        for (Query query(database, "PRAGMA integrity_check(20)"); query.step();)
            if (query.text(0) != "ok") report.findings.push_back("Structure: " + query.text(0) + ".");
        for (Query query(database, "PRAGMA foreign_key_check"); query.step();)
            report.findings.push_back(
                "A row of " + query.text(0) + " refers to a row of " + query.text(2) + " that is missing.");
        for (Query query(database, "SELECT id FROM run WHERE state NOT BETWEEN 0 AND 3"); query.step();)
            report.findings.push_back("Run " + std::to_string(query.integer(0)) + " has an unknown state.");
        for (Query query(database, "SELECT run, epoch FROM run_epoch WHERE length(curve) % 16 <> 0"); query.step();)
            report.findings.push_back("The curve of epoch " + query.text(1) + " of run " + query.text(0) + " is cut short.");
        for (Query query(database, "SELECT DISTINCT run FROM run_series WHERE length(points) % 16 <> 0"); query.step();)
            report.findings.push_back("A curve of run " + query.text(0) + " is cut short.");
        for (Query query(database, "SELECT id FROM job WHERE state NOT BETWEEN 0 AND 5"); query.step();)
            report.findings.push_back("Job " + std::to_string(query.integer(0)) + " has an unknown state.");
        const Result<StudyModel> model = readModel(database, true);
        if (!model.ok() && model.error().code != ErrorCode::NotFound) report.findings.push_back(model.error().message);
        HALFTONE_CHECK(checkBlobs(database, context, report));
        return report;
    });
}

} // namespace halftone
