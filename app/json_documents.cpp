// Reports as JSON, in the words that all commands share.
#include "app/json_documents.h"

#include <nlohmann/json.hpp>

#include "core/studies/value_distribution.h"

namespace halftone {

namespace {

using Json = nlohmann::ordered_json;

Json namesOf(const LinkedGroup& group, const LayerTable& table)
{
    Json names = Json::array();
    for (const LayerIndex layer : group.layers) names.push_back(table.layer(layer).name);
    return names;
}

Json gridJson(const std::optional<FrozenGrid>& grid)
{
    if (!grid) return {};
    return {{"bits", grid->bits}, {"lowest", grid->lowest}, {"highest", grid->highest}, {"scales", grid->scales.size()},
        {"step", meanStep(*grid)}};
}

} // namespace

std::string jsonOf(const InspectReport& report)
{
    Json layers = Json::array(), missing = Json::array(), unexpected = Json::array(), misShaped = Json::array(), mapped = Json::array(),
         suggested = Json::array(), sets = Json::array();
    for (const auto& l : report.layers)
        layers.push_back({{"name", l.name}, {"kind", l.kind}, {"parameters", l.parameters}, {"macs", l.macs},
            {"group", l.group}, {"edge", l.edge}, {"input", l.input}, {"output", l.output}, {"kernel", l.kernel}});
    for (std::size_t i = 0; i < report.inFile.size(); ++i) // of quantized files alone
        layers[i]["inFile"] = {{"weights", gridJson(report.inFile[i].weights)}, {"input", gridJson(report.inFile[i].input)}};
    for (const auto& key : report.keys.missing)
        missing.push_back({{"name", key.name}, {"nearest", key.nearest}, {"shape", key.shape}});
    for (const auto& key : report.keys.unexpected)
        unexpected.push_back({{"name", key.name}, {"nearest", key.nearest}, {"shape", key.shape}});
    for (const auto& mapping : report.mapped) mapped.push_back({{"key", mapping.key}, {"name", mapping.name}});
    for (const auto& mapping : suggestMappings(report.keys))
        suggested.push_back({{"key", mapping.key}, {"name", mapping.name}});
    for (const WeightSet& set : report.sets) sets.push_back({{"key", set.key}, {"tensors", set.tensors}});
    for (const auto& key : report.keys.misShaped)
        misShaped.push_back({{"name", key.name}, {"wanted", key.wanted}, {"found", key.found}});
    return Json{{"architecture", report.architecture}, {"guessed", report.isGuess}, {"input", report.input},
        {"parameters", report.parameters}, {"macs", report.macs}, {"groups", report.groups}, {"format", report.format}, {"wrappers", report.wrappers},
        {"weights", {{"taken", report.taken}, {"sets", sets}}},
        {"data", report.data}, {"assignments", report.assignments},
        {"keys",
            {{"matched", report.keys.matched}, {"withoutStatistics", report.keys.withoutStatistics}, {"missing", missing}, {"unexpected", unexpected}, {"misShaped", misShaped},
                {"mapped", mapped}, {"suggested", suggested}}},
        {"layers", layers}}
        .dump(-1, ' ', false, Json::error_handler_t::replace); // a file's names need not be UTF-8
}

std::string jsonOf(const std::vector<ZooEntry>& entries)
{
    Json networks = Json::array();
    for (const ZooEntry& entry : entries)
        networks.push_back({{"name", entry.name}, {"description", entry.description}, {"input", entry.input},
            {"parameters", entry.parameters}, {"macs", entry.macs}, {"weights", entry.hasWeights ? "bundled" : "random"}});
    return Json{{"networks", networks}}.dump();
}

std::string jsonOf(const EvaluateReport& report)
{
    Json document{{"metric", report.metric}, {"value", report.value}, {"correct", report.correct}, {"count", report.count},
        {"images", report.images}, {"loss", report.loss}, {"weights", report.weights}};
    for (const auto& one : report.classes) // segmentation alone; null for a class that does not occur
        document["classes"].push_back({{"name", one.name}, {"value", one.value ? Json(*one.value) : Json()}});
    return document.dump();
}

std::string jsonOf(const std::vector<ScoreReport>& reports, const LayerTable& table)
{
    Json all = Json::array();
    for (const auto& report : reports) {
        Json groups = Json::array();
        for (const auto& score : report.scores.groups)
            groups.push_back({{"layers", namesOf(table.group(score.group), table)}, {"gain", score.gain},
                {"scored", score.scored}, {"reason", score.reason}});
        all.push_back({{"metric", report.scores.metric}, {"unit", report.scores.unit}, {"highBits", report.scores.highBits},
            {"lowBits", report.scores.lowBits}, {"cpuSeconds", report.scores.cpuSeconds}, {"fromCache", report.fromCache},
            {"groups", groups}});
    }
    return all.size() == 1 ? all[0].dump() : Json{{"scores", all}}.dump();
}

std::string jsonOf(const SelectReport& report)
{
    Json assignment = Json::object();
    for (const auto& [name, bits] : report.layers) assignment[name] = bits;
    return Json{{"metric", report.metric}, {"costModel", report.cost}, {"costUnit", report.unit}, {"assignment", assignment},
        {"cost", report.selection.cost}, {"budget", report.selection.budget}, {"lowestCost", report.selection.lowestCost},
        {"highestCost", report.selection.highestCost}, {"gain", report.selection.gain}, {"feasible", true}}
        .dump();
}

std::string jsonOf(const RunReport& report)
{
    Json epochs = Json::array();
    for (const auto& e : report.epochs)
        epochs.push_back({{"epoch", e.epoch}, {"loss", e.loss}, {"trainMetric", e.trainMetric},
            {"testMetric", e.testMetric ? Json(*e.testMetric) : Json()}, {"learningRate", e.learningRate},
            {"seconds", e.seconds}});
    return Json{{"run", report.run.id}, {"kind", report.run.kind}, {"fromCache", report.fromCache},
        {"evaluatedOn", report.evaluatedOn}, {"metric", metricOf(report.task).name}, {"correct", report.correct},
        {"count", report.count}, {"value", report.value},
        {"wallSeconds", report.run.wallSeconds}, {"cpuSeconds", report.run.cpuSeconds}, {"epochs", epochs}}
        .dump();
}

std::string jsonOf(const FrontierReport& report)
{
    Json points = Json::array();
    for (const auto& p : report.points)
        points.push_back({{"metric", p.metric}, {"budget", p.budget}, {"cost", p.cost}, {"costFraction", p.costFraction},
            {"mean", p.mean}, {"interval", p.interval}, {"seeds", p.seeds}, {"dominated", p.dominated}, {"values", p.values},
            {"assignments", p.assignments}});
    return Json{{"cost", report.cost}, {"costUnit", report.costUnit}, {"epochs", report.epochs},
        {"testImages", report.testImages}, {"fullPrecision", report.fullPrecision}, {"runsTrained", report.runsTrained},
        {"runsFromCache", report.runsFromCache}, {"wallSeconds", report.wallSeconds}, {"points", points}}
        .dump();
}

std::string jsonOf(const ExportReport& report)
{
    Json json = Json::parse(toJson(report.verdict));
    json["file"] = report.file.string();
    return json.dump();
}

} // namespace halftone
