// Activations, arithmetic, pools and resizing of TorchScript programs.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/execution/tensor_bridge.h"
#include "core/execution/torchscript_graph_reader.h"
#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

using Read = Result<ScriptValue>;

} // namespace

// docs/formats/torchscript.md has the same list in words.
TorchScriptGraphReader::Handler TorchScriptGraphReader::handlerOf(std::string_view operatorName)
{
    using R = TorchScriptGraphReader;
    static const std::map<std::string_view, Handler> handlers{{"_convolution", &R::generalConvolution},
        {"adaptive_avg_pool2d", &R::adaptiveAveragePool}, {"add", &R::arithmetic}, {"addmm", &R::addmm},
        {"alpha_dropout", &R::dropout}, {"avg_pool2d", &R::averagePool}, {"batch_norm", &R::batchNorm}, {"cat", &R::concat},
        {"channel_shuffle", &R::channelShuffle}, {"native_channel_shuffle", &R::channelShuffle}, {"chunk", &R::parts},
        {"clamp", &R::clamp}, {"clamp_min", &R::clamp}, {"clone", &R::copied}, {"concat", &R::concat},
        {"constant_pad_nd", &R::pad}, {"contiguous", &R::unchanged}, {"conv2d", &R::convolution},
        {"conv_transpose2d", &R::transposedConvolution}, {"convolution", &R::generalConvolution}, {"detach", &R::unchanged},
        {"dim", &R::question}, {"div", &R::arithmetic}, {"dropout", &R::dropout}, {"expand", &R::expanded},
        {"expand_as", &R::expanded}, {"feature_dropout", &R::dropout}, {"flatten", &R::view}, {"gelu", &R::gelu},
        {"hardsigmoid", &R::activation}, {"hardswish", &R::activation}, {"hardtanh", &R::clamp}, {"layer_norm", &R::layerNorm},
        {"is_floating_point", &R::question}, {"leaky_relu", &R::leakyRelu}, {"len", &R::question}, {"linear", &R::linear},
        {"log_softmax", &R::softmax}, {"matmul", &R::matmul}, {"max_pool2d", &R::maxPool}, {"mean", &R::mean},
        {"mm", &R::matmul}, {"mul", &R::arithmetic}, {"narrow", &R::slice}, {"numel", &R::question}, {"pad", &R::pad},
        {"permute", &R::view}, {"prelu", &R::prelu}, {"relu", &R::activation}, {"relu6", &R::activation}, {"reshape", &R::view},
        {"round", &R::round}, {"rsub", &R::arithmetic}, {"select", &R::view}, {"sigmoid", &R::activation},
        {"silu", &R::activation}, {"size", &R::question}, {"slice", &R::slice}, {"softmax", &R::softmax}, {"split", &R::parts},
        {"split_with_sizes", &R::parts}, {"squeeze", &R::view}, {"sub", &R::arithmetic}, {"to", &R::unchanged},
        {"transpose", &R::view}, {"type_as", &R::unchanged}, {"unsqueeze", &R::view}, {"upsample_bilinear2d", &R::upsample},
        {"upsample_nearest2d", &R::upsample}, {"view", &R::view}};
    const auto found = handlers.find(operatorName);
    return found == handlers.end() ? nullptr : found->second;
}

// ---- functions of one value -------------------------------------------------------------------------------------------

Read TorchScriptGraphReader::activation(const ScriptCall& call)
{
    static const std::map<std::string_view, Attributes> kinds{{"relu", Relu{}}, {"relu6", Relu6{}}, {"sigmoid", Sigmoid{}},
        {"hardsigmoid", HardSigmoid{}}, {"hardswish", HardSwish{}}, {"silu", Silu{}}};
    return made(call, {kinds.at(call.operatorName())});
}

Read TorchScriptGraphReader::leakyRelu(const ScriptCall& call)
{
    HALFTONE_TRY(const double slope, call.number("negative_slope"));
    return made(call, {LeakyRelu{slope}});
}

Read TorchScriptGraphReader::gelu(const ScriptCall& call)
{
    std::string form = "none"; // PyTorch before 1.12 had no other
    if (call.has("approximate")) {
        HALFTONE_TRY(form, call.word("approximate"));
    }
    if (form != "none" && form != "tanh") return unreadScript("approximates in an unknown way");
    return made(call, {Gelu{form == "tanh"}});
}

Read TorchScriptGraphReader::channelShuffle(const ScriptCall& call)
{
    HALFTONE_TRY(const std::int64_t groups, call.integer("groups"));
    return made(call, {ChannelShuffle{groups}});
}

Read TorchScriptGraphReader::dropout(const ScriptCall& call)
{
    HALFTONE_TRY(const bool training, call.boolean("train"));
    if (training) return unreadScript("drops values at random; call eval() before torch.jit.trace");
    return call.inputs().front();
}

// Nothing in floats on one device: detach, contiguous, to.
Read TorchScriptGraphReader::unchanged(const ScriptCall& call)
{
    HALFTONE_TRY(const ScriptActivation* x, activationArgument(call, 0));
    static_cast<void>(x);
    if (call.has("dtype")) {
        HALFTONE_TRY(const std::int64_t type, call.integer("dtype"));
        if (type != static_cast<std::int64_t>(at::kFloat)) return unreadScript("changes the type of the numbers");
    }
    const ScriptValue* other = call.find("other");
    const c10::IValue* constant = other ? constantOf(*other) : nullptr;
    if (constant && constant->isTensor() && constant->toTensor().scalar_type() != at::kFloat)
        return unreadScript("changes the type of the numbers");
    return call.inputs().front();
}

Read TorchScriptGraphReader::copied(const ScriptCall& call)
{
    HALFTONE_TRY(const ScriptActivation* x, activationArgument(call, 0));
    auto copy = std::make_shared<ScriptActivation>(*x);
    copy->storage = std::make_shared<ScriptStorage>();
    copy->seenWrites = 0;
    return ScriptValue(copy);
}

// What PyTorch repeats to another's size; only a gate's product reads it.
Read TorchScriptGraphReader::expanded(const ScriptCall& call)
{
    HALFTONE_TRY(const ValueIndex value, input(call));
    const Shape& shape = m_network.value(value).shape;
    if (shape.size() != 3 || shape[1] != 1 || shape[2] != 1)
        return unreadScript("repeats something else than one value a channel");
    const ScriptValue gate = newActivation(value, activationOf(call.inputs()[0]));
    activationOf(gate)->state = ScriptActivation::State::Expanded;
    return gate;
}

// The channels' dimension, as 0. Errors: another one.
Result<std::int64_t> TorchScriptGraphReader::channelDimension(
    const ScriptCall& call, std::string_view argument, ValueIndex value) const
{
    const auto rank = static_cast<std::int64_t>(m_network.value(value).shape.size()) + 1;
    HALFTONE_TRY(std::int64_t dimension, call.integer(argument));
    if (dimension < 0) dimension += rank;
    if (dimension == 1) return std::int64_t{0};
    return unreadScript(fmt::format("works along dimension {}, and only 1 is read", dimension));
}

Read TorchScriptGraphReader::softmax(const ScriptCall& call)
{
    HALFTONE_TRY(const ValueIndex value, input(call));
    HALFTONE_TRY(const std::int64_t dimension, channelDimension(call, "dim", value));
    static_cast<void>(dimension);
    if (call.has("dtype")) HALFTONE_CHECK(unchanged(call));
    if (call.operatorName() == "softmax") return made(call, {Softmax{}});
    const ScriptValue scores = newActivation(value); // their logarithm at the end of a network: training takes the scores
    activationOf(scores)->state = ScriptActivation::State::LogProbabilities;
    return scores;
}

// ---- arithmetic -------------------------------------------------------------------------------------------------------

// A constant that meets a value: one number, or one for each channel, aligned at the last dimension.
Result<ChannelAffine> TorchScriptGraphReader::channelAffine(const ScriptCall& call, bool constantFirst, ValueIndex value) const
{
    const Shape& shape = m_network.value(value).shape;
    const c10::IValue* constant = constantOf(call.inputs()[constantFirst ? 0 : 1]);
    std::vector<double> numbers;
    if (constant && constant->isTensor()) {
        const at::Tensor& tensor = constant->toTensor();
        Shape dimensions = tensor.sizes().vec(), wanted(shape.size() + 1, 1);
        wanted[1] = shape[0];
        if (dimensions.size() <= wanted.size()) dimensions.insert(dimensions.begin(), wanted.size() - dimensions.size(), 1);
        if (tensor.numel() != 1 && dimensions != wanted)
            return unreadScript("computes with a constant that is neither one number nor one for each channel");
        const TensorData values = fromTorch(tensor.to(at::kFloat));
        numbers.assign(values.floats().begin(), values.floats().end());
    } else {
        HALFTONE_TRY(const double number, call.number(call.operatorName() == "rsub" || !constantFirst ? "other" : "self"));
        numbers.push_back(number);
    }
    double factor = 1;
    if (call.has("alpha")) {
        HALFTONE_TRY(factor, call.number("alpha"));
    }
    if (numbers.size() == 1) numbers.resize(static_cast<std::size_t>(shape[0]), numbers.front());
    ChannelAffine affine{std::vector<double>(numbers.size(), 1), std::vector<double>(numbers.size(), 0)};
    const std::string_view name = call.operatorName();
    if (name == "mul")
        affine.scale = numbers;
    else if (name == "div")
        std::transform(numbers.begin(), numbers.end(), affine.scale.begin(), [](double n) { return 1 / n; });
    else
        affine.shift = numbers;
    // self + alpha * other, self - alpha * other; rsub: other - alpha * self.
    if (name == "rsub" || (constantFirst && name != "mul"))
        affine.scale.assign(numbers.size(), name == "add" ? factor : -factor);
    else
        for (double& shift : affine.shift) shift *= name == "sub" ? -factor : factor;
    return affine;
}

Read TorchScriptGraphReader::withConstant(const ScriptCall& call, bool constantFirst)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, constantFirst ? 1 : 0));
    const c10::IValue& constant = *constantOf(call.inputs()[constantFirst ? 0 : 1]);
    const std::string_view name = call.operatorName();
    if (constantFirst && name == "div") return unreadScript("divides by a value");
    if (call.has("rounding_mode")) return unreadScript("rounds a quotient");
    const at::Tensor number = constant.isTensor() ? constant.toTensor()
        : constant.isScalar()                     ? at::scalar_to_tensor(constant.toScalar())
                                                  : at::Tensor();
    if (!number.defined() || number.is_complex()) return unreadScript("computes with something that is no number");
    if (auto step = quantizerStep(call, *x, number)) return *step;
    HALFTONE_TRY(const ValueIndex value, plain(call.inputs()[constantFirst ? 1 : 0], name));
    HALFTONE_TRY(ChannelAffine affine, channelAffine(call, constantFirst, value));
    HALFTONE_TRY(const ValueIndex output, emit(nameFor("channel_affine"), std::move(affine), {value}));
    return newActivation(output);
}

Read TorchScriptGraphReader::arithmetic(const ScriptCall& call)
{
    const std::string_view name = call.operatorName();
    if (call.inputs().size() < 2) return unreadScript("has too few arguments");
    const bool first = activationOf(call.inputs()[0]) != nullptr, second = activationOf(call.inputs()[1]) != nullptr;
    if (first != second && constantOf(call.inputs()[first ? 1 : 0])) return withConstant(call, second);
    if (!first || !second || (name != "add" && name != "mul")) return unreadScript("computes with two values");
    if (name == "add" && call.has("alpha")) {
        HALFTONE_TRY(const double alpha, call.number("alpha"));
        if (alpha != 1) return unreadScript("weights one of its summands");
    }
    std::vector<ValueIndex> inputs;
    for (std::size_t i = 0; i < 2; ++i) {
        const ScriptActivation& x = *activationOf(call.inputs()[i]);
        const bool isGate = name == "mul" && x.state == ScriptActivation::State::Expanded;
        if (isGate)
            inputs.push_back(x.value);
        else {
            HALFTONE_TRY(const ValueIndex value, plain(call.inputs()[i], name));
            inputs.push_back(value);
        }
    }
    const auto elements = [&](ValueIndex v) { return elementCount(m_network.value(v).shape); };
    if (name == "mul" && elements(inputs[0]) < elements(inputs[1])) std::swap(inputs[0], inputs[1]); // the gate is second
    const Attributes attributes = name == "add" ? Attributes(Add{}) : Attributes(Multiply{});
    HALFTONE_TRY(const ValueIndex output, emit(nameFor(std::string(kindName(attributes))), attributes, std::move(inputs)));
    return newActivation(output);
}

Read TorchScriptGraphReader::concat(const ScriptCall& call)
{
    const ScriptList* list = call.inputs().empty() ? nullptr : listOf(call.inputs()[0]);
    if (!list || list->items.empty()) return unreadScript("joins nothing");
    std::vector<ValueIndex> inputs;
    for (const ScriptValue& item : list->items) {
        HALFTONE_TRY(const ValueIndex value, plain(item, "cat"));
        inputs.push_back(value);
    }
    HALFTONE_TRY(const std::int64_t dimension, channelDimension(call, "dim", inputs[0]));
    static_cast<void>(dimension);
    HALFTONE_TRY(const ValueIndex output, emit(nameFor("concat"), Concat{}, std::move(inputs)));
    return newActivation(output);
}

// ---- windows ----------------------------------------------------------------------------------------------------------

Read TorchScriptGraphReader::maxPool(const ScriptCall& call)
{
    HALFTONE_TRY(const Pair kernel, call.pair("kernel_size"));
    HALFTONE_TRY(const std::vector<std::int64_t> strides, call.integers("stride"));
    HALFTONE_TRY(const Pair padding, call.pair("padding"));
    HALFTONE_TRY(const Pair dilation, call.pair("dilation"));
    HALFTONE_TRY(const bool ceil, call.boolean("ceil_mode"));
    if (dilation != Pair{1, 1}) return unreadScript("has a dilated window");
    Pair stride = kernel;
    if (!strides.empty()) {
        HALFTONE_TRY(stride, call.pair("stride"));
    }
    return made(call, {MaxPool{kernel, stride, padding, ceil}});
}

Read TorchScriptGraphReader::averagePool(const ScriptCall& call)
{
    HALFTONE_TRY(const Pair kernel, call.pair("kernel_size"));
    HALFTONE_TRY(const std::vector<std::int64_t> strides, call.integers("stride"));
    HALFTONE_TRY(const Pair padding, call.pair("padding"));
    HALFTONE_TRY(const bool ceil, call.boolean("ceil_mode"));
    HALFTONE_TRY(const bool counts, call.boolean("count_include_pad"));
    if (call.has("divisor_override")) return unreadScript("divides by a number of its own");
    Pair stride = kernel;
    if (!strides.empty()) {
        HALFTONE_TRY(stride, call.pair("stride"));
    }
    return made(call, {AveragePool{kernel, stride, padding, ceil, counts}});
}

Read TorchScriptGraphReader::adaptiveAveragePool(const ScriptCall& call)
{
    HALFTONE_TRY(const Pair output, call.pair("output_size"));
    return made(call, {AdaptiveAveragePool{output}});
}

Read TorchScriptGraphReader::mean(const ScriptCall& call)
{
    HALFTONE_TRY(const ValueIndex value, input(call));
    const Shape shape = m_network.value(value).shape;
    if (!call.has("dim")) return unreadScript("averages over everything, the batch too");
    HALFTONE_TRY(const std::vector<std::int64_t> dimensions, call.integers("dim"));
    HALFTONE_TRY(const bool keeps, call.boolean("keepdim"));
    std::set<std::int64_t> over;
    for (const std::int64_t d : dimensions) over.insert(d < 0 ? d + 4 : d);
    if (shape.size() != 3 || over != std::set<std::int64_t>{2, 3})
        return unreadScript("averages over something else than height and width");
    if (call.has("dtype")) HALFTONE_CHECK(unchanged(call));
    return keeps ? made(call, {AdaptiveAveragePool{}}) : made(call, {AdaptiveAveragePool{}, Flatten{}});
}

Read TorchScriptGraphReader::pad(const ScriptCall& call)
{
    HALFTONE_TRY(const std::vector<std::int64_t> amounts, call.integers("pad"));
    if (call.find("mode")) {
        HALFTONE_TRY(const std::string mode, call.word("mode"));
        if (mode != "constant")
            return unreadScript(fmt::format("pads in mode {}, and only constant is read", mode.substr(0, 32)));
    }
    if (call.has("value")) {
        HALFTONE_TRY(const double value, call.number("value"));
        if (value != 0) return unreadScript("pads with something else than zeros");
    }
    if (amounts.size() % 2 != 0 || amounts.size() > 6)
        return unreadScript("pads other dimensions than channels, height and width");
    Pad pad;
    for (std::size_t i = 0; i < amounts.size(); i += 2)
        pad.amounts[2 - i / 2] = {amounts[i], amounts[i + 1]}; // the last dimension first
    return made(call, {pad});
}

// To a size, or by factors that give whole sizes: only then PyTorch's factor and the sizes' quotient are one.
Read TorchScriptGraphReader::upsample(const ScriptCall& call)
{
    HALFTONE_TRY(const ValueIndex value, input(call));
    const Shape shape = m_network.value(value).shape;
    if (shape.size() != 3) return unreadScript("resizes something that has no height and width");
    Upsample upsample{.bilinear = call.operatorName() == "upsample_bilinear2d"};
    if (upsample.bilinear) {
        HALFTONE_TRY(upsample.alignCorners, call.boolean("align_corners"));
    }
    std::vector<double> factors;
    if (call.has("scale_factors")) {
        const ScriptList* list = listOf(*call.find("scale_factors"));
        for (const ScriptValue& item : list ? list->items : std::vector<ScriptValue>{})
            if (const c10::IValue* constant = constantOf(item); constant && constant->isDouble())
                factors.push_back(constant->toDouble());
        if (factors.size() != 2) return unreadScript("computes its 'scale_factors' while running");
    } else if (call.has("scales_h") && call.has("scales_w")) {
        HALFTONE_TRY(const double height, call.number("scales_h"));
        HALFTONE_TRY(const double width, call.number("scales_w"));
        factors = {height, width};
    }
    for (std::size_t d = 0; d < factors.size(); ++d) {
        const double size = static_cast<double>(shape[d + 1]) * factors[d];
        if (!(size >= 1 && size <= static_cast<double>(kMaxDimension)) || size != std::floor(size))
            return unreadScript(fmt::format("resizes {} by {}, which gives no whole size", shape[d + 1], factors[d]));
        upsample.output[d] = static_cast<std::int64_t>(size);
    }
    if (call.has("output_size")) {
        HALFTONE_TRY(const Pair output, call.pair("output_size"));
        if (!factors.empty() && output != upsample.output) return unreadScript("has a size that its factors contradict");
        upsample.output = output;
    } else if (factors.empty()) {
        return unreadScript("has neither a size nor factors");
    }
    return made(call, {upsample});
}

} // namespace halftone
