// Writes a network with its frozen grids as ONNX, in one of three dialects of quantization (docs/formats/onnx.md).
#pragma once

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/graph/quantized_model.h"

namespace halftone {

struct OnnxOptions {
    enum class Form {
        Qdq, // QuantizeLinear and DequantizeLinear
        Qcdq, // the same, with a Clip of the codes of weights and activations whose range is narrower than a byte's
        Qonnx, // Quant nodes of the qonnx.custom_op.general domain on floats; batch norms stay nodes
    };
    // The type that holds the codes of weights.
    enum class Codes {
        Int8, // opset 13: what onnxruntime turns into integer convolutions
        Narrow, // int2 and int4 where the codes fit: small files, opset 25 or 21
    };
    // Where the range of an activation that is narrower than its code type is kept.
    enum class RangeClip {
        OnCodes, // Clip on the integers after QuantizeLinear: onnxruntime still finds its integer convolutions
        BeforeQuantize, // Clip on the floats before QuantizeLinear: for runtimes that want nothing between the Q and the DQ
    };
    Form form = Form::Qdq;
    Codes codes = Codes::Int8; // Qdq alone
    RangeClip rangeClip = RangeClip::OnCodes;
    bool foldBatchNorm = true; // into a scale and bias per channel; otherwise BatchNormalization nodes stay
};

// The model's network holds full-precision weights; the codes follow from them and the grids. Values are named after the operations that
// compute them, layers keep their names, the first dimension is symbolic. The same arguments give the same bytes.
// Errors: BadInput for missing weights, or grids that do not fit the assignment; Unsupported for what ONNX cannot say.
Result<Bytes> writeOnnx(const QuantizedModel& model, const OnnxOptions& options = {});

} // namespace halftone
