// Mouse and keys of a chart: the point under the mouse, the way from point to point by the arrow keys, clicks and focus.
#include "widgets/plots/chart_private.h"

#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace halftone {

namespace {

constexpr double kHitDistance = 12; // pixels from the middle of a point
constexpr double kClickDistance = 4; // the mouse may move so far between press and release

bool isMove(int key)
{
    return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_Home
        || key == Qt::Key_End;
}

} // namespace

int Chart::hitTest(const QPointF& position, const ChartFrame& frame) const
{
    int nearest = -1;
    double nearestDistance = kHitDistance;
    for (int i = 0; i < pointCount(); ++i) {
        const QPointF away = markPosition(i, frame) - position;
        const double distance = std::hypot(away.x(), away.y());
        if (!(distance <= nearestDistance)) continue; // of equals the one painted last
        nearest = i;
        nearestDistance = distance;
    }
    return nearest;
}

void Chart::hoverAt(const std::optional<QPointF>& position)
{
    const int index = position ? pointAt(*position) : -1;
    setCursor(index >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setHoveredPoint(index);
}

// Left and Right go by x, Up and Down to the nearest point above or below.
int Chart::pointFrom(int index, Qt::Key key) const
{
    const ChartFrame now = frame();
    std::vector<int> order(static_cast<std::size_t>(pointCount()));
    std::iota(order.begin(), order.end(), 0);
    std::erase_if(order, [&](int i) { return !std::isfinite(markPosition(i, now).x()) || !std::isfinite(markPosition(i, now).y()); });
    if (order.empty()) return -1;
    std::sort(order.begin(), order.end(), [&](int a, int b) {
        const QPointF pa = markPosition(a, now);
        const QPointF pb = markPosition(b, now);
        return std::tuple(pa.x(), -pa.y(), a) < std::tuple(pb.x(), -pb.y(), b);
    });
    const auto here = std::find(order.begin(), order.end(), index);
    if (key == Qt::Key_Home || here == order.end()) return order.front();
    if (key == Qt::Key_End) return order.back();
    if (key == Qt::Key_Left) return here == order.begin() ? index : *(here - 1);
    if (key == Qt::Key_Right) return here + 1 == order.end() ? index : *(here + 1);
    const QPointF from = markPosition(index, now);
    int best = index;
    double bestDistance = std::numeric_limits<double>::infinity();
    for (const int i : order) {
        const QPointF away = markPosition(i, now) - from;
        const double ahead = key == Qt::Key_Up ? -away.y() : away.y();
        if (i == index || ahead < 0 || (ahead == 0 && i < index)) continue;
        const double distance = ahead + 3 * std::abs(away.x());
        if (distance >= bestDistance) continue;
        best = i;
        bestDistance = distance;
    }
    return best;
}

void Chart::mouseMoveEvent(QMouseEvent* event)
{
    m_private->ringVisible = false;
    hoverAt(event->position());
}

void Chart::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    hoverAt(std::nullopt);
}

void Chart::mousePressEvent(QMouseEvent* event)
{
    m_private->pressedAt.reset();
    if (event->button() != Qt::LeftButton) {
        QWidget::mousePressEvent(event);
        return;
    }
    m_private->pressedAt = event->position();
}

void Chart::mouseReleaseEvent(QMouseEvent* event)
{
    const std::optional<QPointF> pressedAt = std::exchange(m_private->pressedAt, std::nullopt);
    if (!pressedAt || (event->position() - *pressedAt).manhattanLength() > kClickDistance) return;
    const int index = pointAt(event->position());
    if (index < 0) return;
    setSelectedPoint(index);
    emit pointClicked(index);
}

void Chart::moveByKey(Qt::Key key)
{
    const int from = m_private->hovered >= 0 ? m_private->hovered : m_private->selected;
    m_private->ringVisible = true;
    if (from >= 0 && m_private->hovered < 0) setHoveredPoint(from); // the first key shows where it stands
    else setHoveredPoint(pointFrom(from, key));
}

void Chart::keyPressEvent(QKeyEvent* event)
{
    const auto key = static_cast<Qt::Key>(event->key());
    const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    if (plain && isMove(event->key()) && pointCount() > 0) {
        moveByKey(key);
    } else if (plain && pointCount() == 0 && keyWithoutPoints(key)) {
        m_private->ringVisible = true;
    } else if (plain && (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) && m_private->hovered >= 0) {
        const int index = m_private->hovered;
        setSelectedPoint(index);
        emit pointClicked(index);
    } else if (plain && key == Qt::Key_Escape && m_private->hovered >= 0) {
        setHoveredPoint(-1);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void Chart::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    const Qt::FocusReason reason = event->reason();
    m_private->ringVisible = reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || reason == Qt::ShortcutFocusReason;
    speak();
    overlayChanged();
}

void Chart::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    if (m_private->ringVisible) hoverAt(std::nullopt);
    overlayChanged();
}

} // namespace halftone
