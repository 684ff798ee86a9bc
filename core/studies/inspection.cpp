// Layers, shapes and counts of a network, as tables want them.
#include "core/studies/inspection.h"

#include "core/studies/script_import.h"
#include "core/studies/zoo.h"

namespace halftone {

namespace {

std::vector<LayerInFile> inFileOf(const NetworkGrids& grids, const LayerTable& table)
{
    if (grids == NetworkGrids()) return {};
    std::vector<LayerInFile> layers(table.layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto weights = grids.weights.find(LayerIndex(static_cast<std::int64_t>(i)));
        const auto input = grids.activations.find(table.layers[i].input);
        if (weights != grids.weights.end()) layers[i].weights = weights->second;
        if (input != grids.activations.end()) layers[i].input = input->second;
    }
    return layers;
}

InspectReport describe(const Network& network, const NetworkGrids& grids)
{
    const LayerTable table = layerTable(network);
    InspectReport report{.architecture = network.architecture(),
        .input = network.inputShape(),
        .parameters = network.parameterCount(),
        .macs = network.macs()};
    for (const auto& group : table.groups) report.groups += group.edge ? 0 : 1;
    report.layers = layerFacts(network, table);
    report.inFile = inFileOf(grids, table);
    return report;
}

InspectReport describe(const ImportedModel& model)
{
    InspectReport report = describe(model.network, model.grids);
    report.format = model.report.format;
    report.wrappers = model.report.wrappers;
    report.isGuess = model.isGuess;
    report.keys = model.report.keys;
    report.mapped = model.report.mapped;
    report.sets = model.report.sets;
    report.taken = model.report.taken;
    return report;
}

} // namespace

Result<InspectReport> inspectStudy(const Study& study)
{
    InspectReport report = describe(study.network(), study.fileGrids());
    HALFTONE_TRY(const StudySettings settings, study.file().settings());
    if (const auto data = settings.find("data"); data != settings.end()) report.data = data->second;
    if (const auto found = settings.find("import"); found != settings.end())
        if (const auto import = importReportFromJson(found->second)) {
            report.format = import->format;
            report.wrappers = import->wrappers;
            report.keys = import->keys;
            report.mapped = import->mapped;
            report.sets = import->sets;
            report.taken = import->taken;
        }
    HALFTONE_TRY(const auto assignments, study.file().assignments());
    for (const auto& assignment : assignments) report.assignments.push_back(assignment.name);
    return report;
}

Result<InspectReport> inspectModel(const ModelImportOptions& options)
{
    HALFTONE_TRY(const ImportedModel model, importModelOrScript(options));
    return describe(model);
}

Result<InspectReport> inspectZoo(const ModelImportOptions& options, const std::filesystem::path& resources)
{
    HALFTONE_TRY(const ImportedModel model, importFromZoo(options, {resources, {}}));
    return describe(model);
}

} // namespace halftone
