// Shape rules of the operations, as PyTorch defines them.
#include "core/graph/shape_inference.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace halftone {

namespace {

Error badInput(std::string message) { return {ErrorCode::BadInput, std::move(message)}; }

std::string text(const Pair& pair) { return fmt::format("{}x{}", pair[0], pair[1]); }

bool within(const Pair& pair, std::int64_t lowest)
{
    return std::all_of(pair.begin(), pair.end(), [&](std::int64_t v) { return v >= lowest && v <= kMaxDimension; });
}

std::int64_t floorDivide(std::int64_t a, std::int64_t b) // b > 0
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

// One visitor per operation; every function returns the output's shape without its final size check.
class Inference {
public:
    Inference(std::string_view name, std::string_view kind, std::span<const Shape> inputs)
        : m_subject(fmt::format("{} '{}'", kind, name))
        , m_inputs(inputs)
    {
    }

    const std::string& subject() const { return m_subject; }

    Result<Shape> operator()(const Input&) const { return badInput(m_subject + ": a network's input is made with addInput"); }

    Result<Shape> operator()(const Conv2d& conv) const
    {
        HALFTONE_CHECK(needImage());
        if (!within({conv.outChannels, conv.groups}, 1) || !within(conv.kernel, 1) || !within(conv.stride, 1)
            || !within(conv.padding, 0) || !within(conv.dilation, 1))
            return badInput(fmt::format(
                "{}: {} channels out, kernel {}, stride {}, padding {}, dilation {}, {} groups are not usable sizes", m_subject,
                conv.outChannels, text(conv.kernel), text(conv.stride), text(conv.padding), text(conv.dilation), conv.groups));
        if (input()[0] % conv.groups != 0 || conv.outChannels % conv.groups != 0)
            return badInput(fmt::format(
                "{}: {} groups do not divide {} channels in and {} out", m_subject, conv.groups, input()[0], conv.outChannels));
        Shape output{conv.outChannels, 0, 0};
        for (std::size_t i = 0; i < 2; ++i) {
            const std::int64_t reach = conv.dilation[i] * (conv.kernel[i] - 1) + 1;
            const std::int64_t padded = input()[i + 1] + 2 * conv.padding[i];
            if (reach > padded)
                return badInput(
                    fmt::format("{}: kernel {} with dilation {} does not fit into its input of shape {} padded by {}",
                        m_subject, text(conv.kernel), text(conv.dilation), halftone::text(input()), text(conv.padding)));
            output[i + 1] = (padded - reach) / conv.stride[i] + 1;
        }
        return output;
    }

    // PyTorch: (in - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1
    Result<Shape> operator()(const ConvTranspose2d& conv) const
    {
        HALFTONE_CHECK(needImage());
        if (!within({conv.outChannels, conv.groups}, 1) || !within(conv.kernel, 1) || !within(conv.stride, 1)
            || !within(conv.padding, 0) || !within(conv.outputPadding, 0) || !within(conv.dilation, 1))
            return badInput(fmt::format(
                "{}: {} channels out, kernel {}, stride {}, padding {}, output padding {}, dilation {}, {} groups are not usable sizes",
                m_subject, conv.outChannels, text(conv.kernel), text(conv.stride), text(conv.padding), text(conv.outputPadding),
                text(conv.dilation), conv.groups));
        if (input()[0] % conv.groups != 0 || conv.outChannels % conv.groups != 0)
            return badInput(fmt::format(
                "{}: {} groups do not divide {} channels in and {} out", m_subject, conv.groups, input()[0], conv.outChannels));
        Shape output{conv.outChannels, 0, 0};
        for (std::size_t i = 0; i < 2; ++i) {
            if (conv.outputPadding[i] >= std::max(conv.stride[i], conv.dilation[i]))
                return badInput(fmt::format("{}: output padding {} must be smaller than stride {} or dilation {}", m_subject,
                    text(conv.outputPadding), text(conv.stride), text(conv.dilation)));
            output[i + 1] = (input()[i + 1] - 1) * conv.stride[i] - 2 * conv.padding[i] + conv.dilation[i] * (conv.kernel[i] - 1)
                + conv.outputPadding[i] + 1;
            if (output[i + 1] < 1)
                return badInput(fmt::format("{}: padding {} leaves nothing of an output for shape {}", m_subject,
                    text(conv.padding), halftone::text(input())));
        }
        return output;
    }

    Result<Shape> operator()(const Linear& linear) const
    {
        HALFTONE_CHECK(needInputs(1));
        if (input().size() != 1)
            return badInput(fmt::format(
                "{}: its input has shape {}; flatten it to one dimension first", m_subject, halftone::text(input())));
        if (!within({linear.outFeatures, 1}, 1))
            return badInput(fmt::format("{}: {} is not a usable number of features", m_subject, linear.outFeatures));
        return Shape{linear.outFeatures};
    }

    Result<Shape> operator()(const BatchNorm& norm) const
    {
        if (!(norm.epsilon >= 0 && norm.epsilon <= 1) || !(norm.momentum >= 0 && norm.momentum <= 1))
            return badInput(
                fmt::format("{}: epsilon {} and momentum {} must lie between 0 and 1", m_subject, norm.epsilon, norm.momentum));
        return unchanged();
    }

    Result<Shape> operator()(const LayerNorm& norm) const
    {
        HALFTONE_CHECK(needInputs(1));
        if (norm.dimension < 0 || norm.dimension >= static_cast<std::int64_t>(input().size()))
            return badInput(
                fmt::format("{}: shape {} has no dimension {}", m_subject, halftone::text(input()), norm.dimension));
        if (!(norm.epsilon >= 0 && norm.epsilon <= 1))
            return badInput(fmt::format("{}: epsilon {} must lie between 0 and 1", m_subject, norm.epsilon));
        return input();
    }

    Result<Shape> operator()(const MatrixMultiply&) const
    {
        HALFTONE_CHECK(needInputs(2));
        const Shape& other = m_inputs[1];
        if (input().size() != 3 || other.size() != 3 || input()[0] != other[0] || input()[2] != other[1])
            return badInput(fmt::format("{}: matrices of shapes {} and {} cannot be multiplied channel by channel", m_subject,
                halftone::text(input()), halftone::text(other)));
        return Shape{input()[0], input()[1], other[2]};
    }

    Result<Shape> operator()(const Relu&) const { return unchanged(); }
    Result<Shape> operator()(const Relu6&) const { return unchanged(); }

    Result<Shape> operator()(const Sigmoid&) const { return unchanged(); }
    Result<Shape> operator()(const HardSigmoid&) const { return unchanged(); }
    Result<Shape> operator()(const Silu&) const { return unchanged(); }
    Result<Shape> operator()(const HardSwish&) const { return unchanged(); }
    Result<Shape> operator()(const Gelu&) const { return unchanged(); }

    Result<Shape> operator()(const LeakyRelu& relu) const
    {
        if (!std::isfinite(relu.slope)) return badInput(fmt::format("{}: {} is not a usable slope", m_subject, relu.slope));
        return unchanged();
    }

    Result<Shape> operator()(const PRelu& relu) const
    {
        HALFTONE_CHECK(needInputs(1));
        if (relu.slopes != 1 && relu.slopes != input()[0])
            return badInput(fmt::format("{}: {} slopes are neither one nor one for each of {} channels", m_subject, relu.slopes,
                input()[0]));
        return input();
    }

    Result<Shape> operator()(const Multiply&) const
    {
        HALFTONE_CHECK(needInputs(2));
        const Shape& gate = m_inputs[1];
        if (m_inputs[0] != gate && (input().size() != 3 || gate != Shape{input()[0], 1, 1}))
            return badInput(fmt::format("{}: shape {} is neither {} nor one value for each of its channels", m_subject,
                halftone::text(gate), halftone::text(input())));
        return input();
    }

    Result<Shape> operator()(const ChannelAffine& affine) const
    {
        HALFTONE_CHECK(needInputs(1));
        const auto channels = static_cast<std::size_t>(input()[0]);
        const auto usable = [](const std::vector<double>& values) {
            return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
        };
        if (affine.scale.size() != channels || affine.shift.size() != channels || !usable(affine.scale) || !usable(affine.shift))
            return badInput(fmt::format("{}: {} scales and {} shifts are not one finite number for each of {} channels",
                m_subject, affine.scale.size(), affine.shift.size(), channels));
        return input();
    }

    Result<Shape> operator()(const FakeQuantize& quantize) const
    {
        constexpr std::int64_t kMostCodes = 1 << 16;
        const auto scale = static_cast<float>(quantize.scale);
        if (!(scale > 0) || !std::isnormal(scale) || !std::isfinite(scale * static_cast<float>(kMostCodes)))
            return badInput(fmt::format("{}: {} is not a usable scale", m_subject, quantize.scale));
        if (quantize.lowest >= quantize.highest || quantize.lowest < -kMostCodes || quantize.highest >= kMostCodes)
            return badInput(fmt::format("{}: {} .. {} is no range of codes", m_subject, quantize.lowest, quantize.highest));
        return unchanged();
    }

    Result<Shape> operator()(const ChannelShuffle& shuffle) const
    {
        HALFTONE_CHECK(needImage());
        if (!within({shuffle.groups, 1}, 1) || input()[0] % shuffle.groups != 0)
            return badInput(fmt::format("{}: {} groups do not divide {} channels", m_subject, shuffle.groups, input()[0]));
        return input();
    }

    Result<Shape> operator()(const Upsample& upsample) const
    {
        HALFTONE_CHECK(needImage());
        if (!within(upsample.output, 1))
            return badInput(fmt::format("{}: {} is not a usable output size", m_subject, text(upsample.output)));
        if (upsample.alignCorners && !upsample.bilinear)
            return badInput(m_subject + ": corners can be aligned in bilinear mode only");
        return Shape{input()[0], upsample.output[0], upsample.output[1]};
    }

    Result<Shape> operator()(const Add&) const
    {
        HALFTONE_CHECK(needInputs(2));
        if (m_inputs[0] != m_inputs[1])
            return badInput(fmt::format(
                "{}: shapes {} and {} differ", m_subject, halftone::text(m_inputs[0]), halftone::text(m_inputs[1])));
        return m_inputs[0];
    }

    Result<Shape> operator()(const Concat&) const
    {
        if (m_inputs.empty()) return badInput(m_subject + ": has no inputs");
        Shape output = m_inputs[0];
        for (const Shape& other : m_inputs.subspan(1)) {
            if (other.size() != output.size() || !std::equal(other.begin() + 1, other.end(), output.begin() + 1))
                return badInput(fmt::format("{}: shapes {} and {} differ outside the channels", m_subject,
                    halftone::text(m_inputs[0]), halftone::text(other)));
            output[0] += other[0];
        }
        return output;
    }

    Result<Shape> operator()(const MaxPool& pool) const { return pooled(pool); }
    Result<Shape> operator()(const AveragePool& pool) const { return pooled(pool); }

    Result<Shape> operator()(const AdaptiveAveragePool& pool) const
    {
        HALFTONE_CHECK(needImage());
        if (!within(pool.output, 1))
            return badInput(fmt::format("{}: {} is not a usable output size", m_subject, text(pool.output)));
        return Shape{input()[0], pool.output[0], pool.output[1]};
    }

    Result<Shape> operator()(const Flatten&) const
    {
        HALFTONE_CHECK(needInputs(1));
        return Shape{elementCount(input())};
    }

    Result<Shape> operator()(const Pad& pad) const
    {
        HALFTONE_CHECK(needImage());
        Shape output = input();
        for (std::size_t i = 0; i < 3; ++i) {
            if (!within(pad.amounts[i], 0))
                return badInput(fmt::format(
                    "{}: {} before and {} after are not usable amounts", m_subject, pad.amounts[i][0], pad.amounts[i][1]));
            output[i] += pad.amounts[i][0] + pad.amounts[i][1];
        }
        return output;
    }

    Result<Shape> operator()(const Slice& slice) const
    {
        HALFTONE_CHECK(needInputs(1));
        if (slice.dimension < 0 || slice.dimension >= static_cast<std::int64_t>(input().size()))
            return badInput(
                fmt::format("{}: shape {} has no dimension {}", m_subject, halftone::text(input()), slice.dimension));
        Shape output = input();
        std::int64_t& size = output[static_cast<std::size_t>(slice.dimension)];
        const std::int64_t end = std::min(slice.end, size);
        if (slice.start < 0 || slice.start >= end || slice.step < 1)
            return badInput(fmt::format("{}: {}:{}:{} selects nothing of dimension {} of shape {}", m_subject, slice.start,
                slice.end, slice.step, slice.dimension, halftone::text(input())));
        size = (end - slice.start - 1) / slice.step + 1;
        return output;
    }

    Result<Shape> operator()(const Softmax&) const { return unchanged(); }

private:
    const Shape& input() const { return m_inputs[0]; }

    Status needInputs(std::size_t count) const
    {
        if (m_inputs.size() == count) return {};
        return badInput(fmt::format("{}: needs {} input{}, not {}", m_subject, count, count == 1 ? "" : "s", m_inputs.size()));
    }

    Status needImage() const
    {
        HALFTONE_CHECK(needInputs(1));
        if (input().size() == 3) return {};
        return badInput(fmt::format(
            "{}: its input has shape {}, but it needs channels x height x width", m_subject, halftone::text(input())));
    }

    Result<Shape> unchanged() const
    {
        HALFTONE_CHECK(needInputs(1));
        return input();
    }

    // PyTorch: floor((in + 2p - k) / s) + 1, or ceil in ceil mode, where the last window must start inside the input or
    // the left padding. Example: in 7, k 2, s 2, p 0 gives 3, in ceil mode 4.
    template <typename Pool> Result<Shape> pooled(const Pool& pool) const
    {
        HALFTONE_CHECK(needImage());
        if (!within(pool.kernel, 1) || !within(pool.stride, 1) || !within(pool.padding, 0))
            return badInput(fmt::format("{}: kernel {}, stride {}, padding {} are not usable sizes", m_subject,
                text(pool.kernel), text(pool.stride), text(pool.padding)));
        Shape output = input();
        for (std::size_t i = 0; i < 2; ++i) {
            const std::int64_t in = input()[i + 1], stride = pool.stride[i], padding = pool.padding[i];
            if (padding > pool.kernel[i] / 2)
                return badInput(fmt::format(
                    "{}: padding {} is more than half the kernel {}", m_subject, text(pool.padding), text(pool.kernel)));
            const std::int64_t room = in + 2 * padding - pool.kernel[i] + (pool.ceilMode ? stride - 1 : 0);
            std::int64_t out = floorDivide(room, stride) + 1;
            if (pool.ceilMode && (out - 1) * stride >= in + padding) --out;
            if (out < 1)
                return badInput(fmt::format("{}: kernel {} does not fit into its input of shape {}", m_subject,
                    text(pool.kernel), halftone::text(input())));
            output[i + 1] = out;
        }
        return output;
    }

    std::string m_subject;
    std::span<const Shape> m_inputs;
};

} // namespace

std::int64_t boundedProduct(std::int64_t a, std::int64_t b, std::int64_t limit) { return a != 0 && b > limit / a ? -1 : a * b; }

Status checkValueShape(const Shape& shape, std::string_view what)
{
    if (shape.size() != 1 && shape.size() != 3)
        return badInput(
            fmt::format("{}: shape {} is neither channels x height x width nor a number of features", what, text(shape)));
    std::int64_t elements = 1;
    for (const std::int64_t dimension : shape) {
        if (dimension < 1 || dimension > kMaxDimension)
            return badInput(fmt::format("{}: shape {} has a dimension that is not usable", what, text(shape)));
        elements = boundedProduct(elements, dimension, kMaxElements);
        if (elements < 0) return badInput(fmt::format("{}: shape {} has too many elements", what, text(shape)));
    }
    return {};
}

Result<Shape> inferShape(std::string_view name, const Attributes& attributes, std::span<const Shape> inputs)
{
    const Inference inference(name, kindName(attributes), inputs);
    HALFTONE_TRY(Shape shape, std::visit(inference, attributes));
    HALFTONE_CHECK(checkValueShape(shape, inference.subject() + " has an impossible output"));
    return shape;
}

} // namespace halftone
