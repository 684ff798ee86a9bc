// Lays out and paints the tip of a move.
#include "widgets/pages/bits/board_tip.h"

#include <algorithm>
#include <cmath>

#include <QAbstractTextDocumentLayout>
#include <QPainter>

namespace halftone {

namespace {

constexpr double kWidth = 212; // of the words
constexpr double kPaddingX = 12;
constexpr double kPaddingY = 9;
constexpr double kDistance = 12;

QString paragraph(const QString& html, const QFont& font, int weight, const QColor& colour, int below)
{
    return QStringLiteral("<p style=\"margin:0 0 %1px 0; font-size:%2px; font-weight:%3; color:%4\">%5</p>")
        .arg(below)
        .arg(font.pixelSize())
        .arg(weight)
        .arg(colour.name(QColor::HexRgb), html);
}

QColor mixed(const QColor& ink, const QColor& paper, double share)
{
    const auto part = [&](int a, int b) { return static_cast<int>(std::lround(a * share + b * (1 - share))); };
    return {part(ink.red(), paper.red()), part(ink.green(), paper.green()), part(ink.blue(), paper.blue())};
}

} // namespace

void BoardTip::setWords(const QString& title, const QString& sentence, const QString& note, const Theme& theme)
{
    const QString key = title + QLatin1Char('\n') + sentence + QLatin1Char('\n') + note + QString::number(static_cast<int>(theme.kind()));
    if (key == m_key) return;
    m_key = key;
    const QColor ink = theme.colour(Role::OnTip);
    const QFont words = theme.font(TextStyle::Small);
    QString html = paragraph(title.toHtmlEscaped(), words, 600, ink, sentence.isEmpty() && note.isEmpty() ? 0 : 3);
    if (!sentence.isEmpty()) html += paragraph(sentence, words, 400, ink, note.isEmpty() ? 0 : 4);
    if (!note.isEmpty()) {
        const QColor quiet = mixed(ink, theme.colour(Role::Tip), 0.72);
        html += paragraph(note.toHtmlEscaped(), theme.font(TextStyle::Caption), 400, quiet, 0);
    }
    m_text.setDefaultFont(words);
    m_text.setDocumentMargin(0);
    m_text.setHtml(html);
    m_text.setTextWidth(kWidth);
    m_text.setTextWidth(std::min(kWidth, std::ceil(m_text.idealWidth())));
}

QRectF BoardTip::paint(QPainter& painter, const QRectF& chips, const QRectF& bounds, const Theme& theme)
{
    const QSizeF size(m_text.textWidth() + 2 * kPaddingX, m_text.size().height() + 2 * kPaddingY);
    QRectF box(QPointF(chips.right() + kDistance, chips.center().y() - size.height()), size);
    if (box.right() > bounds.right()) box.moveRight(chips.left() - kDistance);
    if (box.left() < bounds.left()) { // chips over the whole width: above or below them
        box.moveLeft(std::clamp(chips.center().x() - size.width() / 2, bounds.left(), std::max(bounds.left(), bounds.right() - size.width())));
        box.moveBottom(chips.top() - kDistance);
        if (box.top() < bounds.top()) box.moveTop(chips.bottom() + kDistance);
    }
    box.moveTop(std::clamp(box.top(), bounds.top(), std::max(bounds.top(), bounds.bottom() - size.height())));
    box.moveTo(std::round(box.x()), std::round(box.y()));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.colour(Role::Tip));
    painter.drawRoundedRect(box, theme.radius().control, theme.radius().control);
    painter.translate(box.left() + kPaddingX, box.top() + kPaddingY);
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette.setColor(QPalette::Text, theme.colour(Role::OnTip));
    m_text.documentLayout()->draw(&painter, context);
    painter.restore();
    return box;
}

} // namespace halftone
