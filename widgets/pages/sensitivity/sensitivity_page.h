// The sensitivity view: gains of every layer by two metrics, how far metrics agree, and the metrics that can be scored.
#pragma once

#include <array>

#include "widgets/pages/sensitivity/layer_scores.h"
#include "widgets/pages/sensitivity/metric_row.h"
#include "widgets/shell/page.h"

class QComboBox;
class QLabel;
class QStackedWidget;

namespace halftone {

class Card;
class ScatterChart;
class SegmentedControl;
class SensitivityChart;
class StatePanel;
class TimeEstimates;

class SensitivityPage : public Page {
    Q_OBJECT
public:
    explicit SensitivityPage(Session& session, QWidget* parent = nullptr);
    ~SensitivityPage() override;

    std::vector<PaletteAction> actions(const QString& typed) override;
    SensitivityChart& chart() const { return *m_chart; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildLeft();
    QWidget* buildRight();
    Card* buildAgreement();
    Card* buildMetrics();
    void connectSession();
    void takeOverview();
    void fillPickers();
    void showScores();
    void showBits();
    void showAgreement();
    void showMetrics();
    void showSelection(int layer);
    MetricState metricState(const QString& metric) const;
    void score(const QString& metric);
    std::array<QString, 2> chosenMetrics() const;

    TimeEstimates* m_estimates = nullptr;
    QStackedWidget* m_stack = nullptr;
    StatePanel* m_empty = nullptr;
    SegmentedControl* m_order = nullptr;
    SegmentedControl* m_scale = nullptr;
    SensitivityChart* m_chart = nullptr;
    ScatterChart* m_scatter = nullptr;
    QComboBox* m_first = nullptr;
    QComboBox* m_second = nullptr;
    QLabel* m_correlation = nullptr;
    QLabel* m_coverage = nullptr;
    QLabel* m_selections = nullptr;
    QLabel* m_noAgreement = nullptr;
    QWidget* m_agreement = nullptr;
    QLabel* m_warning = nullptr;
    std::vector<MetricRow*> m_metricRows;
    std::vector<int> m_layerOfDot; // first layer of the group of each dot
};

} // namespace halftone
