// The inspect stage: what a model or a study holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/studies/layer_facts.h"
#include "core/studies/model_import.h"
#include "core/studies/study.h"

namespace halftone {

// How a quantized file has a layer; nothing where it is in floats there.
struct LayerInFile {
    std::optional<FrozenGrid> weights;
    std::optional<FrozenGrid> input;
};

struct InspectReport {
    std::string architecture;
    Shape input;
    std::int64_t parameters = 0;
    std::int64_t macs = 0;
    std::int64_t groups = 0; // linked groups that are a choice
    std::vector<InspectedLayer> layers;
    std::vector<LayerInFile> inFile; // one a layer, of a quantized file or a study made of one; else empty
    std::string format, wrappers; // of a model file
    std::vector<WeightSet> sets; // of a model file or of the study's import: what it holds to choose from
    std::string taken; // the one that was read
    bool isGuess = false; // of a model file: no architecture fits exactly, this one is the nearest
    KeyReport keys; // of a model file or of the study's import
    std::vector<KeyMapping> mapped; // names that were given by hand
    std::vector<std::string> assignments; // saved in the study
    std::string data; // the study's data reference
};
Result<InspectReport> inspectStudy(const Study& study);
// A file of weights. That its keys do not fit is a report, not an error.
Result<InspectReport> inspectModel(const ModelImportOptions& options);
// A network by name: `options.file` is zoo:NAME. Errors: as importFromZoo.
Result<InspectReport> inspectZoo(const ModelImportOptions& options, const std::filesystem::path& resources);

} // namespace halftone
