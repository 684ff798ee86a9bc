// Accuracy against cost: a series for each metric, intervals, the best at their cost filled, end points as rings.
#pragma once

#include "widgets/plots/chart.h"

namespace halftone {

struct FrontierMark {
    int series = -1; // index into FrontierChartData::series; -1: an end point, which belongs to none
    int endBits = 0; // of an end point: 8, 4 or 2 for "all 4 bit", drawn as the glyph in a ring
    double cost = 0;
    double accuracy = 0;
    std::optional<double> low; // interval over the seeds
    std::optional<double> high;
    bool best = false; // best at its cost: filled; else dominated: hollow
    QString otherEffort; // not empty: trained or tested otherwise, hollow over a dotted line, with these words beside it
    bool joined = true; // false: a measurement by itself, off the series' line, with its label beside it
    QString label; // beside an end point ("all 4 bit"), and in the CSV
    ChartTip tip;
};

struct FrontierSeries {
    QString metric; // decides colour and marker (Theme::series, Theme::marker)
    QString label; // at the left end of the line; empty: as the metric is written
    bool isMetric = true; // baselines are thinner and their words are not bold
};

struct FrontierChartData {
    std::vector<FrontierSeries> series;
    std::vector<FrontierMark> points;
    QString costTitle; // "Linear cost, % of all 4 bit"
    QString accuracyTitle; // "Test accuracy, %"
    QString accuracyName = QStringLiteral("accuracy"); // heads its column in the CSV
    std::optional<double> reference; // full precision
    QString referenceLabel; // "full precision 91.5"
    int joinsAt = -1; // index of the end point that every series leads to ("all 4 bit"), or -1
};

// Series are joined in the order of cost, but for points of other effort. Indices are those of FrontierChartData::points.
class FrontierChart : public Chart {
    Q_OBJECT

public:
    explicit FrontierChart(QWidget* parent = nullptr);
    ~FrontierChart() override;

    void setData(FrontierChartData data);
    const FrontierChartData& data() const;
    int pointCount() const override;
    // The labels of series and points, as they would be painted now.
    std::vector<QRectF> labelRectangles() const;

    QSize sizeHint() const override;

protected:
    ChartLayout layoutFor(const QSizeF& size) const override;
    void paintMarks(QPainter& painter, const ChartFrame& frame) const override;
    void paintOverlay(QPainter& painter, const ChartFrame& frame) const override;
    void writeCsv(CsvWriter& csv) const override;
    QString summary() const override;
    QPointF markPosition(int index, const ChartFrame& frame) const override;
    ChartTip tipOf(int index) const override;
    int pointFrom(int index, Qt::Key key) const override;

private:
    void paintSeries(QPainter& painter, const ChartFrame& frame) const;
    void paintPoint(QPainter& painter, const ChartFrame& frame, const FrontierMark& point) const;

    FrontierChartData m_data;
};

} // namespace halftone
