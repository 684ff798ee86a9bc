// Reading a model file into an architecture, and the report of it as JSON.
#include "core/studies/model_import.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "core/formats/checkpoint_reader.h"
#include "core/formats/onnx_reader.h"
#include "core/formats/packed_file.h"
#include "core/formats/utf8.h"
#include "core/models/architectures.h"
#include "core/models/nearest_architecture.h"
#include "core/models/published_names.h"

namespace halftone {

namespace {

using Json = nlohmann::ordered_json;

const std::string kPackedFormat = "Halftone packed";

template <typename Key> Json namesOf(const std::vector<Key>& keys)
{
    Json names = Json::array();
    for (std::size_t i = 0; i < keys.size() && i < kMostStoredKeys; ++i)
        names.push_back({{"name", keys[i].name}, {"nearest", keys[i].nearest}, {"shape", keys[i].shape}});
    return names;
}

std::string stringIn(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t numberIn(const Json& object, const char* name, std::int64_t otherwise)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
}

Json setsOf(const std::vector<WeightSet>& sets)
{
    Json list = Json::array();
    for (const WeightSet& set : sets) list.push_back({{"key", set.key}, {"tensors", set.tensors}});
    return list;
}

std::vector<WeightSet> setsIn(const Json& object)
{
    std::vector<WeightSet> sets;
    if (const auto found = object.find("sets"); found != object.end() && found->is_array())
        for (const Json& entry : *found)
            if (entry.is_object()) sets.push_back({stringIn(entry, "key"), numberIn(entry, "tensors", 0)});
    return sets;
}

std::vector<KeyReport::Unexpected> unexpectedIn(const Json& object)
{
    std::vector<KeyReport::Unexpected> keys;
    const auto found = object.find("unexpected");
    if (found == object.end() || !found->is_array()) return keys;
    for (const Json& entry : *found) {
        if (!entry.is_object()) continue;
        KeyReport::Unexpected key{.name = stringIn(entry, "name"), .nearest = {}, .shape = {}};
        if (const auto nearest = entry.find("nearest"); nearest != entry.end() && nearest->is_array())
            for (const Json& name : *nearest)
                if (name.is_string()) key.nearest.push_back(name.get<std::string>());
        if (const auto shape = entry.find("shape"); shape != entry.end() && shape->is_array())
            for (const Json& size : *shape)
                if (size.is_number_integer()) key.shape.push_back(size.get<std::int64_t>());
        keys.push_back(std::move(key));
    }
    return keys;
}

struct ChosenArchitecture {
    std::string name;
    bool isGuess = false;
};

Result<ChosenArchitecture> chooseArchitecture(const ModelImportOptions& options, const StateDict& tensors)
{
    if (!options.architecture.empty()) return ChosenArchitecture{options.architecture, false};
    if (const auto fitting = matchingArchitectures(tensors); !fitting.empty())
        return ChosenArchitecture{fitting.front(), false};
    if (const auto nearest = nearestArchitecture(tensors)) return ChosenArchitecture{nearest->name, true};
    std::string known;
    for (const ArchitectureInfo& info : allArchitectures()) known += (known.empty() ? "" : ", ") + std::string(info.name);
    return Error{ErrorCode::BadInput,
        "No known architecture has the tensors of " + options.file.string() + "; name one with --arch (" + known + ")."};
}

// A copy without its last operation.
Network withoutLast(const Network& network)
{
    Network copy(network.architecture());
    for (const Operation& operation : network.operations().first(network.operations().size() - 1)) {
        if (operation.as<Input>()) {
            copy.addInput(network.inputShape(), operation.name);
            continue;
        }
        const bool bias = operation.isLayer() && operation.parameters.size() > 1;
        const auto added = copy.add(operation.name, operation.attributes, operation.inputs, bias);
        assert(added.ok() && "it was added before");
        copy.setOutput(*added);
    }
    for (std::size_t i = 0; i < copy.parameters().size(); ++i) { // in the same order
        const Status set = copy.setParameter(ParameterIndex(static_cast<std::int64_t>(i)), network.parameters()[i].data);
        assert(set.ok());
        static_cast<void>(set);
    }
    return copy;
}

// Every stage would refuse such weights later on, so a study is not even made of them.
Status checkValues(const Network& network, const std::filesystem::path& file)
{
    for (const Parameter& parameter : network.parameters()) {
        const std::span<const float> values = parameter.data.empty() ? std::span<const float>() : parameter.data.floats();
        const auto isBad = [](float value) { return !std::isfinite(value); };
        const auto first = std::ranges::find_if(values, isBad);
        if (first == values.end()) continue;
        return Error{ErrorCode::BadInput,
            printable(fmt::format("{} cannot be used: {} of the {} values of {} are NaN or infinite, the first is number {}; take "
                                  "an earlier checkpoint, or look why the training diverged.",
                file.string(), std::ranges::count_if(values, isBad), values.size(), parameter.name, first - values.begin()))};
    }
    return {};
}

// A file that brings its own network.
Result<ImportedModel> importNetwork(const ModelImportOptions& options, const std::string& format)
{
    if (!options.architecture.empty() || !options.map.empty() || !options.weights.empty())
        return Error{ErrorCode::BadInput,
            fmt::format("{} brings its own network, so it takes neither an architecture nor names of keys and weights; leave "
                        "them out.",
                options.file.string())};
    HALFTONE_TRY(const Bytes bytes, readFile(options.file));
    auto read = format == kPackedFormat ? readPacked(bytes) : readOnnx(bytes, std::filesystem::absolute(options.file).parent_path());
    if (!read.ok()) return Error{read.error().code, "Cannot read " + options.file.string() + ": " + read.error().message};
    return importedNetwork(std::move(*read), format, options);
}

} // namespace

ImportedModel importedNetwork(QuantizedModel read, std::string format, const ModelImportOptions& options)
{
    const auto operations = read.network.operations();
    const bool endsInSoftmax = operations.back().as<Softmax>() && operations.back().output == read.network.output();
    ImportedModel model;
    model.network = endsInSoftmax ? withoutLast(read.network) : std::move(read.network);
    const LayerTable table = layerTable(model.network);
    if (read.bits != fullPrecisionAssignment(table)) model.bits = read.bits;
    model.grids = gridsAt(read.grids, read.bits, table);
    model.report.format = std::move(format);
    model.report.source = std::filesystem::absolute(options.file).string();
    model.report.keys.matched = static_cast<std::int64_t>(model.network.parameters().size());
    return model;
}

std::string toJson(const ImportReport& report)
{
    Json mapped = Json::array();
    for (const KeyMapping& mapping : report.mapped) mapped.push_back({{"key", mapping.key}, {"name", mapping.name}});
    return Json{{"format", report.format}, {"wrappers", report.wrappers}, {"source", report.source},
        {"matched", report.keys.matched}, {"withoutStatistics", report.keys.withoutStatistics}, {"leftOut", report.leftOut},
        {"unexpected", namesOf(report.keys.unexpected)}, {"mapped", mapped}, {"sets", setsOf(report.sets)}, {"taken", report.taken}}
        .dump(-1, ' ', false, Json::error_handler_t::replace); // a file's names need not be UTF-8
}

std::optional<ImportReport> importReportFromJson(std::string_view json)
{
    const auto object = Json::parse(json, nullptr, false);
    if (!object.is_object()) return {};
    ImportReport report{
        .format = stringIn(object, "format"), .wrappers = stringIn(object, "wrappers"), .source = stringIn(object, "source")};
    report.sets = setsIn(object);
    report.taken = stringIn(object, "taken");
    report.keys.matched = numberIn(object, "matched", 0);
    report.keys.withoutStatistics = numberIn(object, "withoutStatistics", 0);
    report.keys.unexpected = unexpectedIn(object);
    report.leftOut = numberIn(object, "leftOut", static_cast<std::int64_t>(report.keys.unexpected.size()));
    if (const auto mapped = object.find("mapped"); mapped != object.end() && mapped->is_array())
        for (const Json& entry : *mapped)
            if (entry.is_object()) report.mapped.push_back({stringIn(entry, "key"), stringIn(entry, "name")});
    return report;
}

Result<ImportedModel> importModel(const ModelImportOptions& options)
{
    if (options.file.extension() == ".onnx") return importNetwork(options, "ONNX");
    if (options.file.extension() == ".packed") return importNetwork(options, kPackedFormat);
    HALFTONE_TRY(Checkpoint checkpoint, readCheckpoint(options.file, {.weights = options.weights}));
    usePublishedNames(checkpoint.tensors);
    HALFTONE_CHECK(mapKeys(checkpoint.tensors, options.map));
    HALFTONE_TRY(const ChosenArchitecture chosen, chooseArchitecture(options, checkpoint.tensors));
    const std::int64_t classes = options.classes > 0 ? options.classes : classesFor(chosen.name, checkpoint.tensors);
    ImportedModel model;
    HALFTONE_TRY(model.network, buildArchitecture(chosen.name, {.classes = classes, .input = options.input}));
    model.isGuess = chosen.isGuess;
    model.report = {.format = checkpoint.format,
        .wrappers = checkpoint.wrappers,
        .source = options.source.empty() ? std::filesystem::absolute(options.file).string() : options.source,
        .keys = loadParameters(model.network, checkpoint.tensors),
        .mapped = options.map,
        .sets = checkpoint.sets,
        .taken = checkpoint.taken};
    model.report.leftOut = static_cast<std::int64_t>(model.report.keys.unexpected.size());
    return model;
}

Status checkImport(const ImportedModel& model, const std::filesystem::path& file)
{
    const KeyReport& keys = model.report.keys;
    const std::string nearest = model.isGuess ? ", the nearest known architecture," : "";
    if (!keys.complete()) {
        const Shape& output = model.network.value(model.network.output()).shape;
        return Error{ErrorCode::BadInput,
            fmt::format("{} does not fit {}{} with {} classes: {}", file.string(), model.network.architecture(), nearest,
                elementCount(output), summary(keys))};
    }
    if (model.isGuess)
        return Error{ErrorCode::BadInput,
            printable(fmt::format(
                "{} holds {} tensors that {}{} does not have, first {}; name it with --arch to leave them out.", file.string(),
                keys.unexpected.size(), model.network.architecture(), nearest, keys.unexpected.front().name))};
    return checkValues(model.network, file);
}

} // namespace halftone
