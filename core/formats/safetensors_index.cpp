// Reads the index of sharded safetensors, then its shards.
#include "core/formats/safetensors_index.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

#include "core/base/file_io.h"
#include "core/formats/safetensors.h"

namespace halftone {

namespace {

using nlohmann::json;

constexpr const char* kWeightMap = "weight_map";
constexpr int kIndexDepth = 8; // metadata may hold what it likes, in reason
constexpr std::size_t kMostListed = 3;

Error corrupt(std::string what) { return Error{ErrorCode::Corrupt, std::move(what)}; }

// nlohmann would keep the last of two equal names.
Result<json> parseOnce(std::string_view text)
{
    std::set<std::string> seen;
    std::string twice;
    bool isMap = false, tooDeep = false;
    const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::key && depth == 1) isMap = parsed == kWeightMap;
        if (event == json::parse_event_t::key && depth == 2 && isMap && !seen.insert(parsed.get<std::string>()).second)
            twice = parsed.get<std::string>();
        tooDeep = tooDeep || depth > kIndexDepth;
        return !tooDeep && twice.empty();
    };
    json content;
    try {
        content = json::parse(text, watch, false);
    } catch (const json::exception& error) { // numbers too large for a double
        return corrupt(fmt::format("its index is not JSON ({})", error.what()));
    }
    if (!twice.empty()) return corrupt(fmt::format("its index names {} twice", twice));
    if (tooDeep || !content.is_object()) return corrupt("its index is not a JSON object");
    return content;
}

// A name from a stranger's file: it must not lead out of the folder, on any system.
bool staysInside(const std::string& name)
{
    if (name.empty() || name.find_first_of(std::string_view("\\:\0", 3)) != std::string::npos) return false;
    const std::filesystem::path path(name);
    return path.is_relative() && path.has_filename()
        && std::ranges::none_of(path, [](const auto& part) { return part == ".."; });
}

std::string listed(const std::vector<std::string>& names)
{
    const std::vector<std::string> first(
        names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMostListed)));
    return fmt::format("{}{}", fmt::join(first, ", "),
        names.size() > kMostListed ? fmt::format(" and {} more", names.size() - kMostListed) : std::string());
}

Result<SafeTensors> readShard(const std::filesystem::path& path, const std::string& shard)
{
    HALFTONE_TRY(const Bytes bytes, readFile(path));
    auto content = parseSafeTensors(bytes);
    if (content) return content;
    return Error{content.error().code, fmt::format("its shard {} cannot be read: {}", shard, content.error().message)};
}

Error notThere(const SafeTensorsIndex& index, const std::set<std::string>& read)
{
    std::vector<std::string> missing;
    for (const auto& [name, shard] : index.shardOf)
        if (!read.contains(name)) missing.push_back(fmt::format("{} (in {})", name, shard));
    return corrupt(
        fmt::format("its shards lack {} of the tensors in the index: {}; fetch them again", missing.size(), listed(missing)));
}

} // namespace

bool looksLikeIndex(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin != std::string_view::npos && text[begin] == '{' && text.find("\"weight_map\"") != std::string_view::npos;
}

Result<SafeTensorsIndex> parseSafeTensorsIndex(std::string_view text)
{
    HALFTONE_TRY(const json content, parseOnce(text));
    const auto map = content.find(kWeightMap);
    if (map == content.end() || !map->is_object() || map->empty())
        return corrupt("its index has no weight_map, which says where the tensors are");
    SafeTensorsIndex index;
    for (const auto& [name, shard] : map->items()) {
        if (!shard.is_string()) return corrupt(fmt::format("its index does not name the file of {}", name));
        const auto& file = shard.get_ref<const std::string&>();
        if (!staysInside(file))
            return corrupt(fmt::format("its index keeps {} in {}, which is not a file in its own folder", name, file));
        index.shardOf.emplace(name, file);
    }
    const auto metadata = content.find("metadata");
    if (metadata == content.end() || !metadata->is_object()) return index;
    const auto size = metadata->find("total_size");
    if (size == metadata->end() || !size->is_number_unsigned()) return index; // some programs write other things there
    if (size->get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
        return corrupt("its index promises more bytes than there can be");
    index.totalBytes = size->get<std::int64_t>();
    return index;
}

std::optional<std::filesystem::path> indexOfShard(const std::filesystem::path& file)
{
    constexpr std::string_view kEnding = ".safetensors";
    constexpr std::size_t kDigits = 5;
    const std::string name = file.filename().string();
    constexpr std::size_t kTail = 1 + kDigits + 4 + kDigits; // -00001-of-00003
    if (!name.ends_with(kEnding) || name.size() <= kTail + kEnding.size()) return std::nullopt;
    const std::string stem = name.substr(0, name.size() - kEnding.size());
    const std::string tail = stem.substr(stem.size() - kTail);
    const auto digits = [&](std::size_t at) {
        return std::ranges::all_of(tail.substr(at, kDigits), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (tail[0] != '-' || !digits(1) || tail.substr(1 + kDigits, 4) != "-of-" || !digits(kTail - kDigits)) return std::nullopt;
    if (tail.ends_with("-00001") || tail.ends_with("-00000")) return std::nullopt; // the only one
    return file.parent_path() / (stem.substr(0, stem.size() - kTail) + ".safetensors.index.json");
}

Result<StateDict> readShards(const SafeTensorsIndex& index, const std::filesystem::path& folder)
{
    std::set<std::string> shards;
    for (const auto& [name, shard] : index.shardOf) shards.insert(shard);
    std::vector<std::string> missing;
    for (const std::string& shard : shards)
        if (std::error_code ignored; !std::filesystem::is_regular_file(folder / shard, ignored)) missing.push_back(shard);
    if (!missing.empty())
        return Error{ErrorCode::NotFound,
            fmt::format(
                "{} of its {} shards are not beside it: {}; fetch them", missing.size(), shards.size(), listed(missing))};
    StateDict all;
    std::set<std::string> read;
    std::int64_t bytes = 0;
    for (const std::string& shard : shards) {
        HALFTONE_TRY(SafeTensors content, readShard(folder / shard, shard));
        for (NamedTensor& entry : content.tensors.entries) {
            const auto place = index.shardOf.find(entry.name);
            if (place == index.shardOf.end())
                return corrupt(fmt::format("its shard {} holds {}, which the index does not list", shard, entry.name));
            if (place->second != shard)
                return corrupt(
                    fmt::format("{} is in its shard {}, not in {} as the index says", entry.name, shard, place->second));
            bytes += static_cast<std::int64_t>(entry.tensor.bytes().size());
            read.insert(entry.name);
            all.entries.push_back(std::move(entry));
        }
    }
    if (read.size() != index.shardOf.size()) return notThere(index, read);
    if (index.totalBytes && *index.totalBytes != bytes)
        return corrupt(fmt::format("its shards hold {} bytes of tensors where the index says {}; fetch them again, or take "
                                   "total_size out of the index if it is wrong",
            bytes, *index.totalBytes));
    return all;
}

} // namespace halftone
