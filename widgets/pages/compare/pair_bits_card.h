// The bits of two assignments layer by layer: as two strips above each other, or on the graph of the network.
#pragma once

#include <memory>

#include "widgets/controls/card.h"
#include "widgets/pages/compare/compared.h"

class QStackedWidget;

namespace halftone {

class BitLegend;
class GraphCard;
class StripPairChart;
struct DrawnLayer;

// The graph's layers: half in the colours of each width where the two differ, quiet where they are alike.
std::vector<DrawnLayer> drawnPair(const StudyOverview& study, const ComparedPair& pair);

class PairBitsCard : public Card {
    Q_OBJECT
public:
    explicit PairBitsCard(QWidget* parent = nullptr);

    void setPair(std::shared_ptr<const StudyOverview> study, const ComparedPair& pair);
    void clear(); // no pair: the study is let go
    void showGraph(bool shown);
    bool isGraph() const;
    void select(int layer); // -1: none
    StripPairChart& strips() { return *m_strips; }
    GraphCard& graph() { return *m_graph; }

signals:
    void layerChosen(int layer);

private:
    void revealChange();

    std::shared_ptr<const StudyOverview> m_study; // shared with the session, as the graph's layout is
    ComparedPair m_pair;
    int m_selected = -1;
    BitLegend* m_legend;
    QStackedWidget* m_stack;
    StripPairChart* m_strips;
    GraphCard* m_graph;
};

} // namespace halftone
