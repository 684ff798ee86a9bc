// Opens a file of weights by its content: PyTorch zip or legacy checkpoint, or safetensors.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/graph/tensor_data.h"

namespace halftone {

struct Checkpoint {
    StateDict tensors;         // names with the wrappers ('state_dict', 'model', 'module.' prefix) taken off
    std::string format;        // "PyTorch (legacy)", "PyTorch (zip)", "safetensors"
    std::string wrappers;      // what was seen through, for the report: "state_dict, module."; may be empty
};

// Nothing in the file is executed. Errors: NotFound, Corrupt (truncated, wrong offsets), Unsupported (a pickled module,
// an unknown type), each naming the file and what to try.
Result<Checkpoint> readCheckpoint(const std::filesystem::path& path);

} // namespace halftone
