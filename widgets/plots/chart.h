// Base of all charts: axes, grid, hover tip, selectable points, keyboard, theme and saving; QCustomPlot is hidden in here.
#pragma once

#include "core/base/result.h"
#include "widgets/plots/axis_scale.h"
#include "widgets/plots/chart_tip.h"

#include <QMargins>
#include <QWidget>
#include <memory>
#include <optional>

class QPainter;

namespace halftone {

class CsvWriter;
class Theme;

enum class TitlePlace { Inside, Below };

struct ChartAxis {
    AxisRange range;
    bool logarithmic = false;
    bool visible = true;
    QString title;
    TitlePlace titlePlace = TitlePlace::Inside; // Below: under the words of the ticks (of the lower axis only)
    std::vector<AxisTick> ticks;
};

struct ChartLayout {
    ChartAxis x;
    ChartAxis y;
    QMargins margins; // round the area in which marks are drawn
};

// Where and how a chart paints its marks.
struct ChartFrame {
    QRectF plot; // area of the marks
    QRectF whole;
    AxisScale x;
    AxisScale y;
    const Theme& theme;
    bool saving = false; // into a file: no hurry, no traces of the mouse
};

class Chart : public QWidget {
    Q_OBJECT

public:
    ~Chart() override;

    // The name for screen readers, the headline of saved pictures and the proposed name of files. Not painted on screen, where the
    // card has a heading.
    void setTitle(const QString& title, const QString& subtitle = {});
    const QString& title() const;

    // Writes what is shown by the ending of the path: .png (at twice the density), .svg, .pdf, or its numbers as .csv.
    Status saveAs(const QString& path) const;

    // Points that can be hovered, reached by arrow keys and clicked; an index is that of the data given to the chart. -1: none.
    int hoveredPoint() const;
    int selectedPoint() const;
    void setSelectedPoint(int index); // gives no signal
    virtual int pointCount() const { return 0; }
    virtual bool isEmpty() const { return pointCount() == 0; } // nothing that is worth saving
    // The point under a place of the widget, or -1.
    int pointAt(const QPointF& position) const;
    // Middle of a point in the widget's coordinates.
    QPointF pointPosition(int index) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void pointHovered(int index);
    // By a click, or by Enter on the point that the arrow keys reached.
    void pointClicked(int index);
    void emptied(bool empty); // isEmpty() has changed

protected:
    explicit Chart(QWidget* parent);

    // What a chart is: its axes at a size, its marks, the numbers behind them, and a sentence about them.
    virtual ChartLayout layoutFor(const QSizeF& size) const = 0;
    virtual void paintMarks(QPainter& painter, const ChartFrame& frame) const = 0;
    virtual void writeCsv(CsvWriter& csv) const = 0;
    virtual QString summary() const = 0;
    // What follows the mouse and the keyboard, above the marks; the base paints the tip of the hovered point.
    virtual void paintOverlay(QPainter& painter, const ChartFrame& frame) const;
    virtual QPointF markPosition(int index, const ChartFrame& frame) const;
    virtual ChartTip tipOf(int index) const;
    // Where an arrow key, Home or End leads from a point; the base goes by the distance on the screen.
    virtual int pointFrom(int index, Qt::Key key) const;
    virtual int hitTest(const QPointF& position, const ChartFrame& frame) const;
    // The mouse is over this place (or has left); the base finds the hovered point.
    virtual void hoverAt(const std::optional<QPointF>& position);
    // The arrow keys of charts without points; true when the key was of use.
    virtual bool keyWithoutPoints(Qt::Key key);

    // Data changed: axes and marks are made again soon (many changes are one repaint). The overlay only: cheaper.
    void dataChanged();
    void overlayChanged();
    // Never more often than this while data arrives.
    void setRepaintInterval(int milliseconds);
    ChartFrame frame() const;
    // Width of the widest of the ticks' words.
    int tickWidth(const std::vector<AxisTick>& ticks) const;
    void setHoveredPoint(int index);
    // For paintOverlay of charts with tips of their own.
    void paintTipAt(QPainter& painter, const ChartTip& tip, const QPointF& anchor, const ChartFrame& frame) const;

    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    friend class ChartExport;
    struct Private;

    void refresh();
    void paintNow();
    void moveByKey(Qt::Key key);
    void speak();

    std::unique_ptr<Private> m_private;
};

} // namespace halftone
