// Reading label maps and finding names in them.
#include "core/data/label_map.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "core/base/closest_names.h"

namespace halftone {

namespace {

constexpr std::size_t kMostClasses = 100'000; // an index asks for a place for every class below it

struct LabelLine {
    std::string_view text;
    std::int64_t number = 0; // from 1
};

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF"; // wherever files were put together
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    for (;;) {
        if (!text.empty() && isBlank(text.front()))
            text.remove_prefix(1);
        else if (text.starts_with(kByteOrderMark))
            text.remove_prefix(kByteOrderMark.size());
        else
            break;
    }
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<LabelLine> linesOf(std::string_view text)
{
    std::vector<LabelLine> lines;
    for (std::int64_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (const std::string_view line = trimmed(text.substr(0, end)); !line.empty()) lines.push_back({line, number});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool isWordNetId(std::string_view word)
{
    return word.size() == 9 && word.front() == 'n' && std::ranges::all_of(word.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

struct NamedIndex {
    std::string_view name;
    std::size_t index = 0;
};

std::optional<NamedIndex> namedIndex(std::string_view line)
{
    std::size_t split = line.find_last_of(",\t");
    const std::size_t blank = std::min(line.find(' '), line.size());
    if (split == std::string_view::npos && isWordNetId(line.substr(0, blank)) && blank < line.size()) split = blank;
    if (split == std::string_view::npos) return {};
    const std::string_view digits = trimmed(line.substr(split + 1));
    NamedIndex found{trimmed(line.substr(0, split))};
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), found.index);
    if (failure != std::errc() || end != digits.data() + digits.size() || found.name.empty()) return {};
    return found;
}

std::string_view nameAlone(std::string_view line)
{
    const std::string_view word = line.substr(0, line.find_first_of(" \t,"));
    return isWordNetId(word) ? word : line;
}

} // namespace

Result<LabelMap> parseLabelMap(std::string_view text, const std::string& name)
{
    const auto lines = linesOf(text);
    if (lines.empty()) return Error{ErrorCode::BadInput, "The label map " + name + " is empty; write one class name a line."};
    const bool indexed = std::ranges::all_of(lines, [](const LabelLine& line) { return namedIndex(line.text).has_value(); });
    LabelMap map;
    std::map<std::string_view, std::int64_t> seen;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const NamedIndex entry = indexed ? *namedIndex(lines[i].text) : NamedIndex{nameAlone(lines[i].text), i};
        const std::string where = "Line " + std::to_string(lines[i].number) + " of the label map " + name;
        if (entry.index >= kMostClasses)
            return Error{ErrorCode::BadInput, where + " has the index " + std::to_string(entry.index) + "; indices stay below "
                + std::to_string(kMostClasses) + "."};
        if (const auto [earlier, added] = seen.try_emplace(entry.name, lines[i].number); !added)
            return Error{ErrorCode::BadInput,
                where + " has the name " + std::string(entry.name) + ", as line " + std::to_string(earlier->second)
                    + " has; write each class once."};
        if (map.names.size() <= entry.index) map.names.resize(entry.index + 1);
        if (!map.names[entry.index].empty())
            return Error{ErrorCode::BadInput,
                where + " has the index " + std::to_string(entry.index) + ", which is " + map.names[entry.index]
                    + "'s already; give each class its own."};
        map.names[entry.index] = entry.name;
    }
    return map;
}

std::string text(const LabelMap& map)
{
    std::string lines;
    for (std::size_t i = 0; i < map.names.size(); ++i)
        if (!map.names[i].empty()) lines += map.names[i] + "\t" + std::to_string(i) + "\n";
    return lines;
}

Result<std::vector<std::int64_t>> indicesOf(const std::vector<std::string>& classes, const LabelMap& map, const std::string& what)
{
    std::map<std::string_view, std::int64_t> known;
    for (std::size_t i = 0; i < map.names.size(); ++i)
        if (!map.names[i].empty()) known.emplace(map.names[i], static_cast<std::int64_t>(i));
    std::vector<std::int64_t> indices;
    for (const std::string& name : classes) {
        const auto found = known.find(name);
        if (found == known.end()) {
            const std::string hint = didYouMean(name, map.names);
            return Error{ErrorCode::BadInput,
                "The class " + name + " of " + what + " is not in the label map of " + std::to_string(known.size()) + " names"
                    + (hint.empty() ? "; correct the one or the other." : hint)};
        }
        indices.push_back(found->second);
    }
    return indices;
}

} // namespace halftone
