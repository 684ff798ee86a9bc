// Writes a network with its frozen grids as ONNX in the QuantizeLinear/DequantizeLinear form (docs/formats/onnx.md).
#pragma once

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/graph/bit_assignment.h"
#include "core/graph/frozen_grid.h"
#include "core/graph/network.h"

namespace halftone {

struct OnnxOptions {
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
    Codes codes = Codes::Int8;
    RangeClip rangeClip = RangeClip::OnCodes;
    bool foldBatchNorm = true; // into a scale and bias per channel; otherwise BatchNormalization nodes stay
};

// `trained` holds full-precision weights; the codes follow from them and the grids. Values are named after the operations that
// compute them, layers keep their names, the first dimension is symbolic. The same arguments give the same bytes.
// Errors: BadInput for missing weights, or grids that do not fit the assignment; Unsupported for what ONNX cannot say.
Result<Bytes> writeOnnxQdq(
    const Network& trained, const BitAssignment& bits, const NetworkGrids& grids, const OnnxOptions& options = {});

} // namespace halftone
