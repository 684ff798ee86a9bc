// Paints rows of bit strips and answers mouse and keys.
#include "widgets/pages/frontier/bit_map_list.h"

#include <algorithm>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kRow = 24;
constexpr int kStrip = 16;
constexpr int kSide = 12; // from the row's edge to its words
constexpr int kGap = 20; // from the words to the strip

} // namespace

BitMapList::BitMapList(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Bit maps"));
}

void BitMapList::setRows(std::vector<BitMapRow> rows)
{
    m_rows = std::move(rows);
    m_selected = std::min(m_selected, count() - 1);
    m_hovered = -1;
    updateGeometry();
    update();
}

void BitMapList::setSelected(int row)
{
    m_selected = row < count() ? row : -1;
    setAccessibleDescription(m_selected >= 0 ? m_rows[static_cast<std::size_t>(m_selected)].spoken : QString());
    update();
}

QRect BitMapList::rowRect(int row) const { return {0, row * kRow, width(), kRow}; }
QSize BitMapList::sizeHint() const { return {480, std::max(1, count()) * kRow}; }
QSize BitMapList::minimumSizeHint() const { return {240, std::max(1, count()) * kRow}; }

int BitMapList::labelWidth() const
{
    const QFontMetrics metrics(themeOf(this).font(TextStyle::NumberCaption));
    int width = 0;
    for (const BitMapRow& row : m_rows) width = std::max(width, metrics.horizontalAdvance(row.label));
    return std::min(width + 2, 140);
}

int BitMapList::valueWidth() const
{
    const QFontMetrics metrics(themeOf(this).font(TextStyle::NumberCaption));
    int width = 0;
    for (const BitMapRow& row : m_rows) width = std::max(width, metrics.horizontalAdvance(row.value));
    return width + 2;
}

void BitMapList::paintRow(QPainter& painter, int row) const
{
    const Theme& theme = themeOf(this);
    const BitMapRow& content = m_rows[static_cast<std::size_t>(row)];
    const QRectF place = QRectF(rowRect(row)).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool chosen = row == m_selected;
    if (chosen || row == m_hovered) {
        painter.setPen(chosen ? QPen(theme.colour(Role::Accent), hasFocus() ? 2 : 1) : QPen(Qt::NoPen));
        painter.setBrush(theme.colour(chosen ? Role::AccentSoft : Role::Hover));
        const double inset = chosen && hasFocus() ? 0.5 : 0;
        painter.drawRoundedRect(place.adjusted(inset, inset, -inset, -inset), theme.radius().control, theme.radius().control);
    }
    const int left = kSide + labelWidth() + kGap;
    const int right = kSide + valueWidth() + kGap;
    painter.setFont(theme.font(TextStyle::NumberCaption));
    painter.setPen(theme.colour(chosen ? Role::Ink : Role::Ink2));
    const QString label = painter.fontMetrics().elidedText(content.label, Qt::ElideRight, labelWidth());
    painter.drawText(QRectF(kSide, place.top(), labelWidth(), place.height()), Qt::AlignVCenter | Qt::AlignLeft, label);
    painter.drawText(QRectF(width() - kSide - valueWidth(), place.top(), valueWidth(), place.height()),
        Qt::AlignVCenter | Qt::AlignRight, content.value);
    const QRectF strip(left, rowRect(row).top() + (kRow - kStrip) / 2.0, width() - left - right, kStrip);
    paintBitStrip(painter, strip, content.layers, {}, theme);
}

void BitMapList::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int row = 0; row < count(); ++row) paintRow(painter, row);
}

void BitMapList::choose(int row)
{
    if (row < 0 || row >= count()) return;
    setSelected(row);
    emit chosen(row);
}

void BitMapList::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) choose(static_cast<int>(event->position().y()) / kRow);
}

void BitMapList::mouseMoveEvent(QMouseEvent* event)
{
    const int row = static_cast<int>(event->position().y()) / kRow;
    m_hovered = row < count() ? row : -1;
    update();
}

void BitMapList::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

void BitMapList::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Up:
        return choose(std::max(0, m_selected - 1));
    case Qt::Key_Down:
        return choose(std::min(count() - 1, m_selected + 1));
    case Qt::Key_Home:
        return choose(0);
    case Qt::Key_End:
        return choose(count() - 1);
    default:
        QWidget::keyPressEvent(event);
    }
}

void BitMapList::focusInEvent(QFocusEvent*) { update(); }
void BitMapList::focusOutEvent(QFocusEvent*) { update(); }

bool BitMapList::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int row = help->pos().y() / kRow;
        if (row >= 0 && row < count()) QToolTip::showText(help->globalPos(), m_rows[static_cast<std::size_t>(row)].spoken, this, rowRect(row));
        return true;
    }
    return QWidget::event(event);
}

} // namespace halftone
