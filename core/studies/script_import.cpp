// TorchScript files beside the others.
#include "core/studies/script_import.h"

#include "core/execution/torchscript_reader.h"
#include "core/formats/torch_checkpoint.h"

namespace halftone {

Result<ImportedModel> importModelOrScript(const ModelImportOptions& options, const Shape& imageShape)
{
    const bool wantsWeightsAlone = !options.architecture.empty() || !options.map.empty() || !options.weights.empty();
    if (wantsWeightsAlone || !isTorchScript(options.file)) return importModel(options);
    HALFTONE_TRY(const Bytes bytes, readFile(options.file));
    HALFTONE_TRY(QuantizedModel read, readTorchScript(bytes, {.input = options.input, .otherwise = imageShape}));
    return importedNetwork(std::move(read), "TorchScript", options);
}

} // namespace halftone
