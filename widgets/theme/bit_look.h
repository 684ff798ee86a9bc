// The colours, the name and the dot glyph of a bit width; the same everywhere in the program.
#pragma once

#include "widgets/theme/theme.h"

#include <QIcon>
#include <QRectF>

class QPainter;

namespace halftone {

struct BitLook {
    QColor fill;
    QColor edge;
    QColor tint; // the empty part of a chip
    QColor text; // words in the colour of the width, readable on panels and tints
    QColor onFill; // words on the fill
};

// Of 8, 4, 2 bit and full precision (kFullPrecision or more, or none) from the tokens; other widths stand between their neighbours.
BitLook bitLook(int bits, const Theme& theme);
// "4 bit", "full precision"
QString bitName(int bits);
// "4", "fp"
QString shortBitName(int bits);
// Height of a width in strips, 0 to 1: 8 bit is full, 4 bit 0.62, 2 bit 0.33.
double bitHeight(int bits);

// Fits the glyph's square into the middle of the rectangle: 16 fine dots, 4 dots, one large dot, an empty square.
void paintBitGlyph(QPainter& painter, const QRectF& rectangle, int bits, const Theme& theme);
// The same shape in one given colour, for a disabled or a tinted place.
void paintBitGlyph(QPainter& painter, const QRectF& rectangle, int bits, const QColor& colour);
// Crisp at every density; follows the program's theme when `theme` is the one in use.
QIcon bitIcon(int bits, const Theme& theme);

// The halftone texture of a width's fill (rows of dots), as the chips of the bit board carry it.
void paintBitTexture(QPainter& painter, const QRectF& rectangle, int bits, const Theme& theme);

} // namespace halftone
