// The curves of training runs: what the study file holds of them, and after it what comes live.
#pragma once

#include <QString>
#include <map>
#include <vector>

#include "core/store/study_file.h"
#include "core/studies/study_overview.h"

namespace halftone {

// All that the study file holds of one run.
struct StoredRun {
    QString key;
    SeriesByName series;
    std::vector<EpochRecord> epochs;
    double updatesPerEpoch = 0;
    double secondsPerEpoch = 0; // mean; 0: no epoch has ended
};
// Curves of runs that were made before curves were stored come from their losses and epochs.
Result<StoredRun> readStoredRun(const StudyFile& file, const RunRecord& run);

// By run key. A live point replaces what stands at and beyond its place, for a resumed run goes back to its checkpoint.
class RunCurves {
public:
    void setStored(StoredRun run);
    bool addLive(const CurveSample& sample); // true: the first point of a curve
    void clear();

    bool isStored(const QString& key) const { return m_stored.contains(key); }
    const StoredRun* stored(const QString& key) const; // null: not read yet
    // Stored and live together.
    SeriesByName series(const QString& key) const;
    std::optional<double> lastEpoch(const QString& key) const; // how far the run has come live; none: nothing came
    const QString& newestLive() const { return m_newestLive; } // key of the run whose point came last
    bool isLive(const QString& key) const { return m_live.contains(key); }
    std::vector<QString> liveKeys() const;
    // The run has ended: what is stored is all there is.
    void forgetLive(const QString& key);

private:
    std::map<QString, StoredRun> m_stored;
    std::map<QString, SeriesByName> m_live;
    QString m_newestLive;
};

void appendPoint(std::vector<SeriesPoint>& points, const SeriesPoint& point);

} // namespace halftone
