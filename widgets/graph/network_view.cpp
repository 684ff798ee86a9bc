// Mouse, wheel, pinch and keys of the network's drawing.
#include "widgets/graph/network_view.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QGestureEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QPinchGesture>
#include <QScrollBar>
#include <QWheelEvent>

#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr double kMostZoom = 3;
constexpr double kLeastZoom = 0.01;
constexpr double kStep = 1.25; // of + and -
constexpr double kWheelTurn = 120; // one notch
constexpr double kFitMargin = 24;
constexpr int kPanStep = 80; // of an arrow key, in pixels
constexpr double kLift = 24; // the drawing stands above the middle, away from the minimap
constexpr double kDot = 2;
constexpr double kDots = 24; // between the dots of the background
constexpr double kDotsZoom = 0.6;

} // namespace

NetworkView::NetworkView(QWidget* parent)
    : QGraphicsView(parent)
    , m_scene(new NetworkScene(this))
{
    setObjectName(QStringLiteral("networkView"));
    setAccessibleName(tr("Network graph"));
    setScene(m_scene);
    setFrameShape(QFrame::NoFrame);
    setTransformationAnchor(QGraphicsView::NoAnchor);
    setResizeAnchor(QGraphicsView::AnchorViewCenter);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setOptimizationFlags(QGraphicsView::DontSavePainterState | QGraphicsView::DontAdjustForAntialiasing);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setCursor(Qt::OpenHandCursor);
    viewport()->grabGesture(Qt::PinchGesture);
}

void NetworkView::setDrawing(std::shared_ptr<const NetworkDrawing> drawing)
{
    m_cursor = -1;
    m_scene->setDrawing(std::move(drawing));
    resetTransform();
    spreadScene();
    const QRectF bounds = m_scene->bounds();
    if (!bounds.isEmpty())
        centreOn({bounds.left() - kFitMargin + viewport()->width() / 2.0, bounds.center().y() + kLift});
}

double NetworkView::leastZoom() const
{
    const QRectF bounds = m_scene->bounds();
    if (bounds.isEmpty()) return 1;
    const double fits = std::min((viewport()->width() - 2 * kFitMargin) / bounds.width(),
        (viewport()->height() - 2 * kFitMargin) / bounds.height());
    return std::clamp(fits, kLeastZoom, 1.0);
}

void NetworkView::spreadScene()
{
    const QSizeF room = QSizeF(viewport()->size()) / zoom();
    setSceneRect(m_scene->bounds().adjusted(-room.width(), -room.height(), room.width(), room.height()));
}

void NetworkView::setZoom(double wanted, const QPointF& about)
{
    const double next = std::clamp(wanted, std::min(leastZoom(), kMostZoom), kMostZoom);
    if (std::abs(next - zoom()) < 1e-9) return;
    const QPointF fixed = mapToScene(about.toPoint());
    setTransform(QTransform::fromScale(next, next));
    spreadScene();
    const QPointF centre = QRectF(viewport()->rect()).center();
    centreOn(fixed - (about - centre) / next);
    emit visiblePartChanged();
}

void NetworkView::zoomBy(double factor, const QPointF& about) { setZoom(zoom() * factor, about); }
void NetworkView::zoomIn() { zoomBy(kStep, QRectF(viewport()->rect()).center()); }
void NetworkView::zoomOut() { zoomBy(1 / kStep, QRectF(viewport()->rect()).center()); }

void NetworkView::fit()
{
    if (m_scene->bounds().isEmpty()) return;
    setZoom(leastZoom(), QRectF(viewport()->rect()).center());
    centreOn(m_scene->bounds().center());
}

void NetworkView::reveal(int layer)
{
    const QRectF rect = m_scene->layerRect(layer);
    if (rect.isEmpty() || visiblePart().adjusted(8, 8, -8, -8).contains(rect)) return;
    // Its neighbours come into sight too.
    const QRectF seen = visiblePart();
    if (rect.right() < seen.left() || rect.left() > seen.right()) centreOn({rect.center().x(), m_scene->bounds().center().y() + kLift / zoom()});
    else ensureVisible(rect, viewport()->width() / 4, 24);
}

void NetworkView::centreOn(const QPointF& position)
{
    centerOn(position);
    emit visiblePartChanged();
}

QRectF NetworkView::visiblePart() const { return mapToScene(viewport()->rect()).boundingRect(); }

void NetworkView::drawBackground(QPainter* painter, const QRectF& exposed)
{
    const Theme& theme = themeOf(this);
    painter->fillRect(exposed, theme.colour(Role::Panel));
    if (zoom() < kDotsZoom) return;
    std::vector<QRectF> dots; // small squares: round points cost ten times as much
    for (double x = std::floor(exposed.left() / kDots) * kDots; x <= exposed.right(); x += kDots)
        for (double y = std::floor(exposed.top() / kDots) * kDots; y <= exposed.bottom(); y += kDots)
            dots.emplace_back(x, y, kDot, kDot);
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.colour(Role::Grid));
    painter->drawRects(dots.data(), static_cast<int>(dots.size()));
}

void NetworkView::wheelEvent(QWheelEvent* event)
{
    const QPoint turn = event->angleDelta();
    if (event->modifiers() & Qt::ShiftModifier) {
        panBy({turn.y() != 0 ? turn.y() : turn.x(), 0});
    } else if (turn.y() == 0) {
        panBy({turn.x(), 0});
    } else {
        zoomBy(std::pow(kStep, turn.y() / kWheelTurn), event->position());
    }
    event->accept();
}

void NetworkView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) return;
    m_pressedAt = event->pos();
    m_draggedTo = event->pos();
    m_isDragging = false;
}

void NetworkView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_pressedAt) {
        const int layer = m_scene->layerAt(mapToScene(event->pos()));
        viewport()->setCursor(layer >= 0 ? Qt::PointingHandCursor : Qt::OpenHandCursor);
        return QGraphicsView::mouseMoveEvent(event);
    }
    if (!m_isDragging && (event->pos() - *m_pressedAt).manhattanLength() < QApplication::startDragDistance()) return;
    m_isDragging = true;
    viewport()->setCursor(Qt::ClosedHandCursor);
    panBy(event->pos() - m_draggedTo);
    m_draggedTo = event->pos();
}

void NetworkView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_pressedAt && !m_isDragging && event->button() == Qt::LeftButton) {
        const int layer = m_scene->layerAt(mapToScene(event->pos()));
        if (layer >= 0) {
            m_cursor = layer;
            emit layerChosen(layer);
        }
    }
    m_pressedAt.reset();
    m_isDragging = false;
    viewport()->setCursor(Qt::OpenHandCursor);
}

void NetworkView::panBy(const QPoint& pixels)
{
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - pixels.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - pixels.y());
}

void NetworkView::moveCursor(int layer)
{
    m_cursor = layer;
    m_scene->setCursor(layer);
    if (layer < 0) return;
    reveal(layer);
    const auto& parts = m_scene->drawing()->parts;
    setAccessibleDescription(parts.parts[static_cast<std::size_t>(parts.partOfLayer[static_cast<std::size_t>(layer)])].name);
}

// False when there is nowhere to go.
bool NetworkView::walk(Qt::Key key)
{
    if (m_scene->layerCount() == 0) return false;
    const int next = m_cursor < 0 ? 0 : m_scene->layerFrom(m_cursor, key);
    if (next < 0) return false;
    moveCursor(next);
    return true;
}

void NetworkView::keyPressEvent(QKeyEvent* event)
{
    const auto key = static_cast<Qt::Key>(event->key());
    const bool isArrow = key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
    if (isArrow && (event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier))) {
        panBy({key == Qt::Key_Left ? kPanStep : key == Qt::Key_Right ? -kPanStep : 0,
            key == Qt::Key_Up ? kPanStep : key == Qt::Key_Down ? -kPanStep : 0});
    } else if (isArrow) {
        walk(key);
    } else if (key == Qt::Key_Home || key == Qt::Key_End) {
        if (m_scene->layerCount() > 0) moveCursor(key == Qt::Key_Home ? 0 : m_scene->layerCount() - 1);
    } else if (key == Qt::Key_Plus || key == Qt::Key_Equal) {
        zoomIn();
    } else if (key == Qt::Key_Minus) {
        zoomOut();
    } else if (key == Qt::Key_F && event->modifiers() == Qt::NoModifier) {
        fit();
    } else if ((key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) && m_cursor >= 0) {
        emit layerChosen(m_cursor);
    } else if (key == Qt::Key_Escape) {
        m_leavesByTab = true;
        moveCursor(-1);
    } else {
        return QAbstractScrollArea::keyPressEvent(event);
    }
    event->accept();
}

void NetworkView::focusInEvent(QFocusEvent* event)
{
    m_leavesByTab = false;
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason)
        moveCursor(m_cursor >= 0 ? m_cursor : m_scene->layerCount() > 0 ? 0 : -1);
    QGraphicsView::focusInEvent(event);
}

void NetworkView::focusOutEvent(QFocusEvent* event)
{
    m_scene->setCursor(-1);
    QGraphicsView::focusOutEvent(event);
}

// Along the layers; past the last one, or after Esc, to the next control.
bool NetworkView::focusNextPrevChild(bool next)
{
    const int step = m_cursor < 0 ? -1 : m_cursor + (next ? 1 : -1);
    if (m_leavesByTab || step < 0 || step >= m_scene->layerCount()) return QGraphicsView::focusNextPrevChild(next);
    moveCursor(step);
    return true;
}

bool NetworkView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            zoomBy(1 + gesture->value(), gesture->position());
            return true;
        }
    }
    if (event->type() == QEvent::Gesture) {
        auto* gestures = static_cast<QGestureEvent*>(event);
        if (const auto* pinch = static_cast<QPinchGesture*>(gestures->gesture(Qt::PinchGesture))) {
            zoomBy(pinch->scaleFactor(), viewport()->mapFromGlobal(pinch->centerPoint().toPoint()));
            return true;
        }
    }
    return QGraphicsView::viewportEvent(event);
}

void NetworkView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    spreadScene();
    emit visiblePartChanged();
}

void NetworkView::scrollContentsBy(int dx, int dy)
{
    QGraphicsView::scrollContentsBy(dx, dy);
    emit visiblePartChanged();
}

void NetworkView::changeEvent(QEvent* event)
{
    QGraphicsView::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange) m_scene->followTheme();
}

} // namespace halftone
