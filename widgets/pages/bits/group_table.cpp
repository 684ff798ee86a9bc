// Rows of the card about the chosen groups.
#include "widgets/pages/bits/group_table.h"

#include <algorithm>

#include "widgets/controls/tables.h"
#include "widgets/format/quantity.h"

namespace halftone {

namespace {

enum Column { Name, Macs, Weights, FirstScore };

// Score of a group by each metric that the study has; "n/a" where it could not be scored, nothing where it was never asked for.
std::optional<double> scoreOf(const SensitivityReport& report, GroupIndex group, bool& unscored)
{
    for (const GroupScore& score : report.groups) {
        if (score.group != group) continue;
        if (score.scored) return score.gain;
        unscored = true;
    }
    return std::nullopt;
}

QString scoreText(const SensitivityReport& report, const std::vector<GroupIndex>& groups)
{
    double sum = 0;
    bool unscored = false, any = false;
    for (const GroupIndex group : groups) {
        const auto score = scoreOf(report, group, unscored);
        any = any || score;
        sum += score.value_or(0);
    }
    if (unscored) return QStringLiteral("n/a"); // a sum that leaves some out would be no sum
    return any ? gainText(sum) : QString(kNoValue);
}

} // namespace

void GroupTable::setGroups(const BitDocument& document, const std::set<GroupIndex>& groups)
{
    beginResetModel();
    m_metrics.clear();
    m_rows.clear();
    const StudyOverview* study = document.study();
    if (study) {
        for (const ScoreRecord& record : study->scores) m_metrics.push_back(Theme::metricName(QString::fromStdString(record.report.metric)));
        Row sum{.name = groups.size() == 1 ? tr("Group") : tr("All"), .isSum = true};
        for (const GroupIndex group : groups) {
            const LinkedGroup& linked = study->table.group(group);
            const bool scoresHere = groups.size() > 1 || linked.layers.size() == 1;
            for (const LayerIndex index : linked.layers) {
                const Layer& layer = study->table.layer(index);
                Row row{.name = QString::fromStdString(layer.name), .bits = document.bitsOf(index)};
                row.macs = static_cast<double>(layer.macs);
                row.weights = layer.weights;
                for (const ScoreRecord& record : study->scores)
                    row.scores.push_back(scoresHere && index == linked.layers.front() ? scoreText(record.report, {group}) : QString());
                sum.macs += row.macs;
                sum.weights += row.weights;
                m_rows.push_back(std::move(row));
            }
        }
        for (const ScoreRecord& record : study->scores)
            sum.scores.push_back(scoreText(record.report, std::vector<GroupIndex>(groups.begin(), groups.end())));
        if (m_rows.size() > 1) m_rows.push_back(std::move(sum));
    }
    endResetModel();
}

QString GroupTable::layerAt(int row) const
{
    const Row& found = m_rows[static_cast<std::size_t>(row)];
    return found.isSum ? QString() : found.name;
}

int GroupTable::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }

int GroupTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : FirstScore + static_cast<int>(m_metrics.size());
}

QVariant GroupTable::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    if (role == Qt::DisplayRole) {
        if (column == Name) return row.name;
        if (column == Macs) return countText(row.macs);
        if (column == Weights) return wholeText(row.weights);
        return row.scores[static_cast<std::size_t>(column - FirstScore)];
    }
    if (role == Qt::TextAlignmentRole) return static_cast<int>((column == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == NumberRole) return column != Name || !row.isSum;
    return {};
}

QVariant GroupTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return static_cast<int>((section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    if (section == Name) return tr("Layer");
    if (section == Macs) return tr("MACs");
    if (section == Weights) return tr("Weights");
    return m_metrics[static_cast<std::size_t>(section - FirstScore)];
}

} // namespace halftone
