// Paints what stays on the bit board while chips move: rows, names of stages and blocks, empty cells.
#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainter>
#include <QScrollBar>

#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/bits/board_metrics.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace board;

namespace {

constexpr double kGlyphSide = 16;
constexpr int kWidthWordSize = 16;

void paintRule(QPainter& painter, double left, double right, double y, const QColor& colour)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(colour, 1));
    painter.drawLine(QPointF(left, y), QPointF(right, y));
    painter.setRenderHint(QPainter::Antialiasing);
}

} // namespace

// Columns end where the names of the rows begin when the board is scrolled.
QRectF BitBoard::columnsPlace() const
{
    const bool scrolls = horizontalScrollBar()->maximum() > 0;
    const double left = scrolls ? kLeft - 5 : kInset + 60;
    return {left, 0, viewport()->width() - left - (scrolls ? 5 : 0), static_cast<double>(viewport()->height())};
}

// Hundreds of cells are dear to fill, and the same in every frame of a move.
void BitBoard::paintBackdrop(QPainter& painter, const Theme& theme)
{
    const double ratio = viewport()->devicePixelRatioF();
    Backdrop wanted{m_layout, m_rows, viewport()->size(), horizontalScrollBar()->value(), ratio, theme.kind()};
    if (m_backdropImage.isNull() || wanted != m_backdrop) {
        m_backdrop = std::move(wanted);
        m_backdropImage = QImage((QSizeF(m_backdrop.size) * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
        m_backdropImage.setDevicePixelRatio(ratio);
        m_backdropImage.fill(Qt::transparent);
        QPainter own(&m_backdropImage);
        own.setRenderHint(QPainter::Antialiasing);
        paintRows(own, theme);
        own.setClipRect(columnsPlace());
        paintHeadings(own, theme);
        paintCells(own, theme);
    }
    painter.drawImage(QPointF(0, 0), m_backdropImage);
}

void BitBoard::paintRows(QPainter& painter, const Theme& theme)
{
    const double line = theme.lineHeight(TextStyle::Caption);
    const double right = viewport()->width() - kRight;
    painter.setFont(theme.font(TextStyle::Caption));
    painter.setPen(theme.colour(Role::Ink2));
    painter.drawText(QRectF(kInset, kHeaderTop + line, kLeft, line), Qt::AlignLeft | Qt::AlignVCenter, tr("fill: gain"));
    paintRule(painter, kInset, right, kHeader, theme.colour(Role::Border));
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const double top = kHeader + rowHeight() * static_cast<double>(row);
        const int bits = m_rows[row];
        paintBitGlyph(painter, QRectF(kInset, top + 16, kGlyphSide, kGlyphSide), bits, theme);
        QFont name = theme.font(TextStyle::Heading);
        if (bits < kFullPrecision) name.setPixelSize(kWidthWordSize);
        painter.setFont(name);
        painter.setPen(bitLook(bits, theme).text);
        const QString words = bits < kFullPrecision ? bitName(bits) : tr("Full");
        painter.drawText(QRectF(kInset + kGlyphSide + 8, top + 12, kLeft, 24), Qt::AlignLeft | Qt::AlignVCenter, words);
        paintRule(painter, kInset, right, top + rowHeight(), theme.colour(Role::Border));
    }
}

void BitBoard::paintHeadings(QPainter& painter, const Theme& theme)
{
    painter.setFont(theme.font(TextStyle::NumberCaption));
    const double shift = columnsLeft();
    const auto paint = [&](const std::vector<BoardHeading>& headings, double top, const QColor& rule) {
        for (const BoardHeading& heading : headings) {
            const double left = shift + heading.left, right = shift + heading.right;
            if (right < 0 || left > viewport()->width()) continue;
            paintRule(painter, left, right, std::round(top + kNameLine), rule);
            painter.setPen(theme.colour(Role::Ink2));
            // A stage that is scrolled out to the left keeps its name in sight.
            const QRectF place(std::max(left, kLeft), top, std::max(0.0, right - std::max(left, kLeft)), kNameLine - 1);
            const QString text = painter.fontMetrics().elidedText(heading.text, Qt::ElideRight, static_cast<int>(std::ceil(place.width())));
            if (text == heading.text || text.size() > 3) painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, text);
        }
    };
    paint(m_layout.stages, kHeaderTop - 1, theme.colour(Role::BorderStrong));
    paint(m_layout.blocks, kHeaderTop - 1 + kNameLine, theme.colour(Role::Border));
}

void BitBoard::paintCells(QPainter& painter, const Theme& theme)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.colour(Role::Window));
    const double shift = columnsLeft();
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        const BoardColumn& column = m_layout.columns[i];
        if (shift + column.right() < 0 || shift + column.left > viewport()->width()) continue;
        for (std::size_t row = 0; row < m_rows.size(); ++row) {
            const QRectF cell = cellRectangle(i, row);
            for (std::size_t k = 0; k < column.layerLefts.size(); ++k)
                painter.drawRoundedRect(QRectF(shift + column.layerLefts[k], cell.top(), column.layerWidths[k], cell.height()), 3, 3);
        }
    }
}

} // namespace halftone
