// Opens a file of weights by its content: PyTorch zip or legacy checkpoint, or safetensors.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/graph/tensor_data.h"

namespace halftone {

struct Checkpoint {
    StateDict tensors; // names with the wrappers ('state_dict', 'model', 'module.' prefix) taken off
    std::string format; // "PyTorch (legacy)", "PyTorch (zip)", "safetensors"
    std::string wrappers; // what was seen through, for the report: "state_dict, module."; may be empty
};

// Nothing in the file is executed. Errors: NotFound, Corrupt (truncated, wrong offsets), Unsupported (a pickled module,
// an unknown type), BadInput (not weights at all: a web page, a Git LFS pointer), each naming the file and what to try.
Result<Checkpoint> readCheckpoint(const std::filesystem::path& path);
// The same for a file in memory, which the tensors keep alive. Errors speak of "it".
Result<Checkpoint> parseCheckpoint(std::shared_ptr<const Bytes> file);

} // namespace halftone
