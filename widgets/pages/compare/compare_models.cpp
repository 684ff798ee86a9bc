// Fills the tables of a comparison.
#include "widgets/pages/compare/compare_models.h"

#include <algorithm>
#include <cmath>

#include <QHeaderView>
#include <QTableView>

#include "core/cost/all_cost_models.h"
#include "widgets/controls/tables.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/frontier/point_words.h"

namespace halftone {

namespace {

constexpr double kKibi = 1024;

QString accuracyOf(const std::optional<StudyPoint>& point)
{
    if (!point) return kNoValue;
    const QString mean = numberText(100 * point->mean, 1);
    return point->values.size() > 1 ? QStringLiteral("%1 ±%2").arg(mean, numberText(100 * point->interval, 1)) : mean;
}

// Mean time of a training run; nothing when its runs are no longer in the study.
std::optional<double> secondsOf(const StudyOverview& study, const std::optional<StudyPoint>& point)
{
    double seconds = 0;
    int runs = 0;
    for (const std::int64_t id : point ? point->runs : std::vector<std::int64_t>())
        if (const RunRecord* run = study.run(id); run && run->wallSeconds > 0) {
            seconds += run->wallSeconds;
            ++runs;
        }
    return runs > 0 ? std::optional(seconds / runs) : std::nullopt;
}

// As many as gainText() shows of the larger one.
int gainDecimals(double gain) { return gain >= 10 ? 1 : gain >= 1 ? 2 : 3; }

QString optionalText(const std::optional<double>& value, int decimals) { return value ? numberText(*value, decimals) : QString(kNoValue); }

QString optionalDifference(const std::optional<double>& first, const std::optional<double>& second, int decimals)
{
    return first && second ? differenceText(*second - *first, decimals) : QString(kNoValue);
}

} // namespace

QTableView* makeCompareTable(QAbstractItemModel* model, const QString& name, bool rowHover)
{
    auto* view = new QTableView;
    view->setModel(model);
    view->setAccessibleName(name);
    setUpTable(*view, {.rowHover = rowHover, .edgePadding = 16});
    view->setSortingEnabled(false);
    view->horizontalHeader()->setStretchLastSection(false);
    return view;
}

std::optional<double> gainKept(const StudyOverview& study, const BitAssignment& bits, const QString& metric)
{
    const SensitivityReport* scores = study.scoresOf(metric.toStdString());
    if (!scores) return std::nullopt;
    constexpr double kLow = 2, kHigh = 4;
    double kept = 0;
    for (const GroupScore& score : scores->groups) {
        if (!score.scored) continue;
        const int width = bits[study.table.group(score.group).layers.front()].weight;
        kept += score.gain * std::log2(std::clamp<double>(width, kLow, kHigh) / kLow) / std::log2(kHigh / kLow);
    }
    return kept;
}

void TotalsModel::setPair(const StudyOverview& study, const ComparedPair& pair, const QString& gainMetric)
{
    beginResetModel();
    m_names = {pair.first.name, pair.second.name};
    m_rows.clear();
    addMeasured(study, pair);
    addEstimated(study, pair, gainMetric);
    endResetModel();
}

void TotalsModel::addMeasured(const StudyOverview& study, const ComparedPair& pair)
{
    m_rows.push_back({.label = tr("Measured"), .heading = true});
    std::optional<double> first, second;
    if (pair.firstPoint) first = 100 * pair.firstPoint->mean;
    if (pair.secondPoint) second = 100 * pair.secondPoint->mean;
    const MetricWords& words = metricWords(study.task);
    m_rows.push_back({tr("%1, %").arg(words.title), accuracyOf(pair.firstPoint), accuracyOf(pair.secondPoint), optionalDifference(first, second, 1),
        tr("%1; mean over the seeds and half of the 95 % interval.").arg(words.meaning)});
    first = secondsOf(study, pair.firstPoint);
    second = secondsOf(study, pair.secondPoint);
    m_rows.push_back({tr("Training, s"), optionalText(first, 0), optionalText(second, 0), optionalDifference(first, second, 0),
        tr("Time of one training run, mean over the seeds.")});
    first = exportedBytes(study, pair.first);
    second = exportedBytes(study, pair.second);
    if (first) *first /= kKibi;
    if (second) *second /= kKibi;
    m_rows.push_back({tr("File, KiB"), optionalText(first, 1), optionalText(second, 1), optionalDifference(first, second, 1),
        tr("Size of the newest exported file that passed its verification.")});
}

void TotalsModel::addEstimated(const StudyOverview& study, const ComparedPair& pair, const QString& gainMetric)
{
    const LayerTable& table = study.table;
    m_rows.push_back({.label = tr("Estimated"), .heading = true});
    const auto add = [this](const QString& label, double first, double second, int decimals, const QString& tip) {
        m_rows.push_back({label, estimateText(numberText(first, decimals)), estimateText(numberText(second, decimals)), differenceText(second - first, decimals), tip});
    };
    const double highest = innerCost(linearCost(), table, uniformAssignment(table, 4));
    if (highest > 0)
        add(tr("Linear cost, %"), 100 * innerCost(linearCost(), table, pair.first.bits) / highest,
            100 * innerCost(linearCost(), table, pair.second.bits) / highest, 1, tr("MACs times bit width of the layers that can be chosen, as a share of all 4 bit."));
    const double operations = totalCost(bitOperationsCost(), table, pair.first.bits);
    const bool large = operations >= 1e8;
    const double unit = large ? 1e9 : 1e6;
    add(large ? tr("Bit operations, G") : tr("Bit operations, M"), operations / unit, totalCost(bitOperationsCost(), table, pair.second.bits) / unit,
        large ? 3 : 1, tr("MACs times weight bits times activation bits, all layers, one image."));
    add(tr("Size, KiB"), totalCost(weightBytesCost(), table, pair.first.bits) / kKibi, totalCost(weightBytesCost(), table, pair.second.bits) / kKibi, 1,
        tr("Weights of all layers, packed to their widths."));
    const auto first = gainKept(study, pair.first.bits, gainMetric), second = gainKept(study, pair.second.bits, gainMetric);
    if (first && second)
        m_rows.push_back({tr("Gain kept, %1").arg(Theme::metricName(gainMetric)), estimateText(gainText(*first)), estimateText(gainText(*second)),
            differenceText(*second - *first, gainDecimals(std::max(*first, *second))), tr("Summed gain of the layers at 4 bit and above, by the metric's scores.")});
}

int TotalsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int TotalsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : 4; }

QVariant TotalsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: {
        const QString* const cells[] = {&row.label, &row.first, &row.second, &row.difference};
        return *cells[index.column()];
    }
    case Qt::TextAlignmentRole:
        return QVariant(index.column() == 0 ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return row.tip.isEmpty() ? QVariant() : row.tip;
    case HeadingRole:
        return row.heading;
    case NumberRole:
        return index.column() > 0;
    case InkRole:
        return index.column() == 0 && !row.heading ? QVariant(static_cast<int>(Role::Ink2)) : QVariant();
    default:
        return {};
    }
}

QVariant TotalsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return QVariant(section == 0 ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && (section == 1 || section == 2)) return m_names[section - 1];
    if (role != Qt::DisplayRole) return {};
    return section == 0 ? QString() : section == 3 ? tr("Difference") : m_names[section - 1];
}

void DifferingLayersModel::setPair(const StudyOverview& study, const ComparedPair& pair, const QString& gainMetric)
{
    beginResetModel();
    m_names = {pair.first.name, pair.second.name};
    m_metric = gainMetric;
    m_rows.clear();
    const SensitivityReport* scores = study.scoresOf(gainMetric.toStdString());
    for (const LayerIndex index : pair.differing) {
        const Layer& layer = study.table.layer(index);
        Row row{.layer = index, .name = QString::fromStdString(layer.name), .first = pair.first.bits[index].weight, .second = pair.second.bits[index].weight};
        row.costChange = linearCost().layerCost(layer, pair.second.bits[index]) - linearCost().layerCost(layer, pair.first.bits[index]);
        if (scores) {
            const auto score = std::ranges::find(scores->groups, layer.group, &GroupScore::group);
            if (score != scores->groups.end() && score->scored) row.gain = score->gain;
        }
        m_rows.push_back(std::move(row));
    }
    endResetModel();
}

int DifferingLayersModel::rowOf(LayerIndex layer) const
{
    const auto found = std::ranges::find(m_rows, layer, &Row::layer);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int DifferingLayersModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int DifferingLayersModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : m_metric.isEmpty() ? 4 : 5; }

QVariant DifferingLayersModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    if (role == Qt::DisplayRole) {
        if (column == 0) return row.name;
        if (column == 1 || column == 2) return QString::number(column == 1 ? row.first : row.second);
        return column == 3 ? countDifferenceText(row.costChange) : row.gain ? gainText(*row.gain) : tr("n/a");
    }
    if (role == Qt::TextAlignmentRole) return QVariant(column < 3 ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (role == BitsRole && (column == 1 || column == 2)) return column == 1 ? row.first : row.second;
    if (role == NumberRole) return true;
    if (role == Qt::ToolTipRole && column == 0) return row.name;
    return {};
}

QVariant DifferingLayersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return QVariant(section < 3 ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        if (section == 1 || section == 2) return m_names[section - 1];
        if (section == 3) return tr("Change of the linear cost, bit width times MACs.");
        if (section == 4) return tr("Gain of keeping the layer's group at the high width, by %1.").arg(Theme::metricName(m_metric));
    }
    if (role != Qt::DisplayRole) return {};
    if (section == 0) return tr("Layer");
    if (section < 3) return m_names[section - 1];
    return section == 3 ? tr("Cost") : Theme::metricName(m_metric);
}

} // namespace halftone
