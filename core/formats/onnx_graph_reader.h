// The reader's state while it walks through an ONNX graph: what each name stands for, and the network that grows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/formats/onnx_constants.h"
#include "core/formats/onnx_metadata.h"
#include "core/formats/onnx_node_reader.h"
#include "core/formats/onnx_reader.h"
#include "core/formats/onnx_view.h"

namespace halftone {

// What a name of the graph stands for, unless it is a constant.
struct OnnxMeaning {
    enum class State { Plain, Viewed, Clipped, Codes, Dequantized };
    ValueIndex value;
    State state = State::Plain;
    float lower = 0; // Clipped: the bounds of a Clip that only quantizers read
    float upper = 0;
    OnnxType codeType = OnnxType::Undefined; // Codes
    std::int32_t zeroPoint = 0; // of the stored codes; those of the grid are counted from it
    FrozenGrid grid; // Codes and Dequantized
    std::optional<OnnxView> view; // Viewed: the value with its dimensions split or exchanged
};

// For networkFromText and shell patterns alike: a name without spaces and control characters.
std::string cleanOnnxName(std::string name);

class OnnxGraphReader {
public:
    explicit OnnxGraphReader(const OnnxFile& file);

    Result<QuantizedModel> read();

private:
    Status checkOperators() const;
    Status readInput();
    Status readNode(const OnnxNode& node);
    Status readQuantize(const OnnxNode& node);
    Status readDequantize(const OnnxNode& node);
    Status readClip(const OnnxNode& node);
    Status readQuant(const OnnxNode& node);
    Status readLayer(const OnnxNode& node);
    Status readBatchNorm(const OnnxNode& node);
    Status readPlain(const OnnxNode& node);
    Status readArithmetic(const OnnxNode& node);
    Status readPRelu(const OnnxNode& node);
    Status readLayerNorm(const OnnxNode& node);
    Status readMatMul(const OnnxNode& node);
    const OnnxNode* biasNodeOf(const OnnxNode& product) const;
    Status readBiasNode(const OnnxNode& node);
    Status readView(const OnnxNode& node);
    Result<OnnxView> viewOf(const OnnxNode& node, OnnxView view) const;
    Status readViewedSoftmax(const OnnxNode& node, const OnnxMeaning& input);
    Result<std::vector<double>> channelConstant(const OnnxNode& node, std::size_t position, ValueIndex value);
    Result<QuantizedModel> finish();

    Result<const OnnxMeaning*> known(const OnnxNode& node, std::size_t position) const;
    Result<OnnxMeaning> floats(const OnnxNode& node, std::size_t position);
    Result<OnnxMeaning> fakeQuantized(const OnnxNode& node, const std::string& name, const OnnxMeaning& meaning);
    Result<ValueIndex> reluFor(const OnnxNode& node, ValueIndex value);
    Result<std::vector<ValueIndex>> plainInputs(const OnnxNode& node);
    Status define(const OnnxNode& node, OnnxMeaning meaning);
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
    std::map<std::string, OnnxMeaning, std::less<>> m_known;
    std::map<std::string, std::vector<const OnnxNode*>, std::less<>> m_readers;
    Network m_network{"onnx"};
    FoundGrids m_found;
    std::map<std::string, std::int64_t> m_names; // of operations, with how often each was asked for
    std::map<const OnnxNode*, const OnnxNode*> m_biasNodes; // an Add that is a fully connected layer's bias, and its MatMul
    std::map<std::string, ValueIndex, std::less<>> m_fakeQuantized; // dequantized names, as operations of their own
    std::map<ValueIndex, ValueIndex> m_addedRelus;
    std::vector<bool> m_neverNegative; // of the values so far
    std::int64_t m_batch = -1;
};

} // namespace halftone
