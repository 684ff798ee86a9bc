// Walks a network and writes each operation, quantizer and layer as ONNX nodes.
#include "core/export/onnx_writer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/version.h"
#include "core/export/exported_layer.h"
#include "core/export/onnx_nodes.h"
#include "core/formats/onnx_metadata.h"
#include "core/formats/onnx_tensor.h"

namespace halftone {

namespace {

// ---- what is asked ----------------------------------------------------------------------------------------------------

// A Quant node has two ranges for a width: the whole one, and without the lowest code (or, unsigned, without the highest).
Status checkQuantRange(const FrozenGrid& grid, std::string_view what, std::string_view whose)
{
    const std::int32_t half = 1 << (grid.bits - 1), all = 1 << grid.bits;
    const CodeRange range{grid.lowest, grid.highest};
    for (const CodeRange& said : {CodeRange{-half, half - 1}, CodeRange{1 - half, half - 1}, CodeRange{0, all - 1}, CodeRange{0, all - 2}})
        if (range == said) return {};
    return badGrid(what, whose, fmt::format("reaches from {} to {}, which a Quant node of {} bits cannot say", grid.lowest, grid.highest, grid.bits));
}

Status checkQuantRanges(const LayerTable& table, const NetworkGrids& grids)
{
    for (const auto& [layer, grid] : grids.weights) HALFTONE_CHECK(checkQuantRange(grid, "the weights of", table.layer(layer).name));
    for (const Layer& layer : table.layers)
        if (const auto found = grids.activations.find(layer.input); found != grids.activations.end())
            HALFTONE_CHECK(checkQuantRange(found->second, "the input of", layer.name));
    return {};
}

// ---- writing ----------------------------------------------------------------------------------------------------------

// The smallest type that holds every code; a flipped channel may need one step more than its bit width says.
OnnxType codeTypeFor(const ExportedLayer& layer, OnnxOptions::Codes codes)
{
    if (codes == OnnxOptions::Codes::Int8) return OnnxType::Int8;
    for (const OnnxType type : {OnnxType::Int2, OnnxType::Int4}) {
        const CodeRange range = *codeRange(type);
        if (layer.lowest >= range.lowest && layer.highest <= range.highest) return type;
    }
    return OnnxType::Int8;
}

class OnnxWriter {
public:
    OnnxWriter(const Network& network, const LayerTable& table, const BitAssignment& bits, const NetworkGrids& grids,
        const OnnxOptions& options);

    Result<OnnxFile> write();

private:
    std::string fresh(const std::string& wanted);
    std::string addConstant(const std::string& name, OnnxTensor tensor);
    OnnxValueInfo describe(ValueIndex value, const std::string& name) const;
    const std::string& quantized(ValueIndex value, const FrozenGrid& grid);
    std::string quantNode(const std::string& input, const std::string& value, const FrozenGrid& grid, const Shape& scaleShape);
    std::string clipFloats(const std::string& input, const std::string& value, const FrozenGrid& grid);
    std::string clipNode(const std::string& input, const std::string& value, OnnxTensor lowest, OnnxTensor highest);
    std::string writeWeights(const Operation& operation, const ExportedLayer& layer, int bits);
    std::string writeQuantWeights(const Parameter& parameter, const ExportedLayer& layer, int bits);
    std::string clipCodes(const std::string& codes, const std::string& value, const CodeRange& range, OnnxType type);
    Status writeLayer(LayerIndex index, const Operation* batchNorm);
    Status writeBatchNorm(const Operation& batchNorm);
    Status writePlain(const Operation& operation);
    void finish();

    const Network& m_network;
    const LayerTable& m_table;
    const BitAssignment& m_bits;
    const NetworkGrids& m_grids;
    const OnnxOptions& m_options;
    OnnxFile m_file;
    OnnxMetadata m_metadata;
    std::set<std::string> m_used; // every name of a value or initializer
    std::map<ValueIndex, std::string> m_names; // of values: their operations'
    std::map<ValueIndex, std::string> m_dequantized;
    std::set<OperationIndex> m_folded; // batch norms that their layers contain
};

OnnxWriter::OnnxWriter(const Network& network, const LayerTable& table, const BitAssignment& bits, const NetworkGrids& grids,
    const OnnxOptions& options)
    : m_network(network)
    , m_table(table)
    , m_bits(bits)
    , m_grids(grids)
    , m_options(options)
{
    for (const Operation& operation : network.operations()) {
        m_used.insert(operation.name);
        m_names[operation.output] = operation.name;
    }
}

std::string OnnxWriter::fresh(const std::string& wanted)
{
    std::string name = wanted;
    while (!m_used.insert(name).second) name += '_';
    return name;
}

std::string OnnxWriter::addConstant(const std::string& name, OnnxTensor tensor)
{
    tensor.name = fresh(name);
    m_file.initializers.push_back(std::move(tensor));
    return m_file.initializers.back().name;
}

OnnxValueInfo OnnxWriter::describe(ValueIndex value, const std::string& name) const
{
    OnnxValueInfo info{.name = name, .shape = {-1}};
    const Shape& shape = m_network.value(value).shape;
    info.shape.insert(info.shape.end(), shape.begin(), shape.end());
    return info;
}

// Keeps codes within a range narrower than the code type's; returns the clipped codes.
std::string OnnxWriter::clipCodes(const std::string& codes, const std::string& value, const CodeRange& range, OnnxType type)
{
    return clipNode(codes, value, codeTensor({}, type, {}, {&range.lowest, 1}), codeTensor({}, type, {}, {&range.highest, 1}));
}

// The same for floats that become codes: round(fl(fl(code * s) / s)) is `code` again for codes of 8 bits, as two roundings of
// 2^-24 move it by far less than a half. Rounding and dividing keep order, so clipping before them gives what clipping after
// them gives.
std::string OnnxWriter::clipFloats(const std::string& input, const std::string& value, const FrozenGrid& grid)
{
    const float lowest = static_cast<float>(grid.lowest) * grid.scales[0], highest = static_cast<float>(grid.highest) * grid.scales[0];
    return clipNode(input, value, floatTensor({}, {}, {&lowest, 1}), floatTensor({}, {}, {&highest, 1}));
}

std::string OnnxWriter::clipNode(const std::string& input, const std::string& value, OnnxTensor lowest, OnnxTensor highest)
{
    const std::string low = addConstant(value + "_lowest", std::move(lowest));
    const std::string high = addConstant(value + "_highest", std::move(highest));
    const std::string output = fresh(value + "_clipped");
    m_file.nodes.push_back({.type = "Clip",
        .name = output,
        .inputs = {input, low, high},
        .outputs = {output},
        .note = std::string(kRangeClipNote)});
    return output;
}

// Quant(x, scale, zero point, bits) of the QONNX dialect; returns its output. Checked before: the range is one that bits and
// the two marks can say.
std::string OnnxWriter::quantNode(const std::string& input, const std::string& value, const FrozenGrid& grid, const Shape& scaleShape)
{
    const float zero = 0, bits = static_cast<float>(grid.bits);
    const std::string scale = addConstant(value + "_scale", floatTensor({}, scaleShape, grid.scales));
    const std::string zeroPoint = addConstant(value + "_zero_point", floatTensor({}, {}, {&zero, 1}));
    const std::string width = addConstant(value + "_bits", floatTensor({}, {}, {&bits, 1}));
    const std::string output = fresh(value + "_quantized");
    const bool isSigned = grid.lowest < 0;
    const bool narrow = isSigned ? grid.lowest > -(1 << (grid.bits - 1)) : grid.highest < (1 << grid.bits) - 1;
    m_file.nodes.push_back({.type = "Quant",
        .name = output,
        .inputs = {input, scale, zeroPoint, width},
        .outputs = {output},
        .attributes = {{"signed", std::int64_t(isSigned ? 1 : 0)}, {"narrow", std::int64_t(narrow ? 1 : 0)},
            {"rounding_mode", std::string("ROUND")}},
        .domain = std::string(kQonnxDomain)});
    return output;
}

// One quantizer for a value, shared by every layer that reads it. Returns the dequantized value's name.
const std::string& OnnxWriter::quantized(ValueIndex value, const FrozenGrid& grid)
{
    if (const auto found = m_dequantized.find(value); found != m_dequantized.end()) return found->second;
    const std::string& name = m_names.at(value);
    if (m_options.form == OnnxOptions::Form::Qonnx) return m_dequantized[value] = quantNode(name, name, grid, {});
    const auto [type, zero] = storedCodes({grid.lowest, grid.highest});
    const CodeRange stored{grid.lowest + zero, grid.highest + zero};
    const bool narrow = *codeRange(type) != stored;
    const bool onCodes = m_options.rangeClip == OnnxOptions::RangeClip::OnCodes;
    const std::string scale = addConstant(name + "_scale", floatTensor({}, {}, grid.scales));
    const std::string zeroPoint = addConstant(name + "_zero_point", codeTensor({}, type, {}, {&zero, 1}));

    std::string current = name;
    if (narrow && !onCodes) current = clipFloats(current, name, grid);
    const std::string codes = fresh(name + "_codes");
    m_file.nodes.push_back(
        {.type = "QuantizeLinear", .name = codes, .inputs = {current, scale, zeroPoint}, .outputs = {codes}});
    current = codes;
    if (narrow && onCodes) current = clipCodes(current, name, stored, type);
    const std::string output = fresh(name + "_dequantized");
    m_file.nodes.push_back(
        {.type = "DequantizeLinear", .name = output, .inputs = {current, scale, zeroPoint}, .outputs = {output}});
    m_file.annotations.push_back({.tensor = name, .scale = scale, .zeroPoint = zeroPoint});
    return m_dequantized[value] = output;
}

// Returns the name of the float weights: an initializer, or the output of a DequantizeLinear node.
std::string OnnxWriter::writeWeights(const Operation& operation, const ExportedLayer& layer, int bits)
{
    const Parameter& parameter = m_network.parameter(operation.parameters[0]);
    if (bits == kFullPrecision) return addConstant(parameter.name, floatTensor({}, parameter.shape, layer.weights));
    if (m_options.form == OnnxOptions::Form::Qonnx) return writeQuantWeights(parameter, layer, bits);
    const OnnxType type = codeTypeFor(layer, m_options.codes);
    if (type == OnnxType::Int4) m_file.opset = std::max<std::int64_t>(m_file.opset, 21);
    if (type == OnnxType::Int2) m_file.opset = std::max<std::int64_t>(m_file.opset, 25);
    const bool perChannel = layer.scales.size() > 1;
    const Shape scaleShape = perChannel ? Shape{static_cast<std::int64_t>(layer.scales.size())} : Shape{};
    const std::vector<std::int32_t> zeros(layer.scales.size(), 0);

    const std::string codes = addConstant(parameter.name + "_codes", codeTensor({}, type, parameter.shape, layer.codes));
    const std::string scale = addConstant(parameter.name + "_scale", floatTensor({}, scaleShape, layer.scales));
    const std::string zeroPoint = addConstant(parameter.name + "_zero_point", codeTensor({}, type, scaleShape, zeros));
    const std::string output = fresh(parameter.name);
    const bool clips = m_options.form == OnnxOptions::Form::Qcdq && *codeRange(type) != CodeRange{layer.lowest, layer.highest};
    const std::string limited = clips ? clipCodes(codes, parameter.name, {layer.lowest, layer.highest}, type) : codes;
    OnnxNode node{.type = "DequantizeLinear", .name = output, .inputs = {limited, scale, zeroPoint}, .outputs = {output}};
    if (perChannel) node.attributes.push_back({"axis", std::int64_t(0)});
    m_file.nodes.push_back(std::move(node));
    m_file.annotations.push_back({.tensor = codes, .scale = scale, .zeroPoint = zeroPoint});
    return output;
}

// Floats that are codes * scale already, and the Quant node that says so.
std::string OnnxWriter::writeQuantWeights(const Parameter& parameter, const ExportedLayer& layer, int bits)
{
    std::vector<float> values(layer.codes.size());
    const std::size_t perScale = values.size() / layer.scales.size();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(layer.codes[i]) * layer.scales[i / perScale];
    Shape scaleShape;
    if (layer.scales.size() > 1) {
        scaleShape.assign(parameter.shape.size(), 1);
        scaleShape[0] = parameter.shape[0];
    }
    const std::string floats = addConstant(parameter.name, floatTensor({}, parameter.shape, values));
    return quantNode(floats, parameter.name, {bits, layer.lowest, layer.highest, layer.scales}, scaleShape);
}

Status OnnxWriter::writeLayer(LayerIndex index, const Operation* batchNorm)
{
    const Layer& layer = m_table.layer(index);
    const Operation& operation = m_network.operation(layer.operation);
    const LayerBits bits = m_bits[index];
    const FrozenGrid* grid = bits.weight == kFullPrecision ? nullptr : &m_grids.weights.at(index);
    HALFTONE_TRY(const ExportedLayer exported, exportLayer(m_network, operation, grid, batchNorm));
    if (exported.folded) m_folded.insert(m_network.value(batchNorm->output).producer);

    OnnxNode node{.type = "Conv", .name = operation.name};
    node.inputs.push_back(bits.activation == kFullPrecision ? m_names.at(layer.input)
                                                            : quantized(layer.input, m_grids.activations.at(layer.input)));
    node.inputs.push_back(writeWeights(operation, exported, bits.weight));
    if (!exported.bias.empty()) {
        const Shape shape{static_cast<std::int64_t>(exported.bias.size())};
        node.inputs.push_back(addConstant(operation.name + ".bias", floatTensor({}, shape, exported.bias)));
    }
    // A folded batch norm's value is computed by the layer's node: there is no value before it.
    node.outputs.push_back(m_names.at(exported.folded ? batchNorm->output : operation.output));
    if (const auto* convolution = operation.as<Conv2d>()) {
        node.attributes = convolutionAttributes(*convolution);
    } else if (const auto* transposed = operation.as<ConvTranspose2d>()) {
        node.type = "ConvTranspose";
        node.attributes = convolutionAttributes(*transposed);
    } else {
        node.type = "Gemm";
        node.attributes = {{"transB", std::int64_t(1)}};
    }
    m_file.nodes.push_back(std::move(node));
    m_metadata.layers.push_back({operation.name, bits, {exported.lowest, exported.highest}});
    return {};
}

Status OnnxWriter::writeBatchNorm(const Operation& batchNorm)
{
    OnnxNode node{.type = "BatchNormalization",
        .name = batchNorm.name,
        .inputs = {m_names.at(batchNorm.inputs[0])},
        .outputs = {batchNorm.name}};
    for (const ParameterIndex index : batchNorm.parameters) {
        const Parameter& parameter = m_network.parameter(index);
        if (parameter.data.empty()) {
            return Error{ErrorCode::BadInput,
                fmt::format("'{}' has no data; load or train the network before exporting it.", parameter.name)};
        }
        node.inputs.push_back(addConstant(parameter.name, floatTensor({}, parameter.shape, parameter.data.floats())));
    }
    const BatchNorm& norm = *batchNorm.as<BatchNorm>();
    node.attributes = {{"epsilon", static_cast<float>(norm.epsilon)}, {"momentum", static_cast<float>(1 - norm.momentum)}};
    m_file.nodes.push_back(std::move(node));
    return {};
}

Status OnnxWriter::writePlain(const Operation& operation)
{
    HALFTONE_TRY(std::vector<NodeForm> forms, nodeForms(m_network, operation));
    std::string before;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        const bool last = i + 1 == forms.size();
        const std::string name = last ? operation.name : fresh(fmt::format("{}_{}", operation.name, i + 1));
        m_file.opset = std::max(m_file.opset, forms[i].opset);
        OnnxNode node{.type = forms[i].type, .name = name, .outputs = {name}, .attributes = std::move(forms[i].attributes)};
        if (i > 0) node.inputs.push_back(before);
        const bool readsInputs = i == 0 || (node.type == "Mul" && forms[i].constants.empty());
        for (std::size_t k = 0; readsInputs && k < operation.inputs.size(); ++k)
            node.inputs.push_back(m_names.at(operation.inputs[k]));
        for (ConstantInput& constant : forms[i].constants) {
            node.inputs.push_back(addConstant(operation.name + "_" + constant.suffix, std::move(constant.tensor)));
        }
        m_file.nodes.push_back(std::move(node));
        before = name;
    }
    return {};
}

void OnnxWriter::finish()
{
    // The lowest versions that have what the file uses.
    m_file.irVersion = m_file.opset >= 25 ? 13 : m_file.opset >= 21 ? 10 : m_file.opset >= 19 ? 9 : m_file.opset >= 15 ? 8 : 7;
    m_file.producer = "halftone";
    m_file.producerVersion = kVersion;
    m_file.graphName = m_network.architecture().empty() ? "network" : m_network.architecture();
    m_file.metadata.emplace_back(std::string(kLayersMetadata), toJson(m_metadata));
    m_file.inputs.push_back(describe(m_network.input(), m_names.at(m_network.input())));
    m_file.outputs.push_back(describe(m_network.output(), m_names.at(m_network.output())));
}

Result<OnnxFile> OnnxWriter::write()
{
    m_file.opset = 13;
    std::map<OperationIndex, OperationIndex> batchNormOf;
    if (m_options.foldBatchNorm) {
        for (const BatchNormFold& fold : batchNormFolds(m_network)) batchNormOf[fold.layer] = fold.batchNorm;
    }
    LayerIndex nextLayer(0);
    for (std::size_t i = 0; i < m_network.operations().size(); ++i) {
        const OperationIndex index(static_cast<std::int64_t>(i));
        const Operation& operation = m_network.operation(index);
        if (operation.as<Input>() || m_folded.contains(index)) continue;
        if (operation.isLayer()) {
            const auto fold = batchNormOf.find(index);
            HALFTONE_CHECK(writeLayer(nextLayer, fold == batchNormOf.end() ? nullptr : &m_network.operation(fold->second)));
            ++nextLayer.value;
        } else if (operation.as<BatchNorm>()) {
            HALFTONE_CHECK(writeBatchNorm(operation));
        } else {
            HALFTONE_CHECK(writePlain(operation));
        }
        const std::string& name = m_file.nodes.back().outputs[0];
        if (name != m_names.at(m_network.output())) m_file.values.push_back(describe(operation.output, name));
    }
    finish();
    return std::move(m_file);
}

} // namespace

Result<Bytes> writeOnnx(const QuantizedModel& model, const OnnxOptions& options)
{
    const LayerTable table = layerTable(model.network);
    HALFTONE_CHECK(validate(model));
    OnnxOptions own = options;
    if (own.form != OnnxOptions::Form::Qdq) own.codes = OnnxOptions::Codes::Int8;
    // A folded channel of negative gamma has a code more than its bits say, which a Quant node cannot hold.
    if (own.form == OnnxOptions::Form::Qonnx) {
        own.foldBatchNorm = false;
        HALFTONE_CHECK(checkQuantRanges(table, model.grids));
    }
    HALFTONE_TRY(const OnnxFile file, OnnxWriter(model.network, table, model.bits, model.grids, own).write());
    return serializeOnnx(file);
}

} // namespace halftone
