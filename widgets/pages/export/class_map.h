// The class of every pixel as a picture: a colour a class, the same in every map.
#pragma once

#include <QByteArray>
#include <QColor>
#include <QImage>
#include <QSize>

namespace halftone {

// Neighbouring classes differ in hue and lightness; `index` at or beyond `classes` is what belongs to none, a middle grey.
QColor classColour(int index, int classes);
// Null when the bytes are not one a pixel.
QImage classMapImage(const QByteArray& bytes, const QSize& size, int classes);

} // namespace halftone
