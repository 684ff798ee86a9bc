// The two containers of torch.save: a zip archive since PyTorch 1.6, a row of pickles and raw storages before.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/file_io.h"
#include "core/formats/checkpoint_reader.h"

namespace halftone {

// Errors speak of "it": the caller names the file. The tensors keep `file` alive.
Result<Checkpoint> readTorchZip(const std::shared_ptr<const Bytes>& file, const CheckpointOptions& options = {});
Result<Checkpoint> readTorchLegacy(const std::shared_ptr<const Bytes>& file, const CheckpointOptions& options = {});

// True for archives of torch.jit.save: beside the pickle of the weights they hold constants.pkl and the source in code/.
bool isTorchScript(const std::shared_ptr<const Bytes>& file);
bool isTorchScript(const std::filesystem::path& path); // false also for what is missing or no archive

} // namespace halftone
