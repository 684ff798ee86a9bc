// Tables of comma-separated values by RFC 4180, row by row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace halftone {

struct CsvRow {
    std::int64_t line = 0; // where it begins, from 1
    std::vector<std::string> fields;
};

// Reads a text that outlives it. Fields may be quoted, with "" for a quote and line ends inside; lines end in LF or CRLF; a byte
// order mark is passed over, and so are empty lines. All rows have as many fields as the first.
class CsvReader {
public:
    CsvReader(std::string_view text, std::string name); // `name` stands in errors
    // An empty optional is the end. Corrupt, naming the line, when the text breaks the format.
    Result<std::optional<CsvRow>> next();

private:
    Result<std::string> field();
    Result<std::string> quotedField();
    Error broken(std::int64_t line, const std::string& why) const;
    bool atLineEnd() const;
    void passLineEnd();

    std::string_view m_text;
    std::string m_name;
    std::size_t m_at = 0;
    std::int64_t m_line = 1;
    std::size_t m_columns = 0; // of the first row
};

} // namespace halftone
