// The two containers of torch.save: a zip archive since PyTorch 1.6, a row of pickles and raw storages before.
#pragma once

#include <memory>

#include "core/base/file_io.h"
#include "core/formats/checkpoint_reader.h"

namespace halftone {

// Errors speak of "it": the caller names the file. The tensors keep `file` alive.
Result<Checkpoint> readTorchZip(const std::shared_ptr<const Bytes>& file);
Result<Checkpoint> readTorchLegacy(const std::shared_ptr<const Bytes>& file);

} // namespace halftone
