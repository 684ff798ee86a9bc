// What is best reachable at every cost as steps, with the budget and the place of an assignment before and now.
#pragma once

#include "widgets/plots/chart.h"
#include "widgets/plots/curve_pyramid.h"

namespace halftone {

struct StepMark {
    double cost = 0;
    double value = 0;
    QString words; // "75.0 %, 0.284"
};

struct StepCurveData {
    std::vector<CurvePoint> steps; // best value from this cost on, ascending
    QString label; // on the line: "best reachable"
    QString costTitle;
    QString valueTitle;
    QString costUnit; // behind the last tick: "%"
    std::optional<AxisRange> costRange;
    std::optional<double> budget;
    QString budgetLabel;
    std::optional<StepMark> now;
    std::optional<StepMark> before;
};

class StepCurveChart : public Chart {
    Q_OBJECT

public:
    explicit StepCurveChart(QWidget* parent = nullptr);
    ~StepCurveChart() override;

    void setData(StepCurveData data);
    // While an assignment is dragged: the same steps, other marks.
    void setMarks(std::optional<StepMark> now, std::optional<StepMark> before);
    void setBudget(std::optional<double> budget, const QString& label);
    const StepCurveData& data() const;
    bool isEmpty() const override { return m_data.steps.empty(); }
    std::vector<QRectF> labelRectangles() const;
    // The best value at or below a cost; NaN before the first step.
    double valueAt(double cost) const;

protected:
    ChartLayout layoutFor(const QSizeF& size) const override;
    void paintMarks(QPainter& painter, const ChartFrame& frame) const override;
    void paintOverlay(QPainter& painter, const ChartFrame& frame) const override;
    void writeCsv(CsvWriter& csv) const override;
    QString summary() const override;
    void hoverAt(const std::optional<QPointF>& position) override;
    bool keyWithoutPoints(Qt::Key key) override;

private:
    struct Words;
    struct Stairs;
    void paintStairs(QPainter& painter, const ChartFrame& frame) const;
    Words placeWords(const ChartFrame& frame) const;
    void placePair(Words& words, std::vector<QRectF>& taken, const ChartFrame& frame, const QFont& bold, const QFont& quiet) const;

    StepCurveData m_data;
    std::optional<double> m_cursor; // cost under the mouse
    mutable std::unique_ptr<Stairs> m_stairs; // as last painted; null: the steps are others
};

} // namespace halftone
