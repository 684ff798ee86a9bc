// Buttons and the on-off switch.
#include "widgets/controls/push_button.h"

#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

#include <QFocusEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QStyle>
#include <algorithm>

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

const char* kindName(ButtonKind kind)
{
    switch (kind) {
    case ButtonKind::Primary: return "primary";
    case ButtonKind::Quiet: return "quiet";
    case ButtonKind::Danger: return "danger";
    case ButtonKind::Plain: break;
    }
    return "plain";
}

constexpr QSize kSwitchTrack{28, 16};

} // namespace

PushButton::PushButton(const QString& text, ButtonKind kind, QWidget* parent)
    : QPushButton(text, parent)
{
    setCursor(Qt::ArrowCursor);
    setIconSize(text.isEmpty() ? QSize(16, 16) : QSize(20, 16)); // with words: four more pixels of gap than Qt has
    setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    setKind(kind);
}

void PushButton::setKind(ButtonKind kind)
{
    m_kind = kind;
    setProperty("kind", QString::fromLatin1(kindName(kind)));
    style()->unpolish(this);
    style()->polish(this);
    showIcon();
}

void PushButton::setIconName(const QString& name)
{
    m_iconName = name;
    showIcon();
}

void PushButton::changeEvent(QEvent* event)
{
    QPushButton::changeEvent(event);
    if (event->type() == QEvent::StyleChange) update(); // the icon asks for the theme when it is painted
}

void PushButton::focusInEvent(QFocusEvent* event)
{
    QPushButton::focusInEvent(event);
    // A click needs no ring, and a window that comes back keeps what there was.
    if (event->reason() == Qt::ActiveWindowFocusReason || event->reason() == Qt::PopupFocusReason) return;
    m_ring = event->reason() != Qt::MouseFocusReason;
    update();
}

void PushButton::keyPressEvent(QKeyEvent* event)
{
    m_ring = true;
    update();
    // Return presses as Space does; Qt has that in dialogs only.
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (!event->isAutoRepeat()) click();
        return;
    }
    QPushButton::keyPressEvent(event);
}

void PushButton::paintEvent(QPaintEvent* event)
{
    QPushButton::paintEvent(event);
    if (!hasFocus() || !m_ring) return;
    const Theme& theme = themeOf(this);
    // On the accent the ring lies inside of the edge, in the colour of the words.
    const bool inside = m_kind == ButtonKind::Primary;
    const double inset = inside ? 3 : 1;
    const double radius = std::max(1.0, theme.radius().control - inset);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.colour(inside ? Role::OnAccent : Role::Accent), inside ? 1.5 : 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), radius, radius);
}

void PushButton::showIcon()
{
    if (m_iconName.isEmpty()) {
        setIcon({});
        return;
    }
    const Role role = m_kind == ButtonKind::Primary ? Role::OnAccent : m_kind == ButtonKind::Danger ? Role::Fail : m_kind == ButtonKind::Quiet ? Role::Ink2 : Role::Ink;
    setIcon(halftone::icon(m_iconName, themeOf(this), role));
}

PushButton* makeIconButton(const QString& iconName, const QString& tip, ButtonKind kind, QWidget* parent)
{
    auto* button = new PushButton({}, kind, parent);
    button->setProperty("square", true);
    button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setKind(kind);
    button->setIconName(iconName);
    return button;
}

Switch::Switch(const QString& text, QWidget* parent)
    : QAbstractButton(parent)
{
    setCheckable(true);
    setText(text);
    setFont(themeOf(this).font(TextStyle::Small));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize Switch::sizeHint() const
{
    const int words = text().isEmpty() ? 0 : themeOf(this).space().grid + fontMetrics().horizontalAdvance(text()) + 1;
    // Two pixels all round for the ring of the focus.
    return {kSwitchTrack.width() + 4 + words, themeOf(this).space().control};
}

void Switch::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track(QPointF(2, (height() - kSwitchTrack.height()) / 2.0), kSwitchTrack);
    const double radius = track.height() / 2;
    if (hasFocus()) {
        painter.setPen(QPen(theme.colour(Role::Accent), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(track.adjusted(-1.5, -1.5, 1.5, 1.5), radius + 1.5, radius + 1.5);
    }
    const Role off = underMouse() ? Role::Axis : Role::BorderStrong;
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.colour(!isEnabled() ? Role::Border : isChecked() ? Role::Accent : off));
    painter.drawRoundedRect(track, radius, radius);
    const double x = isChecked() ? track.right() - radius : track.left() + radius;
    painter.setBrush(theme.colour(isChecked() ? Role::OnAccent : Role::Panel));
    painter.drawEllipse(QPointF(x, track.center().y()), radius - 2.5, radius - 2.5);
    if (text().isEmpty()) return;
    painter.setFont(font());
    painter.setPen(theme.colour(isEnabled() ? Role::Ink : Role::Axis));
    const QRectF words(track.right() + theme.space().grid, 0, width(), height());
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, text());
}

void Switch::enterEvent(QEnterEvent* event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void Switch::leaveEvent(QEvent* event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

} // namespace halftone
