// Colours and glyphs of bit widths, painted as vectors.
#include "widgets/theme/bit_look.h"

#include "core/graph/bit_assignment.h"
#include "widgets/theme/theme_host.h"

#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <cmath>

namespace halftone {

namespace {

bool isFull(int bits) { return bits <= 0 || bits >= kFullPrecision; }

BitLook lookOf(const Theme& theme, Role fill, Role edge, Role tint, Role text)
{
    BitLook look{theme.colour(fill), theme.colour(edge), theme.colour(tint), theme.colour(text), {}};
    const QColor light(Qt::white);
    const QColor dark = theme.isDark() ? theme.colour(Role::OnAccent) : theme.colour(Role::Ink);
    look.onFill = contrastRatio(light, look.fill) >= contrastRatio(dark, look.fill) ? light : dark;
    return look;
}

QColor between(const QColor& a, const QColor& b, double share)
{
    const auto mix = [&](int from, int to) { return static_cast<int>(std::lround(from + (to - from) * share)); };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

BitLook between(const BitLook& a, const BitLook& b, double share)
{
    return {between(a.fill, b.fill, share), between(a.edge, b.edge, share), between(a.tint, b.tint, share), between(a.text, b.text, share),
        share < 0.5 ? a.onFill : b.onFill};
}

// The dots of a width in its square of 12: columns x rows of one radius.
struct Dots {
    int columns;
    int rows;
    double radius;
};

Dots dotsOf(int bits)
{
    if (bits <= 2) return {1, 1, bits == 1 ? 5.6 : 4.6};
    if (bits == 3) return {2, 1, 2.7};
    if (bits == 4) return {2, 2, 2.3};
    if (bits == 5) return {3, 2, 1.75};
    if (bits == 6) return {3, 3, 1.6};
    if (bits == 7) return {4, 3, 1.25};
    if (bits == 8) return {4, 4, 1.2};
    return {5, 5, 0.95};
}

class BitIconEngine : public QIconEngine {
public:
    BitIconEngine(int bits, ThemeKind kind, bool follows)
        : m_bits(bits)
        , m_kind(kind)
        , m_follows(follows)
    {
    }

    void paint(QPainter* painter, const QRect& rectangle, QIcon::Mode mode, QIcon::State) override
    {
        const Theme& theme = m_follows ? themeOf(nullptr) : Theme::builtIn(m_kind);
        if (mode == QIcon::Disabled) paintBitGlyph(*painter, rectangle, m_bits, theme.colour(Role::BorderStrong));
        else paintBitGlyph(*painter, rectangle, m_bits, theme);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new BitIconEngine(*this); }

private:
    int m_bits;
    ThemeKind m_kind;
    bool m_follows;
};

} // namespace

BitLook bitLook(int bits, const Theme& theme)
{
    if (isFull(bits)) return lookOf(theme, Role::BitFull, Role::EdgeFull, Role::TintFull, Role::TextFull);
    const BitLook two = lookOf(theme, Role::Bit2, Role::Edge2, Role::Tint2, Role::Text2);
    if (bits <= 2) return two;
    const BitLook four = lookOf(theme, Role::Bit4, Role::Edge4, Role::Tint4, Role::Text4);
    if (bits <= 4) return bits == 4 ? four : between(two, four, 0.5);
    const BitLook eight = lookOf(theme, Role::Bit8, Role::Edge8, Role::Tint8, Role::Text8);
    return bits >= 8 ? eight : between(four, eight, (bits - 4) / 4.0);
}

QString bitName(int bits)
{
    return isFull(bits) ? QObject::tr("full precision") : QObject::tr("%1 bit").arg(bits);
}

QString shortBitName(int bits) { return isFull(bits) ? QObject::tr("fp") : QString::number(bits); }

double bitHeight(int bits)
{
    if (isFull(bits) || bits >= 8) return 1;
    // Through the mock-ups' heights of 2, 4 and 8 bit.
    constexpr double kTwo = 0.33;
    constexpr double kFour = 0.62;
    if (bits <= 2) return bits == 1 ? kTwo * 0.6 : kTwo;
    return bits <= 4 ? kTwo + (bits - 2) / 2.0 * (kFour - kTwo) : kFour + (bits - 4) / 4.0 * (1 - kFour);
}

void paintBitGlyph(QPainter& painter, const QRectF& rectangle, int bits, const QColor& colour)
{
    constexpr double kSquare = 12; // the glyphs are drawn on 12 x 12
    const double scale = std::min(rectangle.width(), rectangle.height()) / kSquare;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rectangle.center());
    painter.scale(scale, scale);
    if (isFull(bits)) {
        painter.setPen(QPen(colour, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(-4.75, -4.75, 9.5, 9.5), 1, 1);
    } else {
        const Dots dots = dotsOf(bits);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        for (int row = 0; row < dots.rows; ++row) {
            for (int column = 0; column < dots.columns; ++column) {
                const QPointF centre((column + 0.5) * kSquare / dots.columns - kSquare / 2, (row + 0.5) * kSquare / dots.rows - kSquare / 2);
                painter.drawEllipse(centre, dots.radius, dots.radius);
            }
        }
    }
    painter.restore();
}

void paintBitGlyph(QPainter& painter, const QRectF& rectangle, int bits, const Theme& theme)
{
    paintBitGlyph(painter, rectangle, bits, bitLook(bits, theme).edge);
}

QIcon bitIcon(int bits, const Theme& theme)
{
    return QIcon(new BitIconEngine(bits, theme.kind(), &theme == &themeOf(nullptr)));
}

void paintBitTexture(QPainter& painter, const QRectF& rectangle, int bits, const Theme& theme)
{
    if (isFull(bits) || rectangle.isEmpty()) return;
    // Finer rows of dots for more bits; a shade lighter than the fill, so that it reads as one surface.
    const double pitch = bits >= 8 ? 4 : bits >= 4 ? 7 : 12;
    const double radius = bits >= 8 ? 0.8 : bits >= 4 ? 1.4 : 3;
    QColor dot = bitLook(bits, theme).tint;
    dot.setAlphaF(0.4F);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(rectangle, Qt::IntersectClip);
    painter.setPen(Qt::NoPen);
    painter.setBrush(dot);
    for (double y = rectangle.bottom() - pitch / 2; y > rectangle.top() - pitch; y -= pitch) {
        for (double x = rectangle.left() + pitch / 2; x < rectangle.right() + pitch; x += pitch) painter.drawEllipse(QPointF(x, y), radius, radius);
    }
    painter.restore();
}

} // namespace halftone
