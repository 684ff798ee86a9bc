// Model: the network as a graph and a table, and one layer closely.
#pragma once

#include "widgets/graph/graph_card.h"
#include "widgets/pages/model/layer_panel.h"
#include "widgets/pages/model/table_card.h"
#include "widgets/shell/page.h"

class QScrollArea;
class QStackedLayout;

namespace halftone {

class BitLegend;
class SearchField;
class ShadeLegend;

class ModelPage : public Page {
    Q_OBJECT
public:
    explicit ModelPage(Session& session, QWidget* parent = nullptr);

    std::vector<PaletteAction> actions(const QString& typed) override;

    GraphCard& graph() { return *m_graph; }
    bool isDrawn() const { return m_graph->isDrawn(); }
    TableCard& table() { return *m_table; }
    LayerPanel& panel() { return *m_panel; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeEmpty();
    QWidget* makeContents();
    QWidget* makeHeader();
    void followSession();
    void takeStudy();
    void refresh(); // soon when hidden: when the page is shown again
    void showLayers();
    void showSelected(int layer);
    void choose(int layer); // by the person
    void search(const QString& text);
    void goToNextMatch();
    void setColour(int choice);
    void showLegend();

    QStackedLayout* m_stack;
    SearchField* m_search;
    QLabel* m_note; // what the search found
    SegmentedControl* m_colour;
    BitLegend* m_bitLegend;
    ShadeLegend* m_shadeLegend;
    GraphCard* m_graph;
    TableCard* m_table;
    LayerPanel* m_panel;
    QScrollArea* m_panelArea;
    ModelLayers m_layers;
    LayerSearch m_found;
    bool m_isStale = false;
};

} // namespace halftone
