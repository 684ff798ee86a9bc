// One quantity against another, a dot each for many layers; a dot can be chosen and then carries its name.
#pragma once

#include "widgets/plots/chart.h"

namespace halftone {

struct ScatterPoint {
    double x = 0;
    double y = 0;
    QString label; // the layer's name
    ChartTip tip; // empty: made of the label and the two values
};

struct ScatterData {
    std::vector<ScatterPoint> points; // those that are not finite are left out of the picture, not of the CSV
    QString xTitle;
    QString yTitle;
    bool logarithmicX = false;
    bool logarithmicY = false;
};

class ScatterChart : public Chart {
    Q_OBJECT

public:
    explicit ScatterChart(QWidget* parent = nullptr);
    ~ScatterChart() override;

    void setData(ScatterData data);
    const ScatterData& data() const;
    int pointCount() const override;

protected:
    ChartLayout layoutFor(const QSizeF& size) const override;
    void paintMarks(QPainter& painter, const ChartFrame& frame) const override;
    void paintOverlay(QPainter& painter, const ChartFrame& frame) const override;
    void writeCsv(CsvWriter& csv) const override;
    QString summary() const override;
    QPointF markPosition(int index, const ChartFrame& frame) const override;
    ChartTip tipOf(int index) const override;

private:
    void paintName(QPainter& painter, int index, const ChartFrame& frame) const;

    ScatterData m_data;
};

} // namespace halftone
