// The report stage: everything a study has, as one page, as tables or as chart files.
#pragma once

#include <filesystem>

#include "core/studies/study.h"

namespace halftone {

struct ReportOptions {
    std::filesystem::path html; // empty: not written
    std::filesystem::path csv; // a folder
    std::filesystem::path charts; // a folder of SVG files
    std::vector<std::string> commands; // that made the study, to show
};
Status report(Study& study, const ReportOptions& options, const TaskContext& task = {});

} // namespace halftone
