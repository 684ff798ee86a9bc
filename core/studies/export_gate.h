// The gate: runs an exported file's network beside the training-side one on the same images, and says where they differ.
#pragma once

#include "core/execution/torch_network.h"
#include "core/studies/exporting.h"

namespace halftone {

// The network of an exported file as it runs; `plan` is the study's, for files that hold tensors alone.
// Errors: Corrupt, Unsupported or BadInput when it cannot be read back.
Result<TorchNetwork> readExported(std::span<const std::byte> file, const Network& plan);

// `file` is the written file's content, of any format that export writes. The whole test split at batch 64 (fewer when images are
// large and have a class a pixel or none); its first 256 at batch 1. `fullPrecision` is what raw outputs are measured against; it
// may be absent for other tasks. Errors: Corrupt or Unsupported when the file cannot be read back; a network that differs is no
// error but a verdict.
Result<Verdict> runGate(std::span<const std::byte> file, TorchNetwork& reference, TorchNetwork* fullPrecision,
    const Dataset& data, const TaskContext& task);

} // namespace halftone
