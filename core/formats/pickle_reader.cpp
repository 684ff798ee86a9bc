// What a pickle's tree of values answers.
#include "core/formats/pickle_reader.h"

#include "core/formats/unpickler.h"

namespace halftone {

bool PickleTree::isGlobal(PickleIndex i, std::string_view module, std::string_view name) const
{
    const PickleNode& node = (*this)[i];
    return node.kind == PickleKind::Global && node.module == module && node.text == name;
}

bool PickleTree::isText(PickleIndex i, std::string_view text) const
{
    return (*this)[i].kind == PickleKind::Text && (*this)[i].text == text;
}

std::span<const PickleIndex> PickleTree::pairs(const PickleNode& dict) const
{
    if (dict.kind == PickleKind::Dict) return dict.items;
    if (dict.kind == PickleKind::Call) return std::span(dict.items).subspan(2);
    return {};
}

PickleIndex PickleTree::find(const PickleNode& dict, std::string_view key) const
{
    const auto items = pairs(dict);
    PickleIndex found;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2)
        if (isText(items[i], key)) found = items[i + 1];
    return found;
}

Result<PickleTree> readPickle(std::span<const std::byte> bytes) { return Unpickler(bytes).run(); }

} // namespace halftone
