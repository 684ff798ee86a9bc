// The drawing of a network: one item a layer, and everything that only surrounds them as one backdrop.
#pragma once

#include <memory>

#include <QGraphicsScene>

#include "widgets/graph/graph_layout.h"
#include "widgets/theme/theme.h"

namespace halftone {

enum class GraphColour { Bits, Cost, Gain };

struct NetworkDrawing {
    NetworkParts parts;
    GraphLayout layout;
};

// What colours a layer.
struct DrawnLayer {
    QString name; // as in the state_dict
    int bits = 32;
    std::optional<int> otherBits; // of the assignment that it is compared with; equal ones are drawn quietly
    bool pinned = false;
    double cost = 0; // 0..1, of the largest layer's
    std::optional<double> gain; // 0..1, of the largest gain; none: not scored
    bool edge = false; // first or last: has no gain because it is no choice
    QStringList facts; // sentences of its tooltip, without their full stops
};

class LayerItem;
class BackdropItem;

class NetworkScene : public QGraphicsScene {
public:
    explicit NetworkScene(QObject* parent = nullptr);
    ~NetworkScene() override;

    // Shared because the layout is kept while the study is read anew. Null: nothing to draw.
    void setDrawing(std::shared_ptr<const NetworkDrawing> drawing);
    const NetworkDrawing* drawing() const { return m_drawing.get(); }
    QRectF bounds() const { return m_drawing ? m_drawing->layout.bounds : QRectF(); }

    void setLayers(std::vector<DrawnLayer> layers);
    void setColour(GraphColour colour, const QColor& gainColour);
    GraphColour colour() const { return m_colour; }
    void setSelected(int layer); // -1: none
    void setCursor(int layer); // where the keyboard is; -1: nowhere
    // Others are drawn faint; empty and `active`: all are faint.
    void setMatches(const std::vector<int>& layers, bool active);
    void followTheme();

    int layerCount() const { return static_cast<int>(m_items.size()); }
    QRectF layerRect(int layer) const;
    int layerAt(const QPointF& position) const; // -1: none
    // The nearest layer in the direction of an arrow key, or -1.
    int layerFrom(int layer, Qt::Key key) const;

private:
    friend class LayerItem;
    friend class BackdropItem;
    void updateItem(int layer);

    std::shared_ptr<const NetworkDrawing> m_drawing;
    std::vector<LayerItem*> m_items; // the scene owns them
    std::vector<DrawnLayer> m_layers;
    std::vector<bool> m_matches;
    bool m_isSearching = false;
    GraphColour m_colour = GraphColour::Bits;
    QColor m_gainColour;
    const Theme* m_theme; // the program's; never null
    int m_selected = -1;
    int m_cursor = -1;
};

} // namespace halftone
