// The constants of an ONNX graph: initializers, Constant nodes, dequantized weights, and what nodes read from them.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/formats/onnx_file.h"
#include "core/formats/onnx_tensor.h"

namespace halftone {

// Scale, zero point and code type of a QuantizeLinear or DequantizeLinear node; zero points that differ from channel to channel are refused.
struct OnnxQuantizer {
    std::vector<float> scales; // positive and finite; one, or one per slice along `axis`
    OnnxType type = OnnxType::UInt8;
    std::int32_t zeroPoint = 0; // value = (code - zeroPoint) * scale
    std::int64_t axis = 1;
};

// A layer's weights with the output channels first.
struct OnnxWeights {
    Shape shape;
    std::vector<float> values;
    std::vector<std::int32_t> codes; // empty when the file holds floats
    std::vector<float> scales; // of the codes
    std::optional<CodeRange> range; // that the file says for the codes, by a Clip or a Quant node
};

// A Quant node of the QONNX dialect.
struct OnnxQuant {
    int bits = 8;
    CodeRange range;
    std::vector<float> scales; // one, or for weights one a slice of the first dimension
};

struct OnnxBounds {
    double lower = 0;
    double upper = 0;
};

class OnnxConstants {
public:
    explicit OnnxConstants(const OnnxFile& file); // `file` must outlive this

    bool has(const std::string& name) const;
    const OnnxTensor* find(const std::string& name) const; // null when absent, or dequantized and not yet read by floats()

    Status readConstant(const OnnxNode& node); // a Constant node
    Status readClip(const OnnxNode& node); // of constant codes, none of which it changes
    Status readQuant(const OnnxNode& node, const OnnxQuant& quant); // of constant floats: they become codes
    Status readDequantize(const OnnxNode& node); // of a constant: weights, or a bias in 32-bit integers

    // What is copied out counts against a bound that follows from the file's size, however often a file names one tensor.
    Result<OnnxQuantizer> quantizer(const OnnxNode& node);
    Result<OnnxQuant> quant(const OnnxNode& node);
    Result<OnnxWeights> weights(const OnnxNode& node); // of Conv, ConvTranspose, Gemm or MatMul
    // Of a layer, one value a channel, from an input of `node`; empty when it has none there.
    Result<std::vector<float>> bias(const OnnxNode& node, std::size_t position, std::int64_t channels);
    Result<std::vector<float>> floats(const OnnxNode& node, std::size_t position);
    // Of Clip, from attributes or inputs; the bounds are of `codeType`, or floats when that is Undefined.
    Result<OnnxBounds> clipBounds(const OnnxNode& node, OnnxType codeType);

private:
    struct Codes {
        const OnnxTensor* tensor = nullptr; // never null in the map
        OnnxQuantizer quantizer;
        std::optional<CodeRange> range;
    };
    Status define(const OnnxNode& node, OnnxTensor tensor);
    Status spend(const OnnxNode& node, const OnnxTensor& tensor);
    Status dequantize(const OnnxNode& node, const std::string& name);
    Result<OnnxWeights> storedWeights(const OnnxNode& node, std::int64_t channelAxis);

    std::map<std::string, const OnnxTensor*> m_tensors;
    std::map<std::string, Codes> m_codes;
    std::map<std::string, CodeRange> m_ranges; // of clipped codes
    std::deque<OnnxTensor> m_own; // of Constant nodes; a deque, so that pointers stay
    std::int64_t m_budget = 0; // elements that may still be copied out
};

} // namespace halftone
