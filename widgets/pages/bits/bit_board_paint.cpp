// Paints what changes on the bit board: totals of the rows, names of the columns, chips, and what moves.
#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainter>

#include "widgets/format/quantity.h"
#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/bits/board_metrics.h"
#include "widgets/pages/bits/move_words.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace board;

namespace {

constexpr double kNameGap = 6; // between two names of columns

} // namespace

void BitBoard::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    if (!m_document.study()) return;
    paintBackdrop(painter, theme);
    paintRowTotals(painter, theme);
    painter.save();
    painter.setClipRect(columnsPlace());
    paintLeafNames(painter, theme);
    paintChips(painter, theme);
    painter.restore();
    paintMove(painter, theme);
    if (m_band.isEmpty()) return;
    painter.setPen(QPen(theme.colour(Role::Accent), 1));
    painter.setBrush(theme.colour(Role::Accent, 0.1));
    painter.drawRect(m_band);
}

void BitBoard::paintRowTotals(QPainter& painter, const Theme& theme)
{
    const double line = theme.lineHeight(TextStyle::Caption);
    const QString word = costWord(m_document.choices().cost);
    const BitAssignment assignment = m_move ? m_document.moved(m_move->groups, m_move->bits).assignment : m_document.choices().assignment;
    painter.setFont(theme.font(TextStyle::Caption));
    painter.setPen(theme.colour(Role::Ink2));
    painter.drawText(QRectF(kInset, kHeaderTop, kLeft, line), Qt::AlignLeft | Qt::AlignVCenter, tr("width: %1").arg(word));
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        int layers = 0;
        double share = 0;
        for (std::size_t i = 0; i < assignment.layers.size(); ++i) {
            if (assignment.layers[i].weight != m_rows[row]) continue;
            ++layers;
            share += m_document.costShare(LayerIndex(static_cast<std::int64_t>(i)));
        }
        const double top = kHeader + rowHeight() * static_cast<double>(row) + 40;
        painter.drawText(QRectF(kInset, top, kLeft, line), Qt::AlignLeft | Qt::AlignVCenter, plural(layers, tr("layer"), tr("layers")));
        if (rowHeight() >= 74)
            painter.drawText(QRectF(kInset, top + line, kLeft, line), Qt::AlignLeft | Qt::AlignVCenter,
                tr("%1 of %2").arg(percentText(share, 0), word));
    }
}

// Names stand over their columns where they do not run into each other; the ones that matter now come first.
void BitBoard::paintLeafNames(QPainter& painter, const Theme& theme)
{
    const QFont font = theme.font(TextStyle::NumberCaption);
    QFont strong = font;
    strong.setWeight(QFont::Medium);
    const QFontMetricsF metrics(font);
    const bool staged = m_order == BoardOrder::Network;
    const double top = kHeaderTop - 1 + 2 * kNameLine;
    std::vector<QRectF> taken;
    const auto paint = [&](std::size_t i, bool matters) {
        const BoardColumn& column = m_layout.columns[i];
        const double centre = columnsLeft() + column.centre();
        if (centre < kLeft - kNameLine || centre > viewport()->width()) return;
        const double width = metrics.horizontalAdvance(m_chips[i].label);
        QRectF place(centre - width / 2, top, width, kNameLine - 1);
        place.moveRight(std::min(place.right(), viewport()->width() - 4.0));
        const QRectF roomy = place.adjusted(-kNameGap / 2, 0, kNameGap / 2, 0);
        if (std::ranges::any_of(taken, [&](const QRectF& other) { return other.intersects(roomy); })) return;
        taken.push_back(place);
        painter.setFont(matters ? strong : font);
        painter.setPen(theme.colour(matters ? Role::Ink : Role::Ink2));
        painter.drawText(place.adjusted(-1, 0, 1, 0), Qt::AlignCenter | Qt::TextDontClip, m_chips[i].label);
        if (staged) return;
        painter.setPen(theme.colour(Role::Ink3));
        const LayerNameParts& name = m_columns[i].name;
        painter.drawText(place.translated(0, -kNameLine), Qt::AlignCenter | Qt::TextDontClip, name.block);
        painter.drawText(place.translated(0, -2 * kNameLine), Qt::AlignCenter | Qt::TextDontClip, name.stage);
    };
    const auto matters = [&](std::size_t i) {
        const GroupIndex group = m_chips[i].group;
        return group == m_hovered || m_selection.contains(group) || group == m_current;
    };
    for (std::size_t i = 0; i < m_chips.size(); ++i)
        if (matters(i)) paint(i, true);
    for (std::size_t i = 0; i < m_chips.size(); ++i)
        if (!matters(i)) paint(i, false);
}

ChipPicture BitBoard::pictureOf(std::size_t index) const
{
    const Chip& chip = m_chips[index];
    const BoardColumn& column = m_layout.columns[index];
    ChipPicture picture{.group = chip.group, .rectangle = drawnRectangle(index), .bits = chip.bits, .fill = chip.fill, .text = chip.text};
    const double height = picture.rectangle.height();
    picture.fill *= std::clamp(1 - kSignRoom / std::max(1.0, height), kTallest / 2, kTallest);
    const double shift = picture.rectangle.left() - column.left;
    for (std::size_t k = 1; k < column.layerLefts.size(); ++k) picture.divisions.push_back(shift + column.layerLefts[k] - 1);
    picture.edge = chip.edge;
    picture.pinned = chip.pinned;
    picture.unscored = chip.unscored;
    picture.selected = m_selection.contains(chip.group);
    picture.focused = m_keyboardFocus && chip.group == m_current;
    picture.hovered = chip.group == m_hovered;
    picture.lifted = m_press && m_press->lifted && picture.selected && !chip.edge;
    if (picture.lifted && m_move) picture.bits = m_move->bits;
    return picture;
}

void BitBoard::paintChips(QPainter& painter, const Theme& theme)
{
    std::vector<std::size_t> above; // rings lie over their neighbours
    const auto isAbove = [&](std::size_t i) {
        const GroupIndex group = m_chips[i].group;
        return m_selection.contains(group) || (m_keyboardFocus && group == m_current) || m_from.contains(group);
    };
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        const QRectF place = drawnRectangle(i);
        if (place.right() < 0 || place.left() > viewport()->width()) continue;
        if (isAbove(i)) above.push_back(i);
        else m_painter.paintChip(painter, pictureOf(i), theme);
    }
    for (const std::size_t i : above) {
        const ChipPicture picture = pictureOf(i);
        if (!picture.lifted) m_painter.paintChip(painter, picture, theme);
    }
}

void BitBoard::paintMove(QPainter& painter, const Theme& theme)
{
    if (!m_press || (!m_press->lifted && !m_press->refused)) return;
    QRectF lifted;
    if (m_press->lifted) {
        for (std::size_t i = 0; i < m_chips.size(); ++i) {
            const Chip& chip = m_chips[i];
            if (!m_selection.contains(chip.group) || chip.edge) continue;
            const QRectF left = cellRectangle(i, static_cast<std::size_t>(rowOf(chip.bits)));
            m_painter.paintLeft(painter, left, chip.bits, theme);
            if (m_move && m_move->bits != chip.bits)
                m_painter.paintLanding(painter, cellRectangle(i, static_cast<std::size_t>(rowOf(m_move->bits))), theme);
        }
        for (std::size_t i = 0; i < m_chips.size(); ++i) {
            if (!m_selection.contains(m_chips[i].group) || m_chips[i].edge) continue;
            const ChipPicture picture = pictureOf(i);
            m_painter.paintChip(painter, picture, theme);
            lifted = lifted.isNull() ? picture.rectangle : lifted.united(picture.rectangle);
        }
    } else {
        lifted = chipRectangle(m_press->chip);
    }
    if (m_press->refused) {
        m_tip.setWords(tr("Stays at 8 bit"), edgeSentence(), {}, theme);
    } else if (m_move) {
        const MoveWords words = moveWords(m_document, m_move->groups, m_move->bits);
        m_tip.setWords(words.title, words.reason, words.cost, theme);
    } else {
        return;
    }
    m_tip.paint(painter, lifted, QRectF(viewport()->rect()).adjusted(8, 8, -8, -8), theme);
}

} // namespace halftone
