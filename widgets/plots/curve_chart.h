// Curves that grow while a network is trained: up to fifty of a hundred thousand points each, labelled at their ends.
#pragma once

#include "widgets/plots/chart.h"
#include "widgets/plots/curve_pyramid.h"
#include "widgets/theme/theme.h"

namespace halftone {

struct CurveStyle {
    QString label; // at the end of the line; empty: no label (another line of its kind carries it)
    Role colour = Role::Ink;
    bool chosen = false; // 2 pixels wide, above the others
    bool live = false; // a dot at its end
    double secondsPerEpoch = 0; // mean; places the curve on the axis of time, where a curve without it is left out
    QString group; // in the CSV and the tip where the label is empty
    bool operator==(const CurveStyle&) const = default;
};

enum class CurveAxis { Epochs, Time };

struct CurveChartOptions {
    QString valueTitle; // "cross-entropy": inside at the upper end of the upright axis; may be empty
    QString horizontalTitle; // empty: none for epochs
    bool logarithmic = false;
    bool fromZero = false; // the axis begins at 0
    std::optional<double> lower; // fixed ends where the data must not decide
    std::optional<double> upper;
    double epochs = 0; // the axis reaches at least so far: the planned end
    double smoothingEpochs = 0.2; // a point this far back has 1/e of the weight of the newest (two points at least)
    bool operator==(const CurveChartOptions&) const = default;
};

class CurveChart : public Chart {
    Q_OBJECT

public:
    struct Curve; // known to the chart's own files only
    struct Content;

    explicit CurveChart(QWidget* parent = nullptr);
    ~CurveChart() override;

    void setOptions(const CurveChartOptions& options);
    const CurveChartOptions& options() const;

    // A curve is known by its key. Setting an unknown key adds it, above those that are there.
    void setCurve(const QString& key, const CurveStyle& style);
    void setPoints(const QString& key, std::vector<CurvePoint> points); // x in epochs
    void appendPoint(const QString& key, CurvePoint point);
    void setPlanned(const QString& key, std::vector<CurvePoint> points, const QString& label = {}); // dashed
    void removeCurve(const QString& key);
    void clear();
    QStringList keys() const;
    bool isEmpty() const override; // no curve has a point
    const std::vector<CurvePoint>& points(const QString& key) const;

    // A dashed level with its words, for instance the accuracy in full precision.
    void setReference(std::optional<double> value, const QString& label = {});
    // Shows a moving average with exponentially falling weights above the faint points.
    void setSmooth(bool smooth);
    bool isSmooth() const;
    void setAxis(CurveAxis axis);

    // The labels at the ends of the lines, as painted last.
    std::vector<QRectF> labelRectangles() const;

signals:
    void curveClicked(const QString& key);

protected:
    ChartLayout layoutFor(const QSizeF& size) const override;
    void paintMarks(QPainter& painter, const ChartFrame& frame) const override;
    void paintOverlay(QPainter& painter, const ChartFrame& frame) const override;
    void writeCsv(CsvWriter& csv) const override;
    QString summary() const override;
    void hoverAt(const std::optional<QPointF>& position) override;
    bool keyWithoutPoints(Qt::Key key) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    Curve& curve(const QString& key);

    std::unique_ptr<Content> m_content;
};

} // namespace halftone
