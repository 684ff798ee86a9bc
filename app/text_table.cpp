// Lays out tables and formats counts.
#include "app/text_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace halftone {

namespace {
// Columns on screen; every character that the tables hold is one wide.
std::size_t width(const std::string& text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}
} // namespace

std::string TextTable::text() const
{
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < m_columns.size(); ++c) {
        widths.push_back(width(m_columns[c].title));
        for (const auto& row : m_rows) widths[c] = std::max(widths[c], width(row[c]));
    }
    std::string all;
    const auto line = [&](const auto& cellAt) {
        std::string made;
        for (std::size_t c = 0; c < m_columns.size(); ++c) {
            const std::string cell = cellAt(c);
            const std::string space(widths[c] - width(cell), ' ');
            made += (c == 0 ? "" : "  ") + (m_columns[c].align == Align::Right ? space + cell : cell + space);
        }
        made.erase(made.find_last_not_of(' ') + 1);
        all += made + "\n";
    };
    line([&](std::size_t c) { return m_columns[c].title; });
    for (const auto& row : m_rows) line([&](std::size_t c) { return row[c]; });
    return all;
}

std::string countText(std::int64_t count)
{
    std::string digits = std::to_string(count < 0 ? -count : count);
    for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
    return (count < 0 ? "-" : "") + digits;
}

std::string percentText(double fraction, int decimals) { return fmt::format("{:.{}f} %", 100 * fraction, decimals); }

} // namespace halftone
