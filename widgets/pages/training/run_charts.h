// The four charts of the training view: loss, accuracy, learning rate and weight steps of the runs that are drawn.
#pragma once

#include <QWidget>
#include <array>
#include <vector>

#include "core/store/study_records.h"
#include "widgets/format/metric_words.h"
#include "widgets/pages/training/run_facts.h"
#include "widgets/plots/curve_chart.h"

namespace halftone {

class Card;

struct DrawnRun {
    RunFacts run;
    SeriesByName series;
    double updatesPerEpoch = 0; // 0: not known
    double secondsPerEpoch = 0;
    bool isChosen = false;
    bool isLive = false;
    Role colour = Role::Ink;
};

class RunCharts : public QWidget {
    Q_OBJECT
public:
    enum Kind { Loss, Accuracy, LearningRate, WeightSteps };

    explicit RunCharts(QWidget* parent = nullptr);

    void setLayers(const LayerTable& table);
    void setMetric(const MetricWords& words);
    void setFullPrecision(std::optional<double> accuracy); // fraction
    // The chosen one last: it lies above the others.
    void setRuns(const std::vector<DrawnRun>& runs);
    void append(const CurveSample& sample); // of a run that is drawn; others are left alone
    void setSmooth(bool smooth);
    void setAxis(CurveAxis axis);

    CurveChart* chart(Kind kind) const { return m_charts[static_cast<std::size_t>(kind)]; }
    std::vector<Chart*> charts() const { return {m_charts.begin(), m_charts.end()}; }

signals:
    void runClicked(const QString& key);

private:
    void setRun(const DrawnRun& run);
    void setWeightSteps(const DrawnRun& run);
    void setPlanned(const DrawnRun& run);
    void showSubtitles();
    void showOptions();
    const DrawnRun* drawn(const QString& key) const;
    int bitsOf(const DrawnRun& run, const QString& layer) const;

    std::array<Card*, 4> m_cards{};
    std::array<CurveChart*, 4> m_charts{};
    std::vector<DrawnRun> m_runs;
    LayerTable m_table;
    double m_highestRate = 0;
    const MetricWords* m_words = &metricWords(Task::Classification);
};

} // namespace halftone
