// Words beside marks in a chart, over a piece of the card's paper so that lines do not run through them.
#pragma once

#include "widgets/theme/theme.h"

#include <QRectF>
#include <vector>

class QPainter;

namespace halftone {

struct PlacedWords {
    QRectF place; // null: there was no room
    QString text;
    Role colour = Role::Ink2;
    QFont font;
    QColor ownColour; // instead of the role where it is valid
};

QSizeF wordsSize(const QString& text, const QFont& font);
void paintWords(QPainter& painter, const PlacedWords& words, const Theme& theme);
std::vector<QRectF> placesOf(const std::vector<PlacedWords>& words);

// A dashed line from left to right with its words above its right end (below where there is no room).
struct LevelLine {
    double y = 0; // pixel
    QString label;
    Role colour = Role::Axis;
    QRectF plot;
};
void paintLevel(QPainter& painter, const LevelLine& line, const Theme& theme);
QRectF levelWordsPlace(const LevelLine& line, const Theme& theme);

} // namespace halftone
