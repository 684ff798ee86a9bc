// The layers of a network as a table, and its order and filter.
#pragma once

#include <set>

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include "widgets/pages/model/model_layers.h"

namespace halftone {

class LayerTableModel : public QAbstractTableModel {
public:
    enum Column { Name, Kind, Output, Macs, Weights, FirstMetric }; // the metrics, then Bits and Linked
    static constexpr int kSortRole = Qt::UserRole;
    static constexpr int kLayerRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;

    // The same network with other bits or pins changes cells only; everything else resets.
    void setLayers(ModelLayers layers);
    const ModelLayers& layers() const { return m_layers; }
    int bitsColumn() const { return FirstMetric + static_cast<int>(m_layers.metrics.size()); }
    int linkedColumn() const { return bitsColumn() + 1; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString textOf(const ModelLayer& layer, int column) const;
    QVariant sortKeyOf(const ModelLayer& layer, int column, int row) const;
    QString tipOf(const ModelLayer& layer, int column) const;
    QString headerTip(int column) const;
    bool isNumber(int column) const { return column >= Output && column <= bitsColumn(); }

    ModelLayers m_layers;
};

// In the network's order until a column is chosen; values that are not known stay at the end.
class LayerOrder : public QSortFilterProxyModel {
public:
    explicit LayerOrder(QObject* parent = nullptr);

    void showAll();
    void showOnly(const std::vector<int>& layers);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    bool m_all = true;
    std::set<int> m_shown;
};

// The rows as they stand (order and filter included): a header line, then one line a row; fields with commas are quoted.
QString tableAsCsv(const QAbstractItemModel& model);

} // namespace halftone
