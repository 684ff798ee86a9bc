// Paints and drives a row of exclusive choices.
#include "widgets/controls/segmented_control.h"

#include "widgets/theme/bit_look.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr int kPadding = 12;
constexpr int kMark = 14; // glyph or icon
constexpr int kMarkGap = 6;

} // namespace

SegmentedControl::SegmentedControl(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

SegmentedControl::SegmentedControl(const QStringList& choices, QWidget* parent)
    : SegmentedControl(parent)
{
    for (const QString& choice : choices) addChoice(choice);
}

int SegmentedControl::addChoice(const QString& text, const QString& iconName)
{
    m_choices.push_back({.text = text, .iconName = iconName, .tip = {}});
    if (m_current < 0) m_current = 0;
    relayout();
    return count() - 1;
}

int SegmentedControl::addBitChoice(int bits, const QString& text)
{
    m_choices.push_back({.text = text.isEmpty() ? bitName(bits) : text, .iconName = {}, .bits = bits, .tip = {}});
    if (m_current < 0) m_current = 0;
    relayout();
    return count() - 1;
}

void SegmentedControl::clear()
{
    m_choices.clear();
    m_current = m_hovered = m_pressed = -1;
    relayout();
}

void SegmentedControl::setCurrent(int index)
{
    m_current = index >= 0 && index < count() ? index : -1;
    if (m_current >= 0) setAccessibleDescription(m_choices[static_cast<std::size_t>(m_current)].text);
    update();
}

QString SegmentedControl::text(int index) const
{
    return index >= 0 && index < count() ? m_choices[static_cast<std::size_t>(index)].text : QString();
}

void SegmentedControl::setText(int index, const QString& text)
{
    if (index < 0 || index >= count()) return;
    m_choices[static_cast<std::size_t>(index)].text = text;
    relayout();
}

void SegmentedControl::setChoiceEnabled(int index, bool enabled)
{
    if (index < 0 || index >= count()) return;
    m_choices[static_cast<std::size_t>(index)].enabled = enabled;
    update();
}

void SegmentedControl::setChoiceTip(int index, const QString& tip)
{
    if (index >= 0 && index < count()) m_choices[static_cast<std::size_t>(index)].tip = tip;
}

void SegmentedControl::setNumbersFont(bool numbers)
{
    m_numbersFont = numbers;
    relayout();
}

void SegmentedControl::setEqualWidths(bool equal)
{
    m_equalWidths = equal;
    relayout();
}

int SegmentedControl::widthOf(const Choice& choice) const
{
    // As wide as the medium weight, so that nothing moves when the choice changes.
    const QFontMetricsF metrics(themeOf(this).font(m_numbersFont ? TextStyle::NumberSmall : TextStyle::Control));
    int width = 2 * kPadding + static_cast<int>(std::ceil(metrics.horizontalAdvance(choice.text)));
    if (choice.bits > 0 || !choice.iconName.isEmpty()) width += kMark + (choice.text.isEmpty() ? 0 : kMarkGap);
    return width;
}

QRect SegmentedControl::choiceRect(int index) const
{
    if (index < 0 || index >= count()) return {};
    int widest = 0;
    for (const Choice& choice : m_choices) widest = std::max(widest, widthOf(choice));
    int x = 0;
    for (int i = 0; i < index; ++i) x += m_equalWidths ? widest : widthOf(m_choices[static_cast<std::size_t>(i)]);
    return {x, 0, m_equalWidths ? widest : widthOf(m_choices[static_cast<std::size_t>(index)]), themeOf(this).space().control};
}

QSize SegmentedControl::sizeHint() const
{
    const int width = m_choices.empty() ? 0 : choiceRect(count() - 1).right() + 1;
    return {width, themeOf(this).space().control};
}

int SegmentedControl::indexAt(const QPoint& position) const
{
    for (int i = 0; i < count(); ++i) {
        if (choiceRect(i).contains(position)) return i;
    }
    return -1;
}

void SegmentedControl::choose(int index)
{
    if (index < 0 || index >= count() || !m_choices[static_cast<std::size_t>(index)].enabled || index == m_current) return;
    setCurrent(index);
    emit chosen(index);
}

int SegmentedControl::nextEnabled(int from, int direction) const
{
    for (int next = from + direction; next >= 0 && next < count(); next += direction) {
        if (m_choices[static_cast<std::size_t>(next)].enabled) return next;
    }
    return -1;
}

void SegmentedControl::relayout()
{
    updateGeometry();
    update();
}

void SegmentedControl::paintEvent(QPaintEvent*)
{
    if (m_choices.empty()) return;
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double radius = theme.radius().control;
    const QRectF frame = QRectF(QPointF(), sizeHint()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath shape;
    shape.addRoundedRect(frame, radius - 0.5, radius - 0.5);
    painter.fillPath(shape, theme.colour(isEnabled() ? Role::Field : Role::Window));
    for (int i = 0; i < count(); ++i) {
        const Choice& choice = m_choices[static_cast<std::size_t>(i)];
        const QRectF cell = choiceRect(i);
        const bool enabled = isEnabled() && choice.enabled;
        painter.save();
        painter.setClipPath(shape);
        if (i == m_current) painter.fillRect(cell, theme.colour(isEnabled() ? Role::AccentSoft : Role::Hover));
        else if (enabled && i == m_hovered) painter.fillRect(cell, theme.colour(Role::Hover));
        if (i > 0) painter.fillRect(QRectF(cell.left(), 0, 1, height()), theme.colour(Role::Border));
        painter.restore();
        QRectF words = cell.adjusted(kPadding, 0, -kPadding, 0);
        const QColor ink = theme.colour(!enabled ? Role::Axis : i == m_current ? Role::Ink : Role::Ink2);
        const QRectF mark(words.left(), (height() - kMark) / 2.0, kMark, kMark);
        if (choice.bits > 0) paintBitGlyph(painter, mark, choice.bits, enabled ? bitLook(choice.bits, theme).edge : theme.colour(Role::BorderStrong));
        else if (!choice.iconName.isEmpty()) paintIcon(painter, mark.adjusted(-2, -2, 2, 2), choice.iconName, ink);
        if (choice.bits > 0 || !choice.iconName.isEmpty()) words.setLeft(mark.right() + kMarkGap);
        painter.setFont(theme.font(m_numbersFont ? TextStyle::NumberSmall : i == m_current ? TextStyle::Control : TextStyle::Small));
        painter.setPen(ink);
        // A little room to the right: the medium weight must not lose its last pixel.
        painter.drawText(words.adjusted(0, 0, 4, 0), Qt::AlignLeft | Qt::AlignVCenter, choice.text);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.colour(isEnabled() ? Role::BorderStrong : Role::Border), 1));
    painter.drawPath(shape);
    if (!hasFocus() || !m_keyboardFocus) return;
    painter.setPen(QPen(theme.colour(Role::Accent), 2));
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), radius - 1, radius - 1);
}

void SegmentedControl::mousePressEvent(QMouseEvent* event)
{
    m_pressed = event->button() == Qt::LeftButton ? indexAt(event->pos()) : -1;
}

void SegmentedControl::mouseReleaseEvent(QMouseEvent* event)
{
    const int released = indexAt(event->pos());
    if (released >= 0 && released == m_pressed) choose(released);
    m_pressed = -1;
}

void SegmentedControl::mouseMoveEvent(QMouseEvent* event)
{
    const int hovered = indexAt(event->pos());
    if (hovered == m_hovered) return;
    m_hovered = hovered;
    update();
}

void SegmentedControl::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

void SegmentedControl::keyPressEvent(QKeyEvent* event)
{
    m_keyboardFocus = true;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up:
        choose(nextEnabled(m_current, m_current < 0 ? 1 : -1));
        break;
    case Qt::Key_Right:
    case Qt::Key_Down:
        choose(nextEnabled(m_current, 1));
        break;
    case Qt::Key_Home:
        choose(nextEnabled(-1, 1));
        break;
    case Qt::Key_End:
        choose(nextEnabled(count(), -1));
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    update();
}

void SegmentedControl::focusInEvent(QFocusEvent* event)
{
    m_keyboardFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason || event->reason() == Qt::ShortcutFocusReason;
    update();
}

void SegmentedControl::focusOutEvent(QFocusEvent*) { update(); }

void SegmentedControl::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange) relayout();
}

bool SegmentedControl::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int index = indexAt(help->pos());
    if (index < 0 || m_choices[static_cast<std::size_t>(index)].tip.isEmpty()) return QWidget::event(event);
    QToolTip::showText(help->globalPos(), m_choices[static_cast<std::size_t>(index)].tip, this, choiceRect(index));
    return true;
}

} // namespace halftone
