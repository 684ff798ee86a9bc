// What a CurveChart holds, and where its lines, labels and readings stand.
#pragma once

#include "widgets/plots/chart_words.h"
#include "widgets/plots/curve_chart.h"
#include "widgets/plots/curve_reduction.h"

namespace halftone {

struct CurveChart::Curve {
    QString key;
    CurveStyle style;
    CurvePyramid raw;
    CurvePyramid mean; // only while the chart is smooth
    mutable CurveReducer rawColumns;
    mutable CurveReducer meanColumns;
    ExponentialMean running{0};
    CurvePyramid planned;
    QString plannedLabel;

    void computeMean(double stretch);
    void extendMean();
    QString name() const;
};

struct CurveReading {
    const CurveChart::Curve* curve = nullptr;
    double value = 0;
    QPointF place;
};

struct CurveChart::Content {
    CurveChartOptions options;
    std::vector<Curve> curves;
    std::optional<double> reference;
    QString referenceLabel;
    bool smooth = false;
    CurveAxis axis = CurveAxis::Epochs;
    std::optional<double> cursor; // value of the horizontal axis under the mouse
    double cursorY = 0;

    Curve* find(const QString& key);
    // The others first, the chosen ones last; without those that the axis of time cannot place.
    std::vector<const Curve*> inPaintOrder() const;
    double unitsPerEpoch(const Curve& curve) const;
    AxisScale scaleOf(const Curve& curve, const ChartFrame& frame) const; // of the curve's epochs
    AxisRange valueRange(double padding) const;
    AxisRange horizontalRange() const;
    int labelMargin(const Theme& theme, double width) const;
    std::optional<QPointF> endOf(const Curve& curve, const ChartFrame& frame) const;
    std::vector<PlacedWords> placeLabels(const ChartFrame& frame) const;
    void paintPlanned(QPainter& painter, const ChartFrame& frame) const;
    void paintEnds(QPainter& painter, const ChartFrame& frame) const;
    std::vector<CurveReading> readings(const ChartFrame& frame) const;
    ChartTip tipAt(const ChartFrame& frame) const;
};

} // namespace halftone
