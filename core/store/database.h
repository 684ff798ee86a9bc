// The connection to a study file and the statements on it. Internal to store/: only its .cpp files include this.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/store/study_file.h"

namespace SQLite {
class Database;
class Statement;
class Transaction;
} // namespace SQLite

namespace halftone {

struct Migration;

inline constexpr std::int32_t kStudyApplicationId = 0x48546E65; // "HTne" in the file's header
inline constexpr int kStudyVersion = 3; // user_version of the files that this program writes
static_assert(kStudyVersion >= 1 && kStudyVersion < 10000);

// One statement with its values bound in order. Throws what SQLiteCpp throws: for use inside StudyDatabase::read and write.
class Query {
public:
    template <typename... Values>
    Query(SQLite::Database& database, const char* sql, const Values&... values)
        : Query(Prepared{}, database, sql)
    {
        (bindNext(values), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    bool step(); // true: there is a row to read
    void run(); // for statements without rows
    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::optional<double> optionalReal(int column) const;
    std::string text(int column) const;
    std::span<const std::byte> bytes(int column) const; // until the next step()

private:
    struct Prepared { };
    Query(Prepared, SQLite::Database& database, const char* sql);
    template <typename Integer>
    requires std::is_integral_v<Integer>
    void bindNext(Integer value) { bindInteger(static_cast<std::int64_t>(value)); }
    void bindNext(double value);
    void bindNext(const std::optional<double>& value);
    void bindNext(const std::optional<std::string>& value);
    void bindNext(std::string_view text);
    void bindNext(const std::string& text) { bindNext(std::string_view(text)); }
    void bindNext(std::span<const std::byte> bytes); // not copied: must live until the statement has run
    void bindInteger(std::int64_t value);

    std::unique_ptr<SQLite::Statement> m_statement;
    int m_bound = 0;
};

// What a statement changed last, and the row it entered.
std::int64_t changedRows(SQLite::Database& database);
std::int64_t lastRow(SQLite::Database& database);
// `time`, or the present time in seconds since 1970 when it is 0.
std::int64_t timeOrNow(SQLite::Database& database, std::int64_t time);

class StudyDatabase {
public:
    // A new file in the newest version. `path` must not exist; nobody else may know the name. Errors speak of `shownPath`.
    static Result<std::unique_ptr<StudyDatabase>> create(
        const std::filesystem::path& path, const std::filesystem::path& shownPath, std::span<const Migration> migrations);
    static Result<std::unique_ptr<StudyDatabase>> open(
        const std::filesystem::path& path, const OpenStudyOptions& options, std::span<const Migration> migrations);
    ~StudyDatabase();

    const std::filesystem::path& path() const { return m_path; }
    bool readOnly() const { return m_readOnly; }

    // Runs work(SQLite::Database&), which answers a Result or Status, inside one transaction; an error or an exception rolls
    // it back. `what` begins the error's sentence: "Saving the settings".
    template <typename Work> std::invoke_result_t<Work, SQLite::Database&> write(std::string_view what, Work&& work)
    {
        return inTransaction(true, what, std::forward<Work>(work));
    }
    template <typename Work> std::invoke_result_t<Work, SQLite::Database&> read(std::string_view what, Work&& work)
    {
        return inTransaction(false, what, std::forward<Work>(work));
    }
    // The same without a transaction, for the few statements that cannot be inside one.
    template <typename Work> std::invoke_result_t<Work, SQLite::Database&> alone(std::string_view what, Work&& work)
    {
        const std::lock_guard lock(m_mutex);
        try {
            return work(*m_database);
        } catch (const std::exception& exception) {
            return errorFrom(exception, what);
        }
    }

private:
    // Begins in the constructor and rolls back in the destructor, unless it was committed.
    class Transaction {
    public:
        Transaction(SQLite::Database& database, bool writes);
        ~Transaction();
        void commit();

    private:
        std::unique_ptr<SQLite::Transaction> m_transaction;
    };

    template <typename Work>
    std::invoke_result_t<Work, SQLite::Database&> inTransaction(bool writes, std::string_view what, Work&& work)
    {
        const std::lock_guard lock(m_mutex);
        try {
            if (writes && m_readOnly) return readOnlyError(what);
            Transaction transaction(*m_database, writes);
            auto result = work(*m_database);
            if (result.ok()) transaction.commit();
            return result;
        } catch (const std::exception& exception) {
            return errorFrom(exception, what);
        }
    }

    StudyDatabase(std::filesystem::path path, std::unique_ptr<SQLite::Database> database, bool readOnly);
    Error errorFrom(const std::exception& exception, std::string_view what) const;
    Error readOnlyError(std::string_view what) const;

    std::filesystem::path m_path;
    std::unique_ptr<SQLite::Database> m_database;
    bool m_readOnly = false;
    std::mutex m_mutex; // one connection, one caller at a time
};

// The sentence for what SQLite threw while `what` ("Opening") was done on `path`.
Error studyError(const std::exception& exception, std::string_view what, const std::filesystem::path& path);

} // namespace halftone
