// Frontier: accuracy against cost, and the point that a person looks at.
#pragma once

#include <functional>

#include "core/studies/frontier_points.h"
#include "widgets/shell/page.h"

class QLabel;
class QStackedWidget;

namespace halftone {

class AddPointsForm;
class BitMapsCard;
class Card;
class ComparisonCard;
class EstimateCaption;
class FrontierChart;
class FrontierLegend;
class PointPanel;
class PushButton;
class SegmentedControl;
class StatePanel;

class FrontierPage : public Page {
    Q_OBJECT
public:
    explicit FrontierPage(Session& session, QWidget* parent = nullptr);

    std::vector<PaletteAction> actions(const QString& typed) override;
    const StudyPoints& points() const { return m_points; }
    int selectedPoint() const { return m_selected; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildToolbar();
    QWidget* buildChart();
    void buildState();

    void changed(); // the study: read it when it is shown
    void update();
    void setAxis(int index);
    const CostModel& axis() const;
    void select(int index);
    void showChart();
    void showState();
    void showForm(bool shown);
    void startComparison(const QStringList& arguments);

    void load();
    void finetune(const QStringList& arguments);
    void exportPoint();
    // Saves the selected point's assignment if it has no name yet, then goes on with the name.
    void withName(std::function<void(const QString& name)> then);

    StudyPoints m_points;
    int m_selected = -1;
    int m_axisIndex = 0;
    bool m_stale = true;

    SegmentedControl* m_axisChoice = nullptr;
    PushButton* m_add = nullptr;
    AddPointsForm* m_form = nullptr;
    Card* m_chartCard = nullptr;
    FrontierChart* m_chart = nullptr;
    FrontierLegend* m_legend = nullptr;
    QStackedWidget* m_chartStack = nullptr; // the chart, or a state in its place
    StatePanel* m_state = nullptr;
    ComparisonCard* m_work = nullptr; // above the chart while points come or after a failure
    BitMapsCard* m_maps = nullptr;
    PointPanel* m_panel = nullptr;
    EstimateCaption* m_estimate = nullptr;
    QString m_time; // of the default comparison
    QString m_stateShown; // so that the state is not built anew, and its focus lost, at every progress
};

} // namespace halftone
