// Query over SQLiteCpp's statements.
#include <SQLiteCpp/SQLiteCpp.h>

#include "core/store/database.h"

namespace halftone {

Query::Query(Prepared, SQLite::Database& database, const char* sql)
    : m_statement(std::make_unique<SQLite::Statement>(database, sql))
{
}
Query::~Query() = default;

bool Query::step() { return m_statement->executeStep(); }
void Query::run() { m_statement->exec(); }
bool Query::isNull(int column) const { return m_statement->isColumnNull(column); }
std::int64_t Query::integer(int column) const { return m_statement->getColumn(column).getInt64(); }
double Query::real(int column) const { return m_statement->getColumn(column).getDouble(); }
std::string Query::text(int column) const { return m_statement->getColumn(column).getString(); }

std::optional<double> Query::optionalReal(int column) const
{
    if (isNull(column)) return std::nullopt;
    return real(column);
}

std::span<const std::byte> Query::bytes(int column) const
{
    const SQLite::Column value = m_statement->getColumn(column);
    const void* data = value.getBlob(); // before getBytes: it may convert
    const int size = value.getBytes();
    if (data == nullptr || size <= 0) return {};
    return {static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

void Query::bindInteger(std::int64_t value) { m_statement->bind(++m_bound, value); }
void Query::bindNext(double value) { m_statement->bind(++m_bound, value); }
void Query::bindNext(std::string_view text) { m_statement->bind(++m_bound, std::string(text)); }

void Query::bindNext(const std::optional<double>& value)
{
    if (value)
        bindNext(*value);
    else
        m_statement->bind(++m_bound);
}

void Query::bindNext(const std::optional<std::string>& value)
{
    if (value)
        bindNext(std::string_view(*value));
    else
        m_statement->bind(++m_bound);
}

void Query::bindNext(std::span<const std::byte> bytes)
{
    static constexpr std::byte kEmpty{}; // a null pointer would be bound as NULL, which is not an empty blob
    m_statement->bindNoCopy(++m_bound, bytes.empty() ? &kEmpty : bytes.data(), static_cast<int>(bytes.size()));
}

std::int64_t changedRows(SQLite::Database& database) { return database.getChanges(); }
std::int64_t lastRow(SQLite::Database& database) { return database.getLastInsertRowid(); }

std::int64_t timeOrNow(SQLite::Database& database, std::int64_t time)
{
    return time != 0 ? time : database.execAndGet("SELECT CAST(strftime('%s', 'now') AS INTEGER)").getInt64();
}

} // namespace halftone
