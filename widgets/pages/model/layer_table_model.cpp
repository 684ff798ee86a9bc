// Cells of the table of layers.
#include "widgets/pages/model/layer_table_model.h"

#include <QCoreApplication>

#include "widgets/controls/tables.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/bit_look.h"

namespace halftone {

namespace {

QString words(const char* text) { return QCoreApplication::translate("LayerTableModel", text); }

QString csvField(const QString& text)
{
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) && !text.contains(QLatin1Char('\n'))) return text;
    return QLatin1Char('"') + QString(text).replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

// The last word of a unit is enough above a column: "bits of entropy" -> "bits", "training loss" -> "loss".
QString shortUnit(const QString& unit)
{
    const QStringList pieces = unit.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (pieces.size() > 1 && pieces[1] == QLatin1String("of")) return pieces.front();
    return pieces.isEmpty() ? QString() : pieces.back();
}

} // namespace

void LayerTableModel::setLayers(ModelLayers layers)
{
    const auto sameNames = [&] {
        if (layers.layers.size() != m_layers.layers.size() || layers.metrics != m_layers.metrics) return false;
        for (std::size_t i = 0; i < layers.layers.size(); ++i)
            if (layers.layers[i].name != m_layers.layers[i].name) return false;
        return true;
    };
    if (!sameNames()) {
        beginResetModel();
        m_layers = std::move(layers);
        endResetModel();
        return;
    }
    std::swap(m_layers, layers);
    for (std::size_t i = 0; i < m_layers.layers.size(); ++i)
        if (!(m_layers.layers[i] == layers.layers[i]))
            emit dataChanged(index(static_cast<int>(i), 0), index(static_cast<int>(i), columnCount() - 1));
}

int LayerTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_layers.layers.size());
}

int LayerTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : linkedColumn() + 1; }

QString LayerTableModel::textOf(const ModelLayer& layer, int column) const
{
    switch (column) {
    case Name: return layer.name;
    case Kind: return layer.kind;
    case Output: return layer.output;
    case Macs: return countText(static_cast<double>(layer.macs));
    case Weights: return wholeText(layer.weights);
    default: break;
    }
    if (column == bitsColumn()) return shortBitName(layer.bits);
    if (column == linkedColumn()) return layer.linked.isEmpty() ? QString() : words("with %1").arg(linkedText(layer));
    const auto& gain = layer.gains[static_cast<std::size_t>(column - FirstMetric)];
    if (gain) return gainText(*gain);
    return layer.edge ? QString() : words("n/a");
}

QVariant LayerTableModel::sortKeyOf(const ModelLayer& layer, int column, int row) const
{
    switch (column) {
    case Name: return row; // the network's order says more than the alphabet
    case Kind: return layer.kind;
    case Output: return static_cast<qlonglong>(layer.outputSize);
    case Macs: return static_cast<qlonglong>(layer.macs);
    case Weights: return static_cast<qlonglong>(layer.weights);
    default: break;
    }
    if (column == bitsColumn()) return layer.bits;
    if (column == linkedColumn()) return linkedText(layer);
    const auto& gain = layer.gains[static_cast<std::size_t>(column - FirstMetric)];
    return gain ? QVariant(*gain) : QVariant();
}

QString LayerTableModel::tipOf(const ModelLayer& layer, int column) const
{
    if (column == Kind && layer.kind != layer.wholeKind) return layer.wholeKind;
    if (column == Macs) return words("%1 multiply-accumulates for one image, %2 of the network").arg(wholeText(layer.macs), percentText(layer.share));
    if (column == bitsColumn() && layer.edge) return words("First and last layers stay at 8 bit.");
    if (column == bitsColumn() && layer.pinned) return words("Pinned: the solver works round it.");
    if (column == linkedColumn() && !layer.linked.isEmpty())
        return words("These layers read the same input, so they have one bit width.");
    if (column >= FirstMetric && column < bitsColumn() && textOf(layer, column) == words("n/a"))
        return words("This group could not be scored; Sensitivity says why.");
    return {};
}

QVariant LayerTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const ModelLayer& layer = m_layers.layers[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return textOf(layer, column);
    case Qt::ToolTipRole: {
        const QString tip = tipOf(layer, column);
        return tip.isEmpty() ? QVariant() : tip;
    }
    case Qt::TextAlignmentRole:
        return static_cast<int>((isNumber(column) && column != bitsColumn() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::AccessibleTextRole:
        return column == bitsColumn() ? QVariant(bitName(layer.bits)) : QVariant(textOf(layer, column));
    case kSortRole: return sortKeyOf(layer, column, index.row());
    case kLayerRole: return index.row();
    case NumberRole: return column == Name || isNumber(column);
    case BitsRole: return column == bitsColumn() ? QVariant(layer.bits) : QVariant();
    case InkRole:
        return column == linkedColumn() || column == Kind ? QVariant(static_cast<int>(column == Kind ? Role::Ink : Role::Ink2)) : QVariant();
    default: return {};
    }
}

QString LayerTableModel::headerTip(int column) const
{
    switch (column) {
    case Name: return words("Name as in the state_dict, in the network's order");
    case Kind: return words("What the layer computes");
    case Output: return words("Shape of the layer's output: channels, height, width");
    case Macs: return words("Multiply-accumulates for one image");
    case Weights: return words("Elements of the weight tensor");
    default: break;
    }
    if (column == bitsColumn()) return words("Bit width of the weights and of the input");
    if (column == linkedColumn()) return words("Layers that read the same input share one bit width");
    const ModelMetric& metric = m_layers.metrics[static_cast<std::size_t>(column - FirstMetric)];
    return words("Gain of keeping the layer's linked group at the higher width, by %1, in %2; larger is more sensitive")
        .arg(Theme::metricName(metric.name), metric.unit);
}

QVariant LayerTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((isNumber(section) && section != bitsColumn() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) return headerTip(section);
    if (role != Qt::DisplayRole) return {};
    if (section == bitsColumn()) return words("Bits");
    if (section == linkedColumn()) return words("Linked");
    if (section >= FirstMetric) {
        const ModelMetric& metric = m_layers.metrics[static_cast<std::size_t>(section - FirstMetric)];
        const QString unit = shortUnit(metric.unit);
        return unit.isEmpty() ? Theme::metricName(metric.name) : Theme::metricName(metric.name) + QStringLiteral(", ") + unit;
    }
    static constexpr const char* kTitles[] = {"Layer", "Kind", "Output", "MACs", "Weights"};
    return words(kTitles[section]);
}

LayerOrder::LayerOrder(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(LayerTableModel::kSortRole);
    setDynamicSortFilter(true);
}

void LayerOrder::showAll()
{
    m_all = true;
    m_shown.clear();
    invalidateFilter();
}

void LayerOrder::showOnly(const std::vector<int>& layers)
{
    m_all = false;
    m_shown = {layers.begin(), layers.end()};
    invalidateFilter();
}

bool LayerOrder::filterAcceptsRow(int row, const QModelIndex&) const { return m_all || m_shown.contains(row); }

bool LayerOrder::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(sortRole()), b = right.data(sortRole());
    const bool falling = sortOrder() == Qt::DescendingOrder;
    if (a.isValid() != b.isValid()) return a.isValid() != falling;
    if (a == b) return falling ? left.row() > right.row() : left.row() < right.row(); // equal ones keep the network's order
    return QSortFilterProxyModel::lessThan(left, right);
}

QString tableAsCsv(const QAbstractItemModel& model)
{
    QString text;
    for (int column = 0; column < model.columnCount(); ++column)
        text += (column ? QStringLiteral(",") : QString()) + csvField(model.headerData(column, Qt::Horizontal).toString());
    text += QLatin1Char('\n');
    for (int row = 0; row < model.rowCount(); ++row) {
        for (int column = 0; column < model.columnCount(); ++column) {
            const QModelIndex cell = model.index(row, column);
            // Numbers without their unit or separators, so that other programs can compute with them.
            const QVariant key = cell.data(LayerTableModel::kSortRole);
            const bool plain = column == LayerTableModel::Macs || column == LayerTableModel::Weights || key.typeId() == QMetaType::Double;
            const QString field = plain ? key.toString() : cell.data().toString();
            text += (column ? QStringLiteral(",") : QString()) + csvField(field);
        }
        text += QLatin1Char('\n');
    }
    return text;
}

} // namespace halftone
