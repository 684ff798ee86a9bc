// Curves of a point's runs: read from the study file, and their mean over the seeds.
#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "core/store/study_file.h"
#include "widgets/plots/curve_chart.h"

namespace halftone {

// One map a run; runs made before curves were stored give their epochs' accuracies and losses. Runs that are gone give nothing.
Result<std::vector<SeriesByName>> storedCurves(const StudyFile& file, const std::vector<std::int64_t>& runs);
// "test accuracy" when both have more than one point of it, else "loss".
QString sharedSeries(const std::vector<SeriesByName>& first, const std::vector<SeriesByName>& second);
// Over the runs at the positions of the first one; accuracies in percent.
std::vector<CurvePoint> meanCurve(const std::vector<SeriesByName>& runs, const QString& series);

} // namespace halftone
