// From a model file to a network with its weights: which architecture it has, which names were given by hand, what fits.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/checkpoint_reader.h"
#include "core/formats/key_mapping.h"
#include "core/formats/key_report.h"
#include "core/graph/bit_assignment.h"
#include "core/graph/network.h"
#include "core/graph/quantized_model.h"

namespace halftone {

// Kept with the study, so that a later reader knows what was in the file.
struct ImportReport {
    std::string format, wrappers; // as the file's reader says; kRandomFormat: there was no file
    std::string source; // the file, absolute, or zoo:NAME; empty for studies made before this was kept
    KeyReport keys; // at most kMostStoredKeys of each kind in a stored report
    std::int64_t leftOut = 0; // how many of the file's keys the network has not, whether listed or not
    std::vector<KeyMapping> mapped;
    std::vector<WeightSet> sets; // what the file holds to choose from
    std::string taken; // the key of the set that was read
    bool operator==(const ImportReport&) const = default;
};
inline constexpr std::string_view kRandomFormat = "random";
inline constexpr std::size_t kMostStoredKeys = 500;
std::string toJson(const ImportReport& report);
std::optional<ImportReport> importReportFromJson(std::string_view json); // nothing when it is no report

struct ModelImportOptions {
    std::filesystem::path file;
    std::string source; // for the report; empty: the file's absolute path
    std::string architecture; // empty: the one that fits, else the nearest
    std::int64_t classes = 0; // 0: as many as the file seems to have
    Shape input; // empty: the architecture's
    std::vector<KeyMapping> map;
    std::string weights; // the key of the weights to take where a checkpoint holds several; empty: the model's own
};
struct ImportedModel {
    Network network; // with weights only when report.keys.complete()
    ImportReport report;
    bool isGuess = false; // no architecture fits exactly and none was named: this is the nearest
    std::optional<BitAssignment> bits; // what a file of quantized layers says of their widths
    NetworkGrids grids; // and of their values: one for each width that is not full precision
};
// ONNX and packed files bring their network with them, without a softmax at its end: training and scoring want the scores before
// it. Errors: what readOnnx, readPacked, readCheckpoint, buildArchitecture and mapKeys say; BadInput when no known architecture is near.
Result<ImportedModel> importModel(const ModelImportOptions& options);
// What a file brought that holds a whole network, as a study wants it.
ImportedModel importedNetwork(QuantizedModel read, std::string format, const ModelImportOptions& options);
// Ok when every parameter was found with finite values and nobody had to guess; else one sentence: what is wrong and what to try.
Status checkImport(const ImportedModel& model, const std::filesystem::path& file);

} // namespace halftone
