// Answers the cells of the exports' table.
#include "widgets/pages/export/exports_model.h"

#include <algorithm>

#include "widgets/controls/tables.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"

namespace halftone {

void ExportsModel::setExports(const std::vector<ExportRecord>& exports, Task task)
{
    beginResetModel();
    m_task = task;
    m_rows.clear();
    for (const ExportRecord& record : exports) m_rows.push_back({record, verdictOf(record, task)});
    endResetModel();
}

int ExportsModel::rowOf(std::int64_t id) const
{
    const auto found = std::ranges::find(m_rows, id, [](const Row& row) { return row.record.id; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int ExportsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int ExportsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(kColumns); }

QString ExportsModel::cell(const Row& row, int column)
{
    const VerdictBatch* batch = row.verdict ? row.verdict->largestBatch() : nullptr;
    switch (column) {
    case File:
        return QString::fromStdString(row.record.fileName);
    case Format:
        return formatName(row.record.format);
    case Size:
        return row.verdict ? sizeText(row.verdict->fileBytes) : QString(kNoValue);
    case Accuracy:
        return batch ? percentText(batch->fileAccuracy, 2) : QString(kNoValue);
    case Verdict:
        return row.verdict ? shortVerdict(*row.verdict) : tr("not readable");
    default:
        return {};
    }
}

QVariant ExportsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    const bool number = column == Size || column == Accuracy;
    switch (role) {
    case Qt::DisplayRole:
        return cell(row, column);
    case Qt::TextAlignmentRole:
        return QVariant(number ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case NumberRole:
        return number || column == File;
    case IconRole:
        return column == Verdict ? QVariant(row.record.passed ? QStringLiteral("tick") : QStringLiteral("cross")) : QVariant();
    case InkRole:
        return column == Verdict ? QVariant(static_cast<int>(row.record.passed ? Role::Ok : Role::Fail)) : QVariant();
    case Qt::ToolTipRole:
        return column == Verdict && row.verdict && !row.verdict->passed ? QVariant(row.verdict->reasons.join(QLatin1Char('\n'))) : QVariant(cell(row, column));
    default:
        return {};
    }
}

QVariant ExportsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(section == Size || section == Accuracy ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("File"), tr("Format"), tr("Size"), metricWords(m_task).column, tr("Verdict")};
    return section >= 0 && section < kColumns ? names[section] : QVariant();
}

} // namespace halftone
