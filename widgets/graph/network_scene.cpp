// The items of a network's drawing and who is next to whom.
#include "widgets/graph/network_scene.h"

#include <cmath>
#include <limits>

#include "widgets/controls/hint_tip.h"
#include "widgets/graph/network_items.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

NetworkScene::NetworkScene(QObject* parent)
    : QGraphicsScene(parent)
    , m_theme(&themeOf(nullptr))
{
}

NetworkScene::~NetworkScene() { clear(); } // the items refer to the drawing

void NetworkScene::setDrawing(std::shared_ptr<const NetworkDrawing> drawing)
{
    clear();
    m_items.clear();
    m_layers.clear();
    m_matches.clear();
    m_isSearching = false;
    m_selected = m_cursor = -1;
    m_drawing = std::move(drawing);
    if (!m_drawing) return;
    setSceneRect(m_drawing->layout.bounds);
    addItem(new BackdropItem(*this, *m_drawing)); // the scene owns its items
    const std::size_t count = m_drawing->parts.partOfLayer.size();
    m_layers.resize(count);
    m_matches.assign(count, false);
    for (std::size_t i = 0; i < count; ++i) {
        const auto part = static_cast<std::size_t>(m_drawing->parts.partOfLayer[i]);
        auto* item = new LayerItem(*this, static_cast<int>(i), m_drawing->parts.parts[part], m_drawing->layout.parts[part]);
        addItem(item);
        m_items.push_back(item);
    }
}

void NetworkScene::setLayers(std::vector<DrawnLayer> layers)
{
    if (layers.size() != m_items.size()) return;
    m_layers = std::move(layers);
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        m_items[i]->setToolTip(tipText(m_layers[i].name, m_items[i]->facts().join(QStringLiteral(". ")) + QLatin1Char('.')));
        m_items[i]->update();
    }
}

void NetworkScene::setColour(GraphColour colour, const QColor& gainColour)
{
    m_colour = colour;
    m_gainColour = gainColour;
    update();
}

void NetworkScene::updateItem(int layer)
{
    if (layer >= 0 && layer < layerCount()) m_items[static_cast<std::size_t>(layer)]->update();
}

void NetworkScene::setSelected(int layer)
{
    updateItem(std::exchange(m_selected, layer));
    updateItem(layer);
}

void NetworkScene::setCursor(int layer)
{
    updateItem(std::exchange(m_cursor, layer));
    updateItem(layer);
}

void NetworkScene::setMatches(const std::vector<int>& layers, bool active)
{
    m_isSearching = active;
    m_matches.assign(m_items.size(), false);
    for (const int layer : layers)
        if (layer >= 0 && layer < layerCount()) m_matches[static_cast<std::size_t>(layer)] = true;
    update();
}

void NetworkScene::followTheme()
{
    m_theme = &themeOf(nullptr);
    update();
}

QRectF NetworkScene::layerRect(int layer) const
{
    return layer >= 0 && layer < layerCount() ? m_items[static_cast<std::size_t>(layer)]->rect() : QRectF();
}

int NetworkScene::layerAt(const QPointF& position) const
{
    for (const QGraphicsItem* item : items(position))
        if (const auto* layer = dynamic_cast<const LayerItem*>(item)) return layer->layer();
    return -1;
}

int NetworkScene::layerFrom(int layer, Qt::Key key) const
{
    const QPointF from = layerRect(layer).center();
    int best = -1;
    double least = std::numeric_limits<double>::max();
    for (int other = 0; other < layerCount(); ++other) {
        const QPointF way = layerRect(other).center() - from;
        const bool isAlong = key == Qt::Key_Left || key == Qt::Key_Right;
        const double along = isAlong ? way.x() : way.y(), across = isAlong ? way.y() : way.x();
        const double forward = key == Qt::Key_Right || key == Qt::Key_Down ? along : -along;
        // What lies far to the side is no neighbour above or below.
        if (other == layer || forward < 1 || (!isAlong && std::abs(across) > layerRect(layer).width())) continue;
        const double distance = forward + 2 * std::abs(across);
        if (distance < least) {
            least = distance;
            best = other;
        }
    }
    return best;
}

} // namespace halftone
