// Makes modules by the parameters' names and a forward as TorchScript source.
#include "core/execution/torchscript_writer.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include <torch/csrc/jit/api/module.h>

#include "core/execution/tensor_bridge.h"
#include "core/formats/onnx_metadata.h"

namespace halftone {

namespace {

std::string numberText(double value)
{
    std::string text = fmt::format("{}", value);
    if (text.find_first_of(".en") == std::string::npos) text += ".0"; // else it would be an integer
    return text;
}

std::string pairText(const Pair& pair) { return fmt::format("[{}, {}]", pair[0], pair[1]); }
std::string flagText(bool flag) { return flag ? "True" : "False"; }

// What an operation computes, as an expression over its inputs' variables.
struct ExpressionMaker {
    std::string self; // the module that keeps the operation's parameters
    std::vector<std::string> inputs;
    Shape shape; // of the first input
    bool hasBias = false;

    const std::string& x() const { return inputs.front(); }
    std::string weights() const { return fmt::format("{}, {}.weight, {}", x(), self, hasBias ? self + ".bias" : "None"); }

    std::string operator()(const Conv2d& c) const
    {
        return fmt::format("torch.conv2d({}, {}, {}, {}, {})", weights(), pairText(c.stride), pairText(c.padding),
            pairText(c.dilation), c.groups);
    }
    std::string operator()(const ConvTranspose2d& c) const
    {
        return fmt::format("torch.conv_transpose2d({}, {}, {}, {}, {}, {})", weights(), pairText(c.stride), pairText(c.padding),
            pairText(c.outputPadding), c.groups, pairText(c.dilation));
    }
    std::string operator()(const Linear&) const { return fmt::format("torch.linear({})", weights()); }
    std::string operator()(const BatchNorm& norm) const
    {
        return fmt::format(
            "torch.batch_norm({0}, {1}.weight, {1}.bias, {1}.running_mean, {1}.running_var, False, {2}, {3}, True)", x(), self,
            numberText(norm.momentum), numberText(norm.epsilon));
    }
    std::string operator()(const LayerNorm& norm) const
    {
        std::string sizes;
        for (auto i = static_cast<std::size_t>(norm.dimension); i < shape.size(); ++i)
            sizes += fmt::format("{}{}", sizes.empty() ? "" : ", ", shape[i]);
        return fmt::format("torch.layer_norm({0}, [{1}], {2}.weight, {2}.bias, {3}, False)", x(), sizes, self, numberText(norm.epsilon));
    }
    std::string operator()(const MatrixMultiply&) const { return fmt::format("torch.matmul({}, {})", x(), inputs[1]); }
    std::string operator()(const Relu&) const { return fmt::format("torch.relu({})", x()); }
    std::string operator()(const Relu6&) const { return fmt::format("torch.hardtanh({}, 0., 6.)", x()); }
    std::string operator()(const LeakyRelu& relu) const
    {
        return fmt::format("torch.leaky_relu({}, {})", x(), numberText(relu.slope));
    }
    std::string operator()(const PRelu&) const { return fmt::format("torch.prelu({}, {}.weight)", x(), self); }
    std::string operator()(const Sigmoid&) const { return fmt::format("torch.sigmoid({})", x()); }
    std::string operator()(const HardSigmoid&) const { return fmt::format("torch.hardsigmoid({})", x()); }
    std::string operator()(const Silu&) const { return fmt::format("torch.silu({})", x()); }
    std::string operator()(const HardSwish&) const { return fmt::format("torch.hardswish({})", x()); }
    std::string operator()(const Gelu& gelu) const
    {
        return gelu.tanhForm ? fmt::format("torch.gelu({}, approximate=\"tanh\")", x()) : fmt::format("torch.gelu({})", x());
    }
    std::string operator()(const Add&) const { return fmt::format("torch.add({}, {})", x(), inputs[1]); }
    std::string operator()(const Multiply&) const { return fmt::format("torch.mul({}, {})", x(), inputs[1]); }
    std::string operator()(const ChannelAffine&) const
    {
        return fmt::format("torch.add(torch.mul({0}, {1}.scale), {1}.shift)", x(), self);
    }
    std::string operator()(const FakeQuantize& quantize) const
    {
        return fmt::format("torch.mul(torch.round(torch.clamp(torch.div({0}, {1}.scale), {2}, {3})), {1}.scale)", x(), self,
            quantize.lowest, quantize.highest);
    }
    std::string operator()(const ChannelShuffle& shuffle) const
    {
        return fmt::format(
            "torch.reshape(torch.transpose(torch.reshape({0}, [-1, {1}, {2}, {4}, {5}]), 1, 2), [-1, {3}, {4}, {5}])", x(),
            shuffle.groups, shape[0] / shuffle.groups, shape[0], shape[1], shape[2]);
    }
    std::string operator()(const Upsample& up) const
    {
        if (!up.bilinear) return fmt::format("torch.upsample_nearest2d({}, {}, None)", x(), pairText(up.output));
        return fmt::format("torch.upsample_bilinear2d({}, {}, {}, None)", x(), pairText(up.output), flagText(up.alignCorners));
    }
    std::string operator()(const Concat&) const
    {
        std::string all;
        for (const std::string& input : inputs) all += (all.empty() ? "" : ", ") + input;
        return fmt::format("torch.cat([{}], 1)", all);
    }
    std::string operator()(const MaxPool& pool) const
    {
        return fmt::format("torch.max_pool2d({}, {}, {}, {}, [1, 1], {})", x(), pairText(pool.kernel), pairText(pool.stride),
            pairText(pool.padding), flagText(pool.ceilMode));
    }
    std::string operator()(const AveragePool& pool) const
    {
        return fmt::format("torch.avg_pool2d({}, {}, {}, {}, {}, {}, None)", x(), pairText(pool.kernel), pairText(pool.stride),
            pairText(pool.padding), flagText(pool.ceilMode), flagText(pool.countIncludesPadding));
    }
    std::string operator()(const AdaptiveAveragePool& pool) const
    {
        return fmt::format("torch.adaptive_avg_pool2d({}, {})", x(), pairText(pool.output));
    }
    std::string operator()(const Flatten&) const { return fmt::format("torch.flatten({}, 1, -1)", x()); }
    std::string operator()(const Pad& pad) const
    {
        const auto& a = pad.amounts; // LibTorch lists the last dimension first
        return fmt::format("torch.constant_pad_nd({}, [{}, {}, {}, {}, {}, {}], 0.)", x(), a[2][0], a[2][1], a[1][0], a[1][1],
            a[0][0], a[0][1]);
    }
    std::string operator()(const Slice& slice) const
    {
        return fmt::format("torch.slice({}, {}, {}, {}, {})", x(), slice.dimension + 1, slice.start, slice.end, slice.step);
    }
    std::string operator()(const Softmax&) const { return fmt::format("torch.softmax({}, 1)", x()); }
    std::string operator()(const Input&) const { return x(); }
};

class ScriptWriter {
public:
    explicit ScriptWriter(const QuantizedModel& model)
        : m_model(model)
        , m_table(layerTable(model.network))
        , m_root(module("Network"))
    {
    }

    Result<Bytes> write();

private:
    torch::jit::Module module(const std::string& name)
    {
        torch::jit::Module made(c10::QualifiedName("__torch__.halftone." + name), m_unit);
        made.register_attribute("training", c10::BoolType::get(), false);
        return made;
    }
    torch::jit::Module& moduleOf(const std::string& path);
    Status keepParameters(const Operation& operation, const FrozenGrid* grid);
    void keepAffine(const Operation& operation, const ChannelAffine& affine);
    std::string quantized(const Layer& layer);
    Status addOperation(const Operation& operation);
    static std::string expressionFor(const std::string& path);
    std::string notes() const;

    const QuantizedModel& m_model;
    LayerTable m_table;
    std::shared_ptr<torch::jit::CompilationUnit> m_unit = std::make_shared<torch::jit::CompilationUnit>();
    torch::jit::Module m_root;
    std::map<std::string, torch::jit::Module> m_modules; // by path: "layer1.0"
    std::set<ValueIndex> m_quantized; // whose variable q<index> exists
    std::string m_source = "def forward(self, input: Tensor) -> Tensor:\n";
};

torch::jit::Module& ScriptWriter::moduleOf(const std::string& path)
{
    if (const auto found = m_modules.find(path); found != m_modules.end()) return found->second;
    const std::size_t dot = path.rfind('.');
    torch::jit::Module& parent = dot == std::string::npos ? m_root : moduleOf(path.substr(0, dot));
    torch::jit::Module made = module(fmt::format("Part{}", m_modules.size()));
    parent.register_module(path.substr(dot + 1), made); // npos + 1 is 0
    return m_modules.emplace(path, made).first->second;
}

// "self.layer1" and then getattr(..., "0"), because "0" is no name in the source.
std::string ScriptWriter::expressionFor(const std::string& path)
{
    std::string expression = "self";
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, '.');) expression = fmt::format("getattr({}, \"{}\")", expression, part);
    return expression;
}

Status ScriptWriter::keepParameters(const Operation& operation, const FrozenGrid* grid)
{
    for (std::size_t i = 0; i < operation.parameters.size(); ++i) {
        const Parameter& parameter = m_model.network.parameter(operation.parameters[i]);
        if (parameter.data.empty())
            return Error{ErrorCode::BadInput,
                fmt::format("'{}' has no data; load or train the network before exporting it.", parameter.name)};
        at::Tensor tensor = toTorch(parameter.data);
        torch::jit::Module& owner = moduleOf(operation.name);
        if (grid && i == 0) {
            const auto codes = quantizeToCodes(*grid, parameter.data.floats());
            at::Tensor steps = torch::tensor(grid->scales);
            owner.register_buffer(std::string(kScriptStep.substr(1)), steps.numel() == 1 ? steps.reshape({}) : steps.clone());
            if (steps.numel() > 1) {
                std::vector<std::int64_t> shape(static_cast<std::size_t>(tensor.dim()), 1);
                shape[0] = steps.numel();
                steps = steps.reshape(shape);
            }
            tensor = torch::tensor(std::vector<float>(codes.begin(), codes.end())).reshape(tensor.sizes()) * steps;
        }
        const std::string name = parameter.name.substr(parameter.name.rfind('.') + 1);
        owner.register_parameter(name, tensor, !parameter.trainable);
    }
    return {};
}

void ScriptWriter::keepAffine(const Operation& operation, const ChannelAffine& affine)
{
    std::vector<std::int64_t> shape(m_model.network.value(operation.output).shape.size() + 1, 1);
    shape[1] = static_cast<std::int64_t>(affine.scale.size());
    torch::jit::Module& owner = moduleOf(operation.name);
    owner.register_buffer("scale", torch::tensor(affine.scale, torch::kFloat64).to(torch::kFloat32).reshape(shape));
    owner.register_buffer("shift", torch::tensor(affine.shift, torch::kFloat64).to(torch::kFloat32).reshape(shape));
}

// The variable with the rounded input of a layer; written once for all its readers.
std::string ScriptWriter::quantized(const Layer& layer)
{
    const auto grid = m_model.grids.activations.find(layer.input);
    if (grid == m_model.grids.activations.end()) return fmt::format("v{}", layer.input.value);
    if (m_quantized.insert(layer.input).second) {
        moduleOf(layer.name)
            .register_buffer(std::string(kScriptInputStep.substr(1)), torch::tensor(grid->second.scales).reshape({}));
        m_source += fmt::format("    q{0} = torch.mul(torch.round(torch.clamp(torch.div(v{0}, {1}{2}), {3}, {4})), {1}{2})\n",
            layer.input.value, expressionFor(layer.name), kScriptInputStep, grid->second.lowest, grid->second.highest);
    }
    return fmt::format("q{}", layer.input.value);
}

Status ScriptWriter::addOperation(const Operation& operation)
{
    ExpressionMaker maker{
        .self = expressionFor(operation.name), .inputs = {}, .shape = {}, .hasBias = operation.parameters.size() > 1};
    for (const ValueIndex input : operation.inputs) maker.inputs.push_back(fmt::format("v{}", input.value));
    if (operation.as<Input>())
        maker.inputs = {"input"};
    else
        maker.shape = m_model.network.value(operation.inputs.front()).shape;
    const FrozenGrid* grid = nullptr;
    for (std::size_t i = 0; i < m_table.layers.size() && operation.isLayer(); ++i) {
        if (&m_model.network.operation(m_table.layers[i].operation) != &operation) continue;
        maker.inputs = {quantized(m_table.layers[i])};
        const auto found = m_model.grids.weights.find(LayerIndex(static_cast<std::int64_t>(i)));
        if (found != m_model.grids.weights.end()) grid = &found->second;
    }
    HALFTONE_CHECK(keepParameters(operation, grid));
    if (const auto* affine = operation.as<ChannelAffine>()) keepAffine(operation, *affine);
    if (const auto* quantize = operation.as<FakeQuantize>())
        moduleOf(operation.name).register_buffer("scale", torch::tensor(static_cast<float>(quantize->scale)));
    m_source += fmt::format("    v{} = {}\n", operation.output.value, std::visit(maker, operation.attributes));
    return {};
}

std::string ScriptWriter::notes() const
{
    OnnxMetadata layers;
    for (std::size_t i = 0; i < m_table.layers.size(); ++i) {
        const LayerIndex index(static_cast<std::int64_t>(i));
        OnnxLayerMetadata layer{.name = m_table.layers[i].name, .bits = m_model.bits[index], .weightRange = {}};
        if (const auto grid = m_model.grids.weights.find(index); grid != m_model.grids.weights.end())
            layer.weightRange = {grid->second.lowest, grid->second.highest};
        layers.layers.push_back(std::move(layer));
    }
    return toJson(layers);
}

Result<Bytes> ScriptWriter::write()
{
    for (const Operation& operation : m_model.network.operations()) {
        // Each becomes a name in the source and in the archive; whatever else a file may have called its layers has no place
        // there.
        const auto usable = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("._-/:").find(c) != std::string_view::npos;
        };
        if (operation.name.empty() || operation.name.find("..") != std::string::npos || operation.name.front() == '.'
            || operation.name.back() == '.' || !std::all_of(operation.name.begin(), operation.name.end(), usable))
            return Error{ErrorCode::BadInput,
                fmt::format("'{}' is no name that a TorchScript module can have; export the network in another format.",
                    operation.name)};
        HALFTONE_CHECK(addOperation(operation));
    }
    m_source += fmt::format("    return v{}\n", m_model.network.output().value);
    m_root.define(m_source);
    std::ostringstream stream;
    m_root.save(
        stream, {{std::string(kLayersMetadata), notes()}, {std::string(kScriptInput), text(m_model.network.inputShape())}});
    const std::string content = stream.str();
    const auto bytes = std::as_bytes(std::span(content));
    return Bytes(bytes.begin(), bytes.end());
}

} // namespace

Result<Bytes> writeTorchScript(const QuantizedModel& model)
{
    HALFTONE_CHECK(validate(model));
    try {
        return ScriptWriter(model).write();
    } catch (const std::exception& failure) {
        std::string why = failure.what();
        why = why.substr(0, why.find('\n'));
        return Error{ErrorCode::Failed,
            fmt::format("LibTorch cannot write the network as TorchScript ({}); export it in another format.", why)};
    }
}

} // namespace halftone
