// Layers, batch norms and quantizers of TorchScript programs.
#include <cmath>

#include <fmt/format.h>

#include "core/execution/tensor_bridge.h"
#include "core/execution/torchscript_graph_reader.h"
#include "core/graph/code_range.h"
#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

using Answer = Result<ScriptValue>;

Status checkPair(const Pair& pair, std::string_view what)
{
    for (const std::int64_t value : pair)
        if (value < 0 || value > kMaxDimension) return unreadScript(fmt::format("has {} for its {}", value, what));
    return {};
}

std::string withoutEnding(std::string name, std::string_view ending)
{
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
    return name;
}

// What all convolutions say alike.
struct Window {
    Pair stride{1, 1}, padding{0, 0}, dilation{1, 1};
    std::int64_t groups = 1;
};

Result<Window> windowOf(const ScriptCall& call, bool namedPadding = false)
{
    Window window;
    HALFTONE_TRY(window.stride, call.pair("stride"));
    if (!namedPadding) {
        HALFTONE_TRY(window.padding, call.pair("padding"));
    }
    HALFTONE_TRY(window.dilation, call.pair("dilation"));
    HALFTONE_TRY(window.groups, call.integer("groups"));
    HALFTONE_CHECK(checkPair(window.stride, "stride"));
    HALFTONE_CHECK(checkPair(window.padding, "padding"));
    HALFTONE_CHECK(checkPair(window.dilation, "dilation"));
    if (window.groups < 1 || window.groups > kMaxDimension) return unreadScript("has impossible groups");
    return window;
}

Conv2d convolutionOf(const Window& window, const at::Tensor& weight)
{
    return {.outChannels = weight.size(0),
        .kernel = {weight.size(2), weight.size(3)},
        .stride = window.stride,
        .padding = window.padding,
        .dilation = window.dilation,
        .groups = window.groups};
}

Status checkFilters(const at::Tensor& weight)
{
    if (weight.defined() && weight.dim() == 4) return {};
    return unreadScript("has weights of other than four dimensions, and only two-dimensional convolutions are read");
}

std::optional<double> wholeNumber(const ScriptCall& call, std::string_view argument)
{
    const auto number = call.number(argument);
    if (!number.ok() || std::abs(*number) > 255 || *number != std::floor(*number)) return std::nullopt;
    return *number;
}

} // namespace

// ---- convolutions and fully connected layers --------------------------------------------------------------------------

Answer TorchScriptGraphReader::layer(
    const ScriptCall& call, std::vector<Attributes> chain, ScriptActivation& x, const LayerTensors& tensors)
{
    ValueIndex value = x.value;
    if (x.state != ScriptActivation::State::Quantized) {
        HALFTONE_TRY(value, input(call));
    }
    if (x.state == ScriptActivation::State::Quantized && chain.size() > 1)
        return unreadScript("pads a quantized value unevenly");
    const std::string given = withoutEnding(tensors.name, ".weight");
    const std::string name = given.empty() ? nameFor(std::string(kindName(chain.back()))) : unique(given);
    if (chain.size() > 1) {
        HALFTONE_TRY(value, emit(unique(name + ".pad"), chain.front(), {value}));
    }
    HALFTONE_TRY(const ValueIndex output, emit(name, chain.back(), {value}, tensors.bias.defined()));
    const OperationIndex index = m_network.value(output).producer;
    const Operation& operation = m_network.operation(index);
    HALFTONE_CHECK(setParameter(operation.parameters[0], tensors.weight));
    if (tensors.bias.defined()) HALFTONE_CHECK(setParameter(operation.parameters[1], tensors.bias));
    HALFTONE_CHECK(useGrids(index, x, tensors.weight));
    return newActivation(output);
}

// The grid that the program gives the input, and the one that the file's notes give the weights.
Status TorchScriptGraphReader::useGrids(OperationIndex layer, const ScriptActivation& x, const at::Tensor& weight)
{
    const std::string name = m_network.operation(layer).name;
    if (x.state == ScriptActivation::State::Quantized) {
        const auto [known, isNew] = m_found.activations.emplace(x.value, x.grid);
        if (!isNew && !(known->second == x.grid)) return unreadScript("reads a value that is quantized in two ways");
        m_found.quantizedInputs.insert(layer);
    }
    const auto step = m_extras.steps.find(name + ".weight_step");
    for (const OnnxLayerMetadata& said : m_extras.layers.layers) {
        if (said.name != name || said.bits.weight == kFullPrecision || step == m_extras.steps.end()) continue;
        const TensorData scales = fromTorch(step->second.reshape({-1}).to(at::kFloat));
        FrozenGrid grid{said.bits.weight, said.weightRange.lowest, said.weightRange.highest, {}};
        for (const float scale : scales.floats()) {
            if (!(scale > 0) || !std::isfinite(scale)) return unreadScript("has weights with a step that is not positive");
            grid.scales.push_back(scale);
        }
        if (grid.scales.size() != 1 && static_cast<std::int64_t>(grid.scales.size()) != weight.size(0))
            return unreadScript(fmt::format("has {} steps of its weights", grid.scales.size()));
        m_found.weights.emplace(layer, std::move(grid));
    }
    return {};
}

Answer TorchScriptGraphReader::convolution(const ScriptCall& call)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 0));
    HALFTONE_TRY(const at::Tensor weight, call.tensor("weight"));
    HALFTONE_TRY(const at::Tensor bias, call.tensor("bias"));
    HALFTONE_CHECK(checkFilters(weight));
    const LayerTensors tensors{weight, bias, call.nameOf("weight")};
    const ScriptValue* padding = call.find("padding");
    const c10::IValue* named = padding ? constantOf(*padding) : nullptr;
    if (!named || !named->isString()) {
        HALFTONE_TRY(const Window window, windowOf(call));
        return layer(call, {convolutionOf(window, weight)}, *x, tensors);
    }
    HALFTONE_TRY(const Window window, windowOf(call, true));
    Conv2d conv = convolutionOf(window, weight);
    if (named->toStringRef() == "valid") return layer(call, {conv}, *x, tensors);
    Pad pad; // "same": an odd rest of padding stands after the input
    for (std::size_t d = 0; d < 2; ++d) {
        const std::int64_t total = conv.dilation[d] * (conv.kernel[d] - 1);
        conv.padding[d] = total / 2;
        pad.amounts[d + 1] = {total / 2, total - total / 2};
    }
    const bool even = pad.amounts[1][0] == pad.amounts[1][1] && pad.amounts[2][0] == pad.amounts[2][1];
    if (even) return layer(call, {conv}, *x, tensors);
    conv.padding = {0, 0};
    return layer(call, {pad, conv}, *x, tensors);
}

Answer TorchScriptGraphReader::transposedConvolution(const ScriptCall& call)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 0));
    HALFTONE_TRY(const at::Tensor weight, call.tensor("weight"));
    HALFTONE_TRY(const at::Tensor bias, call.tensor("bias"));
    HALFTONE_TRY(const Window window, windowOf(call));
    HALFTONE_TRY(const Pair outputPadding, call.pair("output_padding"));
    HALFTONE_CHECK(checkFilters(weight));
    HALFTONE_CHECK(checkPair(outputPadding, "output padding"));
    const std::int64_t channels = boundedProduct(weight.size(1), window.groups, kMaxDimension);
    if (channels < 1) return unreadScript("has impossible groups");
    return layer(call,
        {ConvTranspose2d{.outChannels = channels,
            .kernel = {weight.size(2), weight.size(3)},
            .stride = window.stride,
            .padding = window.padding,
            .outputPadding = outputPadding,
            .dilation = window.dilation,
            .groups = window.groups}},
        *x, {weight, bias, call.nameOf("weight")});
}

Answer TorchScriptGraphReader::generalConvolution(const ScriptCall& call)
{
    HALFTONE_TRY(const bool transposed, call.boolean("transposed"));
    return transposed ? transposedConvolution(call) : convolution(call);
}

Answer TorchScriptGraphReader::linear(const ScriptCall& call)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 0));
    HALFTONE_TRY(const at::Tensor weight, call.tensor("weight"));
    HALFTONE_TRY(const at::Tensor bias, call.tensor("bias"));
    if (!weight.defined() || weight.dim() != 2) return unreadScript("has weights of other than two dimensions");
    return layer(call, {Linear{weight.size(0)}}, *x, {weight, bias, call.nameOf("weight")});
}

Answer TorchScriptGraphReader::addmm(const ScriptCall& call)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 1));
    HALFTONE_TRY(const at::Tensor weight, call.tensor("mat2"));
    HALFTONE_TRY(const at::Tensor bias, call.tensor("self"));
    HALFTONE_TRY(const double beta, call.number("beta"));
    HALFTONE_TRY(const double alpha, call.number("alpha"));
    if (!weight.defined() || weight.dim() != 2 || beta != 1 || alpha != 1)
        return unreadScript("is not x times weights plus a bias");
    const ScriptCall flat(call.node(), {call.inputs()[1]}); // the activation is its first argument
    return layer(flat, {Linear{weight.size(1)}}, *x, {weight.t(), bias, call.nameOf("mat2")});
}

Answer TorchScriptGraphReader::matmul(const ScriptCall& call)
{
    const std::string_view second = call.find("other") ? "other" : "mat2";
    if (const ScriptValue* other = call.find(second); other && activationOf(*other) && activationOf(call.inputs()[0])) {
        HALFTONE_TRY(const ValueIndex left, input(call));
        HALFTONE_TRY(const ValueIndex right, plain(*other, "matmul"));
        HALFTONE_TRY(const ValueIndex product, emit(nameFor("matrix_multiply"), MatrixMultiply{}, {left, right}));
        return newActivation(product);
    }
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 0));
    HALFTONE_TRY(const at::Tensor weight, call.tensor(second));
    if (!weight.defined() || weight.dim() != 2) return unreadScript("has weights of other than two dimensions");
    return layer(call, {Linear{weight.size(1)}}, *x, {weight.t(), {}, call.nameOf(second)});
}

// ---- normalisation and slopes -----------------------------------------------------------------------------------------

Answer TorchScriptGraphReader::batchNorm(const ScriptCall& call)
{
    HALFTONE_TRY(const ValueIndex value, input(call));
    HALFTONE_TRY(const at::Tensor mean, call.tensor("running_mean"));
    HALFTONE_TRY(const at::Tensor variance, call.tensor("running_var"));
    HALFTONE_TRY(at::Tensor weight, call.tensor("weight"));
    HALFTONE_TRY(at::Tensor bias, call.tensor("bias"));
    HALFTONE_TRY(const bool training, call.boolean("training"));
    HALFTONE_TRY(const double momentum, call.number("momentum"));
    HALFTONE_TRY(const double epsilon, call.number("eps"));
    if (training || !mean.defined() || !variance.defined())
        return unreadScript("normalises by the batch; call eval() before torch.jit.trace, and keep the running statistics");
    if (!weight.defined()) weight = at::ones_like(mean);
    if (!bias.defined()) bias = at::zeros_like(mean);
    const std::string given = withoutEnding(call.nameOf("running_mean"), ".running_mean");
    HALFTONE_TRY(const ValueIndex output,
        emit(given.empty() ? nameFor("batch_norm") : unique(given), BatchNorm{.epsilon = epsilon, .momentum = momentum},
            {value}));
    const Operation& operation = m_network.operation(m_network.value(output).producer);
    std::size_t at = 0;
    for (const at::Tensor& tensor : {weight, bias, mean, variance})
        HALFTONE_CHECK(setParameter(operation.parameters[at++], tensor));
    return newActivation(output);
}

Answer TorchScriptGraphReader::layerNorm(const ScriptCall& call)
{
    HALFTONE_TRY(const ValueIndex value, input(call));
    HALFTONE_TRY(const std::vector<std::int64_t> sizes, call.integers("normalized_shape"));
    HALFTONE_TRY(at::Tensor weight, call.tensor("weight"));
    HALFTONE_TRY(at::Tensor bias, call.tensor("bias"));
    HALFTONE_TRY(const double epsilon, call.number("eps"));
    const Shape shape = m_network.value(value).shape;
    if (sizes.empty() || sizes.size() > shape.size() || !std::equal(sizes.rbegin(), sizes.rend(), shape.rbegin()))
        return unreadScript("normalises over other sizes than its input's last ones");
    if (!weight.defined()) weight = at::ones(sizes);
    if (!bias.defined()) bias = at::zeros(sizes);
    const std::string given = withoutEnding(call.nameOf("weight"), ".weight");
    HALFTONE_TRY(const ValueIndex output,
        emit(given.empty() ? nameFor("layer_norm") : unique(given),
            LayerNorm{.dimension = static_cast<std::int64_t>(shape.size() - sizes.size()), .epsilon = epsilon}, {value}));
    const Operation& operation = m_network.operation(m_network.value(output).producer);
    HALFTONE_CHECK(setParameter(operation.parameters[0], weight));
    HALFTONE_CHECK(setParameter(operation.parameters[1], bias));
    return newActivation(output);
}

Answer TorchScriptGraphReader::prelu(const ScriptCall& call)
{
    HALFTONE_TRY(const ValueIndex value, input(call));
    HALFTONE_TRY(const at::Tensor slopes, call.tensor("weight"));
    if (!slopes.defined()) return unreadScript("has no slopes");
    const std::string given = withoutEnding(call.nameOf("weight"), ".weight");
    HALFTONE_TRY(
        const ValueIndex output, emit(given.empty() ? nameFor("prelu") : unique(given), PRelu{slopes.numel()}, {value}));
    HALFTONE_CHECK(setParameter(m_network.operation(m_network.value(output).producer).parameters[0], slopes));
    return newActivation(output);
}

Status TorchScriptGraphReader::setParameter(ParameterIndex index, const at::Tensor& tensor)
{
    const Shape shape = m_network.parameter(index).shape; // that of the network, where a program gives four dimensions to one
    if (tensor.numel() != elementCount(shape))
        return unreadScript(fmt::format("has {} values where {} are needed", tensor.numel(), elementCount(shape)));
    return m_network.setParameter(index, fromTorch(tensor.reshape(shape)));
}

// ---- quantizers: round(clamp(x / s, lo, hi)) * s ----------------------------------------------------------------------

// A step of a quantizer, when that is what the operator may be; `constant` is its number.
std::optional<Answer> TorchScriptGraphReader::quantizerStep(
    const ScriptCall& call, ScriptActivation& x, const at::Tensor& constant)
{
    using State = ScriptActivation::State;
    const std::string_view name = call.operatorName();
    if (constant.numel() != 1 || call.writesInPlace()) return std::nullopt;
    const auto step = constant.item<float>();
    if (!(step > 0) || !std::isfinite(step)) return std::nullopt;
    if (name == "div" && x.state == State::Plain) {
        auto scaled = std::make_shared<ScriptActivation>(x);
        scaled->state = State::Scaled;
        scaled->grid.scales = {step};
        scaled->storage = std::make_shared<ScriptStorage>();
        scaled->seenWrites = 0;
        return Answer(scaled);
    }
    if (name == "mul" && x.state == State::Rounded && step == x.grid.scales.front()) {
        auto quantized = std::make_shared<ScriptActivation>(x);
        quantized->state = State::Quantized;
        return Answer(quantized);
    }
    return std::nullopt;
}

Answer TorchScriptGraphReader::clamp(const ScriptCall& call)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 0));
    const bool isHardTanh = call.operatorName() == "hardtanh";
    const std::string_view lower = isHardTanh ? "min_val" : "min", upper = isHardTanh ? "max_val" : "max";
    if (x->state == ScriptActivation::State::Scaled && !call.writesInPlace()) {
        const auto lowest = wholeNumber(call, lower), highest = wholeNumber(call, upper);
        if (lowest && highest && *lowest < *highest && *highest - *lowest <= 255) {
            auto clipped = std::make_shared<ScriptActivation>(*x);
            clipped->state = ScriptActivation::State::Clipped;
            clipped->grid.lowest = static_cast<std::int32_t>(*lowest);
            clipped->grid.highest = static_cast<std::int32_t>(*highest);
            clipped->grid.bits = bitsFor({clipped->grid.lowest, clipped->grid.highest});
            return ScriptValue(clipped);
        }
    }
    if (!call.has(lower)) return unreadScript("has no lower bound");
    HALFTONE_TRY(const double least, call.number(lower));
    if (least == 0 && !call.has(upper)) return made(call, {Relu{}});
    if (!call.has(upper)) return unreadScript(fmt::format("clips at {}, and only 0 to 6 is read", least));
    HALFTONE_TRY(const double most, call.number(upper));
    if (least != 0 || most != 6) return unreadScript(fmt::format("clips to {} .. {}, and only 0 to 6 is read", least, most));
    return made(call, {Relu6{}});
}

Answer TorchScriptGraphReader::round(const ScriptCall& call)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 0));
    if (x->state != ScriptActivation::State::Clipped) return unreadScript("rounds something that a quantizer has not clipped");
    auto rounded = std::make_shared<ScriptActivation>(*x);
    rounded->state = ScriptActivation::State::Rounded;
    return ScriptValue(rounded);
}

} // namespace halftone
