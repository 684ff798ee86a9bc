// From a model file to a network with its weights: which architecture it has, which names were given by hand, what fits.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/key_mapping.h"
#include "core/formats/key_report.h"
#include "core/graph/bit_assignment.h"
#include "core/graph/network.h"

namespace halftone {

// Kept with the study, so that a later reader knows what was in the file.
struct ImportReport {
    std::string format, wrappers; // as the file's reader says; "random": there was no file
    std::string source; // the file, absolute, or zoo:NAME; empty for studies made before this was kept
    KeyReport keys; // at most kMostStoredKeys of each kind in a stored report
    std::int64_t leftOut = 0; // how many of the file's keys the network has not, whether listed or not
    std::vector<KeyMapping> mapped;
    bool operator==(const ImportReport&) const = default;
};
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
};
struct ImportedModel {
    Network network; // with weights only when report.keys.complete()
    ImportReport report;
    bool isGuess = false; // no architecture fits exactly and none was named: this is the nearest
    std::optional<BitAssignment> bits; // what a file of quantized layers says of their widths
};
// ONNX files bring their network with them, without a softmax at its end: training and scoring want the scores before it.
// Errors: what readOnnx, readCheckpoint, buildArchitecture and mapKeys say; BadInput when no known architecture is near.
Result<ImportedModel> importModel(const ModelImportOptions& options);
// Ok when every parameter was found and nobody had to guess; else one sentence: what is wrong and what to try.
Status checkImport(const ImportedModel& model, const std::filesystem::path& file);

} // namespace halftone
