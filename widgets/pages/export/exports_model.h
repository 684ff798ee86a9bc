// The study's exported files as a table.
#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "widgets/pages/export/verdict.h"

namespace halftone {

class ExportsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    enum Column { File, Format, Size, Accuracy, Verdict, kColumns };

    void setExports(const std::vector<ExportRecord>& exports, Task task = Task::Classification); // newest first
    const ExportRecord& recordAt(int row) const { return m_rows[static_cast<std::size_t>(row)].record; }
    const std::optional<StoredVerdict>& verdictAt(int row) const { return m_rows[static_cast<std::size_t>(row)].verdict; }
    int rowOf(std::int64_t id) const; // -1: not there

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        ExportRecord record;
        std::optional<StoredVerdict> verdict;
    };
    static QString cell(const Row& row, int column);

    std::vector<Row> m_rows;
    Task m_task = Task::Classification; // of the study
};

} // namespace halftone
