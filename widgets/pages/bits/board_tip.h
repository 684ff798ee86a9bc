// The dark tip of a move on the bit board: a title, a sentence that may name layers, quiet words about the cost.
#pragma once

#include <QRectF>
#include <QString>
#include <QTextDocument>

#include "widgets/theme/theme.h"

class QPainter;

namespace halftone {

class BoardTip {
public:
    // Laid out again only when something changed. `sentence` may hold codeSpan().
    void setWords(const QString& title, const QString& sentence, const QString& note, const Theme& theme);
    // Beside `chips`, right of them where there is room, inside `bounds`. Answers where it stands.
    QRectF paint(QPainter& painter, const QRectF& chips, const QRectF& bounds, const Theme& theme);

private:
    QString m_key; // of the words and the theme
    QTextDocument m_text;
};

} // namespace halftone
