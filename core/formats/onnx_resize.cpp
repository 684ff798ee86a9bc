// Which of ONNX's many rules of resizing a node has, and to what size.
#include "core/formats/onnx_resize.h"

#include <cmath>

#include <fmt/format.h>

#include "core/formats/onnx_tensor.h"
#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

using Integers = std::vector<std::int64_t>;

// Sizes come as scales (which the output is rounded down from) or as sizes, of all dimensions or of the axes named.
Result<Pair> resizedTo(const OnnxNodeContext& context)
{
    const OnnxNode& node = context.node;
    HALFTONE_TRY(const Integers axes, integersAttribute(node, "axes", {0, 1, 2, 3}));
    const bool spatial = axes == Integers{2, 3};
    if (!spatial && axes != Integers{0, 1, 2, 3}) return unsupportedNode(node, "resizes other dimensions than height and width");
    const std::size_t scalesAt = node.type == "Upsample" || context.opset < 11 ? 1 : 2;
    const OnnxTensor* scales = context.constant(scalesAt);
    if (scales && elementCount(scales->shape) > 0) {
        HALFTONE_TRY(std::vector<float> factors, floatsOf(*scales));
        if (spatial) factors.insert(factors.begin(), {1.0F, 1.0F});
        if (factors.size() != 4 || factors[0] != 1.0F || factors[1] != 1.0F || !(factors[2] > 0) || !(factors[3] > 0)
            || !(factors[2] <= kMaxDimension) || !(factors[3] <= kMaxDimension))
            return unsupportedNode(node, "scales other dimensions than height and width");
        return Pair{static_cast<std::int64_t>(std::floor(static_cast<float>(context.input[1]) * factors[2])),
            static_cast<std::int64_t>(std::floor(static_cast<float>(context.input[2]) * factors[3]))};
    }
    HALFTONE_TRY(const Integers sizes, integersInput(context, "sizes", 3));
    if (sizes.size() != axes.size() || (!spatial && sizes[1] != context.input[0]))
        return unsupportedNode(node, "computes its sizes while running, or resizes channels");
    return Pair{sizes[sizes.size() - 2], sizes.back()};
}

} // namespace

Result<std::vector<Attributes>> resizeOperations(const OnnxNodeContext& context)
{
    const OnnxNode& node = context.node;
    if (context.input.size() != 3)
        return unsupportedNode(node, fmt::format("resizes a value of shape {}", text(context.input)));
    const bool old = node.type == "Upsample" || context.opset < 11; // these have one rule of where a pixel comes from
    HALFTONE_TRY(const std::string mode, textAttribute(node, "mode", "nearest"));
    HALFTONE_TRY(const std::string where, textAttribute(node, "coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"));
    HALFTONE_TRY(const std::string rounding, textAttribute(node, "nearest_mode", old ? "floor" : "round_prefer_floor"));
    Upsample upsample;
    HALFTONE_TRY(upsample.output, resizedTo(context));
    upsample.bilinear = mode == "linear" || mode == "bilinear";
    upsample.alignCorners = upsample.bilinear && where == "align_corners";
    // With a factor of whole numbers the nearest pixel is the same by any of these rules.
    const bool whole = upsample.output[0] > 0 && upsample.output[1] > 0 && upsample.output[0] % context.input[1] == 0
        && upsample.output[1] % context.input[2] == 0;
    const bool nearest = mode == "nearest"
        && ((where == "asymmetric" && rounding == "floor")
            || (whole && where == "half_pixel" && rounding.starts_with("round_prefer")));
    // The two ways of half a pixel differ where the output is a single one.
    const bool halfPixel = where == "half_pixel" || (where == "pytorch_half_pixel" && upsample.output[0] > 1 && upsample.output[1] > 1);
    if (!nearest && !(upsample.bilinear && (upsample.alignCorners || halfPixel)))
        return unsupportedNode(node, fmt::format("resizes by the rules '{}', '{}', '{}'", mode, where, rounding));
    return std::vector<Attributes>{upsample};
}

} // namespace halftone
