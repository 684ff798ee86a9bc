// Markup of tooltips, and the tip box that charts paint.
#include "widgets/controls/hint_tip.h"

#include "widgets/theme/theme_host.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

constexpr double kPaddingX = 12;
constexpr double kPaddingY = 10;
constexpr double kColumnGap = 24;
constexpr double kNoteWidth = 260;
constexpr double kDistance = 12; // from what it speaks of
constexpr double kQuiet = 0.72; // opacity of labels and notes

} // namespace

QString tipText(const QString& title, const QString& sentence)
{
    // A table of one cell is the only way to give a rich tooltip its width.
    const QString words = sentence.toHtmlEscaped().replace(u'\n', u"<br>"_s);
    const QString head = title.isEmpty() ? QString() : u"<b style=\"font-weight:600\">%1</b>"_s.arg(title.toHtmlEscaped());
    if (words.isEmpty()) return head;
    const QString text = head.isEmpty() ? words : head + u"<br>"_s + words;
    return sentence.size() > 40 ? u"<table width=\"220\" cellspacing=\"0\" cellpadding=\"0\"><tr><td>%1</td></tr></table>"_s.arg(text) : text;
}

QSizeF tipBoxSize(const TipBox& tip, const Theme& theme)
{
    const QFontMetricsF title(theme.font(TextStyle::Strong));
    const QFontMetricsF label(theme.font(TextStyle::Caption));
    const QFontMetricsF number(theme.font(TextStyle::NumberCaption));
    double width = title.horizontalAdvance(tip.title);
    double height = tip.title.isEmpty() ? 0 : theme.lineHeight(TextStyle::Small) + 2;
    for (const auto& [name, value] : tip.rows) {
        width = std::max(width, label.horizontalAdvance(name) + kColumnGap + number.horizontalAdvance(value));
        height += theme.lineHeight(TextStyle::Caption) + 2;
    }
    if (!tip.note.isEmpty()) {
        width = std::max(width, std::min(kNoteWidth, label.horizontalAdvance(tip.note)));
        const QRectF note = label.boundingRect(QRectF(0, 0, width + 1, 1000), Qt::TextWordWrap, tip.note);
        height += note.height() + 4;
    }
    return {std::ceil(width) + 2 * kPaddingX, std::ceil(height) + 2 * kPaddingY - 2};
}

QRectF paintTipBox(QPainter& painter, const TipBox& tip, const QPointF& anchor, const QRectF& bounds, const Theme& theme)
{
    const QSizeF size = tipBoxSize(tip, theme);
    QRectF box(anchor + QPointF(kDistance, -size.height() - kDistance), size);
    if (box.right() > bounds.right()) box.moveRight(anchor.x() - kDistance);
    if (box.top() < bounds.top()) box.moveTop(anchor.y() + kDistance);
    box.moveLeft(std::max(bounds.left(), std::min(box.left(), bounds.right() - box.width())));
    box.moveTop(std::max(bounds.top(), std::min(box.top(), bounds.bottom() - box.height())));
    box.moveTo(std::round(box.x()), std::round(box.y()));

    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.colour(Role::Tip));
    painter.drawRoundedRect(box, theme.radius().control, theme.radius().control);
    QRectF line = box.adjusted(kPaddingX, kPaddingY, -kPaddingX, 0);
    const QColor ink = theme.colour(Role::OnTip);
    if (!tip.title.isEmpty()) {
        line.setHeight(theme.lineHeight(TextStyle::Small));
        painter.setFont(theme.font(TextStyle::Strong));
        painter.setPen(ink);
        painter.drawText(line.adjusted(0, 0, 8, 0), Qt::AlignLeft | Qt::AlignVCenter, tip.title);
        line.translate(0, line.height() + 2);
    }
    line.setHeight(theme.lineHeight(TextStyle::Caption));
    for (const auto& [name, value] : tip.rows) {
        painter.setFont(theme.font(TextStyle::Caption));
        painter.setPen(theme.colour(Role::OnTip, kQuiet));
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, name);
        painter.setFont(theme.font(TextStyle::NumberCaption));
        painter.setPen(ink);
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, value);
        line.translate(0, line.height() + 2);
    }
    if (!tip.note.isEmpty()) {
        painter.setFont(theme.font(TextStyle::Caption));
        painter.setPen(theme.colour(Role::OnTip, kQuiet));
        line.setBottom(box.bottom());
        painter.drawText(line.translated(0, 2), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, tip.note);
    }
    painter.restore();
    return box;
}

} // namespace halftone
