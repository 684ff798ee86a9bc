// Opens every model file that Halftone reads, those too that take LibTorch to read.
#pragma once

#include "core/studies/model_import.h"

namespace halftone {

// TorchScript files, which are told by their content; everything else by importModel, and a TorchScript file's weights too when
// an architecture, names of keys or of weights are given. `imageShape` stands in where a file does not say how large its images
// are and options.input is empty; it may be empty itself.
Result<ImportedModel> importModelOrScript(const ModelImportOptions& options, const Shape& imageShape = {});

} // namespace halftone
