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
    FrozenGrid grid; // Codes and Dequantized
    std::optional<OnnxView> view; // Viewed: the value with its dimensions split or exchanged
};

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
    Result<std::vector<ValueIndex>> plainInputs(const OnnxNode& node) const;
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
    std::int64_t m_batch = -1;
};

} // namespace halftone
