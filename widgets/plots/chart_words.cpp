// Words beside marks in a chart, over a piece of the card's paper so that lines do not run through them.
#include "widgets/plots/chart_words.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace halftone {

QSizeF wordsSize(const QString& text, const QFont& font)
{
    const QFontMetricsF metrics(font);
    return {std::ceil(metrics.horizontalAdvance(text)), std::ceil(metrics.height())};
}

void paintWords(QPainter& painter, const PlacedWords& words, const Theme& theme)
{
    if (words.place.isNull() || words.text.isEmpty()) return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(words.place.adjusted(-2, 1, 2, -1), theme.colour(Role::Panel, 0.92));
    painter.setFont(words.font);
    painter.setPen(words.ownColour.isValid() ? words.ownColour : theme.colour(words.colour));
    painter.drawText(words.place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, words.text);
    painter.restore();
}

std::vector<QRectF> placesOf(const std::vector<PlacedWords>& words)
{
    std::vector<QRectF> places;
    for (const PlacedWords& one : words) {
        if (!one.place.isNull()) places.push_back(one.place);
    }
    return places;
}

QRectF levelWordsPlace(const LevelLine& line, const Theme& theme)
{
    if (line.label.isEmpty()) return {};
    const QSizeF size = wordsSize(line.label, theme.font(TextStyle::Caption));
    const double above = line.y - size.height() - 2;
    const double top = above >= line.plot.top() - size.height() ? above : line.y + 2;
    return {QPointF(line.plot.right() - size.width(), top), size};
}

void paintLevel(QPainter& painter, const LevelLine& line, const Theme& theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    QPen pen(theme.colour(line.colour), 1);
    pen.setDashPattern({5, 4});
    painter.setPen(pen);
    const double y = std::round(line.y);
    painter.drawLine(QPointF(line.plot.left(), y), QPointF(line.plot.right(), y));
    painter.restore();
    paintWords(painter, {levelWordsPlace(line, theme), line.label, Role::Ink2, theme.font(TextStyle::Caption), {}}, theme);
}

} // namespace halftone
