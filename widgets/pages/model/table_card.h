// The table of layers in its card, with copy and save as CSV.
#pragma once

#include <QFrame>

#include "core/base/result.h"
#include "widgets/pages/model/layer_table_model.h"

class QTableView;

namespace halftone {

class TableCard : public QFrame {
    Q_OBJECT
public:
    explicit TableCard(QWidget* parent = nullptr);

    void setLayers(ModelLayers layers);
    void select(int layer); // gives no signal; -1: none
    void showAll() { m_order->showAll(); }
    void showOnly(const std::vector<int>& layers) { m_order->showOnly(layers); }
    QTableView& table() { return *m_table; }
    LayerTableModel& model() { return *m_model; }
    LayerOrder& order() { return *m_order; }

    void copyAsCsv();
    Status saveAsCsv(const QString& path) const;

signals:
    void layerChosen(int layer);
    void failed(const QString& sentence);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void addButtons();
    void chooseFile();
    void shareWidth();

    LayerTableModel* m_model;
    LayerOrder* m_order;
    QTableView* m_table;
    QWidget* m_buttons;
    bool m_isSelecting = false;
};

} // namespace halftone
