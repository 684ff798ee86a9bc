// Items of the network's drawing. Far away they leave words, glyphs and round corners out.
#pragma once

#include <QGraphicsItem>

#include "widgets/graph/network_scene.h"

namespace halftone {

// From these zooms on.
inline constexpr double kWordsZoom = 0.5;
inline constexpr double kShapesZoom = 0.22; // round corners, arrow heads, pills

inline constexpr double kPairGlyphs = 40; // room in a box for "before → after"

class LayerItem : public QGraphicsItem {
public:
    LayerItem(const NetworkScene& scene, int layer, const GraphPart& part, const QRectF& rect);

    int layer() const { return m_layer; }
    const QRectF& rect() const { return m_rect; }
    QStringList facts() const; // of its tooltip
    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    struct Colours {
        QColor fill, edge;
    };
    const DrawnLayer& look() const { return m_scene.m_layers[static_cast<std::size_t>(m_layer)]; }
    bool differs() const { return look().otherBits && *look().otherBits != look().bits; }
    bool isQuiet() const { return look().otherBits && *look().otherBits == look().bits; }
    Colours colours(bool far) const;
    void paintFar(QPainter& painter, double zoom) const;
    void paintBox(QPainter& painter) const;
    void paintRings(QPainter& painter) const;
    double paintGlyphs(QPainter& painter) const; // answers where the words begin
    void paintInside(QPainter& painter) const;

    const NetworkScene& m_scene;
    int m_layer;
    const GraphPart& m_part;
    QRectF m_rect;
};

// Frames, outlines, edges and pills, found by the part of the picture that is painted.
class BackdropItem : public QGraphicsItem {
public:
    BackdropItem(const NetworkScene& scene, const NetworkDrawing& drawing);

    QRectF boundingRect() const override { return m_bounds; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void paintFrames(QPainter& painter, const QRectF& exposed, double zoom) const;
    void paintEdges(QPainter& painter, const QRectF& exposed, double zoom) const;
    void paintLinks(QPainter& painter, const QRectF& exposed, double zoom) const;
    void paintPills(QPainter& painter, const QRectF& exposed, double zoom) const;

    const NetworkScene& m_scene;
    const NetworkDrawing& m_drawing;
    QRectF m_bounds;
    std::vector<QRectF> m_edgeReach; // of each edge, its arrow head included
};

} // namespace halftone
