// Walks a Network's operations on LibTorch.
#include "core/execution/torch_network.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <set>

#include "core/execution/curved_convolution.h"
#include "core/execution/plain_operations.h"
#include "core/execution/tensor_bridge.h"
#include "core/quantizers/all_quantizers.h"
#include "core/quantizers/fixed_grid_quantizer.h"

namespace halftone {

namespace {

// Activation samples kept a point for calibration; the least-square-error step moves by less than 1 % beyond this many.
constexpr std::int64_t kCalibrationValues = 1 << 18;

template <typename T> std::size_t at(Index<T> index) { return static_cast<std::size_t>(index.value); }

NetworkTensor::Role roleOf(const Operation& operation, std::size_t position)
{
    if (operation.as<BatchNorm>()) return position < 2 ? NetworkTensor::Role::BatchNorm : NetworkTensor::Role::Statistic;
    // Trained like biases: without weight decay.
    if (operation.as<PRelu>() || operation.as<LayerNorm>()) return NetworkTensor::Role::Bias;
    return position == 0 ? NetworkTensor::Role::LayerWeight : NetworkTensor::Role::Bias;
}

torch::Tensor evenSample(const torch::Tensor& values, std::int64_t most)
{
    const torch::Tensor flat = values.detach().reshape({-1});
    if (flat.numel() <= most) return flat.clone();
    return flat.slice(0, 0, flat.numel(), (flat.numel() + most - 1) / most).clone();
}

// A convolution of either kind that may be differentiated twice.
torch::Tensor curved(const Operation& operation, const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias)
{
    const auto list = [](const Pair& pair) { return std::vector<std::int64_t>(pair.begin(), pair.end()); };
    ConvolutionShape shape;
    if (const auto* t = operation.as<ConvTranspose2d>()) {
        shape = {list(t->stride), list(t->padding), list(t->dilation), list(t->outputPadding), true, t->groups};
    } else {
        const auto& c = *operation.as<Conv2d>();
        shape = {list(c.stride), list(c.padding), list(c.dilation), {0, 0}, false, c.groups};
    }
    const torch::Tensor y = curvedConvolution(x, weight, shape);
    return bias.defined() ? y + bias.view({1, -1, 1, 1}) : y;
}

} // namespace

struct TorchNetwork::Body {
    Network network;
    LayerTable table;
    torch::Device device = torch::kCPU;
    BitAssignment assignment;
    std::vector<torch::Tensor> parameters; // by ParameterIndex
    std::vector<std::unique_ptr<Quantizer>> weightQuantizers; // by LayerIndex; null: full precision
    std::vector<std::unique_ptr<Quantizer>> inputQuantizers; // by ValueIndex; null: full precision
    std::vector<LayerIndex> layerOf; // by OperationIndex; invalid for what is no layer
    std::vector<OperationIndex> lastReader; // by ValueIndex
    std::set<LayerIndex> newWeights; // made by assign(), not yet calibrated
    std::set<ValueIndex> newInputs;
    std::int64_t reestimatedBatches = 0;

    torch::Tensor parameter(const Operation& operation, std::size_t position) const
    {
        return position < operation.parameters.size() ? parameters[at(operation.parameters[position])] : torch::Tensor();
    }
    torch::Tensor runOperation(OperationIndex index, std::vector<torch::Tensor>& values, std::vector<torch::Tensor>& quantized,
        const ForwardOptions& options);
    torch::Tensor runLayer(OperationIndex index, const torch::Tensor& x, bool twiceDifferentiable);
    torch::Tensor quantizedInput(ValueIndex value, std::vector<torch::Tensor>& values, std::vector<torch::Tensor>& quantized);
    torch::Tensor runBatchNorm(const Operation& operation, const torch::Tensor& x, BatchNormMode mode);
};

torch::Tensor TorchNetwork::Body::quantizedInput(
    ValueIndex value, std::vector<torch::Tensor>& values, std::vector<torch::Tensor>& quantized)
{
    auto& quantizer = inputQuantizers[at(value)];
    if (!quantizer) return values[at(value)];
    if (!quantized[at(value)].defined())
        quantized[at(value)] = quantizer->forward(values[at(value)]); // once for all its readers
    return quantized[at(value)];
}

torch::Tensor TorchNetwork::Body::runLayer(OperationIndex index, const torch::Tensor& x, bool twiceDifferentiable)
{
    const Operation& operation = network.operation(index);
    const auto& quantizer = weightQuantizers[at(layerOf[at(index)])];
    torch::Tensor weight = parameter(operation, 0);
    if (quantizer) weight = quantizer->forward(weight);
    const torch::Tensor bias = parameter(operation, 1);
    if (operation.as<Linear>()) return torch::linear(x, weight, bias);
    if (twiceDifferentiable) return curved(operation, x, weight, bias);
    if (const auto* t = operation.as<ConvTranspose2d>())
        return torch::conv_transpose2d(x, weight, bias, t->stride, t->padding, t->outputPadding, t->groups, t->dilation);
    const auto& c = *operation.as<Conv2d>();
    return torch::conv2d(x, weight, bias, c.stride, c.padding, c.dilation, c.groups);
}

torch::Tensor TorchNetwork::Body::runBatchNorm(const Operation& operation, const torch::Tensor& x, BatchNormMode mode)
{
    const auto& attributes = *operation.as<BatchNorm>();
    // A running average with momentum 1/n after the n-th batch is the plain mean of the n batches.
    const double momentum
        = mode == BatchNormMode::Reestimate ? 1.0 / static_cast<double>(reestimatedBatches) : attributes.momentum;
    return at::batch_norm(x, parameter(operation, 0), parameter(operation, 1), parameter(operation, 2), parameter(operation, 3),
        mode != BatchNormMode::Frozen, momentum, attributes.epsilon, false);
}

torch::Tensor TorchNetwork::Body::runOperation(OperationIndex index, std::vector<torch::Tensor>& values,
    std::vector<torch::Tensor>& quantized, const ForwardOptions& options)
{
    const Operation& operation = network.operation(index);
    if (operation.isLayer()) return runLayer(index, quantizedInput(operation.inputs[0], values, quantized), options.twiceDifferentiable);
    if (operation.as<BatchNorm>()) return runBatchNorm(operation, values[at(operation.inputs[0])], options.batchNorm);
    return runPlainOperation(operation,
        {[&](std::size_t i) -> const torch::Tensor& { return values[at(operation.inputs[i])]; },
            [&](std::size_t i) { return parameter(operation, i); }});
}

TorchNetwork::TorchNetwork(std::unique_ptr<Body> body)
    : m_body(std::move(body))
{
}
TorchNetwork::TorchNetwork(TorchNetwork&&) noexcept = default;
TorchNetwork& TorchNetwork::operator=(TorchNetwork&&) noexcept = default;
TorchNetwork::~TorchNetwork() = default;

Result<TorchNetwork> TorchNetwork::create(const Network& network, torch::Device device)
{
    auto body = std::make_unique<Body>();
    body->network = network;
    body->table = layerTable(network);
    body->device = device;
    body->assignment = fullPrecisionAssignment(body->table);
    for (const Parameter& parameter : network.parameters()) {
        if (parameter.data.empty())
            return Error{ErrorCode::BadInput,
                "The network's parameter " + parameter.name + " has no values; load weights or train from scratch."};
        torch::Tensor tensor = toTorch(parameter.data).to(device);
        if (tensor.dim() == 4) tensor = tensor.contiguous(torch::MemoryFormat::ChannelsLast);
        body->parameters.push_back(tensor.requires_grad_(parameter.trainable));
    }
    body->weightQuantizers.resize(body->table.layers.size());
    body->inputQuantizers.resize(network.values().size());
    body->layerOf.resize(network.operations().size());
    for (std::size_t i = 0; i < body->table.layers.size(); ++i)
        body->layerOf[at(body->table.layers[i].operation)] = LayerIndex(static_cast<std::int64_t>(i));
    body->lastReader.resize(network.values().size());
    for (std::size_t i = 0; i < network.operations().size(); ++i)
        for (const ValueIndex value : network.operations()[i].inputs)
            body->lastReader[at(value)] = OperationIndex(static_cast<std::int64_t>(i));
    return TorchNetwork(std::move(body));
}

const Network& TorchNetwork::plan() const { return m_body->network; }
const LayerTable& TorchNetwork::table() const { return m_body->table; }
torch::Device TorchNetwork::device() const { return m_body->device; }
const BitAssignment& TorchNetwork::assignment() const { return m_body->assignment; }

Status TorchNetwork::assign(const BitAssignment& assignment, const QuantizationOptions& options)
{
    Body& body = *m_body;
    HALFTONE_CHECK(validate(assignment, body.table));
    HALFTONE_TRY(const QuantizerMethod* method, findQuantizer(options.method));
    for (std::size_t i = 0; i < body.table.layers.size(); ++i) {
        const Layer& layer = body.table.layers[i];
        const LayerIndex index(static_cast<std::int64_t>(i));
        const LayerBits bits = assignment[index];
        auto& weights = body.weightQuantizers[i];
        if (bits.weight != body.assignment[index].weight || (bits.weight != kFullPrecision && !weights)) {
            weights = bits.weight == kFullPrecision ? nullptr
                                                    : method->make({.bits = bits.weight,
                                                        .isWeight = true,
                                                        .symmetricWeights2 = options.symmetricWeights2,
                                                        .elements = layer.weights});
            if (weights)
                body.newWeights.insert(index);
            else
                body.newWeights.erase(index);
        }
        auto& input = body.inputQuantizers[at(layer.input)];
        if (body.table.group(layer.group).layers.front() != index)
            continue; // the group's first layer stands for its shared input
        if (bits.activation != body.assignment[index].activation || (bits.activation != kFullPrecision && !input)) {
            const std::int64_t features = elementCount(body.network.value(layer.input).shape);
            input = bits.activation == kFullPrecision ? nullptr
                                                      : method->make({.bits = bits.activation,
                                                          .isUnsigned = layer.inputIsUnsigned,
                                                          .elements = features,
                                                          .countBatch = options.countBatch});
            if (input)
                body.newInputs.insert(layer.input);
            else
                body.newInputs.erase(layer.input);
        }
    }
    body.assignment = assignment;
    return {};
}

Status TorchNetwork::calibrateNew(const torch::Tensor& images, const TaskContext& task)
{
    Body& body = *m_body;
    const at::NoGradGuard noGrad;
    for (const LayerIndex index : body.newWeights) {
        const Layer& layer = body.table.layer(index);
        const auto done = body.weightQuantizers[at(index)]->calibrate(body.parameters[at(layer.weight)]);
        if (!done.ok()) return Error{done.error().code, "Layer " + layer.name + ": " + done.error().message};
    }
    body.newWeights.clear();
    if (body.newInputs.empty()) return {};
    if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped before calibration."};
    // Quantizers off: the reference values are the full-precision network's.
    std::vector<std::unique_ptr<Quantizer>> weights(body.weightQuantizers.size()), inputs(body.inputQuantizers.size());
    std::swap(weights, body.weightQuantizers);
    std::swap(inputs, body.inputQuantizers);
    std::map<ValueIndex, torch::Tensor> samples;
    const auto keep = [&](ValueIndex value, const torch::Tensor& x) {
        if (body.newInputs.contains(value)) samples[value] = evenSample(x, kCalibrationValues);
    };
    forward(images, {.observer = [&](OperationIndex i, const torch::Tensor& x) { keep(body.network.operation(i).output, x); }});
    std::swap(weights, body.weightQuantizers);
    std::swap(inputs, body.inputQuantizers);
    for (const auto& [value, sample] : samples) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped during calibration."};
        const auto done = body.inputQuantizers[at(value)]->calibrate(sample);
        if (!done.ok())
            return Error{done.error().code,
                "The input of " + body.network.operation(body.network.consumers(value).front()).name + ": "
                    + done.error().message};
    }
    body.newInputs.clear();
    return {};
}

bool TorchNetwork::needsCalibration() const { return !m_body->newWeights.empty() || !m_body->newInputs.empty(); }

GridStarts TorchNetwork::startFrom(const NetworkGrids& grids)
{
    Body& body = *m_body;
    GridStarts starts;
    const auto start = [&starts](Quantizer& quantizer, const FrozenGrid& grid, std::string place) {
        const bool taken = quantizer.startFrom(grid);
        if (taken) ++starts.taken;
        else starts.left.push_back(std::move(place));
        return taken;
    };
    std::erase_if(body.newWeights, [&](LayerIndex layer) {
        const auto grid = grids.weights.find(layer);
        return grid != grids.weights.end()
            && start(*body.weightQuantizers[at(layer)], grid->second, "the weights of " + body.table.layer(layer).name);
    });
    std::erase_if(body.newInputs, [&](ValueIndex value) {
        const auto grid = grids.activations.find(value);
        const auto reader = std::ranges::find(body.table.layers, value, &Layer::input);
        return grid != grids.activations.end()
            && start(*body.inputQuantizers[at(value)], grid->second, "the input of " + reader->name);
    });
    return starts;
}

Status TorchNetwork::setGrids(const NetworkGrids& grids)
{
    Body& body = *m_body;
    for (const auto& [layer, grid] : grids.weights) {
        if (at(layer) >= body.weightQuantizers.size())
            return Error{ErrorCode::Corrupt, "A weight grid belongs to no layer of this network."};
        body.weightQuantizers[at(layer)] = makeFixedGridQuantizer(grid);
        body.assignment[layer].weight = grid.bits;
        body.newWeights.erase(layer);
    }
    for (const auto& [value, grid] : grids.activations) {
        if (at(value) >= body.inputQuantizers.size())
            return Error{ErrorCode::Corrupt, "An activation grid belongs to no value of this network."};
        body.inputQuantizers[at(value)] = makeFixedGridQuantizer(grid);
        body.newInputs.erase(value);
        for (std::size_t i = 0; i < body.table.layers.size(); ++i)
            if (body.table.layers[i].input == value) body.assignment.layers[i].activation = grid.bits;
    }
    return {};
}

torch::Tensor TorchNetwork::forward(const torch::Tensor& images, const ForwardOptions& options)
{
    Body& body = *m_body;
    if (options.batchNorm == BatchNormMode::Reestimate) ++body.reestimatedBatches;
    std::vector<torch::Tensor> values(body.network.values().size()), quantized(values.size());
    values[at(body.network.input())] = images.to(body.device).contiguous(torch::MemoryFormat::ChannelsLast);
    const ValueIndex last = options.until.valid() ? options.until : body.network.output();
    for (std::size_t i = 0; i < body.network.operations().size(); ++i) {
        const Operation& operation = body.network.operations()[i];
        const OperationIndex index(static_cast<std::int64_t>(i));
        if (!operation.as<Input>())
            values[at(operation.output)] = body.runOperation(index, values, quantized, options);
        if (options.observer) options.observer(index, values[at(operation.output)]);
        if (options.until.valid() && operation.output == options.until) break;
        for (const ValueIndex input : operation.inputs) // a value is let go with its last reader
            if (body.lastReader[at(input)] == index && input != last) {
                values[at(input)] = torch::Tensor();
                quantized[at(input)] = torch::Tensor();
            }
    }
    return values[at(last)];
}

void TorchNetwork::beginReestimation() { m_body->reestimatedBatches = 0; }

void TorchNetwork::afterUpdate()
{
    for (auto& quantizer : m_body->weightQuantizers)
        if (quantizer) quantizer->afterUpdate();
    for (auto& quantizer : m_body->inputQuantizers)
        if (quantizer) quantizer->afterUpdate();
}

std::vector<NetworkTensor> TorchNetwork::tensors() const
{
    const Body& body = *m_body;
    std::vector<NetworkTensor> all;
    for (std::size_t i = 0; i < body.network.operations().size(); ++i) {
        const Operation& operation = body.network.operations()[i];
        for (std::size_t p = 0; p < operation.parameters.size(); ++p) {
            const Parameter& parameter = body.network.parameter(operation.parameters[p]);
            all.push_back({parameter.name, body.parameters[at(operation.parameters[p])], roleOf(operation, p),
                parameter.trainable, body.layerOf[i]});
        }
    }
    for (std::size_t i = 0; i < body.table.layers.size(); ++i) {
        const Layer& layer = body.table.layers[i];
        const LayerIndex index(static_cast<std::int64_t>(i));
        const auto append = [&](Quantizer* quantizer, const char* what, NetworkTensor::Role role) {
            if (!quantizer) return;
            for (const auto& own : quantizer->tensors())
                all.push_back({layer.name + what + own.name, own.tensor, role, own.trainable, index});
        };
        append(body.weightQuantizers[i].get(), ".weight_quantizer.", NetworkTensor::Role::WeightStep);
        if (body.table.group(layer.group).layers.front() == index)
            append(body.inputQuantizers[at(layer.input)].get(), ".input_quantizer.", NetworkTensor::Role::ActivationStep);
    }
    return all;
}

Status TorchNetwork::load(const StateDict& state)
{
    const auto own = tensors();
    for (const auto& mine : own) {
        const TensorData* found = state.find(mine.name);
        if (!found)
            return Error{ErrorCode::BadInput,
                "The saved network lacks " + mine.name + "; it was saved with another assignment or quantizer."};
        if (found->size() != mine.tensor.numel())
            return Error{
                ErrorCode::BadInput, "The saved " + mine.name + " has shape " + text(found->shape()) + ", not this network's."};
    }
    const at::NoGradGuard noGrad;
    for (const auto& mine : own) mine.tensor.copy_(toTorch(*state.find(mine.name)).view(mine.tensor.sizes()));
    m_body->newWeights.clear();
    m_body->newInputs.clear();
    return {};
}

StateDict TorchNetwork::state() const
{
    StateDict state;
    for (const auto& mine : tensors()) state.entries.push_back({mine.name, fromTorch(mine.tensor)});
    return state;
}

Network TorchNetwork::trained() const
{
    Network network = m_body->network;
    for (std::size_t i = 0; i < m_body->parameters.size(); ++i) {
        const auto set = network.setParameter(ParameterIndex(static_cast<std::int64_t>(i)), fromTorch(m_body->parameters[i]));
        assert(set.ok()); // the shapes are its own
        static_cast<void>(set);
    }
    return network;
}

Result<NetworkGrids> TorchNetwork::grids() const
{
    const Body& body = *m_body;
    NetworkGrids grids;
    for (std::size_t i = 0; i < body.weightQuantizers.size(); ++i) {
        if (!body.weightQuantizers[i]) continue;
        HALFTONE_TRY(FrozenGrid grid, body.weightQuantizers[i]->freeze());
        grids.weights.emplace(LayerIndex(static_cast<std::int64_t>(i)), std::move(grid));
    }
    for (std::size_t i = 0; i < body.inputQuantizers.size(); ++i) {
        if (!body.inputQuantizers[i]) continue;
        HALFTONE_TRY(FrozenGrid grid, body.inputQuantizers[i]->freeze());
        grids.activations.emplace(ValueIndex(static_cast<std::int64_t>(i)), std::move(grid));
    }
    return grids;
}

} // namespace halftone
