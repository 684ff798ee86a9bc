// The runs of a study as a list: each with a box that draws its curves.
#pragma once

#include <QAbstractListModel>

#include "widgets/pages/training/run_facts.h"
#include "widgets/theme/theme.h"

namespace halftone {

struct HistoryRow {
    RunFacts run;
    bool isDrawn = false;
    bool isChosen = false; // drawn too, without a tick
    bool isRunning = false; // by a job of this window
    Role colour = Role::Ink; // of its curves while it is drawn
    bool operator==(const HistoryRow&) const = default;
};

class HistoryModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;

    enum HistoryRole { ColourRole = Qt::UserRole + 1, EpochsRole, AccuracyRole, IconRole, IconInkRole, KeyRole };

    // Keeps the rows (and what is selected) when the runs are the same ones.
    void setRows(std::vector<HistoryRow> rows);
    const std::vector<HistoryRow>& rows() const { return m_rows; }
    int rowOf(const QString& key) const; // -1: none

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

signals:
    void ticked(const QString& key, bool drawn);

private:
    std::vector<HistoryRow> m_rows;
};

// "finished", "stopped", "failed", "running", "cut off".
QString stateText(const HistoryRow& row);

} // namespace halftone
