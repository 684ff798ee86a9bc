// The layers of the chosen groups with their numbers, as an item model.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include <QAbstractTableModel>

#include "widgets/session/bit_document.h"

namespace halftone {

class GroupTable : public QAbstractTableModel {
public:
    explicit GroupTable(QObject* parent = nullptr)
        : QAbstractTableModel(parent)
    {
    }
    // One row a layer and, for more than one, a row of sums. Scores belong to groups, so they stand in the row of sums, or in
    // the first row of each group where there are several groups.
    void setGroups(const BitDocument& document, const std::set<GroupIndex>& groups);
    QString layerAt(int row) const; // empty: the row of sums

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString name;
        bool isSum = false;
        int bits = 0;
        double macs = 0;
        std::int64_t weights = 0;
        std::vector<QString> scores; // by metric
    };
    std::vector<QString> m_metrics;
    std::vector<Row> m_rows;
};

} // namespace halftone
