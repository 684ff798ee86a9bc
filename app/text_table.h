// Plain tables for the terminal: columns as wide as their content, numbers to the right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace halftone {

class TextTable {
public:
    enum class Align { Left, Right };
    struct Column {
        std::string title;
        Align align = Align::Left;
    };
    explicit TextTable(std::vector<Column> columns)
        : m_columns(std::move(columns))
    {
    }
    void add(std::vector<std::string> cells) { m_rows.push_back(std::move(cells)); }
    std::string text() const; // with a header line, each line ended

private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

std::string countText(std::int64_t count); // 1,234,567
std::string percentText(double fraction, int decimals = 2); // "91.50 %"

} // namespace halftone
