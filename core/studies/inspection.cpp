// Layers, shapes and counts of a network, as tables want them.
#include "core/studies/inspection.h"

#include <nlohmann/json.hpp>

#include "core/formats/checkpoint_reader.h"
#include "core/models/architectures.h"

namespace halftone {

namespace {

InspectReport describe(const Network& network)
{
    const LayerTable table = layerTable(network);
    InspectReport report{.architecture = network.architecture(),
        .input = network.inputShape(),
        .parameters = network.parameterCount(),
        .macs = network.macs()};
    for (const auto& group : table.groups) report.groups += group.edge ? 0 : 1;
    report.layers = layerFacts(network, table);
    return report;
}

} // namespace

Result<InspectReport> inspectStudy(const Study& study)
{
    InspectReport report = describe(study.network());
    HALFTONE_TRY(const StudySettings settings, study.file().settings());
    if (const auto data = settings.find("data"); data != settings.end()) report.data = data->second;
    if (const auto found = settings.find("import"); found != settings.end()) {
        const auto import = nlohmann::json::parse(found->second, nullptr, false);
        if (import.is_object()) {
            report.format = import.value("format", "");
            report.wrappers = import.value("wrappers", "");
            report.keys.matched = import.value("matched", std::int64_t{0});
        }
    }
    HALFTONE_TRY(const auto assignments, study.file().assignments());
    for (const auto& assignment : assignments) report.assignments.push_back(assignment.name);
    return report;
}

Result<InspectReport> inspectModel(const std::filesystem::path& file, const std::string& architecture)
{
    HALFTONE_TRY(const Checkpoint checkpoint, readCheckpoint(file));
    std::string name = architecture;
    if (name.empty()) {
        const auto fitting = matchingArchitectures(checkpoint.tensors);
        if (fitting.empty()) {
            std::string known;
            for (const auto& info : allArchitectures()) known += (known.empty() ? "" : ", ") + std::string(info.name);
            return Error{ErrorCode::BadInput,
                "No known architecture has the tensors of " + file.string() + "; name one with --arch (" + known + ")."};
        }
        name = fitting.front();
    }
    HALFTONE_TRY(Network network, buildArchitecture(name));
    const KeyReport keys = loadParameters(network, checkpoint.tensors);
    InspectReport report = describe(network);
    report.format = checkpoint.format;
    report.wrappers = checkpoint.wrappers;
    report.keys = keys;
    return report;
}

} // namespace halftone
