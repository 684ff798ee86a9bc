// Reads weights, biases, scales and bounds out of an ONNX graph's constants.
#include "core/formats/onnx_constants.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/formats/onnx_node_reader.h"
#include "core/graph/bit_assignment.h"

namespace halftone {

namespace {

bool given(const OnnxNode& node, std::size_t position)
{
    return position < node.inputs.size() && !node.inputs[position].empty();
}

// Of {rows, columns}. Nothing stays nothing: float weights have no codes.
template <typename T> void transpose(std::vector<T>& values, std::int64_t rows, std::int64_t columns)
{
    if (values.empty()) return;
    std::vector<T> turned(values.size());
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < columns; ++c)
            turned[static_cast<std::size_t>(c * rows + r)] = values[static_cast<std::size_t>(r * columns + c)];
    }
    values = std::move(turned);
}

// One number for all channels.
Result<std::int32_t> zeroPointOf(const OnnxNode& node, const OnnxTensor& tensor)
{
    const bool zero = std::all_of(tensor.bytes.begin(), tensor.bytes.end(), [](std::byte b) { return b == std::byte{0}; });
    if (zero) return 0;
    if (!codeRange(tensor.type)) return unsupportedNode(node, "has a zero point other than 0");
    HALFTONE_TRY(const std::vector<std::int32_t> numbers, codesOf(tensor));
    if (std::any_of(numbers.begin(), numbers.end(), [&](std::int32_t number) { return number != numbers.front(); }))
        return unsupportedNode(node, "has zero points that differ from channel to channel");
    return numbers.front();
}

// The type of the zero point that an attribute names, where the input that would show it is left out.
Result<OnnxType> typeWithoutZeroPoint(const OnnxNode& node)
{
    HALFTONE_TRY(const std::int64_t number, integerAttribute(node, "output_dtype", 0));
    if (number == 0 || node.type != "QuantizeLinear") return OnnxType::UInt8;
    if (number < 0 || number > 100) return corruptNode(node, "has an impossible output_dtype");
    return static_cast<OnnxType>(number);
}

} // namespace

OnnxConstants::OnnxConstants(const OnnxFile& file)
{
    // Layers may share weights, but a file that names one tensor for thousands of layers is no network.
    constexpr std::int64_t kUses = 16;
    constexpr std::int64_t kFree = 1 << 20;
    m_budget = kFree;
    for (const OnnxTensor& tensor : file.initializers) {
        m_tensors.emplace(tensor.name, &tensor);
        m_budget += kUses * static_cast<std::int64_t>(tensor.bytes.size());
    }
}

Status OnnxConstants::spend(const OnnxNode& node, const OnnxTensor& tensor)
{
    m_budget -= static_cast<std::int64_t>(tensor.bytes.size());
    if (m_budget >= 0) return {};
    return unsupportedNode(node, "is one of too many that read the same large constants");
}

bool OnnxConstants::has(const std::string& name) const { return m_tensors.contains(name) || m_codes.contains(name); }

const OnnxTensor* OnnxConstants::find(const std::string& name) const
{
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : found->second;
}

Status OnnxConstants::define(const OnnxNode& node, OnnxTensor tensor)
{
    if (node.outputs.empty() || node.outputs[0].empty()) return corruptNode(node, "has no output");
    if (has(node.outputs[0])) return corruptNode(node, fmt::format("computes '{}', which exists already", node.outputs[0]));
    tensor.name = node.outputs[0];
    m_own.push_back(std::move(tensor));
    m_budget += static_cast<std::int64_t>(m_own.back().bytes.size());
    m_tensors[node.outputs[0]] = &m_own.back();
    return {};
}

Status OnnxConstants::readConstant(const OnnxNode& node)
{
    if (node.attributes.size() != 1) return corruptNode(node, "has no value, or several");
    const OnnxAttributeValue& value = node.attributes[0].value;
    if (const auto* tensor = std::get_if<OnnxTensor>(&value)) return define(node, *tensor);
    if (const auto* real = std::get_if<float>(&value)) return define(node, floatTensor({}, {}, {real, 1}));
    if (const auto* reals = std::get_if<std::vector<float>>(&value)) {
        return define(node, floatTensor({}, {static_cast<std::int64_t>(reals->size())}, *reals));
    }
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value)) return define(node, int64Tensor({}, *integers));
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        OnnxTensor tensor = int64Tensor({}, {integer, 1});
        tensor.shape.clear();
        return define(node, std::move(tensor));
    }
    return unsupportedNode(node, "has a value that is neither numbers nor a tensor of them");
}

Result<std::vector<float>> OnnxConstants::floats(const OnnxNode& node, std::size_t position)
{
    if (!given(node, position)) return corruptNode(node, "has too few inputs");
    const std::string& name = node.inputs[position];
    if (!find(name) && m_codes.contains(name)) HALFTONE_CHECK(dequantize(node, name));
    const OnnxTensor* tensor = find(name);
    if (!tensor) return unsupportedNode(node, fmt::format("computes '{}' while running, where a constant is needed", name));
    HALFTONE_CHECK(spend(node, *tensor));
    return floatsOf(*tensor);
}

// Codes that something other than a layer reads, as the floats that they stand for.
Status OnnxConstants::dequantize(const OnnxNode& node, const std::string& name)
{
    const auto& [tensor, quantizer, range] = m_codes.at(name);
    HALFTONE_CHECK(spend(node, *tensor));
    HALFTONE_TRY(const std::vector<std::int32_t> codes, codesOf(*tensor));
    if (quantizer.scales.size() != 1) return unsupportedNode(node, "reads constants of several scales, and only layers may");
    std::vector<float> values(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i)
        values[i] = static_cast<float>(codes[i] - quantizer.zeroPoint) * quantizer.scales[0];
    m_own.push_back(floatTensor(name, tensor->shape, values));
    m_tensors[name] = &m_own.back();
    return {};
}

Result<OnnxQuantizer> OnnxConstants::quantizer(const OnnxNode& node)
{
    OnnxQuantizer quantizer;
    HALFTONE_TRY(quantizer.scales, floats(node, 1));
    HALFTONE_TRY(quantizer.axis, integerAttribute(node, "axis", 1));
    HALFTONE_TRY(const std::int64_t block, integerAttribute(node, "block_size", 0));
    if (block != 0) return unsupportedNode(node, "quantizes in blocks");
    if (quantizer.scales.empty()
        || !std::all_of(quantizer.scales.begin(), quantizer.scales.end(), [](float s) { return s > 0 && std::isfinite(s); })) {
        return corruptNode(node, "has a scale that is not a positive number");
    }
    if (!given(node, 2)) {
        HALFTONE_TRY(quantizer.type, typeWithoutZeroPoint(node));
    } else {
        const OnnxTensor* zeroPoint = find(node.inputs[2]);
        if (!zeroPoint) return unsupportedNode(node, "computes its zero point while running");
        quantizer.type = zeroPoint->type;
        HALFTONE_TRY(quantizer.zeroPoint, zeroPointOf(node, *zeroPoint));
    }
    if (!codeRange(quantizer.type) && quantizer.type != OnnxType::Int32)
        return unsupportedNode(node, "has codes of another type than 2, 4 or 8 bits");
    if (node.type == "QuantizeLinear" && !codeRange(quantizer.type)) return unsupportedNode(node, "makes codes of 32 bits");
    return quantizer;
}

Status OnnxConstants::readDequantize(const OnnxNode& node)
{
    if (node.outputs.empty() || has(node.outputs[0])) return corruptNode(node, "has no output, or one that exists already");
    const OnnxTensor* tensor = find(node.inputs[0]);
    if (!tensor) return unsupportedNode(node, "dequantizes what is dequantized already");
    HALFTONE_TRY(OnnxQuantizer found, quantizer(node));
    if (given(node, 2) && found.type != tensor->type)
        return corruptNode(node, "has a zero point of another type than its codes");
    if (tensor->type != OnnxType::Int32) {
        const auto range = m_ranges.find(node.inputs[0]);
        m_codes[node.outputs[0]] = {tensor, std::move(found), range == m_ranges.end() ? std::nullopt : std::optional(range->second)};
        return {};
    }
    HALFTONE_CHECK(spend(node, *tensor));
    HALFTONE_TRY(const std::vector<std::int64_t> integers, integersOf(*tensor));
    if (found.scales.size() != 1 && found.scales.size() != integers.size())
        return corruptNode(node, "has another number of scales than of values");
    std::vector<float> values(integers.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(integers[i]) * found.scales[found.scales.size() == 1 ? 0 : i];
    }
    return define(node, floatTensor({}, tensor->shape, values));
}

Status OnnxConstants::readClip(const OnnxNode& node)
{
    if (node.outputs.empty() || has(node.outputs[0])) return corruptNode(node, "has no output, or one that exists already");
    const OnnxTensor* tensor = find(node.inputs[0]);
    if (!tensor || !codeRange(tensor->type)) return unsupportedNode(node, "clips a constant that is no codes");
    HALFTONE_TRY(const OnnxBounds bounds, clipBounds(node, tensor->type));
    HALFTONE_CHECK(spend(node, *tensor));
    HALFTONE_TRY(const std::vector<std::int32_t> codes, codesOf(*tensor));
    if (std::any_of(codes.begin(), codes.end(), [&](std::int32_t c) { return c < bounds.lower || c > bounds.upper; }))
        return unsupportedNode(node, "changes the constant codes that it clips");
    m_tensors[node.outputs[0]] = tensor;
    m_ranges[node.outputs[0]] = {static_cast<std::int32_t>(bounds.lower), static_cast<std::int32_t>(bounds.upper)};
    return {};
}

Result<OnnxQuant> OnnxConstants::quant(const OnnxNode& node)
{
    if (!given(node, 3)) return corruptNode(node, "has too few inputs");
    HALFTONE_TRY(const std::int64_t isSigned, integerAttribute(node, "signed", 1));
    HALFTONE_TRY(const std::int64_t narrow, integerAttribute(node, "narrow", 0));
    HALFTONE_TRY(const std::string rounding, textAttribute(node, "rounding_mode", "ROUND"));
    OnnxQuant quant;
    HALFTONE_TRY(quant.scales, floats(node, 1));
    HALFTONE_TRY(const std::vector<float> zeroPoint, floats(node, 2));
    HALFTONE_TRY(const std::vector<float> bits, floats(node, 3));
    if (rounding != "ROUND") return unsupportedNode(node, fmt::format("rounds by '{}', and only 'ROUND' is read", rounding));
    if (!std::all_of(zeroPoint.begin(), zeroPoint.end(), [](float z) { return z == 0; }))
        return unsupportedNode(node, "has a zero point other than 0");
    if (bits.size() != 1 || bits[0] != std::floor(bits[0]) || bits[0] < kMinBits || bits[0] > kMaxBits)
        return unsupportedNode(node, fmt::format("has another width than {} to {} bits", kMinBits, kMaxBits));
    if (quant.scales.empty()
        || !std::all_of(quant.scales.begin(), quant.scales.end(), [](float s) { return s > 0 && std::isfinite(s); }))
        return corruptNode(node, "has a scale that is not a positive number");
    quant.bits = static_cast<int>(bits[0]);
    const std::int32_t all = 1 << quant.bits, half = all / 2, one = narrow != 0 ? 1 : 0;
    quant.range = isSigned != 0 ? CodeRange{one - half, half - 1} : CodeRange{0, all - 1 - one};
    return quant;
}

Status OnnxConstants::readQuant(const OnnxNode& node, const OnnxQuant& quant)
{
    const OnnxTensor* tensor = find(node.inputs[0]);
    if (!tensor) return unsupportedNode(node, "quantizes what is quantized already");
    const Shape shape = tensor->shape;
    if (quant.range.highest > 127) return unsupportedNode(node, "has weight codes above 127");
    HALFTONE_TRY(const std::vector<float> values, floats(node, 0));
    Shape scaleShape = find(node.inputs[1])->shape;
    scaleShape.resize(std::max(scaleShape.size(), shape.size()), 1);
    Shape perFilter(shape.size(), 1);
    if (!shape.empty()) perFilter[0] = shape[0];
    const std::size_t scales = quant.scales.size();
    if (values.empty() || (scales > 1 && scaleShape != perFilter))
        return unsupportedNode(node, "has scales along another dimension than the first");
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }))
        return corruptNode(node, "quantizes NaN or infinity");
    std::vector<std::int32_t> codes(values.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const float steps = std::nearbyint(values[i] / quant.scales[i / (values.size() / scales)]);
        codes[i] = static_cast<std::int32_t>(
            std::clamp(steps, static_cast<float>(quant.range.lowest), static_cast<float>(quant.range.highest)));
    }
    if (node.outputs.empty() || has(node.outputs[0])) return corruptNode(node, "has no output, or one that exists already");
    m_own.push_back(codeTensor({}, OnnxType::Int8, shape, codes));
    m_codes[node.outputs[0]] = {&m_own.back(), {.scales = quant.scales, .type = OnnxType::Int8, .axis = 0}, quant.range};
    return {};
}

Result<OnnxWeights> OnnxConstants::storedWeights(const OnnxNode& node, std::int64_t channelAxis)
{
    OnnxWeights weights;
    const auto codes = m_codes.find(node.inputs[1]);
    if (codes == m_codes.end()) {
        HALFTONE_TRY(weights.values, floats(node, 1));
        weights.shape = find(node.inputs[1])->shape;
        return weights;
    }
    const auto& [tensor, quantizer, range] = codes->second;
    weights.range = range;
    if (weights.range) weights.range = CodeRange{range->lowest - quantizer.zeroPoint, range->highest - quantizer.zeroPoint};
    HALFTONE_CHECK(spend(node, *tensor));
    HALFTONE_TRY(weights.codes, codesOf(*tensor));
    for (std::int32_t& code : weights.codes) code -= quantizer.zeroPoint;
    weights.shape = tensor->shape;
    weights.scales = quantizer.scales;
    const auto rank = static_cast<std::int64_t>(weights.shape.size());
    const std::int64_t axis = quantizer.axis < 0 ? quantizer.axis + rank : quantizer.axis;
    const bool perChannel = axis == channelAxis && axis < rank
        && static_cast<std::int64_t>(weights.scales.size()) == weights.shape[static_cast<std::size_t>(axis)];
    if (weights.scales.size() != 1 && !perChannel)
        return unsupportedNode(node, "has weights with scales along another dimension than its output channels");
    if (std::any_of(weights.codes.begin(), weights.codes.end(), [](std::int32_t c) { return c < -128 || c > 127; }))
        return unsupportedNode(node, "has weights whose codes, counted from their zero point, do not fit signed bytes; quantize weights symmetrically");
    return weights;
}

Result<OnnxWeights> OnnxConstants::weights(const OnnxNode& node)
{
    if (!given(node, 1)) return corruptNode(node, "has too few inputs");
    HALFTONE_TRY(const std::int64_t transA, integerAttribute(node, "transA", 0));
    HALFTONE_TRY(const std::int64_t transB, integerAttribute(node, "transB", 0));
    HALFTONE_TRY(const float alpha, realAttribute(node, "alpha", 1.0F));
    HALFTONE_TRY(const float beta, realAttribute(node, "beta", 1.0F));
    if (transA != 0 || alpha != 1.0F || beta != 1.0F)
        return unsupportedNode(node, "transposes its input or multiplies by a factor");
    const bool isMatrix = node.type == "Gemm" || node.type == "MatMul";
    const bool channelsLast = isMatrix && transB == 0;
    // The filters of a transposed convolution lie across its weights: they have one scale.
    HALFTONE_TRY(OnnxWeights weights, storedWeights(node, node.type == "ConvTranspose" ? -1 : channelsLast ? 1 : 0));
    if (weights.shape.size() < 2 || elementCount(weights.shape) == 0 || (isMatrix && weights.shape.size() != 2)) {
        return corruptNode(node, fmt::format("has weights of shape {}", text(weights.shape)));
    }
    if (channelsLast) {
        transpose(weights.codes, weights.shape[0], weights.shape[1]);
        transpose(weights.values, weights.shape[0], weights.shape[1]);
        std::swap(weights.shape[0], weights.shape[1]);
    }
    if (weights.codes.empty()) return weights;
    const std::size_t perScale = weights.codes.size() / weights.scales.size();
    for (std::size_t i = 0; i < weights.codes.size(); ++i)
        weights.values.push_back(static_cast<float>(weights.codes[i]) * weights.scales[i / perScale]);
    return weights;
}

Result<std::vector<float>> OnnxConstants::bias(const OnnxNode& node, std::size_t position, std::int64_t channels)
{
    if (!given(node, position)) return std::vector<float>{};
    HALFTONE_TRY(std::vector<float> values, floats(node, position));
    if (values.size() == 1) values.resize(static_cast<std::size_t>(channels), values[0]);
    if (static_cast<std::int64_t>(values.size()) != channels) {
        return corruptNode(node, fmt::format("has {} bias values for {} output channels", values.size(), channels));
    }
    return values;
}

Result<OnnxBounds> OnnxConstants::clipBounds(const OnnxNode& node, OnnxType codeType)
{
    const auto bound = [&](const char* name, std::size_t position, float otherwise) -> Result<double> {
        if (!given(node, position)) {
            HALFTONE_TRY(const float value, realAttribute(node, name, otherwise));
            return static_cast<double>(value);
        }
        const OnnxTensor* tensor = find(node.inputs[position]);
        if (tensor && elementCount(tensor->shape) == 1 && codeType != OnnxType::Undefined && tensor->type == codeType) {
            HALFTONE_TRY(const std::vector<std::int32_t> codes, codesOf(*tensor));
            return static_cast<double>(codes[0]);
        }
        if (!tensor || elementCount(tensor->shape) != 1 || codeType != OnnxType::Undefined) {
            return unsupportedNode(node, fmt::format("has a '{}' that is not one constant of its input's type", name));
        }
        HALFTONE_TRY(const std::vector<float> values, floats(node, position));
        return static_cast<double>(values[0]);
    };
    OnnxBounds bounds;
    HALFTONE_TRY(bounds.lower, bound("min", 1, std::numeric_limits<float>::lowest()));
    HALFTONE_TRY(bounds.upper, bound("max", 2, std::numeric_limits<float>::max()));
    if (!(bounds.lower <= bounds.upper)) return corruptNode(node, "has a 'min' above its 'max'");
    if (const auto range = codeRange(codeType)) { // a bound that is left out, or beyond what the codes can be
        bounds.lower = std::clamp<double>(bounds.lower, range->lowest, range->highest);
        bounds.upper = std::clamp<double>(bounds.upper, range->lowest, range->highest);
    }
    return bounds;
}

} // namespace halftone
