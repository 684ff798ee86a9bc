// Finds quantizers and layers in an ONNX graph: grids, codes, weights and biases.
#include "core/formats/onnx_graph_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/formats/onnx_tensor.h"

namespace halftone {

namespace {

// The fewest bits whose whole range contains the interval.
int bitsFor(std::int32_t lowest, std::int32_t highest)
{
    int bits = kMinBits;
    while (lowest >= 0 ? highest >= (1 << bits) : (highest >= (1 << (bits - 1)) || lowest < -(1 << (bits - 1)))) ++bits;
    return bits;
}

} // namespace

Status OnnxGraphReader::readQuantize(const OnnxNode& node)
{
    HALFTONE_TRY(const OnnxMeaning* input, known(node, 0));
    if (input->state != OnnxMeaning::State::Plain && input->state != OnnxMeaning::State::Clipped)
        return unsupportedNode(node, "quantizes a quantized value");
    HALFTONE_TRY(const OnnxQuantizer quantizer, m_constants.quantizer(node));
    if (quantizer.scales.size() != 1) return unsupportedNode(node, "has more than one scale for an activation");
    OnnxMeaning codes = *input;
    codes.state = OnnxMeaning::State::Codes;
    codes.codeType = quantizer.type;
    codes.grid.scales = quantizer.scales;
    const CodeRange range = *codeRange(quantizer.type);
    codes.grid.lowest = range.lowest;
    codes.grid.highest = range.highest;
    if (input->state == OnnxMeaning::State::Clipped) {
        // Rounding and dividing keep order, so a Clip before them is a Clip of the codes between the rounded bounds.
        const auto code = [&](float bound) {
            const double steps = std::nearbyint(static_cast<double>(bound / quantizer.scales[0]));
            return static_cast<std::int32_t>(std::clamp<double>(steps, range.lowest, range.highest));
        };
        codes.grid.lowest = code(input->lower);
        codes.grid.highest = code(input->upper);
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
    if (quantizer.scales != input->grid.scales || quantizer.type != input->codeType) {
        return unsupportedNode(node, "has another scale or type than the QuantizeLinear before it");
    }
    if (input->grid.lowest > 0 || input->grid.highest < 1)
        return unsupportedNode(node, "has a range that does not contain 0 and 1");
    OnnxMeaning value = *input;
    value.state = OnnxMeaning::State::Dequantized;
    value.grid.bits = bitsFor(value.grid.lowest, value.grid.highest);
    return define(node, std::move(value));
}

// Quantize and dequantize in one node.
Status OnnxGraphReader::readQuant(const OnnxNode& node)
{
    HALFTONE_TRY(const OnnxQuant quant, m_constants.quant(node));
    if (m_constants.has(node.inputs[0])) return m_constants.readQuant(node, quant);
    HALFTONE_TRY(const OnnxMeaning* input, known(node, 0));
    if (input->state != OnnxMeaning::State::Plain) return unsupportedNode(node, "quantizes a quantized value");
    if (quant.scales.size() != 1) return unsupportedNode(node, "has more than one scale for an activation");
    return define(node,
        {.value = input->value,
            .state = OnnxMeaning::State::Dequantized,
            .grid = {quant.bits, quant.range.lowest, quant.range.highest, quant.scales}});
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
    HALFTONE_TRY(const OnnxMeaning* input, known(node, 0));
    HALFTONE_TRY(const OnnxBounds bounds, m_constants.clipBounds(node, input->codeType));
    if (input->state == OnnxMeaning::State::Codes) {
        OnnxMeaning codes = *input;
        codes.grid.lowest = std::max(codes.grid.lowest, static_cast<std::int32_t>(bounds.lower));
        codes.grid.highest = std::min(codes.grid.highest, static_cast<std::int32_t>(bounds.upper));
        return define(node, std::move(codes));
    }
    if (input->state != OnnxMeaning::State::Plain)
        return unsupportedNode(node, "reads a quantized value, and only convolutions and fully connected layers may");
    const bool likeRelu6 = bounds.lower == 0 && bounds.upper == 6;
    if (onlyQuantizersRead(node.outputs.empty() ? std::string() : node.outputs[0])
        && (!likeRelu6 || node.note == kRangeClipNote)) {
        OnnxMeaning clipped = *input;
        clipped.state = OnnxMeaning::State::Clipped;
        clipped.lower = static_cast<float>(bounds.lower);
        clipped.upper = static_cast<float>(bounds.upper);
        return define(node, std::move(clipped));
    }
    if (likeRelu6) return defineChain(node, {Relu6{}}, {input->value});
    if (bounds.lower == 0 && bounds.upper >= std::numeric_limits<float>::max())
        return defineChain(node, {Relu{}}, {input->value});
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
        return {bitsFor(weights.range->lowest, weights.range->highest), weights.range->lowest, weights.range->highest, weights.scales};
    const int bits = bitsFor(std::min(*least, -1), *most);
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
