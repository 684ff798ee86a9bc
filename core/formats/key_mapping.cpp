// Renaming a file's tensors.
#include "core/formats/key_mapping.h"

#include <unordered_map>
#include <unordered_set>

#include "core/base/closest_names.h"
#include "core/formats/utf8.h"

namespace halftone {

namespace {

constexpr std::string_view kReplaced = " (in the file)";
constexpr std::size_t kMostCandidates = 5000; // for the nearest names of a key that is not there
constexpr std::size_t kLongestCompared = 200;

std::string nearestOf(const std::string& key, const StateDict& tensors)
{
    if (key.size() > kLongestCompared) return {};
    std::vector<std::string> names;
    for (const NamedTensor& entry : tensors.entries)
        if (entry.name.size() <= kLongestCompared && names.size() < kMostCandidates) names.push_back(entry.name);
    return didYouMean(key, names);
}

// The name by this mapping; empty: it does not speak of the tensor.
std::string renamed(const std::string& tensor, const KeyMapping& mapping)
{
    if (tensor == mapping.key) return mapping.name;
    const std::string prefix = mapping.key + ".";
    if (!tensor.starts_with(prefix)) return {};
    const std::string rest = tensor.substr(prefix.size());
    return mapping.name.empty() ? rest : mapping.name + "." + rest;
}

// "backbone" when every key of the file is a missing one behind "backbone."; empty: there is no such prefix.
std::string commonPrefix(const KeyReport& report)
{
    if (report.unexpected.empty() || report.missing.empty()) return {};
    const std::string& first = report.unexpected.front().name;
    std::unordered_set<std::string_view> missing;
    for (const auto& key : report.missing) missing.insert(key.name);
    for (auto dot = first.find('.'); dot != std::string::npos; dot = first.find('.', dot + 1)) {
        const std::string prefix = first.substr(0, dot + 1);
        std::size_t found = 0;
        for (const auto& key : report.unexpected)
            if (key.name.starts_with(prefix) && missing.contains(std::string_view(key.name).substr(prefix.size()))) ++found;
        if (found == missing.size()) return first.substr(0, dot);
    }
    return {};
}

} // namespace

Result<KeyMapping> parseKeyMapping(std::string_view text)
{
    const auto sign = text.find('=');
    if (sign == std::string_view::npos || sign == 0)
        return Error{ErrorCode::BadInput,
            "--map wants KEY=NAME, for example fc.weight=linear.weight, not " + printable(text) + "."};
    return KeyMapping{.key = std::string(text.substr(0, sign)), .name = std::string(text.substr(sign + 1))};
}

std::string text(const KeyMapping& mapping) { return mapping.key + "=" + mapping.name; }

Status mapKeys(StateDict& tensors, const std::vector<KeyMapping>& mappings)
{
    std::vector<std::string> names(tensors.entries.size());
    for (const KeyMapping& mapping : mappings) {
        if (mapping.name.empty() && tensors.find(mapping.key))
            return Error{ErrorCode::BadInput, printable("--map " + text(mapping) + " leaves a tensor without a name; give one.")};
        bool isFound = false;
        for (std::size_t i = 0; i < names.size(); ++i)
            if (std::string name = renamed(tensors.entries[i].name, mapping); !name.empty()) {
                isFound = true;
                names[i] = std::move(name); // of two mappings for one tensor the later holds
            }
        if (isFound) continue;
        const std::string nearest = nearestOf(mapping.key, tensors), hint = nearest.empty() ? "." : nearest;
        return Error{ErrorCode::BadInput,
            printable("The file has no key " + mapping.key + hint + " Check --map " + text(mapping) + ".")};
    }
    std::unordered_set<std::string_view> given;
    for (const std::string& name : names)
        if (!name.empty() && !given.insert(name).second)
            return Error{ErrorCode::BadInput, printable("Two keys are mapped to " + name + "; give each a name of its own.")};
    StateDict made = tensors;
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::string& name = made.entries[i].name;
        if (!names[i].empty())
            name = names[i];
        else if (given.contains(name))
            name += kReplaced;
    }
    tensors = std::move(made);
    return {};
}

std::vector<KeyMapping> suggestMappings(const KeyReport& report)
{
    if (std::string prefix = commonPrefix(report); !prefix.empty()) return {{std::move(prefix), ""}};
    std::unordered_map<std::string_view, const Shape*> missing;
    for (const auto& key : report.missing) missing.emplace(key.name, &key.shape);
    std::vector<KeyMapping> made;
    for (const auto& key : report.unexpected)
        for (const std::string& name : key.nearest)
            if (const auto found = missing.find(name); found != missing.end() && *found->second == key.shape) {
                made.push_back({key.name, name});
                missing.erase(found);
                break;
            }
    return made;
}

} // namespace halftone
