// The layer table: edge layers, signs of inputs, linked groups; and which batch norms fold.
#include "core/graph/layers.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fnmatch.h>

#include "core/base/closest_names.h"

namespace halftone {

namespace {

template <typename Tag> std::size_t at(Index<Tag> index) { return static_cast<std::size_t>(index.value); }

// Per value: is a layer among the operations that it was computed from?
std::vector<bool> computedByLayers(const Network& network)
{
    std::vector<bool> computed(network.values().size(), false);
    for (const Operation& operation : network.operations())
        computed[at(operation.output)] = operation.isLayer()
            || std::any_of(operation.inputs.begin(), operation.inputs.end(), [&](ValueIndex v) { return computed[at(v)]; });
    return computed;
}

struct Uses {
    std::vector<bool> byLayers; // per value: some layer is computed from it
    std::vector<bool> byOutput; // per value: the network's output is computed from it
};

Uses usesOf(const Network& network)
{
    Uses uses{std::vector<bool>(network.values().size(), false), std::vector<bool>(network.values().size(), false)};
    if (network.output().valid()) uses.byOutput[at(network.output())] = true;
    const auto operations = network.operations();
    for (auto operation = operations.rbegin(); operation != operations.rend(); ++operation)
        for (const ValueIndex input : operation->inputs) {
            if (operation->isLayer() || uses.byLayers[at(operation->output)]) uses.byLayers[at(input)] = true;
            if (uses.byOutput[at(operation->output)]) uses.byOutput[at(input)] = true;
        }
    return uses;
}

// Per value: can it never be negative, whatever the weights?
std::vector<bool> unsignedValues(const Network& network)
{
    std::vector<bool> isUnsigned;
    extendNeverNegative(network, isUnsigned);
    return isUnsigned;
}

void addToGroup(LayerTable& table, std::map<ValueIndex, GroupIndex>& groupOfInput, Layer& layer)
{
    const auto [entry, isNew]
        = groupOfInput.try_emplace(layer.input, GroupIndex(static_cast<std::int64_t>(table.groups.size())));
    layer.group = entry->second;
    if (isNew) table.groups.push_back({.layers = {}, .input = layer.input, .edge = false, .name = {}, .macs = 0, .weights = 0});
    LinkedGroup& group = table.groups[at(layer.group)];
    group.layers.emplace_back(static_cast<std::int64_t>(table.layers.size()));
    group.edge = group.edge || layer.edge;
    group.name += (isNew ? "" : " + ") + layer.name;
    group.macs += layer.macs;
    group.weights += layer.weights;
}

} // namespace

void extendNeverNegative(const Network& network, std::vector<bool>& known)
{
    const std::size_t first = known.size(); // every operation puts out one value, in their order
    known.resize(network.values().size(), false);
    for (const Operation& operation : network.operations().subspan(first)) {
        const auto* quantize = operation.as<FakeQuantize>();
        const bool makesUnsigned = operation.as<Relu>() || operation.as<Relu6>() || operation.as<Softmax>()
            || operation.as<Sigmoid>() || operation.as<HardSigmoid>() || (quantize && quantize->lowest >= 0);
        const bool passesOn = quantize || operation.as<MaxPool>() || operation.as<AveragePool>() || operation.as<AdaptiveAveragePool>()
            || operation.as<Flatten>() || operation.as<Slice>() || operation.as<Pad>() || operation.as<Add>()
            || operation.as<Concat>() || operation.as<Multiply>() || operation.as<MatrixMultiply>() || operation.as<ChannelShuffle>() || operation.as<Upsample>();
        known[at(operation.output)]
            = makesUnsigned || (passesOn && std::all_of(operation.inputs.begin(), operation.inputs.end(), [&](ValueIndex v) {
                  return known[at(v)];
              }));
    }
}

LayerTable layerTable(const Network& network)
{
    const std::vector<bool> computed = computedByLayers(network);
    const Uses uses = usesOf(network);
    const std::vector<bool> isUnsigned = unsignedValues(network);
    LayerTable table;
    std::map<ValueIndex, GroupIndex> groupOfInput;
    for (std::size_t i = 0; i < network.operations().size(); ++i) {
        const Operation& operation = network.operations()[i];
        if (!operation.isLayer()) continue;
        const OperationIndex index(static_cast<std::int64_t>(i));
        const ValueIndex input = operation.inputs[0];
        const bool first = !computed[at(input)];
        const bool last = uses.byOutput[at(operation.output)] && !uses.byLayers[at(operation.output)];
        Layer layer{.name = operation.name,
            .operation = index,
            .input = input,
            .weight = operation.parameters[0],
            .macs = network.macs(index),
            .weights = elementCount(network.parameter(operation.parameters[0]).shape),
            .inputIsUnsigned = isUnsigned[at(input)],
            .edge = first || last,
            .group = {}};
        addToGroup(table, groupOfInput, layer);
        table.layers.push_back(std::move(layer));
    }
    return table;
}

Result<std::vector<LayerIndex>> LayerTable::match(std::string_view pattern) const
{
    const std::string wanted(pattern);
    std::vector<LayerIndex> matches;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (fnmatch(wanted.c_str(), layers[i].name.c_str(), 0) == 0) matches.emplace_back(static_cast<std::int64_t>(i));
        names.push_back(layers[i].name);
    }
    if (!matches.empty()) return matches;
    std::string hint = didYouMean(pattern, names);
    if (hint.empty() && !names.empty()) hint = fmt::format("; its layers are named like {}", names[names.size() / 2]);
    return Error{ErrorCode::NotFound, fmt::format("no layer of the network matches '{}'{}", pattern, hint)};
}

std::vector<BatchNormFold> batchNormFolds(const Network& network)
{
    std::vector<int> readers(network.values().size(), 0);
    for (const Operation& operation : network.operations())
        for (const ValueIndex input : operation.inputs) ++readers[at(input)];
    std::vector<BatchNormFold> folds;
    for (std::size_t i = 0; i < network.operations().size(); ++i) {
        const Operation& operation = network.operations()[i];
        if (!operation.as<BatchNorm>()) continue;
        const ValueIndex input = operation.inputs[0];
        const OperationIndex producer = network.value(input).producer;
        // The filters of a transposed convolution are not its output channels, so nothing folds into it.
        const bool foldable = network.operation(producer).isLayer() && !network.operation(producer).as<ConvTranspose2d>();
        if (foldable && readers[at(input)] == 1 && input != network.output())
            folds.push_back({.layer = producer, .batchNorm = OperationIndex(static_cast<std::int64_t>(i))});
    }
    return folds;
}

} // namespace halftone
