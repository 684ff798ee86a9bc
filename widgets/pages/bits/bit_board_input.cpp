// Mouse and keys of the bit board.
#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>

#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/bits/board_metrics.h"
#include "widgets/pages/bits/move_words.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace board;

int BitBoard::rowAt(double y) const
{
    const int row = static_cast<int>(std::floor((y - kHeader) / rowHeight()));
    return std::clamp(row, 0, static_cast<int>(m_rows.size()) - 1);
}

void BitBoard::setHovered(GroupIndex group)
{
    if (group == m_hovered) return;
    m_hovered = group;
    const bool edge = group.valid() && m_document.study()->table.group(group).edge;
    viewport()->setCursor(!group.valid() ? Qt::ArrowCursor : edge ? Qt::ForbiddenCursor : Qt::OpenHandCursor);
    viewport()->update();
}

void BitBoard::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_document.study()) {
        event->ignore();
        return;
    }
    m_keyboardFocus = false;
    const GroupIndex group = chipAt(event->position());
    const bool adds = event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier);
    m_mouse = event->position();
    if (!group.valid()) {
        m_press = Press{.position = event->position(), .kept = adds ? m_selection : std::set<GroupIndex>{}};
        if (!adds) setSelection({});
        return;
    }
    setCurrent(group);
    if (adds) {
        std::set<GroupIndex> selection = m_selection;
        if (!selection.erase(group)) selection.insert(group);
        setSelection(selection);
        return;
    }
    if (!m_selection.contains(group)) setSelection({group});
    m_press = Press{.position = event->position(), .chip = group};
    viewport()->setCursor(m_document.study()->table.group(group).edge ? Qt::ForbiddenCursor : Qt::ClosedHandCursor);
}

void BitBoard::mouseMoveEvent(QMouseEvent* event)
{
    m_mouse = event->position();
    if (!m_press) {
        setHovered(m_document.study() ? chipAt(event->position()) : GroupIndex());
        return;
    }
    const double far = (event->position() - m_press->position).manhattanLength();
    if (!m_press->chip.valid()) {
        bandTo(event->position());
    } else if (m_press->lifted || m_press->refused || far >= QApplication::startDragDistance()) {
        lift(event->position());
    }
}

void BitBoard::lift(const QPointF& position)
{
    const auto isEdge = [&](GroupIndex group) { return m_document.study()->table.group(group).edge; };
    if (std::ranges::all_of(m_selection, isEdge)) {
        m_press->refused = true;
        viewport()->update();
        return;
    }
    m_press->lifted = true;
    QToolTip::hideText();
    // The row under the middle of the chip that was grabbed, not under the mouse: what one sees is what lands.
    const QRectF grabbed = chipRectangle(m_press->chip);
    const double middle = isEdge(m_press->chip) ? position.y() : grabbed.center().y() + position.y() - m_press->position.y();
    Move move{.groups = m_selection, .bits = m_rows[static_cast<std::size_t>(rowAt(middle))]};
    std::erase_if(move.groups, isEdge);
    const bool other = !m_move || m_move->bits != move.bits;
    m_move = std::move(move);
    viewport()->update();
    if (other) emit moveChanged();
}

void BitBoard::bandTo(const QPointF& position)
{
    m_band = QRectF(m_press->position, position).normalized();
    std::set<GroupIndex> selection = m_press->kept;
    for (const Chip& chip : m_chips)
        if (chipRectangle(chip.group).intersects(m_band)) selection.insert(chip.group);
    setSelection(selection);
    viewport()->update();
}

void BitBoard::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_press) return;
    viewport()->unsetCursor();
    const Press press = *m_press;
    if (press.lifted) {
        dropMove();
    } else {
        cancelGesture();
        if (press.chip.valid() && m_selection.size() > 1) setSelection({press.chip});
    }
    m_hovered = {};
    setHovered(chipAt(event->position()));
}

void BitBoard::dropMove()
{
    const Move move = *m_move;
    const std::map<GroupIndex, QRectF> before = places();
    m_press.reset();
    m_move.reset();
    // The chips fly from where the mouse left them, also when they go back.
    m_document.move(move.groups, move.bits);
    animateFrom(before);
    viewport()->update();
    emit moveChanged();
}

void BitBoard::cancelGesture()
{
    const bool moving = m_move.has_value();
    const std::map<GroupIndex, QRectF> before = places();
    m_press.reset();
    m_move.reset();
    m_band = {};
    if (moving) animateFrom(before);
    viewport()->update();
    if (moving) emit moveChanged();
}

void BitBoard::mouseDoubleClickEvent(QMouseEvent* event)
{
    const GroupIndex group = m_document.study() ? chipAt(event->position()) : GroupIndex();
    if (event->button() == Qt::LeftButton && group.valid()) emit activated(m_document.study()->table.group(group).layers.front());
}

void BitBoard::wheelEvent(QWheelEvent* event)
{
    // There is only one way to scroll.
    QCoreApplication::sendEvent(horizontalScrollBar(), event);
}

void BitBoard::contextMenuEvent(QContextMenuEvent* event)
{
    if (!m_document.study() || m_press) return;
    const bool mouse = event->reason() == QContextMenuEvent::Mouse;
    const GroupIndex group = mouse ? chipAt(event->pos()) : m_current;
    if (!group.valid()) return;
    if (!m_selection.contains(group)) setSelection({group});
    setCurrent(group);
    QMenu menu(this);
    const bool edge = m_document.study()->table.group(group).edge;
    for (const int bits : m_document.choices().levels) {
        QAction* action = menu.addAction(bitIcon(bits, themeOf(this)), tr("%1 bit").arg(bits), this, [this, bits] { sendSelection(bits); });
        action->setEnabled(!edge);
    }
    menu.addSeparator();
    QAction* pin = menu.addAction(icon(u"pin", themeOf(this)), m_document.isPinned(group) ? tr("Unpin") : tr("Pin"), this, &BitBoard::pinSelection);
    pin->setEnabled(!edge);
    menu.addAction(icon(u"model", themeOf(this)), tr("Show in Model"), this,
        [this, group] { emit activated(m_document.study()->table.group(group).layers.front()); });
    menu.exec(mouse ? event->globalPos() : viewport()->mapToGlobal(chipRectangle(group).center().toPoint()));
}

bool BitBoard::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) setHovered({});
    if (event->type() != QEvent::ToolTip) return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const GroupIndex group = m_document.study() && !m_press ? chipAt(help->pos()) : GroupIndex();
    if (group.valid()) QToolTip::showText(help->globalPos(), tipFor(group), viewport(), chipRectangle(group).toAlignedRect());
    else QToolTip::hideText();
    return true;
}

void BitBoard::step(int by, Qt::KeyboardModifiers modifiers)
{
    if (m_chips.empty()) return;
    const int last = static_cast<int>(m_chips.size()) - 1;
    const int from = indexOf(m_current);
    const int to = from < 0 ? (by > 0 ? 0 : last) : std::clamp(from + by, 0, last);
    const GroupIndex group = m_chips[static_cast<std::size_t>(to)].group;
    setCurrent(group);
    if (modifiers & Qt::ControlModifier) return; // only the focus goes on
    std::set<GroupIndex> selection = modifiers & Qt::ShiftModifier ? m_selection : std::set<GroupIndex>{};
    selection.insert(group);
    setSelection(selection);
}

void BitBoard::sendToNextRow(int by)
{
    const std::set<GroupIndex> groups = acted();
    if (groups.empty()) return;
    const GroupIndex lead = groups.contains(m_current) ? m_current : *groups.begin();
    const int row = rowOf(m_chips[static_cast<std::size_t>(indexOf(lead))].bits);
    const int next = std::clamp(row + by, 0, static_cast<int>(m_rows.size()) - 1);
    sendSelection(m_rows[static_cast<std::size_t>(next)]);
}

bool BitBoard::moveByKey(int key, Qt::KeyboardModifiers modifiers)
{
    if (key >= Qt::Key_2 && key <= Qt::Key_8 && !(modifiers & ~Qt::KeypadModifier)) {
        const int bits = key - Qt::Key_0;
        if (std::ranges::find(m_rows, bits) == m_rows.end()) return false;
        sendSelection(bits);
        return true;
    }
    switch (key) {
    case Qt::Key_Left: step(-1, modifiers); return true;
    case Qt::Key_Right: step(1, modifiers); return true;
    case Qt::Key_Home: step(-static_cast<int>(m_chips.size()), modifiers); return true;
    case Qt::Key_End: step(static_cast<int>(m_chips.size()), modifiers); return true;
    case Qt::Key_Up: sendToNextRow(-1); return true;
    case Qt::Key_Down: sendToNextRow(1); return true;
    default: return false;
    }
}

void BitBoard::keyPressEvent(QKeyEvent* event)
{
    if (!m_document.study()) return QAbstractScrollArea::keyPressEvent(event);
    m_keyboardFocus = true;
    viewport()->update();
    if (event->key() == Qt::Key_Escape) {
        if (m_press) cancelGesture();
        else if (!m_selection.empty()) setSelection({});
        else event->ignore();
        return;
    }
    if (m_press) return; // the mouse holds something
    if (event->matches(QKeySequence::SelectAll)) {
        std::set<GroupIndex> all;
        for (const Chip& chip : m_chips) all.insert(chip.group);
        setSelection(all);
    } else if (event->key() == Qt::Key_P && event->modifiers() == Qt::NoModifier) {
        pinSelection();
    } else if (event->key() == Qt::Key_Space && m_current.valid()) {
        std::set<GroupIndex> selection = m_selection;
        if (!selection.erase(m_current)) selection.insert(m_current);
        setSelection(selection);
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_current.valid()) {
        emit activated(m_document.study()->table.group(m_current).layers.front());
    } else if (!moveByKey(event->key(), event->modifiers())) {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void BitBoard::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    m_keyboardFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (m_keyboardFocus && !m_current.valid() && !m_chips.empty()) setCurrent(m_chips.front().group);
    viewport()->update();
}

void BitBoard::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    m_keyboardFocus = false;
    viewport()->update();
}

void BitBoard::hideEvent(QHideEvent* event)
{
    cancelGesture();
    QAbstractScrollArea::hideEvent(event);
}

} // namespace halftone
