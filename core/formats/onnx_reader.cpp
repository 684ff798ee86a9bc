// Rebuilds a Network from an ONNX file's nodes, one after the other.
#include "core/formats/onnx_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/formats/onnx_graph_reader.h"
#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

constexpr std::int64_t kOldestOpset = 7;
constexpr std::int64_t kNewestOpset = 26;

} // namespace

std::string cleanOnnxName(std::string name)
{
    for (char& c : name) {
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) c = '_';
    }
    return name;
}

OnnxGraphReader::OnnxGraphReader(const OnnxFile& file)
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

Result<const OnnxMeaning*> OnnxGraphReader::known(const OnnxNode& node, std::size_t position) const
{
    if (position >= node.inputs.size()) return corruptNode(node, "has too few inputs");
    const std::string& name = node.inputs[position];
    if (const auto found = m_known.find(name); found != m_known.end()) return &found->second;
    if (m_constants.has(name)) return unsupportedNode(node, fmt::format("computes with the constant '{}'", name));
    return corruptNode(node, fmt::format("reads '{}', which nothing before it computes", name));
}

Result<std::vector<ValueIndex>> OnnxGraphReader::plainInputs(const OnnxNode& node)
{
    const bool several = node.type == "Concat" || node.type == "Add" || node.type == "Mul" || node.type == "MatMul";
    std::vector<ValueIndex> values;
    for (std::size_t i = 0; i < (several ? node.inputs.size() : 1); ++i) {
        HALFTONE_TRY(const OnnxMeaning input, floats(node, i));
        if (input.state == OnnxMeaning::State::Viewed)
            return unsupportedNode(node, fmt::format("reads '{}', whose dimensions are not batch, channels, height, width", node.inputs[i]));
        if (input.state != OnnxMeaning::State::Plain) return unsupportedNode(node, "reads codes that nothing dequantizes");
        values.push_back(input.value);
    }
    return values;
}

Status OnnxGraphReader::define(const OnnxNode& node, OnnxMeaning meaning)
{
    if (node.outputs.empty() || node.outputs[0].empty()) return corruptNode(node, "has no output");
    const std::string& name = node.outputs[0];
    if (m_constants.has(name) || !m_known.emplace(name, std::move(meaning)).second) {
        return corruptNode(node, fmt::format("computes '{}', which exists already", name));
    }
    return {};
}

std::string OnnxGraphReader::unique(const std::string& name)
{
    std::string candidate = name;
    while (m_names.contains(candidate)) candidate = fmt::format("{}_{}", name, ++m_names[name]);
    m_names[candidate] = 1;
    return candidate;
}

// The name in the state_dict where the weights' name shows it, then the node's own, then its output's; always unique.
std::string OnnxGraphReader::nameFor(const OnnxNode& node)
{
    constexpr std::string_view kWeight = ".weight";
    const bool ours = m_file.producer == "halftone";
    if (!ours && node.inputs.size() > 1 && node.inputs[1].ends_with(kWeight)) {
        const std::string prefix = cleanOnnxName(node.inputs[1].substr(0, node.inputs[1].size() - kWeight.size()));
        if (!prefix.empty() && !m_names.contains(prefix)) return unique(prefix);
    }
    const std::string& name = node.name.empty() && !node.outputs.empty() ? node.outputs[0] : node.name;
    return unique(name.empty() ? node.type : cleanOnnxName(name));
}

OnnxNodeContext OnnxGraphReader::contextOf(const OnnxNode& node, ValueIndex input) const
{
    const auto constant = [this, &node](std::size_t position) {
        return position < node.inputs.size() ? m_constants.find(node.inputs[position]) : nullptr;
    };
    return {node, m_file.opset, m_network.value(input).shape, m_batch, constant};
}

// Adds the operations of a node one after the other; the last one carries the name.
Status OnnxGraphReader::defineChain(
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

Status OnnxGraphReader::setParameter(const OnnxNode& node, ParameterIndex index, std::span<const float> values)
{
    const Shape& shape = m_network.parameter(index).shape;
    if (static_cast<std::int64_t>(values.size()) != elementCount(shape)) {
        return corruptNode(node, fmt::format("has {} values where {} are needed", values.size(), elementCount(shape)));
    }
    return m_network.setParameter(index, TensorData::fromFloats(shape, values));
}

Status OnnxGraphReader::readBatchNorm(const OnnxNode& node)
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

Status OnnxGraphReader::readPlain(const OnnxNode& node)
{
    if (node.type == "Identity" || node.type == "Dropout") {
        HALFTONE_TRY(const OnnxMeaning* input, known(node, 0));
        return define(node, *input);
    }
    HALFTONE_TRY(const std::vector<ValueIndex> inputs, plainInputs(node));
    if (inputs.empty()) return corruptNode(node, "has no inputs");
    HALFTONE_TRY(const std::vector<Attributes> chain, operationsOf(contextOf(node, inputs[0])));
    return defineChain(node, chain, inputs);
}

Status OnnxGraphReader::readNode(const OnnxNode& node)
{
    if (node.type == "Constant") return m_constants.readConstant(node);
    if (node.type == "QuantizeLinear") return readQuantize(node);
    if (node.type == "DequantizeLinear") return readDequantize(node);
    if (node.type == "Clip") return readClip(node);
    if (node.type == "Quant") return readQuant(node);
    if (node.type == "Conv" || node.type == "ConvTranspose" || node.type == "Gemm") return readLayer(node);
    if (node.type == "MatMul") return readMatMul(node);
    if (m_biasNodes.contains(&node)) return readBiasNode(node);
    if (node.type == "LayerNormalization") return readLayerNorm(node);
    if (node.type == "Add" || node.type == "Sub" || node.type == "Mul" || node.type == "Div") return readArithmetic(node);
    if (node.type == "PRelu") return readPRelu(node);
    if (node.type == "Reshape" || node.type == "Transpose" || node.type == "Gather") return readView(node);
    if (node.type == "Softmax") {
        HALFTONE_TRY(const OnnxMeaning* input, known(node, 0));
        if (input->state == OnnxMeaning::State::Viewed) return readViewedSoftmax(node, *input);
    }
    if (node.type == "BatchNormalization") return readBatchNorm(node);
    return readPlain(node);
}

// ---- the whole file ---------------------------------------------------------------------------------------------------

Status OnnxGraphReader::checkOperators() const
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
        list += count == 1 ? cleanOnnxName(type) : fmt::format("{} ({} times)", cleanOnnxName(type), count);
    }
    return Error{ErrorCode::Unsupported,
        fmt::format("The ONNX file uses operators that are not read: {}; export the network without them.", list)};
}

Status OnnxGraphReader::readInput()
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
    std::string name = input.name.empty() ? "input" : cleanOnnxName(input.name);
    name = unique(name);
    m_known[input.name] = {.value = m_network.addInput(shape, std::move(name))};
    return {};
}

Result<QuantizedModel> OnnxGraphReader::finish()
{
    if (m_file.outputs.size() != 1) {
        return Error{ErrorCode::Unsupported,
            fmt::format("The ONNX file has {} outputs, and networks with one are read; export it with the class scores alone.",
                m_file.outputs.size())};
    }
    const auto output = m_known.find(m_file.outputs[0].name);
    if (output != m_known.end() && output->second.state == OnnxMeaning::State::Dequantized) {
        const OnnxNode end{.type = "output", .name = output->first};
        HALFTONE_TRY(output->second, fakeQuantized(end, output->first, output->second));
    }
    if (output == m_known.end() || output->second.state != OnnxMeaning::State::Plain
        || output->second.value == m_network.input()) {
        return Error{ErrorCode::Unsupported,
            fmt::format("Output '{}' of the ONNX file is not computed by an operation on floats; export the network again.",
                m_file.outputs[0].name)};
    }
    m_network.setOutput(output->second.value);
    return quantizedModel(std::move(m_network), m_found, "The ONNX file");
}

Result<QuantizedModel> OnnxGraphReader::read()
{
    HALFTONE_CHECK(checkOperators());
    HALFTONE_CHECK(readInput());
    for (const OnnxNode& node : m_file.nodes) HALFTONE_CHECK(readNode(node));
    return finish();
}

Result<QuantizedModel> readOnnx(std::span<const std::byte> bytes, const std::filesystem::path& folder)
{
    HALFTONE_TRY(const OnnxFile file, parseOnnx(bytes, folder));
    return OnnxGraphReader(file).read();
}

} // namespace halftone
