// Opens weights by a file's content: PyTorch zip or legacy checkpoint, safetensors, or the index of safetensors in several files.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/graph/tensor_data.h"

namespace halftone {

// One dictionary of weights in a file.
struct WeightSet {
    std::string key; // "state_dict", "ema.module"; empty: the file's own, outside every wrapper
    std::int64_t tensors = 0;
    bool operator==(const WeightSet&) const = default;
};

struct Checkpoint {
    StateDict tensors; // names with the wrappers ('state_dict', 'model', 'module.' prefix) taken off
    std::string format; // "PyTorch (legacy)", "PyTorch (zip)", "TorchScript", "safetensors", "safetensors (several files)"
    std::string wrappers; // what was seen through, for the report: "state_dict, module."; may be empty
    std::vector<WeightSet> sets; // all that the file holds
    std::string taken; // the key of the set that was read
};

struct CheckpointOptions {
    std::string weights; // the key of the set to read; empty: the model's own, before a moving average of it
};

// "state_dict (62 tensors), state_dict_ema (62 tensors)": at most eight.
std::string text(const std::vector<WeightSet>& sets);
Error noSuchWeights(std::string_view key, const std::vector<WeightSet>& sets); // BadInput, naming those that are there

// Nothing in the file is executed. Of safetensors in several files any one, or their index, opens all. Errors: NotFound, Corrupt (truncated, wrong offsets), Unsupported (a pickled module,
// an unknown type), BadInput (not weights at all: a web page, a Git LFS pointer), each naming the file and what to try.
Result<Checkpoint> readCheckpoint(const std::filesystem::path& path, const CheckpointOptions& options = {});
// The same for a file in memory, which the tensors keep alive. Errors speak of "it".
Result<Checkpoint> parseCheckpoint(std::shared_ptr<const Bytes> file, const CheckpointOptions& options = {});

} // namespace halftone
