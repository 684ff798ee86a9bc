// The reader's state while it follows a TorchScript program: what each variable stands for, and the network that grows.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "core/base/result.h"
#include "core/execution/torchscript_values.h"
#include "core/formats/onnx_metadata.h"
#include "core/graph/quantized_model.h"

namespace halftone {

using ScriptGraphNode = torch::jit::Node;

// One operator with its arguments, found by the names of its schema, so that overloads and versions need no counting.
class ScriptCall {
public:
    ScriptCall(const ScriptGraphNode& node, std::vector<ScriptValue> inputs);

    const ScriptGraphNode& node() const { return m_node; }
    std::string_view operatorName() const; // "conv2d" of aten::conv2d, without the _ of what writes in place
    bool writesInPlace() const;
    const std::vector<ScriptValue>& inputs() const { return m_inputs; }
    const ScriptValue* find(std::string_view argument) const; // null when the operator has none of this name
    bool has(std::string_view argument) const; // and it is not None

    // Errors: Unsupported when the argument is no constant or of another type.
    Result<std::int64_t> integer(std::string_view argument) const;
    Result<double> number(std::string_view argument) const;
    Result<bool> boolean(std::string_view argument) const;
    Result<std::string> word(std::string_view argument) const;
    Result<std::vector<std::int64_t>> integers(std::string_view argument) const; // one number is a list of one
    Result<Pair> pair(std::string_view argument) const; // one number stands for both
    Result<at::Tensor> tensor(std::string_view argument) const; // undefined for None
    std::string nameOf(std::string_view argument) const; // of a parameter

private:
    const ScriptGraphNode& m_node;
    std::vector<ScriptValue> m_inputs;
};

// "computes its <argument> while running", "has a dilated window": the operator and its line come before.
Error unreadScript(std::string why);

class TorchScriptGraphReader {
public:
    // `layers` are what the file says of its layers' widths, `steps` its tensors NAME.weight_step.
    struct Extras {
        OnnxMetadata layers;
        std::map<std::string, at::Tensor, std::less<>> steps;
    };
    TorchScriptGraphReader(const torch::jit::Module& module, Shape input, Extras extras);

    Result<QuantizedModel> read();
    static bool reads(std::string_view operatorName) { return handlerOf(operatorName) != nullptr; }

private:
    using Outcome = Result<ScriptValue>;
    using Handler = Outcome (TorchScriptGraphReader::*)(const ScriptCall&);
    struct Frame { // one function or method that is being followed
        const ScriptGraphNode* call = nullptr;
        std::string path; // of the module whose method it is: "layer1.0"
        bool isLeaf = false; // that module has no modules in it
        std::unordered_map<const torch::jit::Value*, ScriptValue> values;
    };

    // Control flow: errors of these end the reading.
    Status runGraph(torch::jit::Function& function, std::vector<ScriptValue> arguments, Frame frame, ScriptValue& answer);
    Status runBlock(const torch::jit::Block& block);
    Status runNode(const ScriptGraphNode& node);
    Status runPrimitive(const ScriptGraphNode& node);
    Status runCall(const ScriptGraphNode& node);
    Status runIf(const ScriptGraphNode& node);
    Status runBranch(const ScriptGraphNode& node, const torch::jit::Block& block);
    Status runLoop(const ScriptGraphNode& node);
    Status runRaise(const ScriptGraphNode& node);
    Status runUnpack(const ScriptGraphNode& node);
    void runAttribute(const ScriptGraphNode& node);
    void runOperator(const ScriptGraphNode& node);
    void leaveUnknown(const ScriptGraphNode& node);
    std::int64_t rankOf(const ScriptValue& value) const;
    void complain(const ScriptGraphNode& node, const std::string& why);
    std::string lineOf(const ScriptGraphNode& node) const;

    // Constants and lists.
    std::optional<ScriptValue> evaluated(const ScriptCall& call) const;
    std::optional<Outcome> listOperator(const ScriptCall& call) const;
    Outcome question(const ScriptCall& call);

    // Operators on activations: errors of these are collected.
    static Handler handlerOf(std::string_view operatorName);
    Outcome convolution(const ScriptCall& call);
    Outcome transposedConvolution(const ScriptCall& call);
    Outcome generalConvolution(const ScriptCall& call);
    Outcome linear(const ScriptCall& call);
    Outcome addmm(const ScriptCall& call);
    Outcome matmul(const ScriptCall& call);
    Outcome batchNorm(const ScriptCall& call);
    Outcome layerNorm(const ScriptCall& call);
    Outcome prelu(const ScriptCall& call);
    Outcome activation(const ScriptCall& call);
    Outcome clamp(const ScriptCall& call);
    Outcome leakyRelu(const ScriptCall& call);
    Outcome gelu(const ScriptCall& call);
    Outcome softmax(const ScriptCall& call);
    Outcome arithmetic(const ScriptCall& call);
    Outcome round(const ScriptCall& call);
    Outcome concat(const ScriptCall& call);
    Outcome maxPool(const ScriptCall& call);
    Outcome averagePool(const ScriptCall& call);
    Outcome adaptiveAveragePool(const ScriptCall& call);
    Outcome mean(const ScriptCall& call);
    Outcome channelShuffle(const ScriptCall& call);
    Outcome pad(const ScriptCall& call);
    Outcome upsample(const ScriptCall& call);
    Outcome unchanged(const ScriptCall& call);
    Outcome dropout(const ScriptCall& call);
    Outcome copied(const ScriptCall& call);
    Outcome expanded(const ScriptCall& call);
    Outcome view(const ScriptCall& call);
    Outcome slice(const ScriptCall& call);
    Outcome parts(const ScriptCall& call);

    Outcome withConstant(const ScriptCall& call, bool constantFirst);
    std::optional<Outcome> quantizerStep(const ScriptCall& call, ScriptActivation& x, const at::Tensor& constant);
    Result<ChannelAffine> channelAffine(const ScriptCall& call, bool constantFirst, ValueIndex value) const;
    Result<std::int64_t> channelDimension(const ScriptCall& call, std::string_view argument, ValueIndex value) const;
    Result<ScriptActivation*> activationArgument(const ScriptCall& call, std::size_t position);
    Result<ValueIndex> plain(const ScriptValue& value, std::string_view kind); // emits what was put off
    Result<ValueIndex> input(const ScriptCall& call); // plain(), of its first argument
    Outcome made(const ScriptCall& call, const std::vector<Attributes>& chain);
    Result<ValueIndex> emit(const std::string& name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias = false);
    struct LayerTensors {
        at::Tensor weight;
        at::Tensor bias; // undefined: none
        std::string name; // of the weight
    };
    Outcome layer(const ScriptCall& call, std::vector<Attributes> chain, ScriptActivation& input, const LayerTensors& tensors);
    Status useGrids(OperationIndex layer, const ScriptActivation& input, const at::Tensor& weight);
    ScriptValue newActivation(ValueIndex value, const ScriptActivation* sharesWith = nullptr) const;
    Outcome viewed(ScriptActivation& x, const OnnxView& seen);
    std::vector<std::int64_t> sizesOf(const ScriptActivation& x) const; // with a batch of one
    Status setParameter(ParameterIndex index, const at::Tensor& tensor);
    std::string nameFor(const std::string& kind);
    std::string unique(std::string name);

    Result<ValueIndex> outputOf(const ScriptValue& answer);
    Result<QuantizedModel> finish(const ScriptValue& answer);
    Error everythingUnread() const;

    torch::jit::Module m_module;
    Shape m_inputShape;
    Extras m_extras;
    Network m_network{"torchscript"};
    std::vector<Frame> m_frames;
    FoundGrids m_found;
    std::map<std::string, std::int64_t> m_names; // of operations, with how often each was asked for
    std::vector<std::string> m_unread; // one entry an operator and line, in the program's order
    std::int64_t m_steps = 0; // nodes that were followed
    int m_speculating = 0; // inside branches that may not be taken
};

} // namespace halftone
