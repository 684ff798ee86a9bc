// The inspect stage: what a model or a study holds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/formats/key_report.h"
#include "core/studies/layer_facts.h"
#include "core/studies/study.h"

namespace halftone {

struct InspectReport {
    std::string architecture;
    Shape input;
    std::int64_t parameters = 0;
    std::int64_t macs = 0;
    std::int64_t groups = 0; // linked groups that are a choice
    std::vector<InspectedLayer> layers;
    std::string format, wrappers; // of a model file
    KeyReport keys; // of a model file or of the study's import
    std::vector<std::string> assignments; // saved in the study
    std::string data; // the study's data reference
};
Result<InspectReport> inspectStudy(const Study& study);
// A file of weights; `architecture` empty: found from it.
Result<InspectReport> inspectModel(const std::filesystem::path& file, const std::string& architecture);

} // namespace halftone
