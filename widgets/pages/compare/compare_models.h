// The tables of a comparison: totals with their differences, and the layers that differ.
#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "widgets/pages/compare/compared.h"

class QTableView;

namespace halftone {

// Measured and estimated under headings of their own, never mixed.
class TotalsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setPair(const StudyOverview& study, const ComparedPair& pair, const QString& gainMetric);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString label, first, second, difference, tip;
        bool heading = false;
    };
    void addMeasured(const StudyOverview& study, const ComparedPair& pair);
    void addEstimated(const StudyOverview& study, const ComparedPair& pair, const QString& gainMetric);

    QStringList m_names{{}, {}};
    std::vector<Row> m_rows;
};

class DifferingLayersModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setPair(const StudyOverview& study, const ComparedPair& pair, const QString& gainMetric);
    LayerIndex layerAt(int row) const { return m_rows[static_cast<std::size_t>(row)].layer; }
    int rowOf(LayerIndex layer) const; // -1: it does not differ
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        LayerIndex layer;
        QString name;
        int first = 0, second = 0;
        double costChange = 0; // linear cost, bit x MAC
        std::optional<double> gain;
    };
    QStringList m_names{{}, {}};
    QString m_metric;
    std::vector<Row> m_rows;
};

// A table of this view: no sorting, padded as the cards that it stands in.
QTableView* makeCompareTable(QAbstractItemModel* model, const QString& name, bool rowHover);

// Gain kept by the metric's scores, as the solver counts it between the given widths; none without scores.
std::optional<double> gainKept(const StudyOverview& study, const BitAssignment& bits, const QString& metric);

} // namespace halftone
