// Columns, labels and splits of a list of images.
#include "core/data/image_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <span>

#include "core/data/csv_text.h"

namespace halftone {

namespace {

constexpr std::int64_t kMostClasses = 100'000; // a label that is a number asks for a name for every class below it

std::string lowered(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

struct Columns {
    std::optional<std::size_t> path, label, part;
    std::size_t all = 0;
};

std::optional<std::size_t> columnNamed(const CsvRow& row, std::span<const std::string_view> names)
{
    for (std::size_t i = 0; i < row.fields.size(); ++i)
        if (std::ranges::find(names, lowered(row.fields[i])) != names.end()) return i;
    return {};
}

// The columns by the first row's names; without a path among them the row is no header.
Columns headerColumns(const CsvRow& row)
{
    static constexpr std::array<std::string_view, 4> kPath{"path", "file", "filename", "image"};
    static constexpr std::array<std::string_view, 3> kLabel{"label", "class", "target"};
    static constexpr std::array<std::string_view, 3> kPart{"split", "set", "part"};
    return {columnNamed(row, kPath), columnNamed(row, kLabel), columnNamed(row, kPart), row.fields.size()};
}

std::optional<ImagePart> partNamed(const std::string& name)
{
    const std::string known = lowered(name);
    if (known == "train") return ImagePart::Train;
    if (known == "val" || known == "valid" || known == "validation") return ImagePart::Validation;
    if (known == "test") return ImagePart::Test;
    return {};
}

std::optional<std::int64_t> numberOf(const std::string& text)
{
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc() && end == text.data() + text.size() && value >= 0 ? std::optional(value) : std::nullopt;
}

class ListReader {
public:
    ListReader(std::string_view text, const std::string& name)
        : m_rows(text, name)
        , m_name(name)
    {
    }

    Result<ImageList> read()
    {
        HALFTONE_TRY(std::optional<CsvRow> row, m_rows.next());
        if (!row) return Error{ErrorCode::BadInput, m_name + " is empty; it wants a line with path and label for each image."};
        m_columns = headerColumns(*row);
        const bool header = m_columns.path.has_value();
        if (!header) m_columns = {0, 1, row->fields.size() > 2 ? std::optional<std::size_t>(2) : std::nullopt, row->fields.size()};
        HALFTONE_CHECK(checkColumns(header));
        m_list.hasParts = m_columns.part.has_value();
        if (!header) HALFTONE_CHECK(take(*row));
        for (;;) {
            HALFTONE_TRY(row, m_rows.next());
            if (!row) break;
            HALFTONE_CHECK(take(*row));
        }
        if (m_list.images.empty()) return Error{ErrorCode::BadInput, m_name + " has a header but names no images; add some."};
        HALFTONE_CHECK(numberLabels());
        return std::move(m_list);
    }

private:
    Status checkColumns(bool header) const
    {
        if (header && !m_columns.label)
            return Error{ErrorCode::BadInput, "The header of " + m_name + " names no column label (or class, or target); add one."};
        if (m_columns.all < 2)
            return Error{ErrorCode::BadInput, "The rows of " + m_name + " have one field; write path and label with a comma between."};
        if (!header && m_columns.all > 3)
            return Error{ErrorCode::BadInput,
                m_name + " has " + std::to_string(m_columns.all)
                    + " columns and no header; add a first row that names the columns path and label."};
        return {};
    }

    Status take(CsvRow& row)
    {
        const auto where = [&] { return "Line " + std::to_string(row.line) + " of " + m_name; };
        ListedImage image{.path = std::move(row.fields[*m_columns.path]), .line = row.line};
        std::string& label = row.fields[*m_columns.label];
        if (image.path.empty() || label.empty())
            return Error{ErrorCode::BadInput, where() + " has no " + (image.path.empty() ? "path" : "label") + "; fill it in."};
        if (image.path.find('\0') != std::string::npos)
            return Error{ErrorCode::Corrupt, where() + " has a zero byte in its path; is this a text file?"};
        if (m_columns.part) {
            const auto part = partNamed(row.fields[*m_columns.part]);
            if (!part) return Error{ErrorCode::BadInput, where() + " has a split that is neither train, val nor test; write one of these."};
            image.part = *part;
        }
        image.label = m_labels.try_emplace(std::move(label), static_cast<std::int64_t>(m_labels.size())).first->second;
        m_list.images.push_back(std::move(image));
        return {};
    }

    // From the order in which the labels came to their rank, or to the numbers that they are.
    Status numberLabels()
    {
        m_list.numbered = std::ranges::all_of(m_labels, [](const auto& entry) { return numberOf(entry.first).has_value(); });
        std::vector<std::int64_t> final(m_labels.size());
        std::int64_t classes = 0;
        for (const auto& [label, order] : m_labels) {
            const std::int64_t index = m_list.numbered ? *numberOf(label) : classes;
            if (index >= kMostClasses)
                return Error{ErrorCode::BadInput,
                    m_name + " has the label " + label + "; numbers are counted from 0 and stay below " + std::to_string(kMostClasses)
                        + "."};
            final[static_cast<std::size_t>(order)] = index;
            classes = std::max(classes, index + 1);
        }
        if (m_list.numbered)
            for (std::int64_t i = 0; i < classes; ++i) m_list.classNames.push_back(std::to_string(i));
        else
            for (const auto& [label, order] : m_labels) m_list.classNames.push_back(label);
        for (ListedImage& image : m_list.images) image.label = final[static_cast<std::size_t>(image.label)];
        return {};
    }

    CsvReader m_rows;
    std::string m_name;
    Columns m_columns;
    std::map<std::string, std::int64_t> m_labels; // by name, numbered as they came
    ImageList m_list;
};

} // namespace

Result<ImageList> parseImageList(std::string_view text, const std::string& name) { return ListReader(text, name).read(); }

} // namespace halftone
