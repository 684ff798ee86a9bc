// Chips: tint, fill by gain with the dots of the width, number, signs and rings.
#include "widgets/pages/bits/chip_painter.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include "widgets/theme/bit_look.h"
#include "widgets/theme/icons.h"

namespace halftone {

namespace {

constexpr double kRadius = 4;
constexpr double kTile = 84; // a whole number of every width's dots, so that tiles join
constexpr double kGlyph = 12;
constexpr double kTextTop = 5;
constexpr double kSide = 3; // between the number and the chip's edge
constexpr double kRing = 2;
constexpr double kRingGap = 1.5;
constexpr double kRoom = 1; // round a chip in its image
constexpr double kUnscoredTop = 0.34; // where the hatching begins

QPainterPath rounded(const QRectF& rectangle, double radius)
{
    QPainterPath path;
    path.addRoundedRect(rectangle, radius, radius);
    return path;
}

} // namespace

void ChipPainter::prepare(const QPainter& painter, const Theme& theme)
{
    const double ratio = painter.device()->devicePixelRatioF();
    if (ratio == m_ratio && theme.kind() == m_kind) return;
    m_ratio = ratio;
    m_kind = theme.kind();
    m_textures.clear();
    m_glyphs.clear();
    m_bodies.clear();
}

QBrush ChipPainter::texture(int bits, const Theme& theme)
{
    if (const auto found = m_textures.find(bits); found != m_textures.end()) return found->second;
    const int pixels = static_cast<int>(std::ceil(kTile * m_ratio));
    QImage tile(pixels, pixels, QImage::Format_ARGB32_Premultiplied);
    tile.setDevicePixelRatio(m_ratio);
    tile.fill(bitLook(bits, theme).fill);
    QPainter painter(&tile);
    paintBitTexture(painter, QRectF(0, 0, kTile, kTile), bits, theme);
    painter.end();
    return m_textures.emplace(bits, QBrush(tile)).first->second;
}

// On whole pixels of the screen, so that lines stay sharp.
QPointF ChipPainter::snapped(const QPointF& at) const
{
    return {std::round(at.x() * m_ratio) / m_ratio, std::round(at.y() * m_ratio) / m_ratio};
}

void ChipPainter::paintGlyph(QPainter& painter, const QRectF& rectangle, const QString& icon, const QColor& colour)
{
    QImage& image = m_glyphs[{icon, colour.rgba()}];
    if (image.isNull()) {
        const int pixels = static_cast<int>(std::ceil(kGlyph * m_ratio));
        image = QImage(pixels, pixels, QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(m_ratio);
        image.fill(Qt::transparent);
        QPainter glyph(&image);
        paintIcon(glyph, QRectF(0, 0, kGlyph, kGlyph), icon, colour);
    }
    painter.drawImage(snapped(rectangle.topLeft()), image);
}

void ChipPainter::paintHatch(QPainter& painter, const QRectF& rectangle, const QColor& colour, double spacing)
{
    painter.save();
    painter.setClipRect(rectangle, Qt::IntersectClip);
    painter.setPen(QPen(colour, 1));
    const double height = rectangle.height();
    for (double x = rectangle.left() - height; x < rectangle.right(); x += spacing)
        painter.drawLine(QPointF(x, rectangle.bottom()), QPointF(x + height, rectangle.top()));
    painter.restore();
}

void ChipPainter::paintFill(QPainter& painter, const ChipPicture& chip, const Theme& theme)
{
    const BitLook look = bitLook(chip.bits, theme);
    const QRectF inside = chip.rectangle.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(look.tint);
    const QPainterPath shape = rounded(inside, kRadius - 0.5);
    painter.drawPath(shape);
    const double height = chip.edge ? inside.height() : std::clamp(chip.fill, 0.0, 1.0) * inside.height();
    QRectF full = inside;
    full.setTop(inside.bottom() - height);
    if (chip.unscored) {
        QRectF unknown = inside.adjusted(1, inside.height() * kUnscoredTop, -1, -1);
        QColor lines = look.edge;
        lines.setAlphaF(0.55F);
        paintHatch(painter, unknown, lines, 7);
    } else if (height > 0) {
        QPainterPath part;
        part.addRect(full);
        // Dots begin at the chip's lower left corner, whole rows of them upwards.
        painter.setBrushOrigin(full.bottomLeft());
        painter.setBrush(texture(chip.bits, theme));
        painter.drawPath(height < inside.height() ? part.intersected(shape) : shape);
        painter.setBrushOrigin(0, 0);
    }
    QColor line = look.edge;
    line.setAlphaF(0.6F);
    painter.setPen(QPen(line, 1));
    for (const double x : chip.divisions) {
        const double top = inside.top() + std::min(36.0, inside.height() * 0.4);
        painter.drawLine(QPointF(x, std::min(top, full.top())), QPointF(x, inside.bottom()));
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(look.edge, chip.hovered ? 2 : 1));
    painter.drawPath(shape);
}

void ChipPainter::paintSigns(QPainter& painter, const ChipPicture& chip, const Theme& theme)
{
    const BitLook look = bitLook(chip.bits, theme);
    const QColor ink = chip.edge ? look.onFill : theme.colour(Role::Ink);
    double y = chip.rectangle.top() + kTextTop;
    const QFont font = theme.font(TextStyle::NumberCaption);
    const QString text = chip.unscored ? QStringLiteral("n/a") : chip.text;
    if (!text.isEmpty() && QFontMetricsF(font).horizontalAdvance(text) + 2 * kSide <= chip.rectangle.width()) {
        const double line = theme.lineHeight(TextStyle::NumberCaption);
        painter.setFont(font);
        painter.setPen(ink);
        painter.drawText(QRectF(chip.rectangle.left(), y, chip.rectangle.width(), line), Qt::AlignCenter, text);
        y += line;
    }
    std::vector<QString> signs;
    if (chip.edge) signs.push_back(QStringLiteral("lock"));
    if (chip.pinned) signs.push_back(QStringLiteral("pin"));
    if (!chip.divisions.empty()) signs.push_back(QStringLiteral("link"));
    const bool beside = chip.rectangle.width() >= 2 * kGlyph + 6;
    const double step = beside ? kGlyph + 2 : 0;
    double x = chip.rectangle.center().x() - kGlyph / 2 - step * static_cast<double>(signs.size() - (signs.empty() ? 0 : 1)) / 2;
    for (const QString& sign : signs) {
        if (y + kGlyph > chip.rectangle.bottom() - 2) break;
        // A sign over the fill takes the ink that is read on it.
        const double filled = chip.edge ? 1 : chip.fill;
        const bool covered = y + kGlyph / 2 > chip.rectangle.bottom() - filled * chip.rectangle.height();
        paintGlyph(painter, QRectF(x, y, kGlyph, kGlyph), sign, covered ? look.onFill : ink);
        if (beside) x += step;
        else y += kGlyph + 2;
    }
}

void ChipPainter::paintChip(QPainter& painter, const ChipPicture& chip, const Theme& theme)
{
    prepare(painter, theme);
    painter.setRenderHint(QPainter::Antialiasing);
    if (chip.selected || chip.focused || chip.lifted) {
        const double out = kRingGap + kRing / 2;
        const QRectF ring = chip.rectangle.adjusted(-out, -out, out, out);
        painter.setBrush(theme.colour(Role::Panel));
        const bool accent = chip.selected || chip.lifted;
        QPen pen(theme.colour(accent ? Role::Accent : Role::Ink2), kRing);
        if (!accent) pen.setDashPattern({1.5, 1.5});
        painter.setPen(pen);
        painter.drawRoundedRect(ring, kRadius + out, kRadius + out);
    }
    paintBody(painter, chip, theme);
}

// A chip that only moves is not painted again: its image is laid where it stands now.
void ChipPainter::paintBody(QPainter& painter, const ChipPicture& chip, const Theme& theme)
{
    const QPointF corner(std::floor(chip.rectangle.left()) - kRoom, std::floor(chip.rectangle.top()) - kRoom);
    ChipPicture picture = chip;
    picture.selected = picture.focused = picture.lifted = false; // the ring's affair
    picture.rectangle.translate(-corner);
    for (double& x : picture.divisions) x -= corner.x();
    Body& body = m_bodies[chip.group];
    if (body.image.isNull() || body.picture != picture) {
        const auto pixels = [&](double length) { return static_cast<int>(std::ceil((std::ceil(length) + kRoom) * m_ratio)); };
        body.image = QImage(pixels(picture.rectangle.right()), pixels(picture.rectangle.bottom()), QImage::Format_ARGB32_Premultiplied);
        body.image.setDevicePixelRatio(m_ratio);
        body.image.fill(Qt::transparent);
        QPainter own(&body.image);
        own.setRenderHint(QPainter::Antialiasing);
        paintFill(own, picture, theme);
        paintSigns(own, picture, theme);
        body.picture = std::move(picture);
    }
    painter.drawImage(snapped(corner), body.image);
}

void ChipPainter::paintLeft(QPainter& painter, const QRectF& rectangle, int bits, const Theme& theme) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(bitLook(bits, theme).edge, 1);
    pen.setDashPattern({3, 3});
    painter.setPen(pen);
    painter.setBrush(theme.colour(Role::Panel));
    painter.drawRoundedRect(rectangle.adjusted(0.5, 0.5, -0.5, -0.5), kRadius - 0.5, kRadius - 0.5);
}

void ChipPainter::paintLanding(QPainter& painter, const QRectF& rectangle, const Theme& theme) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.colour(Role::Accent), 1));
    painter.setBrush(theme.colour(Role::AccentSoft));
    painter.drawRoundedRect(rectangle.adjusted(0.5, 0.5, -0.5, -0.5), kRadius - 0.5, kRadius - 0.5);
}

} // namespace halftone
