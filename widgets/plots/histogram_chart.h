// How the values of a tensor lie: grey bars, the levels of one bit width as lines over them, a row of ticks for every width below.
#pragma once

#include "widgets/plots/chart.h"

namespace halftone {

struct HistogramGrid {
    int bits = 0;
    std::vector<double> levels; // ascending
};

struct HistogramData {
    double lower = 0;
    double upper = 0;
    std::vector<double> counts; // of bars of one width from lower to upper
    std::vector<HistogramGrid> grids; // a row each, in this order
    int linesOf = 0; // the width whose levels stand as lines over the bars; 0: none
    QString unit; // of the values, in the CSV and the tip
};

class HistogramChart : public Chart {
    Q_OBJECT

public:
    explicit HistogramChart(QWidget* parent = nullptr);
    ~HistogramChart() override;

    void setData(HistogramData data);
    const HistogramData& data() const;
    void setLinesOf(int bits);

    bool isEmpty() const override { return m_data.counts.empty(); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    ChartLayout layoutFor(const QSizeF& size) const override;
    void paintMarks(QPainter& painter, const ChartFrame& frame) const override;
    void paintOverlay(QPainter& painter, const ChartFrame& frame) const override;
    void writeCsv(CsvWriter& csv) const override;
    QString summary() const override;
    void hoverAt(const std::optional<QPointF>& position) override;
    bool keyWithoutPoints(Qt::Key key) override;

private:
    void paintRow(QPainter& painter, const ChartFrame& frame, std::size_t row) const;
    ChartTip tipOfBar(int bar) const;

    HistogramData m_data;
    int m_bar = -1; // under the mouse
};

} // namespace halftone
