// Finds quantizers and layers in an ONNX graph: grids, codes, weights and biases.
#include "core/formats/onnx_graph_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/formats/onnx_tensor.h"
#include "core/graph/code_range.h"
#include "core/graph/layers.h"

namespace halftone {

namespace {

Error tooManyCodes(const OnnxNode& node) { return unsupportedNode(node, "has more codes than 8 bits"); }

} // namespace

// The value as floats for everything that is no layer: a quantized one goes through an operation of its own then.
Result<OnnxMeaning> OnnxGraphReader::floats(const OnnxNode& node, std::size_t position)
{
    HALFTONE_TRY(const OnnxMeaning* found, known(node, position));
    if (found->state != OnnxMeaning::State::Dequantized) return *found;
    return fakeQuantized(node, node.inputs[position], *found);
}

Result<OnnxMeaning> OnnxGraphReader::fakeQuantized(const OnnxNode& node, const std::string& name, const OnnxMeaning& meaning)
{
    const auto [made, isNew] = m_fakeQuantized.emplace(name, meaning.value);
    if (isNew) {
        const FakeQuantize quantize{meaning.grid.scales.front(), meaning.grid.lowest, meaning.grid.highest};
        const auto added = m_network.add(unique(cleanOnnxName(name)), quantize, {meaning.value});
        if (!added.ok()) return unsupportedNode(node, fmt::format("reads a value that cannot be quantized ({})", added.error().message));
        made->second = *added;
    }
    return OnnxMeaning{.value = made->second};
}

// Codes from 0 on cut off what is negative. Programs that quantize leave a ReLU out for that, which other widths would miss.
Result<ValueIndex> OnnxGraphReader::reluFor(const OnnxNode& node, ValueIndex value)
{
    extendNeverNegative(m_network, m_neverNegative);
    if (m_neverNegative[static_cast<std::size_t>(value.value)]) return value;
    const auto [made, isNew] = m_addedRelus.emplace(value, value);
    if (isNew) {
        const auto added = m_network.add(unique(m_network.operation(m_network.value(value).producer).name + "_relu"), Relu{}, {value});
        if (!added.ok()) return unsupportedNode(node, fmt::format("cannot be read ({})", added.error().message));
        made->second = *added;
    }
    return made->second;
}

Status OnnxGraphReader::readQuantize(const OnnxNode& node)
{
    HALFTONE_TRY(const OnnxMeaning input, floats(node, 0));
    if (input.state != OnnxMeaning::State::Plain && input.state != OnnxMeaning::State::Clipped)
        return unsupportedNode(node, "quantizes a value that is quantized, or whose dimensions are in another order");
    HALFTONE_TRY(const OnnxQuantizer quantizer, m_constants.quantizer(node));
    if (quantizer.scales.size() != 1) return unsupportedNode(node, "has more than one scale for an activation");
    OnnxMeaning codes = input;
    codes.state = OnnxMeaning::State::Codes;
    codes.codeType = quantizer.type;
    codes.zeroPoint = quantizer.zeroPoint;
    codes.grid.scales = quantizer.scales;
    const CodeRange type = *codeRange(quantizer.type);
    const CodeRange range{type.lowest - quantizer.zeroPoint, type.highest - quantizer.zeroPoint};
    codes.grid.lowest = range.lowest;
    codes.grid.highest = range.highest;
    if (input.state == OnnxMeaning::State::Clipped) {
        // Rounding and dividing keep order, so a Clip before them is a Clip of the codes between the rounded bounds.
        const auto code = [&](float bound) {
            const double steps = std::nearbyint(static_cast<double>(bound / quantizer.scales[0]));
            return static_cast<std::int32_t>(std::clamp<double>(steps, range.lowest, range.highest));
        };
        codes.grid.lowest = code(input.lower);
        codes.grid.highest = code(input.upper);
    }
    return define(node, std::move(codes));
}

Status OnnxGraphReader::readDequantize(const OnnxNode& node)
{
    if (!node.inputs.empty() && m_constants.has(node.inputs[0])) return m_constants.readDequantize(node);
    HALFTONE_TRY(const OnnxMeaning* input, known(node, 0));
    if (input->state != OnnxMeaning::State::Codes)
        return unsupportedNode(node, "dequantizes a value that no QuantizeLinear made");
    HALFTONE_TRY(const OnnxQuantizer quantizer, m_constants.quantizer(node));
    if (quantizer.scales != input->grid.scales || quantizer.type != input->codeType || quantizer.zeroPoint != input->zeroPoint) {
        return unsupportedNode(node, "has another scale, type or zero point than the QuantizeLinear before it");
    }
    OnnxMeaning value = *input;
    value.state = OnnxMeaning::State::Dequantized;
    value.grid.bits = bitsFor({value.grid.lowest, value.grid.highest});
    if (value.grid.bits > kMaxBits) return tooManyCodes(node);
    if (value.grid.lowest == 0) {
        HALFTONE_TRY(value.value, reluFor(node, value.value));
    }
    return define(node, std::move(value));
}

// Quantize and dequantize in one node.
Status OnnxGraphReader::readQuant(const OnnxNode& node)
{
    HALFTONE_TRY(const OnnxQuant quant, m_constants.quant(node));
    if (m_constants.has(node.inputs[0])) return m_constants.readQuant(node, quant);
    HALFTONE_TRY(const OnnxMeaning input, floats(node, 0));
    if (input.state != OnnxMeaning::State::Plain) return unsupportedNode(node, "quantizes a value whose dimensions are in another order");
    if (quant.scales.size() != 1) return unsupportedNode(node, "has more than one scale for an activation");
    OnnxMeaning value{.value = input.value,
        .state = OnnxMeaning::State::Dequantized,
        .grid = {quant.bits, quant.range.lowest, quant.range.highest, quant.scales}};
    if (quant.range.lowest == 0) {
        HALFTONE_TRY(value.value, reluFor(node, value.value));
    }
    return define(node, std::move(value));
}

bool OnnxGraphReader::onlyQuantizersRead(const std::string& name) const
{
    const auto readers = m_readers.find(name);
    return readers != m_readers.end() && std::all_of(readers->second.begin(), readers->second.end(), [](const OnnxNode* node) {
        return node->type == "QuantizeLinear";
    });
}

// A Clip is a quantizer's range (before or after its rounding), a ReLU, or a ReLU6.
Status OnnxGraphReader::readClip(const OnnxNode& node)
{
    if (!node.inputs.empty() && m_constants.has(node.inputs[0])) return m_constants.readClip(node);
    HALFTONE_TRY(const OnnxMeaning input, floats(node, 0));
    HALFTONE_TRY(const OnnxBounds bounds, m_constants.clipBounds(node, input.codeType));
    if (input.state == OnnxMeaning::State::Codes) {
        OnnxMeaning codes = input;
        codes.grid.lowest = std::max(codes.grid.lowest, static_cast<std::int32_t>(bounds.lower) - codes.zeroPoint);
        codes.grid.highest = std::min(codes.grid.highest, static_cast<std::int32_t>(bounds.upper) - codes.zeroPoint);
        return define(node, std::move(codes));
    }
    if (input.state != OnnxMeaning::State::Plain)
        return unsupportedNode(node, "clips a value whose dimensions are in another order");
    const bool likeRelu6 = bounds.lower == 0 && bounds.upper == 6;
    if (onlyQuantizersRead(node.outputs.empty() ? std::string() : node.outputs[0])
        && (!likeRelu6 || node.note == kRangeClipNote)) {
        OnnxMeaning clipped = input;
        clipped.state = OnnxMeaning::State::Clipped;
        clipped.lower = static_cast<float>(bounds.lower);
        clipped.upper = static_cast<float>(bounds.upper);
        return define(node, std::move(clipped));
    }
    if (likeRelu6) return defineChain(node, {Relu6{}}, {input.value});
    if (bounds.lower == 0 && bounds.upper >= std::numeric_limits<float>::max())
        return defineChain(node, {Relu{}}, {input.value});
    return unsupportedNode(node, fmt::format("clips to {} .. {}, and only 0 .. 6 is read", bounds.lower, bounds.upper));
}

// ---- layers -----------------------------------------------------------------------------------------------------------

// The file's own words on bits and range where they agree with the codes; otherwise the least range that holds the codes.
// A flipped channel of a folded batch norm may reach one code further than the bits say, so a range may have 2^bits + 1 codes.
FrozenGrid OnnxGraphReader::weightGrid(const std::string& layer, const OnnxWeights& weights) const
{
    const auto [least, most] = std::minmax_element(weights.codes.begin(), weights.codes.end());
    const auto found = m_said.find(layer);
    const OnnxLayerMetadata* said = found == m_said.end() ? nullptr : &found->second;
    if (said && said->bits.weight <= kMaxBits && said->weightRange.lowest <= std::min(*least, 0)
        && said->weightRange.highest >= std::max(*most, 1)
        && said->weightRange.highest - said->weightRange.lowest <= (1 << said->bits.weight)) {
        return {said->bits.weight, said->weightRange.lowest, said->weightRange.highest, weights.scales};
    }
    if (weights.range && weights.range->lowest < 0 && weights.range->highest > 0)
        return {bitsFor(*weights.range), weights.range->lowest, weights.range->highest, weights.scales};
    const int bits = bitsFor({std::min(*least, -1), *most});
    return {bits, -(1 << (bits - 1)), (1 << (bits - 1)) - 1, weights.scales};
}

Status OnnxGraphReader::readLayer(const OnnxNode& node)
{
    HALFTONE_TRY(const OnnxMeaning* found, known(node, 0));
    const OnnxMeaning input = *found;
    if (input.state != OnnxMeaning::State::Plain && input.state != OnnxMeaning::State::Dequantized)
        return unsupportedNode(node, "reads codes that nothing dequantizes");
    HALFTONE_TRY(const OnnxWeights weights, m_constants.weights(node));
    std::vector<Attributes> chain{Linear{weights.shape.at(0)}};
    std::int64_t channels = weights.shape[0];
    if (node.type == "Conv" || node.type == "ConvTranspose") {
        HALFTONE_TRY(chain, operationsOf(contextOf(node, input.value), weights.shape));
        if (const auto* transposed = std::get_if<ConvTranspose2d>(&chain.back())) channels = transposed->outChannels;
    }
    // A MatMul has its bias in the Add behind it.
    const auto add = std::ranges::find_if(m_biasNodes, [&](const auto& entry) { return entry.second == &node; });
    HALFTONE_TRY(const std::vector<float> bias,
        add == m_biasNodes.end() ? m_constants.bias(node, 2, channels)
                                 : m_constants.bias(*add->first, add->first->inputs[0] == node.outputs[0] ? 1 : 0, channels));
    HALFTONE_CHECK(defineChain(node, chain, {input.value}, !bias.empty()));

    const OperationIndex index = m_network.value(m_known.at(node.outputs[0]).value).producer;
    const Operation& operation = m_network.operation(index);
    const Shape& shape = m_network.parameter(operation.parameters[0]).shape;
    if (shape != weights.shape)
        return corruptNode(node, fmt::format("has weights of shape {} where {} is needed", text(weights.shape), text(shape)));
    HALFTONE_CHECK(setParameter(node, operation.parameters[0], weights.values));
    if (!bias.empty()) HALFTONE_CHECK(setParameter(node, operation.parameters[1], bias));
    if (!weights.codes.empty()) m_found.weights[index] = weightGrid(operation.name, weights);
    if (input.state != OnnxMeaning::State::Dequantized) return {};

    m_found.quantizedInputs.insert(index);
    const auto [grid, isNew] = m_found.activations.emplace(operation.inputs[0], input.grid);
    if (!isNew && grid->second != input.grid)
        return unsupportedNode(node, "reads a value that another layer reads with another scale or range");
    return {};
}

} // namespace halftone
