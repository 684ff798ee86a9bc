// Opening a study file safely, its transactions, and the sentences for what can go wrong with it.
#include "core/store/database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <array>
#include <new>

#include "core/store/migrations.h"

namespace halftone {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);

struct FileHeader {
    bool isDatabase = false;
    bool isShort = false; // the file has fewer pages than it says
    std::int32_t applicationId = 0;
    std::int32_t userVersion = 0;
};

// Reads the first 100 bytes through SQLite's own handle: opening and closing the file a second time would drop the locks that
// another connection of this process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2). Nothing is replayed or
// changed.
FileHeader readHeader(SQLite::Database& database)
{
    FileHeader header;
    sqlite3_file* file = nullptr;
    database.check(sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file));
    if (file == nullptr || file->pMethods == nullptr) return header;
    std::array<unsigned char, 100> bytes{};
    const int status = file->pMethods->xRead(file, bytes.data(), static_cast<int>(bytes.size()), 0);
    if (status == SQLITE_IOERR_SHORT_READ) return header;
    if (status != SQLITE_OK) throw SQLite::Exception("the file cannot be read", SQLITE_IOERR);
    header.isDatabase = std::string_view(reinterpret_cast<const char*>(bytes.data()), kMagic.size()) == kMagic;
    const auto number = [&](std::size_t at) {
        return static_cast<std::int32_t>(std::uint32_t(bytes[at]) << 24 | std::uint32_t(bytes[at + 1]) << 16
            | std::uint32_t(bytes[at + 2]) << 8 | std::uint32_t(bytes[at + 3]));
    };
    const std::int64_t pageBytes = bytes[16] << 8 | bytes[17]; // https://www.sqlite.org/fileformat.html#the_database_header
    const bool pagesAreKnown = number(24) == number(92);
    sqlite3_int64 fileBytes = 0;
    if (file->pMethods->xFileSize(file, &fileBytes) != SQLITE_OK)
        throw SQLite::Exception("the file cannot be read", SQLITE_IOERR);
    header.isShort = pagesAreKnown && fileBytes < number(28) * (pageBytes == 1 ? 65536 : pageBytes);
    header.userVersion = number(60);
    header.applicationId = number(68);
    return header;
}

Status acceptVersion(const fs::path& path, std::int32_t applicationId, int version, int newest)
{
    if (applicationId != kStudyApplicationId)
        return Error{ErrorCode::BadInput,
            path.string() + " is a database of another program, not a study; give a file that Halftone made."};
    if (version > newest)
        return Error{ErrorCode::Unsupported,
            path.string() + " was written by a newer Halftone (study version " + std::to_string(version)
                + ", this program reads up to version " + std::to_string(newest)
                + "); update Halftone. The file was not touched."};
    if (version < 1)
        return Error{ErrorCode::Corrupt,
            path.string() + " says study version " + std::to_string(version) + ", which never was; restore it from a copy."};
    return {};
}

// A study may come from a stranger: nothing that stands in the file is ever run, and its structure cannot be bent.
void harden(SQLite::Database& database)
{
    sqlite3* const handle = database.getHandle();
    const auto configure = [&](int option, int value) { database.check(sqlite3_db_config(handle, option, value, nullptr)); };
    configure(SQLITE_DBCONFIG_DEFENSIVE, 1);
    configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
    configure(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
    configure(SQLITE_DBCONFIG_ENABLE_VIEW, 0);
    configure(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
    configure(SQLITE_DBCONFIG_ENABLE_FKEY, 1);
    configure(SQLITE_DBCONFIG_DQS_DML, 0);
    configure(SQLITE_DBCONFIG_DQS_DDL, 0);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    database.exec("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = OFF;");
}

// FULL: a commit is on the disk when it returns, even through a power cut. There is about one a second at most.
void settleJournal(SQLite::Database& database)
{
    try {
        database.exec("PRAGMA journal_mode = WAL");
    } catch (const SQLite::Exception&) {
        // A folder without shared memory (some network file systems): the rollback journal is as safe, only slower.
    }
    database.exec("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864");
}

std::unique_ptr<SQLite::Database> connect(const fs::path& path, int flags, int busyTimeoutMs)
{
    // An absolute path can never be read as a "file:" address.
    auto database = std::make_unique<SQLite::Database>(fs::absolute(path).string(), flags, busyTimeoutMs);
    sqlite3_extended_result_codes(database->getHandle(), 1);
    harden(*database);
    return database;
}

// For media that cannot be written at all, where the journal's shared memory cannot be made. Only right without a journal.
std::unique_ptr<SQLite::Database> connectImmutable(const fs::path& path)
{
    std::string address = "file:";
    for (const unsigned char c : fs::absolute(path).string()) {
        constexpr char kDigits[] = "0123456789ABCDEF";
        if (std::isalnum(c) || c == '/' || c == '.' || c == '-' || c == '_')
            address += static_cast<char>(c);
        else
            (address += '%') += {kDigits[c >> 4], kDigits[c & 15]};
    }
    auto database = std::make_unique<SQLite::Database>(address + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    sqlite3_extended_result_codes(database->getHandle(), 1);
    harden(*database);
    return database;
}

bool journalIsEmpty(const fs::path& path)
{
    std::error_code error;
    const auto size = fs::file_size(path.string() + "-wal", error);
    return error || size == 0;
}

// A program that has the file open keeps this file beside it.
bool nobodyHasItOpen(const fs::path& path)
{
    std::error_code error;
    return !fs::exists(path.string() + "-shm", error);
}

bool canRead(SQLite::Database& database)
{
    try {
        versionOf(database);
        return true;
    } catch (const SQLite::Exception& exception) {
        const int code = exception.getErrorCode() & 0xff;
        if (code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_IOERR) return false;
        throw;
    }
}

Status checkIsFile(const fs::path& path)
{
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found)
        return Error{
            ErrorCode::NotFound, "There is no study " + path.string() + "; check the path, or make it with 'halftone new'."};
    if (error)
        return Error{
            ErrorCode::Io, "Opening " + path.string() + " failed: " + error.message() + "; check its folder and permissions."};
    if (!fs::is_regular_file(status))
        return Error{ErrorCode::BadInput, path.string() + " is not a file; give the path of a study."};
    return {};
}

Status bringUpToDate(SQLite::Database& database, const fs::path& path, bool readOnly, std::span<const Migration> migrations)
{
    const int newest = migrations.back().to;
    const int version = versionOf(database); // as the journal has it, which may be newer than the file's header
    const auto id = static_cast<std::int32_t>(database.execAndGet("PRAGMA application_id").getInt());
    const Status accepted = acceptVersion(path, id, version, newest);
    if (!accepted.ok()) {
        sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        return accepted;
    }
    if (version < newest && readOnly)
        return Error{ErrorCode::Unsupported,
            path.string() + " is of study version " + std::to_string(version) + " and must be brought to version "
                + std::to_string(newest) + " first; open it once where it can be written."};
    if (version < newest) HALFTONE_CHECK(migrate(database, path, migrations));
    if (!hasExpectedSchema(database, migrations))
        return Error{ErrorCode::Corrupt,
            path.string()
                + " does not have the tables of a study (something is missing or was added); restore it from a copy."};
    return {};
}

} // namespace

StudyDatabase::StudyDatabase(fs::path path, std::unique_ptr<SQLite::Database> database, bool readOnly)
    : m_path(std::move(path))
    , m_database(std::move(database))
    , m_readOnly(readOnly)
{
}

StudyDatabase::~StudyDatabase() = default;

Result<std::unique_ptr<StudyDatabase>> StudyDatabase::create(
    const fs::path& path, const fs::path& shownPath, std::span<const Migration> migrations)
{
    try {
        auto database = connect(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0);
        database->exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = " + std::to_string(kStudyApplicationId));
        HALFTONE_CHECK(migrate(*database, shownPath, migrations));
        settleJournal(*database);
        return std::unique_ptr<StudyDatabase>(new StudyDatabase(shownPath, std::move(database), false));
    } catch (const std::exception& exception) {
        return studyError(exception, "Making", shownPath);
    }
}

Result<std::unique_ptr<StudyDatabase>> StudyDatabase::open(
    const fs::path& path, const OpenStudyOptions& options, std::span<const Migration> migrations)
{
    HALFTONE_CHECK(checkIsFile(path));
    const bool readOnly = options.access == StudyAccess::ReadOnly;
    const bool journalWasEmpty = journalIsEmpty(path);
    try {
        auto database = connect(path, readOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE, options.busyTimeoutMs);
        const FileHeader header = readHeader(*database);
        if (!header.isDatabase)
            return Error{ErrorCode::BadInput,
                path.string() + " is not a study: it does not begin like one; give a file that Halftone made."};
        HALFTONE_CHECK(acceptVersion(path, header.applicationId, header.userVersion, migrations.back().to));
        if (header.isShort && journalWasEmpty
            && journalIsEmpty(path)) // with a journal, the missing part may be there or on its way
            return Error{ErrorCode::Corrupt, path.string() + " is cut short; copy it again from where it came from."};
        if (!readOnly && sqlite3_db_readonly(database->getHandle(), "main") == 1)
            return Error{
                ErrorCode::Io, path.string() + " cannot be written; check its permissions, or copy it and open the copy."};
        if (readOnly && journalIsEmpty(path) && nobodyHasItOpen(path) && !canRead(*database)) database = connectImmutable(path);
        HALFTONE_CHECK(bringUpToDate(*database, path, readOnly, migrations));
        if (!readOnly) settleJournal(*database);
        return std::unique_ptr<StudyDatabase>(new StudyDatabase(path, std::move(database), readOnly));
    } catch (const std::exception& exception) {
        return studyError(exception, "Opening", path);
    }
}

StudyDatabase::Transaction::Transaction(SQLite::Database& database, bool writes)
    : m_transaction(std::make_unique<SQLite::Transaction>(
        database, writes ? SQLite::TransactionBehavior::IMMEDIATE : SQLite::TransactionBehavior::DEFERRED))
{
}

StudyDatabase::Transaction::~Transaction() = default;

void StudyDatabase::Transaction::commit() { m_transaction->commit(); }

Error StudyDatabase::errorFrom(const std::exception& exception, std::string_view what) const
{
    return studyError(exception, std::string(what) + " in", m_path);
}

Error StudyDatabase::readOnlyError(std::string_view what) const
{
    return {ErrorCode::Io, std::string(what) + " in " + m_path.string() + " failed: the study is open for reading only."};
}

Error studyError(const std::exception& exception, std::string_view what, const fs::path& path)
{
    const std::string failed = std::string(what) + " " + path.string() + " failed: ";
    if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr)
        return {ErrorCode::Failed, failed + "there is not enough memory; close other programs and try again."};
    const auto* sqlite = dynamic_cast<const SQLite::Exception*>(&exception);
    if (sqlite == nullptr) return {ErrorCode::Failed, failed + exception.what() + "."};
    switch (sqlite->getErrorCode() & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return {ErrorCode::Io, failed + "another program is writing to it; wait for it to finish or close it, then try again."};
    case SQLITE_FULL:
        return {ErrorCode::Io, failed + "the disk is full; free some space and try again. The file is as it was before."};
    case SQLITE_READONLY:
        return {ErrorCode::Io, failed + "the file or its folder cannot be written; check their permissions."};
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return {ErrorCode::Io,
            failed + "the file or its folder cannot be opened; check that they are there and their permissions."};
    case SQLITE_IOERR:
        return {ErrorCode::Io,
            failed + "the disk answered with an error (" + exception.what() + "); check the disk and its space."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {ErrorCode::Corrupt, failed + "the file is damaged (" + exception.what() + "); restore it from a copy."};
    case SQLITE_NOMEM:
        return {ErrorCode::Failed, failed + "there is not enough memory; close other programs and try again."};
    default:
        return {ErrorCode::Failed, failed + exception.what() + "."};
    }
}

} // namespace halftone
