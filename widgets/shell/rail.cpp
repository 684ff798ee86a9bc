// Painting and choosing in the rail.
#include "widgets/shell/rail.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kTop = 8; // above the first item
constexpr int kItemHeight = 64;
constexpr int kIconSize = 20;
constexpr int kTickSize = 12;

} // namespace

Rail::Rail(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("rail"));
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Views"));
}

QSize Rail::sizeHint() const { return {themeOf(this).space().rail, kTop + kItemHeight * int(kViews.size())}; }

void Rail::setCurrent(View view)
{
    m_current = view;
    setAccessibleDescription(viewName(kViews[static_cast<std::size_t>(view)]));
    update();
}

void Rail::setDone(View view, bool done)
{
    m_done[static_cast<std::size_t>(view)] = done;
    update();
}

void Rail::setEnabledFrom(bool studyOpen)
{
    m_studyOpen = studyOpen;
    update();
}

QRect Rail::itemRect(View view) const { return {0, kTop + kItemHeight * int(view), width(), kItemHeight}; }

int Rail::itemAt(const QPoint& point) const
{
    if (point.y() < kTop) return -1;
    const int item = (point.y() - kTop) / kItemHeight;
    return item < int(kViews.size()) ? item : -1;
}

void Rail::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = themeOf(this);
    painter.fillRect(rect(), theme.colour(Role::Rail));
    painter.fillRect(QRect(width() - 1, 0, 1, height()), theme.colour(Role::Border));
    for (int item = 0; item < int(kViews.size()); ++item) paintItem(painter, item);
}

void Rail::paintItem(QPainter& painter, int item) const
{
    const Theme& theme = themeOf(this);
    const ViewInfo& view = kViews[static_cast<std::size_t>(item)];
    const QRect place = itemRect(view.view);
    const bool current = view.view == m_current;
    if (current) {
        painter.fillRect(place.adjusted(0, 0, -1, 0), theme.colour(Role::AccentSoft));
        painter.fillRect(QRect(0, place.top(), 2, place.height()), theme.colour(Role::Accent));
    } else if (item == m_hovered && leads(item)) {
        painter.fillRect(place.adjusted(0, 0, -1, 0), theme.colour(Role::Hover));
    }
    QColor ink = theme.colour(current ? Role::Ink : Role::Ink3);
    if (!leads(item)) ink.setAlphaF(0.55f);
    const QRectF iconPlace(place.center().x() - kIconSize / 2.0 + 0.5, place.top() + 13, kIconSize, kIconSize);
    paintIcon(painter, iconPlace, QString::fromUtf8(view.icon), ink);
    QFont font = theme.font(TextStyle::Caption);
    if (current) font.setWeight(QFont::Medium);
    painter.setFont(font);
    painter.setPen(ink);
    painter.drawText(QRect(place.left(), place.top() + 38, place.width(), 16), Qt::AlignCenter, viewName(view));
    if (m_done[static_cast<std::size_t>(item)])
        paintIcon(painter, QRectF(place.right() - kTickSize - 7, place.top() + 10, kTickSize, kTickSize), u"tick",
            theme.colour(Role::Ink3));
    if (current && hasFocus()) {
        painter.setPen(QPen(theme.colour(Role::Accent), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(place).adjusted(4, 3, -5, -3), 4, 4);
    }
}

void Rail::mousePressEvent(QMouseEvent* event)
{
    const int item = itemAt(event->position().toPoint());
    if (item >= 0 && leads(item)) emit chosen(kViews[static_cast<std::size_t>(item)].view);
}

void Rail::mouseMoveEvent(QMouseEvent* event)
{
    m_hovered = itemAt(event->position().toPoint());
    setCursor(m_hovered >= 0 && leads(m_hovered) ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void Rail::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

void Rail::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    if (step == 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int next = std::clamp(int(m_current) + step, 0, int(kViews.size()) - 1);
    if (leads(next)) emit chosen(kViews[static_cast<std::size_t>(next)].view);
}

bool Rail::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int item = itemAt(help->pos());
        if (item >= 0)
            QToolTip::showText(help->globalPos(),
                leads(item) ? tr("%1 (Ctrl+%2)").arg(viewName(kViews[static_cast<std::size_t>(item)])).arg(item + 1)
                            : tr("Open a study first."),
                this, itemRect(kViews[static_cast<std::size_t>(item)].view));
        return true;
    }
    return QWidget::event(event);
}

} // namespace halftone
