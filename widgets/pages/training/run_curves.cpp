// Joins stored and live points of runs.
#include "widgets/pages/training/run_curves.h"

#include <algorithm>

namespace halftone {

namespace {

// Of a run without named curves: its losses, thinned to what a curve can show, and its epochs' figures.
void fillFromEpochs(const std::vector<LossPoint>& losses, StoredRun& run)
{
    constexpr double kPointsPerEpoch = 50;
    const auto stride = static_cast<std::size_t>(std::max(1.0, run.updatesPerEpoch / kPointsPerEpoch));
    auto& loss = run.series["loss"];
    for (std::size_t first = 0; first < losses.size(); first += stride) {
        const std::size_t end = std::min(losses.size(), first + stride);
        double sum = 0;
        for (std::size_t i = first; i < end; ++i) sum += losses[i].loss;
        loss.push_back({static_cast<double>(losses[end - 1].step) / run.updatesPerEpoch, sum / static_cast<double>(end - first)});
    }
    for (const auto& epoch : run.epochs) {
        const double at = epoch.epoch;
        run.series["learning rate"].push_back({at, epoch.learningRate});
        run.series["train accuracy"].push_back({at, epoch.trainMetric});
        if (epoch.testMetric) run.series["test accuracy"].push_back({at, *epoch.testMetric});
    }
}

} // namespace

Result<StoredRun> readStoredRun(const StudyFile& file, const RunRecord& record)
{
    StoredRun run{.key = QString::fromStdString(record.key)};
    HALFTONE_TRY(run.series, file.series(record.id));
    HALFTONE_TRY(run.epochs, file.epochs(record.id));
    if (run.epochs.empty()) return run;
    for (const auto& epoch : run.epochs) run.secondsPerEpoch += epoch.seconds / static_cast<double>(run.epochs.size());
    HALFTONE_TRY(const auto losses, file.curve(record.id));
    run.updatesPerEpoch = static_cast<double>(losses.size()) / static_cast<double>(run.epochs.size());
    if (run.series.empty()) fillFromEpochs(losses, run);
    return run;
}

void appendPoint(std::vector<SeriesPoint>& points, const SeriesPoint& point)
{
    while (!points.empty() && points.back().epoch >= point.epoch) points.pop_back();
    points.push_back(point);
}

void RunCurves::setStored(StoredRun run) { m_stored.insert_or_assign(run.key, std::move(run)); }

bool RunCurves::addLive(const CurveSample& sample)
{
    m_newestLive = QString::fromStdString(sample.run);
    auto& points = m_live[m_newestLive][sample.series];
    const bool isNew = points.empty();
    appendPoint(points, {sample.epoch, sample.value});
    return isNew;
}

std::vector<QString> RunCurves::liveKeys() const
{
    std::vector<QString> keys;
    for (const auto& [key, series] : m_live) keys.push_back(key);
    return keys;
}

void RunCurves::clear()
{
    m_stored.clear();
    m_live.clear();
    m_newestLive.clear();
}

const StoredRun* RunCurves::stored(const QString& key) const
{
    const auto found = m_stored.find(key);
    return found == m_stored.end() ? nullptr : &found->second;
}

SeriesByName RunCurves::series(const QString& key) const
{
    const auto stored = m_stored.find(key);
    SeriesByName all = stored == m_stored.end() ? SeriesByName{} : stored->second.series;
    const auto live = m_live.find(key);
    if (live == m_live.end()) return all;
    for (const auto& [name, points] : live->second)
        for (const auto& point : points) appendPoint(all[name], point);
    return all;
}

std::optional<double> RunCurves::lastEpoch(const QString& key) const
{
    const auto live = m_live.find(key);
    if (live == m_live.end()) return {};
    const auto loss = live->second.find("loss");
    if (loss == live->second.end() || loss->second.empty()) return {};
    return loss->second.back().epoch;
}

void RunCurves::forgetLive(const QString& key)
{
    m_live.erase(key);
    if (m_newestLive == key) m_newestLive.clear();
}

} // namespace halftone
