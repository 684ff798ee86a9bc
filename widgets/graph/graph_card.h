// The graph with what lies over it: minimap, zoom buttons, and the states while there is no drawing.
#pragma once

#include <memory>

#include <QFrame>

#include "core/studies/study_overview.h"
#include "widgets/controls/state_panel.h"
#include "widgets/graph/network_minimap.h"
#include "widgets/graph/network_view.h"
#include "widgets/session/background.h"

namespace halftone {

enum class GraphBoxes { Single, Compared }; // room for one width in the box of a layer, or for two that are compared

class GraphCard : public QFrame {
    Q_OBJECT
public:
    explicit GraphCard(GraphBoxes boxes = GraphBoxes::Single, QWidget* parent = nullptr);

    // Lays the network out unless it is the one that is drawn.
    void setStudy(const std::shared_ptr<const StudyOverview>& study);
    void setLayers(std::vector<DrawnLayer> layers); // kept until there is a drawing
    void setColour(GraphColour colour, const QString& metric);
    void select(int layer, bool reveal);
    NetworkView& view() { return *m_view; }
    NetworkMinimap& minimap() { return *m_minimap; }
    StatePanel& state() { return *m_state; }
    bool isDrawn() const { return m_drawn; }

signals:
    void layerChosen(int layer);
    void drawn();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void startLayout();
    void takeLayout(Result<std::shared_ptr<const NetworkDrawing>> drawing);
    void addButtons();
    void placeOverlays();
    void showLayers();
    void showOverlays(bool shown);
    void followView();

    const GraphBoxes m_boxes;
    NetworkView* m_view;
    NetworkMinimap* m_minimap;
    QFrame* m_buttons;
    StatePanel* m_state;
    std::shared_ptr<const StudyOverview> m_study;
    std::vector<DrawnLayer> m_layers;
    int m_selected = -1;
    bool m_drawn = false;
    int m_layoutNumber = 0; // a layout that is not the newest is dropped
    Background m_background; // last: its work ends before the rest goes
};

} // namespace halftone
