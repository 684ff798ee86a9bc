// The rows of a comma-separated text.
#include "core/data/csv_text.h"

#include <utility>

namespace halftone {

CsvReader::CsvReader(std::string_view text, std::string name)
    : m_text(text)
    , m_name(std::move(name))
{
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (m_text.starts_with(kByteOrderMark)) m_at = kByteOrderMark.size();
}

Error CsvReader::broken(std::int64_t line, const std::string& why) const
{
    return Error{ErrorCode::Corrupt, "Line " + std::to_string(line) + " of " + m_name + " " + why};
}

bool CsvReader::atLineEnd() const
{
    return m_at == m_text.size() || m_text[m_at] == '\n' || m_text.substr(m_at, 2) == "\r\n";
}

void CsvReader::passLineEnd()
{
    if (m_at == m_text.size()) return;
    m_at += m_text[m_at] == '\r' ? 2 : 1;
    ++m_line;
}

Result<std::string> CsvReader::quotedField()
{
    const std::int64_t begun = m_line;
    std::string value;
    for (++m_at; m_at < m_text.size(); ++m_at) {
        if (m_text[m_at] == '"') {
            if (m_text.substr(m_at, 2) != "\"\"") {
                ++m_at;
                if (atLineEnd() || m_text[m_at] == ',') return value;
                return broken(m_line, "goes on after a closing quote; put a comma there, or double the quote.");
            }
            ++m_at; // the second of two stands for one
        }
        if (m_text[m_at] == '\n') ++m_line;
        value += m_text[m_at];
    }
    return broken(begun, "opens a quote that is never closed.");
}

Result<std::string> CsvReader::field()
{
    if (m_at < m_text.size() && m_text[m_at] == '"') return quotedField();
    const std::size_t begun = m_at;
    while (!atLineEnd() && m_text[m_at] != ',') {
        if (m_text[m_at] == '"') return broken(m_line, "has a quote inside a field that does not begin with one; quote the field.");
        ++m_at;
    }
    return std::string(m_text.substr(begun, m_at - begun));
}

Result<std::optional<CsvRow>> CsvReader::next()
{
    while (m_at < m_text.size() && atLineEnd()) passLineEnd();
    if (m_at == m_text.size()) return std::optional<CsvRow>{};
    CsvRow row{m_line, {}};
    for (;;) {
        HALFTONE_TRY(std::string value, field());
        row.fields.push_back(std::move(value));
        if (atLineEnd()) break;
        ++m_at; // the comma
    }
    passLineEnd();
    if (m_columns == 0) m_columns = row.fields.size();
    if (row.fields.size() != m_columns)
        return broken(row.line,
            "has " + std::to_string(row.fields.size()) + " fields where the first row has " + std::to_string(m_columns)
                + "; quote fields that hold commas.");
    return std::optional<CsvRow>(std::move(row));
}

} // namespace halftone
