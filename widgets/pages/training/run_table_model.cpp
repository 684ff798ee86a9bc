// Answers the cells of the table of drawn runs.
#include "widgets/pages/training/run_table_model.h"

#include <algorithm>

#include "widgets/controls/hint_tip.h"
#include "widgets/controls/tables.h"
#include "widgets/format/quantity.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

QString numberOr(const std::optional<double>& value, int decimals, double times = 1)
{
    return value ? numberText(times * *value, decimals) : QString(kNoValue);
}

QString textOf(const RunTableRow& row, int column)
{
    switch (column) {
    case RunTableModel::Run: return row.title;
    case RunTableModel::Loss: return numberOr(row.loss, 3);
    case RunTableModel::Train: return numberOr(row.train, 1, 100);
    case RunTableModel::Test: return numberOr(row.test, 1, 100);
    case RunTableModel::Best: return numberOr(row.best, 1, 100);
    case RunTableModel::Step: return numberOr(row.stepMs, row.stepMs && *row.stepMs < 100 ? 1 : 0);
    case RunTableModel::Images: return row.imagesPerSecond ? wholeText(static_cast<std::int64_t>(*row.imagesPerSecond)) : QString(kNoValue);
    case RunTableModel::Time: return row.seconds ? clockText(*row.seconds) : QString(kNoValue);
    default: return {};
    }
}

struct Heading {
    QString text, tip;
};

Heading headingOf(int column, const MetricWords& words)
{
    switch (column) {
    case RunTableModel::Run: return {RunTableModel::tr("Run"), {}};
    case RunTableModel::Loss:
        return {RunTableModel::tr("Loss"), RunTableModel::tr("Mean training loss over the last epoch; no unit.")};
    case RunTableModel::Train:
        return {words.trainColumn, words.trainMeaning};
    case RunTableModel::Test:
        return {RunTableModel::tr("Test, %"), RunTableModel::tr("%1, at the end or after the last epoch.").arg(words.meaning)};
    case RunTableModel::Best:
        return {RunTableModel::tr("Best"), RunTableModel::tr("The highest %1 on the test images after any epoch, in percent. For reading, not for choosing: that would use the test images to choose.").arg(words.name)};
    case RunTableModel::Step:
        return {RunTableModel::tr("Step, ms"), RunTableModel::tr("Measured: milliseconds of one update, a batch forward and back.")};
    case RunTableModel::Images:
        return {RunTableModel::tr("Images / s"), RunTableModel::tr("Measured: training images in a second.")};
    case RunTableModel::Time:
        return {RunTableModel::tr("Time"), RunTableModel::tr("Measured: time of all epochs, minutes and seconds.")};
    default:
        return {RunTableModel::tr("Bits"), RunTableModel::tr("One bar a layer in network order: width by share of the multiply-accumulates, height and colour by bit width.")};
    }
}

} // namespace

void RunTableModel::setRows(std::vector<RunTableRow> rows)
{
    const bool areSameRuns = std::ranges::equal(rows, m_rows, {}, &RunTableRow::key, &RunTableRow::key);
    if (!areSameRuns) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    m_rows = std::move(rows);
    if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
}

void RunTableModel::setMetric(const MetricWords& words)
{
    if (m_words == &words) return;
    m_words = &words;
    emit headerDataChanged(Qt::Horizontal, 0, Columns - 1);
}

int RunTableModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int RunTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(Columns); }

QVariant RunTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const RunTableRow& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return textOf(row, index.column());
    case Qt::TextAlignmentRole:
        return static_cast<int>(Qt::AlignVCenter | (index.column() == Run || index.column() == Bits ? Qt::AlignLeft : Qt::AlignRight));
    case NumberRole: return true;
    case InkRole: return static_cast<int>(index.column() == Run ? row.colour : Role::Ink);
    case StripRole: return index.column() == Bits ? QVariant::fromValue(row.strip) : QVariant();
    default: return {};
    }
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    const Heading heading = headingOf(section, *m_words);
    if (role == Qt::DisplayRole) return heading.text;
    if (role == Qt::ToolTipRole && !heading.tip.isEmpty()) return tipText(heading.text, heading.tip);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter | (section == Run || section == Bits ? Qt::AlignLeft : Qt::AlignRight));
    return {};
}

} // namespace halftone
