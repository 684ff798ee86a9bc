// Paints the counts of layers that change their bit width.
#include "widgets/controls/transition_matrix.h"

#include "widgets/controls/hint_tip.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace halftone {

namespace {

constexpr double kHeader = 24;
constexpr double kLabels = 66; // glyph and name of a row
constexpr double kWord = 22; // the word along the rows
constexpr double kRow = 28;
constexpr double kGap = 3;
constexpr double kGlyph = 12;
constexpr double kWidestCell = 96;

} // namespace

TransitionMatrix::TransitionMatrix(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TransitionMatrix::setWidths(std::vector<int> widths)
{
    m_widths = std::move(widths);
    updateGeometry();
    update();
}

void TransitionMatrix::setCounts(std::map<std::pair<int, int>, int> counts)
{
    m_counts = std::move(counts);
    int changed = 0;
    for (const auto& [cell, layers] : m_counts) changed += cell.first == cell.second ? 0 : layers;
    setAccessibleName(tr("%1 change their bit width").arg(plural(changed, tr("layer"), tr("layers"))));
    update();
}

int TransitionMatrix::countAt(int before, int after) const
{
    const auto found = m_counts.find({before, after});
    return found == m_counts.end() ? 0 : found->second;
}

void TransitionMatrix::setRowWord(const QString& word)
{
    m_rowWord = word;
    updateGeometry();
    update();
}

QRectF TransitionMatrix::cellRect(int row, int column) const
{
    const double left = kLabels + (m_rowWord.isEmpty() ? 0 : kWord);
    const auto columns = static_cast<double>(std::max<std::size_t>(1, m_widths.size()));
    const double width = std::min(kWidestCell, (this->width() - left + kGap) / columns - kGap);
    return {left + column * (width + kGap), kHeader + row * (kRow + kGap), width, kRow};
}

QSize TransitionMatrix::sizeHint() const
{
    const auto rows = static_cast<int>(m_widths.size());
    return {static_cast<int>(kLabels + kWord) + rows * 63, static_cast<int>(kHeader + rows * (kRow + kGap) - kGap) + 1};
}

QSize TransitionMatrix::minimumSizeHint() const
{
    const auto rows = static_cast<int>(m_widths.size());
    return {static_cast<int>(kLabels + kWord) + rows * 48, sizeHint().height()};
}

void TransitionMatrix::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto widths = static_cast<int>(m_widths.size());
    const QFont words = theme.font(TextStyle::Caption);
    for (int i = 0; i < widths; ++i) {
        const int bits = m_widths[static_cast<std::size_t>(i)];
        const double text = QFontMetricsF(words).horizontalAdvance(bitName(bits));
        const QRectF cell = cellRect(0, i);
        const double x = cell.center().x() - (kGlyph + 5 + text) / 2;
        paintBitGlyph(painter, QRectF(x, (kHeader - 4 - kGlyph) / 2, kGlyph, kGlyph), bits, theme);
        painter.setFont(words);
        painter.setPen(theme.colour(Role::Ink2));
        painter.drawText(QRectF(x + kGlyph + 5, 0, text + 4, kHeader - 4), Qt::AlignLeft | Qt::AlignVCenter, bitName(bits));
        const QRectF row(m_rowWord.isEmpty() ? 0 : kWord, cellRect(i, 0).top(), kLabels, kRow);
        paintBitGlyph(painter, QRectF(row.left(), row.center().y() - kGlyph / 2, kGlyph, kGlyph), bits, theme);
        painter.drawText(row.adjusted(kGlyph + 5, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, bitName(bits));
    }
    for (int row = 0; row < widths; ++row) {
        for (int column = 0; column < widths; ++column) {
            const QRectF cell = cellRect(row, column).adjusted(0.5, 0.5, -0.5, -0.5);
            const int count = countAt(m_widths[static_cast<std::size_t>(row)], m_widths[static_cast<std::size_t>(column)]);
            const BitLook look = bitLook(m_widths[static_cast<std::size_t>(column)], theme);
            // A change carries the colour of the width it leads to.
            const bool change = row != column && count > 0;
            painter.setBrush(change ? look.tint : theme.colour(Role::Window));
            painter.setPen(QPen(change ? look.edge : theme.colour(Role::Border), 1));
            painter.drawRoundedRect(cell, theme.radius().key, theme.radius().key);
            painter.setFont(theme.font(TextStyle::NumberSmall));
            painter.setPen(theme.colour(change ? Role::Ink : Role::Ink3));
            painter.drawText(cell, Qt::AlignCenter, count == 0 ? QStringLiteral("\u00b7") : QString::number(count));
        }
    }
    if (m_rowWord.isEmpty()) return;
    painter.translate(8, kHeader + (height() - kHeader) / 2);
    painter.rotate(-90);
    painter.setFont(words);
    painter.setPen(theme.colour(Role::Ink3));
    painter.drawText(QRectF(-60, -10, 120, 20), Qt::AlignCenter, m_rowWord);
}

std::pair<int, int> TransitionMatrix::cellAt(const QPointF& position) const
{
    const auto widths = static_cast<int>(m_widths.size());
    for (int row = 0; row < widths; ++row) {
        for (int column = 0; column < widths; ++column) {
            if (cellRect(row, column).contains(position)) return {row, column};
        }
    }
    return {-1, -1};
}

void TransitionMatrix::mousePressEvent(QMouseEvent* event)
{
    const auto [row, column] = cellAt(event->position());
    if (row < 0 || event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    const int before = m_widths[static_cast<std::size_t>(row)];
    const int after = m_widths[static_cast<std::size_t>(column)];
    if (countAt(before, after) > 0) emit chosen(before, after);
}

bool TransitionMatrix::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto [row, column] = cellAt(help->pos());
    if (row < 0) {
        QToolTip::hideText();
        event->ignore();
        return true;
    }
    const int before = m_widths[static_cast<std::size_t>(row)];
    const int after = m_widths[static_cast<std::size_t>(column)];
    const QString layers = plural(countAt(before, after), tr("layer"), tr("layers"));
    const QString words = before == after ? tr("%1 stay at %2.").arg(layers, bitName(after)) : tr("%1 go from %2 to %3.").arg(layers, bitName(before), bitName(after));
    QToolTip::showText(help->globalPos(), tipText({}, words), this, cellRect(row, column).toAlignedRect());
    return true;
}

} // namespace halftone
