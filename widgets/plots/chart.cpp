// Base of all charts: axes, grid, hover tip, selectable points, keyboard, theme and saving; QCustomPlot is hidden in here.
#include "widgets/plots/chart.h"

#include "widgets/controls/hint_tip.h"
#include "widgets/plots/chart_private.h"
#include "widgets/theme/theme_host.h"

#include <QAccessible>
#include <QPainter>
#include <qcustomplot.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace halftone {

namespace {

constexpr double kTipDistance = 14;
const QString kMarksLayer = QStringLiteral("marks");
const QString kOverlayLayer = QStringLiteral("overlay");

// What one of the chart's paint functions puts on a layer of QCustomPlot. The marks share the buffer of grid and axes; the overlay,
// which follows the mouse, has its own.
class PaintedLayer : public QCPLayerable {
public:
    PaintedLayer(QCustomPlot* plot, const QString& layer, std::function<void(QPainter&)> paint)
        : QCPLayerable(plot, layer)
        , m_paint(std::move(paint))
    {
    }

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(false); }
    QRect clipRect() const override { return mParentPlot->viewport().adjusted(0, 0, 0, 1); }
    void draw(QCPPainter* painter) override { m_paint(*painter); }

private:
    std::function<void(QPainter&)> m_paint;
};

struct CornerOptions {
    QPointF anchor;
    QSizeF size;
    QRectF bounds;
};

QRectF cornerOf(const CornerOptions& options, const std::vector<QPointF>& marks)
{
    const double left = options.anchor.x() - kTipDistance - options.size.width();
    const double right = options.anchor.x() + kTipDistance;
    const double above = options.anchor.y() - kTipDistance - options.size.height();
    const double below = options.anchor.y() + kTipDistance;
    QRectF best;
    auto fewest = std::numeric_limits<std::ptrdiff_t>::max();
    for (const QPointF corner : {QPointF{left, above}, QPointF{right, above}, QPointF{right, below}, QPointF{left, below}}) {
        const QRectF place(corner, options.size);
        if (!options.bounds.contains(place)) continue;
        const auto hidden = std::count_if(marks.begin(), marks.end(), [&place](const QPointF& mark) { return place.contains(mark); });
        if (hidden >= fewest) continue;
        best = place;
        fewest = hidden;
    }
    return best;
}

} // namespace

Chart::Chart(QWidget* parent)
    : QWidget(parent)
    , m_private(std::make_unique<Private>())
{
    auto* plot = new QCustomPlot(this);
    m_private->plot = plot;
    plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    plot->setFocusPolicy(Qt::NoFocus);
    plot->installEventFilter(this);
    plot->setMouseTracking(false);
    plot->plotLayout()->setMargins(QMargins());
    plot->axisRect()->setAutoMargins(QCP::msNone);
    plot->axisRect()->setMinimumMargins(QMargins());
    plot->addLayer(kMarksLayer, plot->layer(kOverlayLayer), QCustomPlot::limBelow);
    plot->layer(kOverlayLayer)->setMode(QCPLayer::lmBuffered);
    new PaintedLayer(plot, kMarksLayer, [this](QPainter& painter) {
        const ChartFrame now = frame();
        painter.save();
        paintMarks(painter, now);
        painter.restore();
        m_private->paintTitles(painter, now);
    });
    new PaintedLayer(plot, kOverlayLayer, [this](QPainter& painter) {
        if (m_private->saving) return;
        const ChartFrame now = frame();
        paintOverlay(painter, now);
        if (!hasFocus() || !m_private->ringVisible) return;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(now.theme.colour(Role::Accent), 1.5));
        painter.drawRoundedRect(now.whole.adjusted(1, 1, -1, -1), now.theme.radius().control, now.theme.radius().control);
    });
    // The plot paints itself for reasons of its own too; its axes are always those of the marks.
    connect(plot, &QCustomPlot::beforeReplot, this, [this] {
        if (m_private->work != ChartWork::Everything || m_private->saving) return;
        if (m_private->restyle) m_private->applyTheme(themeOf(this));
        m_private->restyle = false;
        m_private->applyLayout(layoutFor(size()), size());
        m_private->work = ChartWork::None;
        speak();
    });
    m_private->timer.setSingleShot(true);
    connect(&m_private->timer, &QTimer::timeout, this, &Chart::refresh);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

Chart::~Chart() = default;

void Chart::setTitle(const QString& title, const QString& subtitle)
{
    m_private->title = title;
    m_private->subtitle = subtitle;
    setAccessibleName(title);
}

const QString& Chart::title() const { return m_private->title; }

int Chart::hoveredPoint() const { return m_private->hovered; }
int Chart::selectedPoint() const { return m_private->selected; }

void Chart::setSelectedPoint(int index)
{
    const int known = index >= 0 && index < pointCount() ? index : -1;
    if (known == m_private->selected) return;
    m_private->selected = known;
    overlayChanged();
}

void Chart::setHoveredPoint(int index)
{
    if (index == m_private->hovered) return;
    m_private->hovered = index;
    overlayChanged();
    speak();
    emit pointHovered(index);
}

int Chart::pointAt(const QPointF& position) const { return hitTest(position, frame()); }
QPointF Chart::pointPosition(int index) const { return markPosition(index, frame()); }
QSize Chart::sizeHint() const { return {480, 300}; }
QSize Chart::minimumSizeHint() const { return {160, 110}; }

ChartFrame Chart::frame() const
{
    const Theme& theme = themeOf(this);
    const QSizeF now = m_private->saving ? m_private->size : QSizeF(size());
    if (m_private->size == now && m_private->work != ChartWork::Everything) return frameOf(m_private->layout, now, theme, m_private->saving);
    return frameOf(layoutFor(now), now, theme, m_private->saving);
}

ChartFrame frameOf(const ChartLayout& layout, const QSizeF& size, const Theme& theme, bool saving)
{
    const QRectF whole(QPointF(0, 0), size);
    const QRectF plot = whole.marginsRemoved(QMarginsF(layout.margins));
    // QCustomPlot counts the last row of pixels as the lower end.
    const AxisScale x{layout.x.range.lower, layout.x.range.upper, layout.x.logarithmic, plot.left(), plot.right()};
    const AxisScale y{layout.y.range.lower, layout.y.range.upper, layout.y.logarithmic, plot.bottom() - 1, plot.top() - 1};
    return {plot, whole, x, y, theme, saving};
}

void Chart::paintOverlay(QPainter& painter, const ChartFrame& frame) const
{
    const int hovered = m_private->hovered;
    if (hovered < 0 || hovered >= pointCount()) return;
    paintTipAt(painter, tipOf(hovered), markPosition(hovered, frame), frame);
}

void Chart::paintTipAt(QPainter& painter, const ChartTip& tip, const QPointF& anchor, const ChartFrame& frame) const
{
    if (tip.empty()) return;
    TipBox box{tip.title, {}, {}};
    for (const ChartTipRow& row : tip.rows) box.rows.emplace_back(row.label, row.value);
    const QRectF bounds = frame.whole.adjusted(2, 2, -2, -2);
    std::vector<QPointF> marks;
    for (int i = 0; i < pointCount(); ++i) marks.push_back(markPosition(i, frame));
    // The corner that hides the fewest points; bounds of just this size put the box there.
    const QRectF place = cornerOf({anchor, tipBoxSize(box, frame.theme), bounds}, marks);
    paintTipBox(painter, box, anchor, place.isNull() ? bounds : place, frame.theme);
}

QPointF Chart::markPosition(int, const ChartFrame& frame) const { return frame.plot.center(); }
ChartTip Chart::tipOf(int) const { return {}; }
bool Chart::keyWithoutPoints(Qt::Key) { return false; }

void Chart::speak()
{
    const int hovered = m_private->hovered;
    setAccessibleDescription(hovered >= 0 && hovered < pointCount() ? tipOf(hovered).spoken() : summary());
    if (!hasFocus()) return;
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void Chart::dataChanged()
{
    const int count = pointCount();
    if (m_private->hovered >= count) m_private->hovered = -1;
    if (m_private->selected >= count) m_private->selected = -1;
    m_private->plan(ChartWork::Everything);
    if (const bool empty = isEmpty(); std::exchange(m_private->empty, empty) != empty) emit emptied(empty);
}

void Chart::overlayChanged() { m_private->plan(ChartWork::Overlay); }
void Chart::setRepaintInterval(int milliseconds) { m_private->interval = milliseconds; }

void Chart::Private::plan(ChartWork more)
{
    work = std::max(work, more);
    if (timer.isActive()) return;
    const bool hurry = work == ChartWork::Overlay || interval == 0 || !sinceRepaint.isValid();
    const auto wait = hurry ? 0 : std::max<qint64>(0, interval - sinceRepaint.elapsed());
    timer.start(static_cast<int>(wait));
}

void Chart::refresh()
{
    if (isVisible()) paintNow(); // else showEvent comes back to it
}

void Chart::paintNow()
{
    const ChartWork work = m_private->work;
    if (work == ChartWork::None) return;
    m_private->sinceRepaint.start();
    if (work == ChartWork::Everything) {
        m_private->plot->replot(QCustomPlot::rpQueuedRefresh);
        return;
    }
    m_private->work = ChartWork::None;
    m_private->plot->layer(kOverlayLayer)->replot();
}

void Chart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    const bool newLook = event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange;
    if (!newLook) return;
    m_private->restyle = true;
    dataChanged();
}

void Chart::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_private->plot->setGeometry(rect());
    m_private->work = ChartWork::Everything;
    refresh();
}

// A chart that is rendered before its time has come, or without ever being shown, still paints its data.
bool Chart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_private->plot && event->type() == QEvent::Paint) paintNow();
    return QWidget::eventFilter(watched, event);
}

void Chart::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_private->work = ChartWork::Everything;
    refresh();
}

} // namespace halftone
