// Layer metadata of ONNX files to and from JSON.
#include "core/formats/onnx_metadata.h"

#include <nlohmann/json.hpp>

namespace halftone {

namespace {

// Absent unless it is an integer of the interval.
std::optional<int> integerAt(const nlohmann::json& entry, const char* key, int lowest, int highest)
{
    const auto found = entry.find(key);
    if (found == entry.end() || !found->is_number_integer()) return std::nullopt;
    const auto value = found->get<std::int64_t>();
    if (value < lowest || value > highest) return std::nullopt;
    return static_cast<int>(value);
}

std::optional<int> bitsAt(const nlohmann::json& entry, const char* key)
{
    const auto bits = integerAt(entry, key, kMinBits, kFullPrecision);
    return bits && (*bits <= kMaxBits || *bits == kFullPrecision) ? bits : std::nullopt;
}

} // namespace

std::string toJson(const OnnxMetadata& metadata)
{
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const OnnxLayerMetadata& layer : metadata.layers) {
        nlohmann::ordered_json entry{
            {"name", layer.name}, {"weightBits", layer.bits.weight}, {"activationBits", layer.bits.activation}};
        if (layer.bits.weight != kFullPrecision) {
            entry["weightLowest"] = layer.weightRange.lowest;
            entry["weightHighest"] = layer.weightRange.highest;
        }
        list.push_back(std::move(entry));
    }
    return list.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

OnnxMetadata metadataFromJson(std::string_view json)
{
    OnnxMetadata metadata;
    const auto list = nlohmann::json::parse(json, nullptr, false);
    if (!list.is_array()) return metadata;
    for (const auto& entry : list) {
        if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string()) continue;
        const auto weight = bitsAt(entry, "weightBits");
        const auto activation = bitsAt(entry, "activationBits");
        const auto lowest = integerAt(entry, "weightLowest", -128, 0);
        const auto highest = integerAt(entry, "weightHighest", 0, 127);
        if (!weight || !activation || (*weight != kFullPrecision && (!lowest || !highest))) continue;
        metadata.layers.push_back(
            {entry["name"].get<std::string>(), {*weight, *activation}, {lowest.value_or(0), highest.value_or(0)}});
    }
    return metadata;
}

} // namespace halftone
