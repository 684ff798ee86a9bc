// Rows of the Model view and its search.
#include "widgets/pages/model/model_layers.h"

#include <algorithm>
#include <set>

#include <QCoreApplication>

#include "core/base/closest_names.h"
#include "widgets/format/quantity.h"
#include "widgets/graph/network_parts.h"

namespace halftone {

namespace {

QString shapeOf(const Shape& shape) { return shapeText(QList<std::int64_t>(shape.begin(), shape.end())); }

std::optional<double> gainOf(const SensitivityReport& scores, GroupIndex group)
{
    const auto found = std::ranges::find(scores.groups, group, &GroupScore::group);
    if (found == scores.groups.end() || !found->scored) return std::nullopt;
    return found->gain;
}

// EAGL and ALPS first, as everywhere; then the others in the order of the study.
std::vector<const SensitivityReport*> inColumnOrder(const StudyOverview& study)
{
    std::vector<const SensitivityReport*> made;
    for (const ScoreRecord& record : study.scores) made.push_back(&record.report);
    std::ranges::stable_sort(made, {}, [](const SensitivityReport* report) {
        return report->metric == "eagl" ? 0 : report->metric == "alps" ? 1 : 2;
    });
    return made;
}

// Names, stages and last pieces: whatever a person may have had in mind.
std::vector<std::string> searchWords(const LayerTable& table)
{
    std::set<std::string> words;
    for (const Layer& layer : table.layers) {
        words.insert(layer.name);
        for (std::size_t dot = layer.name.find('.'); dot != std::string::npos; dot = layer.name.find('.', dot + 1)) {
            words.insert(layer.name.substr(0, dot));
            words.insert(layer.name.substr(dot + 1));
        }
    }
    return {words.begin(), words.end()};
}

// ", did you mean layer2.0?" or a full stop.
std::string nearest(const LayerTable& table, const std::string& wanted)
{
    const std::vector<std::string> words = closestNames(wanted, searchWords(table), 1);
    return words.empty() ? "." : ", did you mean " + words.front() + "?";
}

} // namespace

ModelLayers modelLayers(const StudyOverview& study, const BitDocument& bits)
{
    ModelLayers made;
    const std::vector<const SensitivityReport*> scores = inColumnOrder(study);
    for (const SensitivityReport* report : scores) {
        if (bits.choices().metric == QString::fromStdString(report->metric)) made.shownMetric = static_cast<int>(made.metrics.size());
        made.metrics.push_back({QString::fromStdString(report->metric), QString::fromStdString(report->unit)});
    }
    const auto total = static_cast<double>(study.network->macs());
    for (std::size_t i = 0; i < study.table.layers.size(); ++i) {
        const Layer& layer = study.table.layers[i];
        const Operation& operation = study.network->operation(layer.operation);
        const LayerIndex index(static_cast<std::int64_t>(i));
        ModelLayer row{.name = QString::fromStdString(layer.name),
            .kind = layerKindText(*study.network, operation).section(QLatin1Char(','), 0, 0),
            .wholeKind = layerKindText(*study.network, operation),
            .output = shapeOf(study.network->value(operation.output).shape),
            .outputSize = elementCount(study.network->value(operation.output).shape),
            .macs = layer.macs,
            .weights = layer.weights,
            .share = total > 0 ? static_cast<double>(layer.macs) / total : 0,
            .bits = bits.isEmpty() ? kFullPrecision : bits.bitsOf(index),
            .edge = study.table.group(layer.group).edge,
            .pinned = bits.isPinned(layer.group),
            .group = layer.group};
        for (const LayerIndex other : study.table.group(layer.group).layers)
            if (other != index) row.linked << QString::fromStdString(study.table.layer(other).name);
        for (const SensitivityReport* report : scores) row.gains.push_back(gainOf(*report, layer.group));
        made.layers.push_back(std::move(row));
    }
    return made;
}

QString linkedText(const ModelLayer& layer)
{
    QStringList names = layer.linked;
    const QString stage = stageOf(layer.name);
    if (!stage.isEmpty())
        for (QString& name : names)
            if (name.startsWith(stage + QLatin1Char('.'))) name = name.mid(stage.size() + 1);
    return names.join(QStringLiteral(", "));
}

LayerSearch searchLayers(const LayerTable& table, const QString& text)
{
    LayerSearch found;
    const QString wanted = text.trimmed();
    if (wanted.isEmpty()) return found;
    if (!wanted.contains(QLatin1Char('*')) && !wanted.contains(QLatin1Char('?'))) {
        for (std::size_t i = 0; i < table.layers.size(); ++i)
            if (QString::fromStdString(table.layers[i].name).contains(wanted, Qt::CaseInsensitive))
                found.matches.push_back(static_cast<int>(i));
        if (!found.matches.empty()) return found;
    }
    const auto layers = table.match(wanted.toStdString());
    if (layers.ok())
        for (const LayerIndex layer : *layers) found.matches.push_back(layer.value);
    else
        found.sentence = QCoreApplication::translate("LayerSearch", "No layer is named like %1%2")
                             .arg(wanted, QString::fromStdString(nearest(table, wanted.toStdString())));
    return found;
}

} // namespace halftone
