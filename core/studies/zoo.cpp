// The zoo: resources/networks/NAME.safetensors where it exists, else the architecture alone.
#include "core/studies/zoo.h"

#include <fmt/format.h>

#include "core/base/closest_names.h"
#include "core/models/architectures.h"

namespace halftone {

namespace {

constexpr std::string_view kZoo = "zoo:";

std::filesystem::path weightsOf(std::string_view name, const std::filesystem::path& resources)
{
    return resources / "networks" / (std::string(name) + ".safetensors");
}

} // namespace

bool isZooName(std::string_view model) { return model.starts_with(kZoo); }

std::vector<ZooEntry> zooEntries(const std::filesystem::path& resources)
{
    std::vector<ZooEntry> entries;
    for (const ArchitectureInfo& info : allArchitectures()) {
        const auto network = buildArchitecture(info.name);
        if (!network.ok()) continue;
        entries.push_back({.name = std::string(info.name),
            .description = std::string(info.description),
            .input = network->inputShape(),
            .parameters = network->parameterCount(),
            .macs = network->macs(),
            .hasWeights = std::filesystem::exists(weightsOf(info.name, resources))});
    }
    return entries;
}

Result<std::string> zooArchitecture(std::string_view model)
{
    const std::string_view name = model.substr(kZoo.size());
    std::vector<std::string> names;
    for (const ArchitectureInfo& info : allArchitectures()) {
        if (info.name == name) return std::string(name);
        names.emplace_back(info.name);
    }
    const std::string nearest = didYouMean(name, names);
    return Error{ErrorCode::BadInput,
        fmt::format("There is no network {}{}", model, nearest.empty() ? "; halftone inspect zoo: lists them all." : nearest)};
}

Result<ImportedModel> importFromZoo(const ModelImportOptions& options, const ZooOptions& zoo)
{
    const std::string model = options.file.string();
    HALFTONE_TRY(const std::string name, zooArchitecture(model));
    if (!options.architecture.empty() && options.architecture != name)
        return Error{
            ErrorCode::BadInput, fmt::format("{} names the architecture itself; leave {} out.", model, options.architecture)};
    if (const auto weights = weightsOf(name, zoo.resources); std::filesystem::exists(weights)) {
        ModelImportOptions bundled = options;
        bundled.file = weights;
        bundled.source = model;
        bundled.architecture = name;
        return importModel(bundled);
    }
    if (!options.map.empty() || !options.weights.empty())
        return Error{ErrorCode::BadInput,
            fmt::format("{} has random weights and no file whose keys could be chosen; give a file as the model, and {} as its "
                        "architecture.",
                model, name)};
    ImportedModel made;
    HALFTONE_TRY(made.network, buildArchitecture(name, {.classes = options.classes, .input = options.input}));
    if (zoo.seed) initialiseParameters(made.network, *zoo.seed);
    made.report.format = kRandomFormat;
    made.report.source = model;
    return made;
}

} // namespace halftone
