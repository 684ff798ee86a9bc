// Answers what a row of the history shows and says.
#include "widgets/pages/training/history_model.h"

#include <algorithm>

#include "widgets/controls/hint_tip.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

QString iconOf(const HistoryRow& row)
{
    if (row.isRunning) return u"play"_s;
    switch (row.run.state) {
    case RunState::Finished: return u"tick"_s;
    case RunState::Failed: return u"warning"_s;
    case RunState::Running: return u"pause"_s; // cut off; it can go on
    case RunState::Stopped: break;
    }
    return u"stop"_s;
}

Role inkOf(const HistoryRow& row)
{
    if (row.isRunning) return Role::Accent;
    return row.run.state == RunState::Failed ? Role::Fail : Role::Ink3;
}

QString epochsText(const RunFacts& run)
{
    return HistoryModel::tr("%1 of %2").arg(run.epochsDone).arg(run.epochs);
}

// The length alone of a run that reached it.
QString epochsColumn(const RunFacts& run)
{
    return run.epochsDone == run.epochs ? HistoryModel::tr("%1 ep").arg(run.epochs) : epochsText(run);
}

QString tipOf(const HistoryRow& row)
{
    const RunFacts& run = row.run;
    QString words = HistoryModel::tr("%1, %2, %3 epochs, seed %4, %5.")
                        .arg(run.kind, methodText(run), epochsText(run)).arg(run.seed).arg(stateText(row));
    if (run.accuracy)
        words += HistoryModel::tr(" %1 %2 on the %3.")
                     .arg(metricWords(run.task).title, accuracyText(*run.accuracy),
                         run.evaluatedOn.isEmpty() ? HistoryModel::tr("test images") : run.evaluatedOn);
    if (!run.message.isEmpty()) words += u' ' + run.message;
    return tipText(run.title, words);
}

} // namespace

QString stateText(const HistoryRow& row)
{
    if (row.isRunning) return HistoryModel::tr("running");
    switch (row.run.state) {
    case RunState::Finished: return HistoryModel::tr("finished");
    case RunState::Failed: return HistoryModel::tr("failed");
    case RunState::Running: return HistoryModel::tr("cut off");
    case RunState::Stopped: break;
    }
    return HistoryModel::tr("stopped");
}

void HistoryModel::setRows(std::vector<HistoryRow> rows)
{
    const bool areSameRuns = std::ranges::equal(rows, m_rows, {}, [](const HistoryRow& row) { return row.run.id; },
        [](const HistoryRow& row) { return row.run.id; });
    if (!areSameRuns) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] == m_rows[i]) continue;
        m_rows[i] = std::move(rows[i]);
        const QModelIndex changed = index(static_cast<int>(i));
        emit dataChanged(changed, changed);
    }
}

int HistoryModel::rowOf(const QString& key) const
{
    const auto found = std::ranges::find_if(m_rows, [&](const HistoryRow& row) { return row.run.key == key; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int HistoryModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }

QVariant HistoryModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const HistoryRow& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return row.run.title;
    case Qt::CheckStateRole: return static_cast<int>(row.isDrawn ? Qt::Checked : row.isChosen ? Qt::PartiallyChecked : Qt::Unchecked);
    case Qt::ToolTipRole: return tipOf(row);
    case Qt::AccessibleTextRole: return u"%1, %2, %3"_s.arg(row.run.title, epochsText(row.run), stateText(row));
    case ColourRole: return static_cast<int>(row.colour);
    case EpochsRole: return epochsColumn(row.run);
    case AccuracyRole: return row.run.accuracy ? numberText(100 * *row.run.accuracy, 1) : QString(kNoValue);
    case IconRole: return iconOf(row);
    case IconInkRole: return static_cast<int>(inkOf(row));
    case KeyRole: return row.run.key;
    default: return {};
    }
}

bool HistoryModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid)) return false;
    HistoryRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const bool isDrawn = value.toInt() == Qt::Checked;
    if (row.isDrawn == isDrawn) return true;
    row.isDrawn = isDrawn;
    emit dataChanged(index, index, {Qt::CheckStateRole});
    emit ticked(row.run.key, isDrawn);
    return true;
}

Qt::ItemFlags HistoryModel::flags(const QModelIndex& index) const
{
    if (!index.isValid()) return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemNeverHasChildren;
}

} // namespace halftone
