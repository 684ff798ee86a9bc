// safetensors: reading, and writing with text metadata; also the container of Halftone's training checkpoints.
#pragma once

#include <map>
#include <span>
#include <string>

#include "core/base/file_io.h"
#include "core/graph/tensor_data.h"

namespace halftone {

struct SafeTensors {
    StateDict tensors;
    std::map<std::string, std::string> metadata;
};

// The bytes are copied once and shared by the tensors. Errors: Corrupt, with what is wrong and where.
Result<SafeTensors> parseSafeTensors(std::span<const std::byte> file);
// Deterministic: same content, same bytes. Tensor data begins at a multiple of 8.
Bytes writeSafeTensors(const StateDict& tensors, const std::map<std::string, std::string>& metadata = {});

} // namespace halftone
