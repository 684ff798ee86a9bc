// Codes to text and back, and the tensors that hold their scales.
#include "core/formats/tensor_grids.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace halftone {

namespace {

using Json = nlohmann::ordered_json;

Error damaged(std::string_view subject)
{
    return {ErrorCode::Corrupt,
        fmt::format("The file's grid of '{}' is damaged or has no scales among its tensors; export it again.", subject)};
}

Json codesOf(const std::map<std::string, FrozenGrid>& grids)
{
    Json list = Json::object();
    for (const auto& [name, grid] : grids) list[name] = {grid.bits, grid.lowest, grid.highest};
    return list;
}

std::optional<int> smallInteger(const Json& entry)
{
    if (!entry.is_number_integer()) return std::nullopt;
    if (entry.is_number_unsigned() && entry.get<std::uint64_t>() > 256) return std::nullopt;
    const auto number = entry.get<std::int64_t>();
    if (number < -256 || number > 256) return std::nullopt;
    return static_cast<int>(number);
}

// Empty when there is none.
std::vector<float> scalesOf(const StateDict& tensors, const std::string& quantizer)
{
    for (const char* const name : {".step", ".scale"})
        if (const TensorData* found = tensors.find(quantizer + name)) {
            const TensorData scales = found->toFloat32();
            return {scales.floats().begin(), scales.floats().end()};
        }
    return {};
}

// The tensors' prefix of a named grid; empty where the network has no such place.
std::string quantizerOf(const std::string& name, bool ofWeights, const Network& network, const LayerTable& table)
{
    if (ofWeights) return name + ".weight_quantizer";
    const OperationIndex producer = network.findOperation(name);
    if (!producer.valid()) return {};
    const auto reader = std::ranges::find(table.layers, network.operation(producer).output, &Layer::input);
    return reader == table.layers.end() ? std::string() : reader->name + ".input_quantizer";
}

} // namespace

std::string codesToJson(const NamedGrids& grids)
{
    return Json{{"weights", codesOf(grids.weights)}, {"activations", codesOf(grids.activations)}}.dump(
        -1, ' ', false, Json::error_handler_t::replace);
}

Result<NetworkGrids> gridsFromTensors(
    std::string_view codes, const StateDict& tensors, const Network& network, const LayerTable& table)
{
    const Json document = Json::parse(codes, nullptr, false);
    NamedGrids named;
    for (const bool ofWeights : {true, false}) {
        const char* const key = ofWeights ? "weights" : "activations";
        if (!document.is_object() || !document.contains(key) || !document[key].is_object()) return damaged(key);
        for (const auto& [name, entry] : document[key].items()) {
            if (!entry.is_array() || entry.size() != 3) return damaged(name);
            const auto bits = smallInteger(entry[0]), lowest = smallInteger(entry[1]), highest = smallInteger(entry[2]);
            const std::string quantizer = quantizerOf(name, ofWeights, network, table);
            if (!bits || !lowest || !highest || quantizer.empty()) return damaged(name);
            FrozenGrid grid{.bits = *bits, .lowest = *lowest, .highest = *highest, .scales = scalesOf(tensors, quantizer)};
            if (grid.scales.empty()) return damaged(name);
            (ofWeights ? named.weights : named.activations)[name] = std::move(grid);
        }
    }
    auto grids = gridsOf(named, network, table);
    if (!grids.ok()) return Error{ErrorCode::Corrupt, grids.error().message};
    return grids;
}

} // namespace halftone
