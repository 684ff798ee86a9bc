// The input activations of a layer: measured when nobody needs the machine, or when asked; kept for each layer.
#pragma once

#include <QTimer>
#include <QWidget>

#include "widgets/controls/state_panel.h"
#include "widgets/pages/model/layer_inputs.h"
#include "widgets/session/session.h"

class QLabel;

namespace halftone {

// The Save button of a small chart: an icon alone.
QWidget* makeChartSaver(Chart* chart);

class InputHistogram : public QWidget {
    Q_OBJECT
public:
    explicit InputHistogram(Session& session, QWidget* parent = nullptr);

    void showLayer(const QString& layer, int bits); // empty: none
    void setBits(int bits); // whose levels are drawn as lines
    void forgetAll(); // another study
    const LayerInputs* inputs() const; // of the layer that is shown; null until measured
    HistogramChart& chart() { return *m_chart; }
    StatePanel& state() { return *m_state; }

signals:
    void measured();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void present();
    void considerMeasuring();
    void measure();
    void take(const QString& layer, const Result<std::string>& answer);

    Session& m_session;
    QLabel* m_caption;
    HistogramChart* m_chart;
    StatePanel* m_state;
    QTimer m_pause; // a person who steps through layers wants none of them measured
    QString m_layer;
    int m_bits = 0;
    QString m_asked; // being measured; one at a time
    std::map<QString, LayerInputs> m_known;
    std::map<QString, QString> m_failures;
    int m_studyNumber = 0; // answers about an earlier study are dropped
};

} // namespace halftone
