// The report of a study: one self-contained HTML page, its tables as CSV and its charts as SVG files.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/export/report_data.h"

namespace halftone {

// No script, no font, no picture from elsewhere; light and dark by the reader's preference; prints in light. Whatever the data
// says is shown as text. Parts without data say what would stand there.
std::string htmlReport(const ReportData& data);
Status writeHtmlReport(const std::filesystem::path& file, const ReportData& data);

// layers.csv, sensitivity.csv, frontier.csv, assignments.csv, training.csv, export.csv and provenance.csv, all with a header
// line; fractions are fractions. The folder is made when it is not there.
Status writeCsvTables(const std::filesystem::path& folder, const ReportData& data);

// frontier.svg, bit-maps.svg, sensitivity.svg and training-N.svg, as far as there is data for them.
Status writeChartFiles(const std::filesystem::path& folder, const ReportData& data);

} // namespace halftone
