// Bars of two metrics side by side, one row a layer; what could not be scored is hatched and says why, never a short bar.
#pragma once

#include "widgets/pages/sensitivity/layer_scores.h"
#include "widgets/plots/chart.h"

namespace halftone {

// What a row shows of its layer.
struct SensitivityLayer {
    QString name;
    int bits = 0; // as chosen in the Bits view
};

// Layers are points: hover, arrow keys, Enter and click work on them. The index of a point is that of its LayerIndex.
class SensitivityChart : public Chart {
    Q_OBJECT

public:
    explicit SensitivityChart(QWidget* parent = nullptr);
    ~SensitivityChart() override;

    void setScores(ScoreTable table, bool normalised);
    void setLayers(std::vector<SensitivityLayer> layers); // by LayerIndex
    const ScoreTable& scores() const { return m_table; }

    // Where a group's bar is painted, over all its rows; nothing where it has no score.
    std::optional<QRectF> barRect(int group, int column) const;
    // Where it is hatched instead.
    std::optional<QRectF> hatchRect(int group, int column) const;
    int rowOf(int layer) const; // from the top; -1: not shown

    int pointCount() const override { return static_cast<int>(m_layers.size()); }
    bool isEmpty() const override;
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
    struct Column {
        QRectF area; // of the bars
        AxisScale scale;
        double times = 1;
    };
    Column columnOf(int column, const ChartFrame& frame) const;
    QRectF groupBand(int group, const ChartFrame& frame) const; // all rows of a group, across the chart
    QRectF rowBand(int row, const ChartFrame& frame) const;
    const ScoredGroup* groupOf(int layer) const;
    void paintColumn(QPainter& painter, const ChartFrame& frame, int column) const;
    void paintGain(QPainter& painter, const ChartFrame& frame, int group, int column) const;
    void paintHatch(QPainter& painter, const ChartFrame& frame, const QRectF& place, const QString& words) const;
    void paintNames(QPainter& painter, const ChartFrame& frame) const;
    int rows() const { return static_cast<int>(m_order.size()); }

    ScoreTable m_table;
    bool m_isNormalised = false;
    std::vector<SensitivityLayer> m_layers;
    std::vector<int> m_order; // layer of each row
    std::vector<int> m_firstRow; // of each group
};

} // namespace halftone
