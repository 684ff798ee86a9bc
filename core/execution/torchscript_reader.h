// Reads TorchScript files: torch.jit.script or torch.jit.trace, saved.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/graph/quantized_model.h"

namespace halftone {

// How large the images are: {C, H, W}, or {F}. Halftone's own files say it, and those of PyTorch do not.
struct ScriptInputShape {
    Shape input; // empty: what the file says
    Shape otherwise; // where it says nothing; may be empty
};

// "conv2d" of aten::conv2d, on a value that depends on the image.
bool readsScriptOperator(std::string_view name);

// The program's forward is followed, not run: docs/formats/torchscript.md lists the operators. Parameters keep their names in
// the state_dict. Quantizers written as round(clamp(x / s, lo, hi)) * s before layers become grids. Errors: Corrupt for damaged
// files; Unsupported, with every operator that is not read and its line; BadInput without a size.
Result<QuantizedModel> readTorchScript(std::span<const std::byte> bytes, const ScriptInputShape& input = {});

} // namespace halftone
