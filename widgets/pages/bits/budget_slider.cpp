// Paints and moves the budget slider.
#include "widgets/pages/bits/budget_slider.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QFontMetricsF>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>

#include "widgets/format/quantity.h"
#include "widgets/pages/bits/chip_painter.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr double kSide = 9; // room for half of the handle
constexpr double kTrack = 25; // its middle
constexpr double kTrackHeight = 4;
constexpr double kHatchHeight = 8;
constexpr double kWordsTop = 0;
constexpr double kTicksTop = 37;
constexpr double kHandle = 8; // radius
constexpr double kStep = 0.001; // budgets are thousandths
constexpr double kKeyStep = 0.01;
constexpr double kPage = 0.05;
constexpr double kLeastTickDistance = 54; // pixels between the ticks' numbers
constexpr double kGap = 12;

} // namespace

BudgetSlider::BudgetSlider(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("budgetSlider"));
    setAccessibleName(tr("Budget"));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void BudgetSlider::setMarks(const Marks& marks)
{
    m_marks = marks;
    update();
}

void BudgetSlider::setValue(double fraction)
{
    if (fraction == m_value) return;
    m_value = fraction;
    setAccessibleDescription(percentText(fraction));
    QAccessibleValueChangeEvent changed(this, fraction);
    QAccessible::updateAccessibility(&changed);
    update();
}

double BudgetSlider::xOf(double fraction) const
{
    const double span = m_marks.highest - m_marks.lowest;
    const double part = span > 0 ? (fraction - m_marks.lowest) / span : 1;
    return kSide + std::clamp(part, 0.0, 1.0) * (width() - 2 * kSide);
}

QPointF BudgetSlider::handle() const { return {xOf(m_value), kTrack}; }

double BudgetSlider::rounded(double fraction) const
{
    return std::clamp(std::round(fraction / kStep) * kStep, std::min(m_marks.reachable, m_marks.highest), m_marks.highest);
}

double BudgetSlider::fractionAt(double x) const
{
    const double part = (x - kSide) / std::max(1.0, width() - 2 * kSide);
    return rounded(m_marks.lowest + part * (m_marks.highest - m_marks.lowest));
}

void BudgetSlider::moveTo(double fraction, bool letGo)
{
    const bool other = fraction != m_value;
    setValue(fraction);
    if (letGo) emit chosen(fraction);
    else if (other) emit moved(fraction);
}

void BudgetSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return event->ignore();
    m_isHeld = true;
    m_keyboardFocus = false;
    moveTo(fractionAt(event->position().x()), false);
    update();
}

void BudgetSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (m_isHeld) moveTo(fractionAt(event->position().x()), false);
}

void BudgetSlider::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_isHeld || event->button() != Qt::LeftButton) return;
    m_isHeld = false;
    moveTo(fractionAt(event->position().x()), true);
    update();
}

void BudgetSlider::wheelEvent(QWheelEvent* event)
{
    if (!hasFocus() || event->angleDelta().y() == 0) return event->ignore(); // scrolling past must not change it
    moveTo(rounded(m_value + (event->angleDelta().y() > 0 ? kKeyStep : -kKeyStep)), true);
}

void BudgetSlider::keyPressEvent(QKeyEvent* event)
{
    m_keyboardFocus = true;
    update();
    const double step = event->modifiers() & Qt::ControlModifier ? kStep : kKeyStep;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down: return moveTo(rounded(m_value - step), true);
    case Qt::Key_Right:
    case Qt::Key_Up: return moveTo(rounded(m_value + step), true);
    case Qt::Key_PageDown: return moveTo(rounded(m_value - kPage), true);
    case Qt::Key_PageUp: return moveTo(rounded(m_value + kPage), true);
    case Qt::Key_Home: return moveTo(rounded(m_marks.lowest), true);
    case Qt::Key_End: return moveTo(rounded(m_marks.highest), true);
    default: QWidget::keyPressEvent(event);
    }
}

void BudgetSlider::focusInEvent(QFocusEvent* event)
{
    m_keyboardFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    QWidget::focusInEvent(event);
}

void BudgetSlider::focusOutEvent(QFocusEvent* event)
{
    m_keyboardFocus = false;
    QWidget::focusOutEvent(event);
}

void BudgetSlider::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintTrack(painter);
    paintWords(painter);
    paintHandle(painter);
}

void BudgetSlider::paintTrack(QPainter& painter) const
{
    const Theme& theme = themeOf(this);
    const auto bar = [&](double from, double to, const QColor& colour) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(from, kTrack - kTrackHeight / 2, to - from, kTrackHeight), 2, 2);
    };
    const double begin = xOf(m_marks.lowest), end = xOf(m_marks.highest);
    const double reachable = xOf(m_marks.reachable), value = xOf(m_value);
    bar(reachable, end, theme.colour(Role::Border));
    if (value > reachable) bar(reachable, value, theme.colour(isEnabled() ? Role::Accent : Role::BorderStrong));
    if (reachable <= begin + 1) return;
    const QRectF closed(begin, kTrack - kHatchHeight / 2, reachable - begin, kHatchHeight);
    ChipPainter::paintHatch(painter, closed, theme.colour(Role::Axis), 5);
    painter.setPen(QPen(theme.colour(Role::Axis), 1));
    painter.drawLine(QPointF(reachable, kTrack - 6), QPointF(reachable, kTrack + 6));
}

void BudgetSlider::paintWords(QPainter& painter) const
{
    const Theme& theme = themeOf(this);
    const QFont words = theme.font(TextStyle::Caption);
    const QFontMetricsF metrics(words);
    const double line = theme.lineHeight(TextStyle::Caption);
    painter.setFont(words);
    painter.setPen(theme.colour(Role::Ink3));
    // From the ends inwards; the triangle's words stand on the side where there is room.
    const double left = kSide + metrics.horizontalAdvance(m_marks.reachableWords);
    const double right = width() - kSide - metrics.horizontalAdvance(m_marks.highestWords);
    painter.drawText(QRectF(kSide, kWordsTop, left, line), Qt::AlignLeft | Qt::AlignVCenter, m_marks.reachableWords);
    const bool covered = m_marks.cost && xOf(*m_marks.cost) > right - kGap; // the triangle stands there
    if (!covered)
        painter.drawText(QRectF(right, kWordsTop, width() - kSide - right + 1, line), Qt::AlignLeft | Qt::AlignVCenter, m_marks.highestWords);
    if (m_marks.cost) {
        const double x = std::round(xOf(*m_marks.cost)) + 0.5;
        QPainterPath triangle;
        triangle.moveTo(x - 4.5, kTrack - 17);
        triangle.lineTo(x + 4.5, kTrack - 17);
        triangle.lineTo(x, kTrack - 10);
        triangle.closeSubpath();
        painter.setBrush(theme.colour(Role::Window));
        painter.setPen(QPen(theme.colour(Role::Ink2), 1));
        painter.drawPath(triangle);
        const double need = metrics.horizontalAdvance(m_marks.costWords);
        painter.setPen(theme.colour(Role::Ink3));
        const double top = kWordsTop + 1;
        if (x + 9 + need + kGap < right && x - kGap > left)
            painter.drawText(QRectF(x + 9, top, need + 2, line), Qt::AlignLeft | Qt::AlignVCenter, m_marks.costWords);
        else if (x - 9 - need - kGap > left)
            painter.drawText(QRectF(x - 9 - need, top, need + 2, line), Qt::AlignLeft | Qt::AlignVCenter, m_marks.costWords);
    }
    painter.setFont(theme.font(TextStyle::NumberCaption));
    painter.setPen(theme.colour(Role::Ink3));
    double step = 0.1;
    while ((xOf(m_marks.lowest + step) - xOf(m_marks.lowest)) < kLeastTickDistance && step < 1) step *= 2;
    for (double at = m_marks.lowest; at <= m_marks.highest + 1e-9; at += step) {
        const bool first = at == m_marks.lowest, last = at > m_marks.highest - step / 2;
        const QString number = QString::number(std::lround(at * 100)) + (first || last ? QStringLiteral(" %") : QString());
        const double room = 60;
        const Qt::Alignment align = first ? Qt::AlignLeft : last ? Qt::AlignRight : Qt::AlignHCenter;
        const double begin = first ? kSide : last ? width() - kSide - room : xOf(at) - room / 2;
        painter.drawText(QRectF(begin, kTicksTop, room, line), align | Qt::AlignVCenter, number);
    }
}

void BudgetSlider::paintHandle(QPainter& painter) const
{
    const Theme& theme = themeOf(this);
    const QColor accent = theme.colour(isEnabled() ? Role::Accent : Role::BorderStrong);
    if (m_keyboardFocus || m_isHeld) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.colour(Role::Accent, 0.22));
        painter.drawEllipse(handle(), kHandle + 4, kHandle + 4);
    }
    painter.setPen(QPen(accent, 2));
    painter.setBrush(theme.colour(Role::Panel));
    painter.drawEllipse(handle(), kHandle - 1, kHandle - 1);
    painter.setPen(Qt::NoPen);
    painter.setBrush(accent);
    painter.drawEllipse(handle(), 2.5, 2.5);
}

} // namespace halftone
