// Reads and averages the curves of runs.
#include "widgets/pages/compare/mean_curve.h"

#include <algorithm>

namespace halftone {

namespace {

const std::vector<SeriesPoint>* seriesOf(const SeriesByName& run, const std::string& name)
{
    const auto found = run.find(name);
    return found == run.end() || found->second.empty() ? nullptr : &found->second;
}

// What epochs tell, where there is no curve of it.
void addEpochs(SeriesByName& run, const std::vector<EpochRecord>& epochs)
{
    const bool losses = run.contains("loss"), accuracies = run.contains("test accuracy");
    for (const EpochRecord& epoch : epochs) {
        if (!losses) run["loss"].push_back({static_cast<double>(epoch.epoch), epoch.loss});
        if (!accuracies && epoch.testMetric) run["test accuracy"].push_back({static_cast<double>(epoch.epoch), *epoch.testMetric});
    }
}

std::size_t pointsOf(const std::vector<SeriesByName>& runs, const std::string& name)
{
    std::size_t most = 0;
    for (const SeriesByName& run : runs)
        if (const auto* points = seriesOf(run, name)) most = std::max(most, points->size());
    return most;
}

// Straight between the points, none beyond them.
std::optional<double> valueAt(const std::vector<SeriesPoint>& points, double epoch)
{
    const auto after = std::ranges::lower_bound(points, epoch, {}, &SeriesPoint::epoch);
    if (after == points.end()) return std::nullopt;
    if (after->epoch == epoch || after == points.begin()) return after->epoch == epoch ? std::optional(after->value) : std::nullopt;
    const auto before = std::prev(after);
    const double part = (epoch - before->epoch) / (after->epoch - before->epoch);
    return before->value + part * (after->value - before->value);
}

} // namespace

Result<std::vector<SeriesByName>> storedCurves(const StudyFile& file, const std::vector<std::int64_t>& runs)
{
    std::vector<SeriesByName> found;
    for (const std::int64_t id : runs) {
        if (id == 0) continue;
        HALFTONE_TRY(SeriesByName run, file.series(id));
        HALFTONE_TRY(const auto epochs, file.epochs(id));
        addEpochs(run, epochs);
        found.push_back(std::move(run));
    }
    return found;
}

QString sharedSeries(const std::vector<SeriesByName>& first, const std::vector<SeriesByName>& second)
{
    const std::string accuracy = "test accuracy";
    return pointsOf(first, accuracy) > 1 && pointsOf(second, accuracy) > 1 ? QStringLiteral("test accuracy") : QStringLiteral("loss");
}

std::vector<CurvePoint> meanCurve(const std::vector<SeriesByName>& runs, const QString& series)
{
    const std::string name = series.toStdString();
    const double scale = name.ends_with("accuracy") ? 100 : 1;
    std::vector<const std::vector<SeriesPoint>*> curves;
    for (const SeriesByName& run : runs)
        if (const auto* points = seriesOf(run, name)) curves.push_back(points);
    std::vector<CurvePoint> mean;
    if (curves.empty()) return mean;
    for (const SeriesPoint& at : *curves.front()) {
        double sum = 0;
        std::size_t there = 0;
        for (const auto* curve : curves)
            if (const auto value = valueAt(*curve, at.epoch)) {
                sum += *value;
                ++there;
            }
        if (there == curves.size()) mean.push_back({at.epoch, scale * sum / static_cast<double>(there)});
    }
    return mean;
}

} // namespace halftone
