// Two assignments as strips above each other on one column axis, with the changes between them.
#pragma once

#include "widgets/controls/bit_strip.h"
#include "widgets/plots/chart.h"

namespace halftone {

struct StripPairData {
    QString firstName, secondName;
    std::vector<StripLayer> first, second; // of the same layers
    std::vector<double> macs;
};

// Layers are points: hover, arrow keys, Enter and click work on them.
class StripPairChart : public Chart {
    Q_OBJECT
public:
    explicit StripPairChart(QWidget* parent = nullptr);

    void setData(StripPairData data);
    const StripPairData& data() const { return m_data; }
    int pointCount() const override { return static_cast<int>(m_data.first.size()); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    ChartLayout layoutFor(const QSizeF& size) const override;
    void paintMarks(QPainter& painter, const ChartFrame& frame) const override;
    void paintOverlay(QPainter& painter, const ChartFrame& frame) const override;
    void writeCsv(CsvWriter& csv) const override;
    QString summary() const override;
    QPointF markPosition(int index, const ChartFrame& frame) const override;
    ChartTip tipOf(int index) const override;
    int pointFrom(int index, Qt::Key key) const override;
    int hitTest(const QPointF& position, const ChartFrame& frame) const override;

private:
    bool differs(int index) const;
    void paintStages(QPainter& painter, const ChartFrame& frame, const std::vector<QRectF>& columns) const;
    void paintChanges(QPainter& painter, const ChartFrame& frame, const std::vector<QRectF>& columns) const;

    StripPairData m_data;
};

} // namespace halftone
