// Rebuilds a Network from an ONNX file's nodes, and finds the grids in its quantizer nodes.
#include "core/formats/onnx_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/formats/onnx_constants.h"
#include "core/formats/onnx_metadata.h"
#include "core/formats/onnx_node_reader.h"
#include "core/formats/onnx_tensor.h"
#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

constexpr std::int64_t kOldestOpset = 7;
constexpr std::int64_t kNewestOpset = 26;

// What a name of the graph stands for, unless it is a constant.
struct Known {
    enum class State { Plain, Clipped, Codes, Dequantized };
    ValueIndex value;
    State state = State::Plain;
    float lower = 0; // Clipped: the bounds of a Clip that only quantizers read
    float upper = 0;
    OnnxType codeType = OnnxType::Undefined; // Codes
    FrozenGrid grid; // Codes and Dequantized
};

// The fewest bits whose whole range contains the interval.
int bitsFor(std::int32_t lowest, std::int32_t highest)
{
    int bits = kMinBits;
    while (lowest >= 0 ? highest >= (1 << bits) : (highest >= (1 << (bits - 1)) || lowest < -(1 << (bits - 1)))) ++bits;
    return bits;
}

// For networkFromText and shell patterns alike: names without spaces and control characters.
std::string cleanName(std::string name)
{
    for (char& c : name) {
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) c = '_';
    }
    return name;
}

class OnnxReader {
public:
    explicit OnnxReader(const OnnxFile& file);

    Result<OnnxModel> read();

private:
    Status checkOperators() const;
    Status readInput();
    Status readNode(const OnnxNode& node);
    Status readQuantize(const OnnxNode& node);
    Status readDequantize(const OnnxNode& node);
    Status readClip(const OnnxNode& node);
    Status readLayer(const OnnxNode& node);
    Status readBatchNorm(const OnnxNode& node);
    Status readPlain(const OnnxNode& node);
    Result<OnnxModel> finish();

    Result<const Known*> known(const OnnxNode& node, std::size_t position) const;
    Result<std::vector<ValueIndex>> plainInputs(const OnnxNode& node) const;
    Status define(const OnnxNode& node, Known meaning);
    Status defineChain(
        const OnnxNode& node, const std::vector<Attributes>& chain, std::vector<ValueIndex> inputs, bool bias = false);
    Status setParameter(const OnnxNode& node, ParameterIndex index, std::span<const float> values);
    OnnxNodeContext contextOf(const OnnxNode& node, ValueIndex input) const;
    std::string nameFor(const OnnxNode& node);
    std::string unique(const std::string& name);
    bool onlyQuantizersRead(const std::string& name) const;
    FrozenGrid weightGrid(const std::string& layer, const OnnxWeights& weights) const;

    const OnnxFile& m_file;
    OnnxConstants m_constants;
    std::map<std::string, OnnxLayerMetadata, std::less<>> m_said; // of the layers that the file's metadata name
    std::map<std::string, Known, std::less<>> m_known;
    std::map<std::string, std::vector<const OnnxNode*>, std::less<>> m_readers;
    Network m_network{"onnx"};
    std::map<OperationIndex, FrozenGrid> m_weightGrids;
    std::map<ValueIndex, FrozenGrid> m_activationGrids;
    std::map<std::string, std::int64_t> m_names; // of operations, with how often each was asked for
    std::set<OperationIndex> m_readsCodes; // layers with a quantized input
    std::int64_t m_batch = -1;
};

OnnxReader::OnnxReader(const OnnxFile& file)
    : m_file(file)
    , m_constants(file)
{
    for (const auto& [key, value] : file.metadata) {
        if (key != kLayersMetadata) continue;
        for (OnnxLayerMetadata& layer : metadataFromJson(value).layers) m_said[layer.name] = layer;
    }
    for (const OnnxNode& node : file.nodes) {
        for (const std::string& input : node.inputs) m_readers[input].push_back(&node);
    }
}

// ---- names and values -------------------------------------------------------------------------------------------------

Result<const Known*> OnnxReader::known(const OnnxNode& node, std::size_t position) const
{
    if (position >= node.inputs.size()) return corruptNode(node, "has too few inputs");
    const std::string& name = node.inputs[position];
    if (const auto found = m_known.find(name); found != m_known.end()) return &found->second;
    if (m_constants.has(name)) return unsupportedNode(node, fmt::format("computes with the constant '{}'", name));
    return corruptNode(node, fmt::format("reads '{}', which nothing before it computes", name));
}

Result<std::vector<ValueIndex>> OnnxReader::plainInputs(const OnnxNode& node) const
{
    const bool several = node.type == "Concat" || node.type == "Add";
    std::vector<ValueIndex> values;
    for (std::size_t i = 0; i < (several ? node.inputs.size() : 1); ++i) {
        HALFTONE_TRY(const Known* input, known(node, i));
        if (input->state != Known::State::Plain) {
            return unsupportedNode(node, "reads a quantized value, and only convolutions and fully connected layers may");
        }
        values.push_back(input->value);
    }
    return values;
}

Status OnnxReader::define(const OnnxNode& node, Known meaning)
{
    if (node.outputs.empty() || node.outputs[0].empty()) return corruptNode(node, "has no output");
    const std::string& name = node.outputs[0];
    if (m_constants.has(name) || !m_known.emplace(name, std::move(meaning)).second) {
        return corruptNode(node, fmt::format("computes '{}', which exists already", name));
    }
    return {};
}

std::string OnnxReader::unique(const std::string& name)
{
    std::string candidate = name;
    while (m_names.contains(candidate)) candidate = fmt::format("{}_{}", name, ++m_names[name]);
    m_names[candidate] = 1;
    return candidate;
}

// The name in the state_dict where the weights' name shows it, then the node's own, then its output's; always unique.
std::string OnnxReader::nameFor(const OnnxNode& node)
{
    constexpr std::string_view kWeight = ".weight";
    const bool ours = m_file.producer == "halftone";
    if (!ours && node.inputs.size() > 1 && node.inputs[1].ends_with(kWeight)) {
        const std::string prefix = cleanName(node.inputs[1].substr(0, node.inputs[1].size() - kWeight.size()));
        if (!prefix.empty() && !m_names.contains(prefix)) return unique(prefix);
    }
    const std::string& name = node.name.empty() && !node.outputs.empty() ? node.outputs[0] : node.name;
    return unique(name.empty() ? node.type : cleanName(name));
}

OnnxNodeContext OnnxReader::contextOf(const OnnxNode& node, ValueIndex input) const
{
    const auto constant = [this, &node](std::size_t position) {
        return position < node.inputs.size() ? m_constants.find(node.inputs[position]) : nullptr;
    };
    return {node, m_file.opset, m_network.value(input).shape, m_batch, constant};
}

// Adds the operations of a node one after the other; the last one carries the name.
Status OnnxReader::defineChain(
    const OnnxNode& node, const std::vector<Attributes>& chain, std::vector<ValueIndex> inputs, bool bias)
{
    const std::string name = nameFor(node);
    ValueIndex value = inputs.at(0);
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const bool last = i + 1 == chain.size();
        const std::string part = last ? name : unique(fmt::format("{}_{}", name, kindName(chain[i])));
        const auto added = m_network.add(part, chain[i], std::move(inputs), bias && last);
        if (!added.ok()) return unsupportedNode(node, fmt::format("cannot be read ({})", added.error().message));
        value = *added;
        inputs = {value};
    }
    return define(node, {.value = value});
}

Status OnnxReader::setParameter(const OnnxNode& node, ParameterIndex index, std::span<const float> values)
{
    const Shape& shape = m_network.parameter(index).shape;
    if (static_cast<std::int64_t>(values.size()) != elementCount(shape)) {
        return corruptNode(node, fmt::format("has {} values where {} are needed", values.size(), elementCount(shape)));
    }
    return m_network.setParameter(index, TensorData::fromFloats(shape, values));
}

// ---- quantizers -------------------------------------------------------------------------------------------------------

Status OnnxReader::readQuantize(const OnnxNode& node)
{
    HALFTONE_TRY(const Known* input, known(node, 0));
    if (input->state != Known::State::Plain && input->state != Known::State::Clipped)
        return unsupportedNode(node, "quantizes a quantized value");
    HALFTONE_TRY(const OnnxQuantizer quantizer, m_constants.quantizer(node));
    if (quantizer.scales.size() != 1) return unsupportedNode(node, "has more than one scale for an activation");
    Known codes = *input;
    codes.state = Known::State::Codes;
    codes.codeType = quantizer.type;
    codes.grid.scales = quantizer.scales;
    const CodeRange range = *codeRange(quantizer.type);
    codes.grid.lowest = range.lowest;
    codes.grid.highest = range.highest;
    if (input->state == Known::State::Clipped) {
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

Status OnnxReader::readDequantize(const OnnxNode& node)
{
    if (!node.inputs.empty() && m_constants.has(node.inputs[0])) return m_constants.readDequantize(node);
    HALFTONE_TRY(const Known* input, known(node, 0));
    if (input->state != Known::State::Codes) return unsupportedNode(node, "dequantizes a value that no QuantizeLinear made");
    HALFTONE_TRY(const OnnxQuantizer quantizer, m_constants.quantizer(node));
    if (quantizer.scales != input->grid.scales || quantizer.type != input->codeType) {
        return unsupportedNode(node, "has another scale or type than the QuantizeLinear before it");
    }
    if (input->grid.lowest > 0 || input->grid.highest < 1)
        return unsupportedNode(node, "has a range that does not contain 0 and 1");
    Known value = *input;
    value.state = Known::State::Dequantized;
    value.grid.bits = bitsFor(value.grid.lowest, value.grid.highest);
    return define(node, std::move(value));
}

bool OnnxReader::onlyQuantizersRead(const std::string& name) const
{
    const auto readers = m_readers.find(name);
    return readers != m_readers.end() && std::all_of(readers->second.begin(), readers->second.end(), [](const OnnxNode* node) {
        return node->type == "QuantizeLinear";
    });
}

// A Clip is a quantizer's range (before or after its rounding), a ReLU, or a ReLU6.
Status OnnxReader::readClip(const OnnxNode& node)
{
    HALFTONE_TRY(const Known* input, known(node, 0));
    HALFTONE_TRY(const OnnxBounds bounds, m_constants.clipBounds(node, input->codeType));
    if (input->state == Known::State::Codes) {
        Known codes = *input;
        codes.grid.lowest = std::max(codes.grid.lowest, static_cast<std::int32_t>(bounds.lower));
        codes.grid.highest = std::min(codes.grid.highest, static_cast<std::int32_t>(bounds.upper));
        return define(node, std::move(codes));
    }
    if (input->state != Known::State::Plain)
        return unsupportedNode(node, "reads a quantized value, and only convolutions and fully connected layers may");
    const bool likeRelu6 = bounds.lower == 0 && bounds.upper == 6;
    if (onlyQuantizersRead(node.outputs.empty() ? std::string() : node.outputs[0])
        && (!likeRelu6 || node.note == kRangeClipNote)) {
        Known clipped = *input;
        clipped.state = Known::State::Clipped;
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
FrozenGrid OnnxReader::weightGrid(const std::string& layer, const OnnxWeights& weights) const
{
    const auto [least, most] = std::minmax_element(weights.codes.begin(), weights.codes.end());
    const auto found = m_said.find(layer);
    const OnnxLayerMetadata* said = found == m_said.end() ? nullptr : &found->second;
    if (said && said->bits.weight <= kMaxBits && said->weightRange.lowest <= std::min(*least, 0)
        && said->weightRange.highest >= std::max(*most, 1)
        && said->weightRange.highest - said->weightRange.lowest <= (1 << said->bits.weight)) {
        return {said->bits.weight, said->weightRange.lowest, said->weightRange.highest, weights.scales};
    }
    const int bits = bitsFor(std::min(*least, -1), *most);
    return {bits, -(1 << (bits - 1)), (1 << (bits - 1)) - 1, weights.scales};
}

Status OnnxReader::readLayer(const OnnxNode& node)
{
    HALFTONE_TRY(const Known* found, known(node, 0));
    const Known input = *found;
    if (input.state != Known::State::Plain && input.state != Known::State::Dequantized)
        return unsupportedNode(node, "reads codes that nothing dequantizes");
    HALFTONE_TRY(const OnnxWeights weights, m_constants.weights(node));
    std::vector<Attributes> chain{Linear{weights.shape.at(0)}};
    if (node.type == "Conv") {
        HALFTONE_TRY(chain, operationsOf(contextOf(node, input.value), weights.shape));
    }
    HALFTONE_TRY(const std::vector<float> bias, m_constants.bias(node, weights.shape[0]));
    HALFTONE_CHECK(defineChain(node, chain, {input.value}, !bias.empty()));

    const OperationIndex index = m_network.value(m_known.at(node.outputs[0]).value).producer;
    const Operation& operation = m_network.operation(index);
    const Shape& shape = m_network.parameter(operation.parameters[0]).shape;
    if (shape != weights.shape)
        return corruptNode(node, fmt::format("has weights of shape {} where {} is needed", text(weights.shape), text(shape)));
    HALFTONE_CHECK(setParameter(node, operation.parameters[0], weights.values));
    if (!bias.empty()) HALFTONE_CHECK(setParameter(node, operation.parameters[1], bias));
    if (!weights.codes.empty()) m_weightGrids[index] = weightGrid(operation.name, weights);
    if (input.state != Known::State::Dequantized) return {};

    m_readsCodes.insert(index);
    const auto [grid, isNew] = m_activationGrids.emplace(operation.inputs[0], input.grid);
    if (!isNew && grid->second != input.grid)
        return unsupportedNode(node, "reads a value that another layer reads with another scale or range");
    return {};
}

Status OnnxReader::readBatchNorm(const OnnxNode& node)
{
    HALFTONE_TRY(const std::vector<ValueIndex> inputs, plainInputs(node));
    HALFTONE_TRY(const std::vector<Attributes> chain, operationsOf(contextOf(node, inputs[0])));
    HALFTONE_CHECK(defineChain(node, chain, inputs));
    const OperationIndex index = m_network.value(m_known.at(node.outputs[0]).value).producer;
    const Operation& operation = m_network.operation(index);
    for (std::size_t i = 0; i < operation.parameters.size(); ++i) {
        HALFTONE_TRY(const std::vector<float> values, m_constants.floats(node, i + 1));
        HALFTONE_CHECK(setParameter(node, operation.parameters[i], values));
    }
    return {};
}

Status OnnxReader::readPlain(const OnnxNode& node)
{
    if (node.type == "Identity" || node.type == "Dropout") {
        HALFTONE_TRY(const Known* input, known(node, 0));
        return define(node, *input);
    }
    HALFTONE_TRY(const std::vector<ValueIndex> inputs, plainInputs(node));
    if (inputs.empty()) return corruptNode(node, "has no inputs");
    HALFTONE_TRY(const std::vector<Attributes> chain, operationsOf(contextOf(node, inputs[0])));
    return defineChain(node, chain, inputs);
}

Status OnnxReader::readNode(const OnnxNode& node)
{
    if (node.type == "Constant") return m_constants.readConstant(node);
    if (node.type == "QuantizeLinear") return readQuantize(node);
    if (node.type == "DequantizeLinear") return readDequantize(node);
    if (node.type == "Clip") return readClip(node);
    if (node.type == "Conv" || node.type == "Gemm") return readLayer(node);
    if (node.type == "BatchNormalization") return readBatchNorm(node);
    return readPlain(node);
}

// ---- the whole file ---------------------------------------------------------------------------------------------------

Status OnnxReader::checkOperators() const
{
    if (m_file.opset < 1) return Error{ErrorCode::Corrupt, "The ONNX file does not say its opset version; export it again."};
    if (m_file.opset < kOldestOpset || m_file.opset > kNewestOpset) {
        return Error{ErrorCode::Unsupported,
            fmt::format("The ONNX file uses opset {}, and {} to {} are read; export it with one of these.", m_file.opset,
                kOldestOpset, kNewestOpset)};
    }
    std::map<std::string, std::size_t> unknown;
    for (const OnnxNode& node : m_file.nodes) {
        if (!isKnownOperator(node)) ++unknown[node.domain.empty() ? node.type : node.domain + "." + node.type];
    }
    if (unknown.empty()) return {};
    std::string list;
    for (const auto& [type, count] : unknown) {
        if (!list.empty()) list += ", ";
        list += count == 1 ? cleanName(type) : fmt::format("{} ({} times)", cleanName(type), count);
    }
    return Error{ErrorCode::Unsupported,
        fmt::format("The ONNX file uses operators that are not read: {}; export the network without them.", list)};
}

Status OnnxReader::readInput()
{
    std::vector<const OnnxValueInfo*> inputs; // old files list their initializers among the inputs
    for (const OnnxValueInfo& input : m_file.inputs) {
        if (!m_constants.has(input.name)) inputs.push_back(&input);
    }
    if (inputs.size() != 1) {
        return Error{ErrorCode::Unsupported,
            fmt::format("The ONNX file has {} inputs, and networks with one input are read; export it with the image alone.",
                inputs.size())};
    }
    const OnnxValueInfo& input = *inputs[0];
    const bool usable = input.hasShape && (input.shape.size() == 4 || input.shape.size() == 2)
        && std::all_of(input.shape.begin() + 1, input.shape.end(), [](std::int64_t d) { return d > 0; });
    if (input.type != OnnxType::Float || !usable) {
        return Error{ErrorCode::Unsupported,
            fmt::format("Input '{}' of the ONNX file is not a batch of float images or features of a fixed size; export it "
                        "with a fixed "
                        "channel count, height and width.",
                input.name)};
    }
    m_batch = input.shape[0];
    const Shape shape(input.shape.begin() + 1, input.shape.end());
    HALFTONE_CHECK(checkValueShape(shape, fmt::format("input '{}' of the ONNX file", input.name)));
    std::string name = input.name.empty() ? "input" : cleanName(input.name);
    name = unique(name);
    m_known[input.name] = {.value = m_network.addInput(shape, std::move(name))};
    return {};
}

Result<OnnxModel> OnnxReader::finish()
{
    if (m_file.outputs.size() != 1) {
        return Error{ErrorCode::Unsupported,
            fmt::format("The ONNX file has {} outputs, and networks with one are read; export it with the class scores alone.",
                m_file.outputs.size())};
    }
    const auto output = m_known.find(m_file.outputs[0].name);
    if (output == m_known.end() || output->second.state != Known::State::Plain || output->second.value == m_network.input()) {
        return Error{ErrorCode::Unsupported,
            fmt::format("Output '{}' of the ONNX file is not computed by an operation on floats; export the network again.",
                m_file.outputs[0].name)};
    }
    m_network.setOutput(output->second.value);
    const LayerTable table = layerTable(m_network);
    OnnxModel model{m_network, fullPrecisionAssignment(table), {.weights = {}, .activations = m_activationGrids}};
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const LayerIndex index(static_cast<std::int64_t>(i));
        const Layer& layer = table.layer(index);
        if (m_readsCodes.contains(layer.operation)) model.bits[index].activation = m_activationGrids.at(layer.input).bits;
        if (const auto grid = m_weightGrids.find(layer.operation); grid != m_weightGrids.end()) {
            model.bits[index].weight = grid->second.bits;
            model.grids.weights[index] = grid->second;
        }
    }
    const Status consistent = validate(model.bits, table);
    if (!consistent.ok())
        return Error{ErrorCode::Unsupported,
            "The ONNX file quantizes a tensor for some of its layers only: " + consistent.error().message};
    return model;
}

Result<OnnxModel> OnnxReader::read()
{
    HALFTONE_CHECK(checkOperators());
    HALFTONE_CHECK(readInput());
    for (const OnnxNode& node : m_file.nodes) HALFTONE_CHECK(readNode(node));
    return finish();
}

} // namespace

Result<OnnxModel> readOnnx(std::span<const std::byte> bytes)
{
    HALFTONE_TRY(const OnnxFile file, parseOnnx(bytes));
    return OnnxReader(file).read();
}

} // namespace halftone
