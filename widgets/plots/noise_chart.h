// The signal to noise of every layer as dots in rows, against the gate that an export must reach.
#pragma once

#include "widgets/plots/chart.h"

#include <QStringList>

namespace halftone {

struct NoiseRow {
    QString layer;
    int bits = 0; // glyph before the name; 0: none
    std::vector<double> values; // dB, one for each name in NoiseData::names; infinite: exactly equal; NaN: not measured
};

struct NoiseData {
    std::vector<NoiseRow> rows;
    QStringList names; // "batch 1", "batch 64": the first is a filled dot, the others are rings
    std::optional<double> gate; // dB
    QString gateLabel; // "gate 30 dB"
    QString unit = QStringLiteral("dB");
};

// Rows are points: hover, arrow keys, Enter and click work on them.
class NoiseChart : public Chart {
    Q_OBJECT

public:
    explicit NoiseChart(QWidget* parent = nullptr);
    ~NoiseChart() override;

    void setData(NoiseData data);
    const NoiseData& data() const;
    int pointCount() const override;

    QSize sizeHint() const override; // rows of 20 pixels
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
    void paintRow(QPainter& painter, const ChartFrame& frame, int row) const;

    NoiseData m_data;
};

} // namespace halftone
