// Painting of layers, frames, edges and pills at every zoom.
#include "widgets/graph/network_items.h"

#include <cmath>

#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include "widgets/theme/bit_look.h"
#include "widgets/theme/icons.h"

namespace halftone {

namespace {

constexpr double kGlyph = 12;
constexpr double kPadding = 12;
constexpr double kBar = 4; // the bar of the cost at a box's left
constexpr double kRing = 3; // between a box and the ring of the selection
constexpr double kReach = 6; // what rings need round a box
constexpr double kArrow = 8;
constexpr double kFaint = 0.3; // opacity of what a search does not find
constexpr double kQuiet = 0.4; // colour left to what is equal in a comparison
constexpr double kBigGlyph = 18; // instead of words

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto between = [share](int x, int y) { return static_cast<int>(std::lround(x + share * (y - x))); };
    return {between(a.red(), b.red()), between(a.green(), b.green()), between(a.blue(), b.blue())};
}

} // namespace

LayerItem::LayerItem(const NetworkScene& scene, int layer, const GraphPart& part, const QRectF& rect)
    : m_scene(scene)
    , m_layer(layer)
    , m_part(part)
    , m_rect(rect)
{
    setZValue(1);
}

QRectF LayerItem::boundingRect() const { return m_rect.adjusted(-kReach, -kReach, kReach, kReach); }

QStringList LayerItem::facts() const
{
    QStringList facts = look().facts;
    for (const QString& batchNorm : m_part.folded) facts << NetworkScene::tr("Drawn with its batch norm %1").arg(batchNorm);
    return facts;
}

LayerItem::Colours LayerItem::colours(bool far) const
{
    const DrawnLayer& look = this->look();
    const Theme& theme = *m_scene.m_theme;
    if (m_scene.m_colour == GraphColour::Bits) {
        const BitLook bits = bitLook(look.bits, theme);
        const Colours full{far ? bits.fill : bits.tint, bits.edge};
        if (!isQuiet()) return full;
        const QColor panel = theme.colour(Role::Panel);
        return {mixed(panel, full.fill, kQuiet), mixed(panel, full.edge, kQuiet)};
    }
    const bool isCost = m_scene.m_colour == GraphColour::Cost;
    const QColor full = isCost ? theme.colour(Role::Ink2) : m_scene.m_gainColour;
    const double share = isCost ? look.cost : look.gain.value_or(0);
    // Words stay readable on the darkest shade.
    return {mixed(theme.colour(Role::Panel), full, (far ? 0.15 : 0.05) + (far ? 0.7 : 0.4) * share),
        mixed(theme.colour(Role::Axis), full, share)};
}

void LayerItem::paintRings(QPainter& painter) const
{
    const Theme& theme = *m_scene.m_theme;
    const bool isSelected = m_scene.m_selected == m_layer;
    if (!isSelected && m_scene.m_cursor != m_layer) return;
    painter.setBrush(Qt::NoBrush);
    QPen pen(theme.colour(Role::Accent), 2);
    if (!isSelected) pen.setDashPattern({2, 2});
    painter.setPen(pen);
    painter.drawRoundedRect(m_rect.adjusted(-kRing, -kRing, kRing, kRing), 6, 6);
}

double LayerItem::paintGlyphs(QPainter& painter) const
{
    const Theme& theme = *m_scene.m_theme;
    QRectF glyph(m_rect.left() + kPadding, m_rect.center().y() - kGlyph / 2, kGlyph, kGlyph);
    if (isQuiet()) { // in the middle of the box, which has room for two
        glyph.translate((kPairGlyphs - kGlyph) / 2, 0);
        paintBitGlyph(painter, glyph, look().bits, mixed(theme.colour(Role::Panel), bitLook(look().bits, theme).text, 2 * kQuiet));
        return glyph.right() + kPadding * 2 / 3;
    }
    paintBitGlyph(painter, glyph, look().bits, theme);
    if (!differs()) return glyph.right() + kPadding * 2 / 3;
    const QRectF other = glyph.translated(kPairGlyphs - kGlyph, 0);
    paintIcon(painter, QRectF(glyph.right() + 2, glyph.top(), kGlyph, kGlyph), u"right", theme.colour(Role::Ink));
    paintBitGlyph(painter, other, *look().otherBits, theme);
    return other.right() + kPadding * 2 / 3;
}

void LayerItem::paintInside(QPainter& painter) const
{
    const Theme& theme = *m_scene.m_theme;
    const double x = paintGlyphs(painter);
    const QRectF upper(x, m_rect.top() + 3, m_rect.right() - x, m_rect.height() / 2 - 2);
    painter.setPen(theme.colour(isQuiet() ? Role::Ink3 : Role::Ink));
    painter.setFont(theme.font(TextStyle::NumberCaption));
    painter.drawText(upper, Qt::AlignLeft | Qt::AlignVCenter, m_part.text);
    painter.setPen(theme.colour(isQuiet() ? Role::Ink3 : Role::Ink2));
    painter.setFont(theme.font(TextStyle::Caption));
    const QString below = differs() ? NetworkScene::tr("%1 to %2 bit").arg(shortBitName(look().bits), shortBitName(*look().otherBits)) : m_part.detail;
    painter.drawText(upper.translated(0, upper.height() - 1), Qt::AlignLeft | Qt::AlignVCenter, below);
    if (look().pinned)
        paintIcon(painter, QRectF(m_rect.right() - 15, m_rect.top() + 3, 12, 12), u"pin", theme.colour(Role::Ink2));
}

// A box keeps two pixels, so that a long network stays visible as a whole.
void LayerItem::paintFar(QPainter& painter, double zoom) const
{
    const double least = 2 / zoom;
    const QRectF box(m_rect.topLeft(), m_rect.size().expandedTo({least, least}));
    painter.fillRect(box, colours(true).fill);
    if (differs()) painter.fillRect(box.adjusted(box.width() / 2, 0, 0, 0), bitLook(*look().otherBits, *m_scene.m_theme).fill);
    if (m_scene.m_selected == m_layer || m_scene.m_cursor == m_layer) {
        painter.setPen(QPen(m_scene.m_theme->colour(Role::Accent), 2 / zoom));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(box);
    }
}

// Half in the colours of each width where the two assignments differ.
void LayerItem::paintBox(QPainter& painter) const
{
    const Colours colours = this->colours(false);
    const QRectF box = m_rect.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(colours.edge, 1));
    painter.setBrush(colours.fill);
    if (m_scene.m_colour == GraphColour::Gain && !look().gain && !look().edge)
        painter.setBrush(QBrush(m_scene.m_theme->colour(Role::BorderStrong), Qt::BDiagPattern)); // not scored, never robust
    painter.drawRoundedRect(box, 4, 4);
    if (!differs()) return;
    const BitLook other = bitLook(*look().otherBits, *m_scene.m_theme);
    painter.save();
    painter.setClipRect(m_rect.adjusted(m_rect.width() / 2, 0, 0, 0));
    painter.setPen(QPen(other.edge, 1));
    painter.setBrush(m_scene.m_theme->colour(Role::Panel)); // tints may let through what lies below
    painter.drawRoundedRect(box, 4, 4);
    painter.setBrush(other.tint);
    painter.drawRoundedRect(box, 4, 4);
    painter.restore();
}

void LayerItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const double zoom = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
    const bool isFaint = m_scene.m_isSearching && !m_scene.m_matches[static_cast<std::size_t>(m_layer)];
    painter->setOpacity(isFaint ? kFaint : 1);
    if (zoom < kShapesZoom) return paintFar(*painter, zoom);
    painter->setRenderHint(QPainter::Antialiasing);
    paintBox(*painter);
    const double high = std::max(2.0, look().cost * (m_rect.height() - 2));
    painter->fillRect(QRectF(m_rect.left() + 1, m_rect.bottom() - 1 - high, kBar, high), colours(false).edge);
    if (zoom >= kWordsZoom) {
        paintInside(*painter);
    } else {
        const QRectF glyph(m_rect.center() - QPointF(kBigGlyph / 2, kBigGlyph / 2), QSizeF(kBigGlyph, kBigGlyph));
        const double aside = differs() ? kBigGlyph : 0;
        paintBitGlyph(*painter, glyph.translated(-aside, 0), look().bits, *m_scene.m_theme);
        if (differs()) paintBitGlyph(*painter, glyph.translated(aside, 0), *look().otherBits, *m_scene.m_theme);
    }
    paintRings(*painter);
}

BackdropItem::BackdropItem(const NetworkScene& scene, const NetworkDrawing& drawing)
    : m_scene(scene)
    , m_drawing(drawing)
    , m_bounds(drawing.layout.bounds.adjusted(-kArrow, -kArrow, kArrow, kArrow))
{
    setFlag(QGraphicsItem::ItemUsesExtendedStyleOption); // so that exposedRect is the part to paint
    for (const EdgeCourse& edge : drawing.layout.edges)
        m_edgeReach.push_back(edge.path.boundingRect().adjusted(-kArrow, -kArrow, kArrow, kArrow));
}

void BackdropItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    const double zoom = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
    const QRectF exposed = option->exposedRect.adjusted(-1, -1, 1, 1);
    painter->setRenderHint(QPainter::Antialiasing, zoom >= kShapesZoom);
    paintFrames(*painter, exposed, zoom);
    paintEdges(*painter, exposed, zoom);
    paintLinks(*painter, exposed, zoom);
    paintPills(*painter, exposed, zoom);
}

void BackdropItem::paintFrames(QPainter& painter, const QRectF& exposed, double zoom) const
{
    const Theme& theme = *m_scene.m_theme;
    QPen pen(theme.colour(Role::Border), 1);
    pen.setCosmetic(true);
    const QFont font = theme.font(TextStyle::NumberCaption);
    for (std::size_t f = 0; f < m_drawing.layout.frames.size(); ++f) {
        const QRectF& frame = m_drawing.layout.frames[f];
        if (!frame.adjusted(-1, -kFrameTitleHeight, 1, 1).intersects(exposed)) continue;
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        if (zoom < kShapesZoom) {
            painter.drawRect(frame);
            continue;
        }
        painter.drawRoundedRect(frame, 6, 6);
        if (zoom < kWordsZoom) continue;
        painter.setPen(theme.colour(Role::Ink3));
        painter.setFont(font);
        painter.drawText(QRectF(frame.left() + 2, frame.top() - kFrameTitleHeight, frame.width() - 2, kFrameTitleHeight - 4),
            Qt::AlignLeft | Qt::AlignVCenter, m_drawing.parts.frames[static_cast<int>(f)]);
    }
}

void BackdropItem::paintEdges(QPainter& painter, const QRectF& exposed, double zoom) const
{
    const QColor colour = m_scene.m_theme->colour(Role::Axis);
    painter.setBrush(Qt::NoBrush);
    QPen pen(colour, zoom < kShapesZoom ? 1 : 1.25);
    pen.setCosmetic(zoom < kShapesZoom);
    painter.setPen(pen);
    std::vector<QPolygonF> heads;
    std::vector<QLineF> lines;
    for (std::size_t e = 0; e < m_edgeReach.size(); ++e) {
        const EdgeCourse& edge = m_drawing.layout.edges[e];
        if (edge.path.isEmpty() || !m_edgeReach[e].intersects(exposed)) continue;
        if (zoom < kShapesZoom) {
            if (m_drawing.parts.edges[e].main) lines.push_back({edge.path.elementAt(0), edge.tip});
            else painter.drawPath(edge.path);
            continue;
        }
        painter.drawPath(edge.path);
        const QPointF back = edge.tip - kArrow * edge.direction;
        const QPointF across(-edge.direction.y() * kArrow * 0.42, edge.direction.x() * kArrow * 0.42);
        heads.push_back({{edge.tip, back + across, back - across}});
    }
    painter.drawLines(lines.data(), static_cast<int>(lines.size()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (const QPolygonF& head : heads) painter.drawPolygon(head);
}

void BackdropItem::paintLinks(QPainter& painter, const QRectF& exposed, double zoom) const
{
    if (zoom < kShapesZoom) return;
    const Theme& theme = *m_scene.m_theme;
    for (std::size_t l = 0; l < m_drawing.layout.links.size(); ++l) {
        const QRectF& link = m_drawing.layout.links[l];
        if (!link.adjusted(-1, -1, 1, 1).intersects(exposed)) continue;
        QPen pen(theme.colour(Role::Ink2), 1);
        pen.setDashPattern({4, 3});
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(link, 6, 6);
        if (zoom < kWordsZoom) continue;
        const auto caption = static_cast<std::size_t>(m_drawing.parts.links[l].caption);
        const QRectF& room = m_drawing.layout.parts[caption];
        paintIcon(painter, QRectF(room.left(), room.center().y() - 7, 14, 14), u"link", theme.colour(Role::Ink2));
        painter.setPen(theme.colour(Role::Ink2));
        painter.setFont(theme.font(TextStyle::Caption));
        painter.drawText(room.adjusted(19, 0, 20, 0), Qt::AlignLeft | Qt::AlignVCenter, m_drawing.parts.parts[caption].text);
    }
}

void BackdropItem::paintPills(QPainter& painter, const QRectF& exposed, double zoom) const
{
    if (zoom < kShapesZoom) return;
    const Theme& theme = *m_scene.m_theme;
    painter.setFont(theme.font(TextStyle::Caption));
    for (std::size_t p = 0; p < m_drawing.parts.parts.size(); ++p) {
        const GraphPart& part = m_drawing.parts.parts[p];
        const QRectF& rect = m_drawing.layout.parts[p];
        if (part.kind != PartKind::Pill || !rect.intersects(exposed)) continue;
        painter.setPen(QPen(theme.colour(Role::BorderStrong), 1));
        painter.setBrush(theme.colour(Role::Panel));
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), rect.height() / 2, rect.height() / 2);
        if (zoom < kWordsZoom) continue;
        painter.setPen(theme.colour(Role::Ink2));
        painter.drawText(rect, Qt::AlignCenter, part.text);
    }
}

} // namespace halftone
