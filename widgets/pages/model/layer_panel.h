// One layer closely: its bits, how its weights and inputs are spread, its numbers; below, what the import found.
#pragma once

#include <map>

#include <QWidget>

#include "core/studies/layer_weights.h"
#include "widgets/controls/fact_list.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/pages/model/import_section.h"
#include "widgets/pages/model/input_histogram.h"
#include "widgets/pages/model/model_layers.h"
#include "widgets/plots/histogram_chart.h"

namespace halftone {

class LayerPanel : public QWidget {
    Q_OBJECT
public:
    explicit LayerPanel(Session& session, QWidget* parent = nullptr);

    void setStudy(const StudyOverview* study); // null: none
    void setLayers(const ModelLayers& layers);
    void showLayer(int layer); // -1: none

    HistogramChart& weightsChart() { return *m_weightsChart; }
    InputHistogram& inputs() { return *m_inputs; }

signals:
    void weightsShown(); // of the layer that is shown

private:
    QWidget* makeHead();
    QWidget* makeWeights();
    QWidget* makeFacts();
    const ModelLayer* layer() const; // null: none is shown
    void present();
    void presentBits(const ModelLayer& layer);
    void presentWeights(const ModelLayer& layer);
    void presentFacts(const ModelLayer& layer);
    void presentGains(const ModelLayer& layer);
    void fetchWeights();
    const WeightsAtWidth* weightsAt(int bits) const; // null: not known
    void choose(int index);
    void pin(bool pinned);

    Session& m_session;
    ModelLayers m_layers;
    int m_layer = -1;
    std::map<QString, Result<LayerWeights>> m_weights; // by layer
    int m_studyNumber = 0;
    std::string m_modelHash;

    QWidget* m_nothing; // in place of the layer
    QWidget* m_body;
    QLabel* m_name;
    QLabel* m_kind;
    SegmentedControl* m_bits;
    PushButton* m_pin;
    QLabel* m_fixed;
    QLabel* m_weightsCaption;
    HistogramChart* m_weightsChart;
    QLabel* m_weightsFailure;
    InputHistogram* m_inputs;
    FactList* m_facts;
    ImportSection* m_import;
};

} // namespace halftone
