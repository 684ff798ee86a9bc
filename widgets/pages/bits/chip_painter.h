// Paints one chip of the bit board, and the places that a moving chip leaves and will take.
#pragma once

#include <map>
#include <vector>

#include <QBrush>
#include <QImage>
#include <QRectF>
#include <QString>

#include "core/graph/layers.h"
#include "widgets/theme/theme.h"

class QPainter;

namespace halftone {

struct ChipPicture {
    GroupIndex group; // whose picture it is
    QRectF rectangle;
    std::vector<double> divisions; // x between the layers of a linked group
    int bits = 0;
    double fill = 0; // 0 to 1 of the height: its gain beside the largest
    QString text; // the gain in few digits, when it is known
    bool edge = false; // fixed; no gain
    bool pinned = false;
    bool unscored = false; // could not be scored: hatched, "n/a"
    bool selected = false;
    bool focused = false; // by the keyboard
    bool hovered = false;
    bool lifted = false; // on its way
    bool operator==(const ChipPicture&) const = default;
};

// Keeps the dot textures of the widths, the glyphs, and every chip as it was last painted, so that a board of hundreds of chips
// paints within a frame.
class ChipPainter {
public:
    void paintChip(QPainter& painter, const ChipPicture& chip, const Theme& theme);
    // The dashed place that a lifted chip leaves.
    void paintLeft(QPainter& painter, const QRectF& rectangle, int bits, const Theme& theme) const;
    // Where it will land.
    void paintLanding(QPainter& painter, const QRectF& rectangle, const Theme& theme) const;
    // Diagonal lines: nothing is known here, or nothing can be reached.
    static void paintHatch(QPainter& painter, const QRectF& rectangle, const QColor& colour, double spacing);

private:
    void prepare(const QPainter& painter, const Theme& theme);
    QBrush texture(int bits, const Theme& theme);
    QPointF snapped(const QPointF& at) const;
    void paintGlyph(QPainter& painter, const QRectF& rectangle, const QString& icon, const QColor& colour);
    void paintBody(QPainter& painter, const ChipPicture& chip, const Theme& theme);
    void paintFill(QPainter& painter, const ChipPicture& chip, const Theme& theme);
    void paintSigns(QPainter& painter, const ChipPicture& chip, const Theme& theme);

    struct Body { // a chip without its ring
        ChipPicture picture; // beside the image's corner
        QImage image;
    };

    // Made for one theme and density; made anew when either changes.
    ThemeKind m_kind = ThemeKind::Light;
    double m_ratio = 0;
    std::map<int, QBrush> m_textures;
    std::map<std::pair<QString, QRgb>, QImage> m_glyphs;
    std::map<GroupIndex, Body> m_bodies;
};

} // namespace halftone
