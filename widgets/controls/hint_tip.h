// Dark tips that explain a quantity, and the same box painted by charts and boards.
#pragma once

#include "widgets/theme/theme.h"

#include <QRectF>
#include <QString>
#include <utility>
#include <vector>

class QPainter;


namespace halftone {

// Markup for setToolTip(): a bold title, sentences that break at a calm width.
QString tipText(const QString& title, const QString& sentence);

// A tip that a chart or a board paints itself: title, rows of label and number, quiet words below.
struct TipBox {
    QString title;
    std::vector<std::pair<QString, QString>> rows;
    QString note;
};
QSizeF tipBoxSize(const TipBox& tip, const Theme& theme);
// Beside `anchor`, inside `bounds`; answers where it was painted.
QRectF paintTipBox(QPainter& painter, const TipBox& tip, const QPointF& anchor, const QRectF& bounds, const Theme& theme);

} // namespace halftone
