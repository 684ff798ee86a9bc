// Making, checking and spelling bit assignments.
#include "core/graph/bit_assignment.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace halftone {

namespace {

bool isBitWidth(int bits) { return bits == kFullPrecision || (bits >= kMinBits && bits <= kMaxBits); }

std::optional<int> bitsFromText(std::string_view digits)
{
    int bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc() || end != digits.data() + digits.size() || !isBitWidth(bits)) return std::nullopt;
    return bits;
}

} // namespace

BitAssignment fullPrecisionAssignment(const LayerTable& table) { return {std::vector<LayerBits>(table.layers.size())}; }

BitAssignment uniformAssignment(const LayerTable& table, int bits)
{
    BitAssignment assignment = fullPrecisionAssignment(table);
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        // The whole group is fixed: layers that read the tensor of a first or last layer share its quantizer.
        const bool fixed = table.group(table.layers[i].group).edge;
        const int layerBits = fixed && bits != kFullPrecision ? kEdgeBits : bits;
        assignment.layers[i] = {.weight = layerBits, .activation = layerBits};
    }
    return assignment;
}

std::optional<BitAssignment> assignmentByWidth(const LayerTable& table, std::string_view name)
{
    if (name == "fp32") return fullPrecisionAssignment(table);
    if (name.size() == 1 && name[0] >= '0' + kMinBits && name[0] <= '0' + kMaxBits) return uniformAssignment(table, name[0] - '0');
    return std::nullopt;
}

Status validate(const BitAssignment& assignment, const LayerTable& table)
{
    if (assignment.layers.size() != table.layers.size())
        return Error{ErrorCode::BadInput,
            fmt::format("the bit assignment has {} layers, the network has {}; it belongs to another network",
                assignment.layers.size(), table.layers.size())};
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const Layer& layer = table.layers[i];
        const LayerBits bits = assignment.layers[i];
        for (const int width : {bits.weight, bits.activation})
            if (!isBitWidth(width))
                return Error{ErrorCode::BadInput,
                    fmt::format("{}: {} is not a bit width; use {} to {}, or {} for full precision", layer.name, width,
                        kMinBits, kMaxBits, kFullPrecision)};
        const LayerIndex first = table.group(layer.group).layers.front();
        if (assignment[first].activation != bits.activation)
            return Error{ErrorCode::BadInput,
                fmt::format("{} and {} read the same tensor, so its bit width cannot be {} for one and {} for the other",
                    table.layer(first).name, layer.name, assignment[first].activation, bits.activation)};
    }
    return {};
}

std::string toText(const BitAssignment& assignment)
{
    std::string text;
    for (const LayerBits& bits : assignment.layers) {
        if (!text.empty()) text += ',';
        text += std::to_string(bits.weight);
        if (bits.activation == bits.weight) continue;
        text += '/';
        text += std::to_string(bits.activation);
    }
    return text;
}

Result<BitAssignment> assignmentFromText(std::string_view text)
{
    BitAssignment assignment;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view entry = text.substr(0, comma);
        const std::size_t slash = entry.find('/');
        const auto weight = bitsFromText(entry.substr(0, slash));
        const auto activation = slash == std::string_view::npos ? weight : bitsFromText(entry.substr(slash + 1));
        if (!weight || !activation || comma + 1 == text.size())
            return Error{ErrorCode::BadInput,
                fmt::format("bit assignment: layer {} has '{}' where bit widths such as 4 or 4/8 are needed",
                    assignment.layers.size(), entry)};
        assignment.layers.push_back({.weight = *weight, .activation = *activation});
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return assignment;
}

} // namespace halftone
