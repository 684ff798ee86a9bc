// safetensors in several files: an index in JSON says which shard holds which tensor.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/graph/tensor_data.h"

namespace halftone {

struct SafeTensorsIndex {
    std::map<std::string, std::string> shardOf; // tensor to file, a path inside the index's folder
    std::optional<std::int64_t> totalBytes; // of all tensors, where the index says it
};

bool looksLikeIndex(std::string_view text); // a JSON object with a weight_map
// Errors: Corrupt when it is damaged, names a tensor twice, or a file outside its own folder.
Result<SafeTensorsIndex> parseSafeTensorsIndex(std::string_view json);

// The index beside a shard "NAME-00002-of-00005.safetensors": "NAME.safetensors.index.json", whether it is there or not;
// nothing when the file's name is no shard's of several.
std::optional<std::filesystem::path> indexOfShard(const std::filesystem::path& file);

// All tensors of all shards in `folder`. Errors: NotFound with the shards that are missing; Corrupt for a damaged shard, a
// tensor that is in another shard than the index says, in two, in none or not in the index, and for another size in all.
Result<StateDict> readShards(const SafeTensorsIndex& index, const std::filesystem::path& folder);

} // namespace halftone
