// One plain loop an operation; nothing here is clever.
#include "tests/support/reference_executor.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace halftone {

namespace {

using Tensor = std::vector<double>;

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

// The code is found in float, as LibTorch and onnxruntime do; see FrozenGrid.
double fakeQuantized(double value, const FrozenGrid& grid, float scale, double* closestTie)
{
    const float steps = static_cast<float>(value) / scale;
    const float code = std::clamp(std::nearbyint(steps), static_cast<float>(grid.lowest), static_cast<float>(grid.highest));
    if (closestTie && steps > static_cast<float>(grid.lowest) - 1 && steps < static_cast<float>(grid.highest) + 1) {
        *closestTie = std::min(*closestTie, std::abs(std::abs(steps - std::floor(steps)) - 0.5));
    }
    return static_cast<double>(code * scale);
}

class Executor {
public:
    Executor(const Network& network, std::int64_t batch, const ReferenceQuantization& quantization)
        : m_network(network)
        , m_batch(batch)
        , m_quantization(quantization)
        , m_table(layerTable(network))
    {
    }

    ReferenceRun run(std::span<const float> input)
    {
        m_run.values.resize(m_network.values().size());
        m_run.values[at(m_network.input().value)].assign(input.begin(), input.end());
        for (const Operation& operation : m_network.operations()) {
            if (operation.as<Input>()) continue;
            Tensor& output = m_run.values[at(operation.output.value)];
            output.resize(at(m_batch * elementCount(m_network.value(operation.output).shape)));
            execute(operation, output);
        }
        return std::move(m_run);
    }

private:
    const Shape& shapeOf(ValueIndex value) const { return m_network.value(value).shape; }
    const Tensor& valueOf(const Operation& operation, std::size_t position = 0) const
    {
        return m_run.values[at(operation.inputs[position].value)];
    }
    Tensor parameter(const Operation& operation, std::size_t position) const
    {
        assert(!m_network.parameter(operation.parameters[position]).data.empty());
        const auto floats = m_network.parameter(operation.parameters[position]).data.floats();
        return Tensor(floats.begin(), floats.end());
    }

    LayerIndex layerOf(const Operation& operation) const
    {
        for (std::size_t i = 0; i < m_table.layers.size(); ++i) {
            if (m_table.layers[i].name == operation.name) return LayerIndex(static_cast<std::int64_t>(i));
        }
        return {};
    }

    Tensor weights(const Operation& operation) const
    {
        Tensor values = parameter(operation, 0);
        const LayerIndex layer = layerOf(operation);
        if (!m_quantization.bits || (*m_quantization.bits)[layer].weight == kFullPrecision) return values;
        const FrozenGrid& grid = m_quantization.grids->weights.at(layer);
        const std::size_t perScale = values.size() / grid.scales.size();
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = fakeQuantized(values[i], grid, grid.scales[i / perScale], nullptr);
        return values;
    }

    Tensor layerInput(const Operation& operation)
    {
        Tensor values = valueOf(operation);
        if (!m_quantization.bits || (*m_quantization.bits)[layerOf(operation)].activation == kFullPrecision) return values;
        const FrozenGrid& grid = m_quantization.grids->activations.at(operation.inputs[0]);
        for (double& value : values) value = fakeQuantized(value, grid, grid.scales[0], &m_run.closestTie);
        return values;
    }

    void execute(const Operation& operation, Tensor& output)
    {
        if (const auto* conv = operation.as<Conv2d>()) convolve(operation, *conv, output);
        if (const auto* conv = operation.as<ConvTranspose2d>()) convolveTransposed(operation, *conv, output);
        if (operation.as<Linear>()) multiply(operation, output);
        if (const auto* norm = operation.as<LayerNorm>()) normaliseTrailing(operation, *norm, output);
        if (operation.as<MatrixMultiply>()) multiplyMatrices(operation, output);
        if (const auto* norm = operation.as<BatchNorm>()) normalise(operation, *norm, output);
        if (const auto* pool = operation.as<MaxPool>()) maxPool(operation, *pool, output);
        if (const auto* pool = operation.as<AveragePool>()) averagePool(operation, *pool, output);
        if (const auto* pool = operation.as<AdaptiveAveragePool>()) adaptivePool(operation, *pool, output);
        if (const auto* amounts = operation.as<Pad>()) pad(operation, *amounts, output);
        if (const auto* part = operation.as<Slice>()) slice(operation, *part, output);
        if (const auto* shuffle = operation.as<ChannelShuffle>()) shuffleChannels(operation, *shuffle, output);
        if (const auto* size = operation.as<Upsample>()) resize(operation, *size, output);
        if (operation.as<Concat>()) concatenate(operation, output);
        if (operation.as<Softmax>()) softmax(operation, output);
        if (operation.as<Flatten>()) output = valueOf(operation);
        for (std::size_t i = 0; i < output.size(); ++i) {
            if (operation.as<Relu>()) output[i] = std::max(valueOf(operation)[i], 0.0);
            if (operation.as<Relu6>()) output[i] = std::clamp(valueOf(operation)[i], 0.0, 6.0);
            if (const auto* fixed = operation.as<FakeQuantize>()) {
                const FrozenGrid grid{8, static_cast<std::int32_t>(fixed->lowest), static_cast<std::int32_t>(fixed->highest), {}};
                output[i] = fakeQuantized(valueOf(operation)[i], grid, static_cast<float>(fixed->scale), &m_run.closestTie);
            }
            if (operation.as<Add>()) output[i] = valueOf(operation, 0)[i] + valueOf(operation, 1)[i];
        }
        byChannel(operation, output);
        byElement(operation, output);
    }

    // x / 6 between -3 and 3 after a shift of 1/2; 0 and 1 outside.
    static double hardSigmoid(double x) { return x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5; }

    void byElement(const Operation& operation, Tensor& output) const
    {
        for (std::size_t i = 0; i < output.size(); ++i) {
            const double x = i < valueOf(operation).size() ? valueOf(operation)[i] : 0;
            if (const auto* relu = operation.as<LeakyRelu>()) output[i] = x > 0 ? x : relu->slope * x;
            if (operation.as<Sigmoid>()) output[i] = 1 / (1 + std::exp(-x));
            if (operation.as<Silu>()) output[i] = x / (1 + std::exp(-x));
            if (operation.as<HardSigmoid>()) output[i] = hardSigmoid(x);
            if (operation.as<HardSwish>()) output[i] = x * hardSigmoid(x);
            if (const auto* gelu = operation.as<Gelu>())
                output[i] = gelu->tanhForm ? x / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)))
                                           : x / 2 * std::erfc(-x / std::sqrt(2.0));
        }
    }

    void byChannel(const Operation& operation, Tensor& output) const
    {
        const Shape& shape = shapeOf(operation.output);
        const std::size_t channels = at(shape[0]), places = at(elementCount(shape)) / channels;
        for (std::size_t i = 0; i < output.size(); ++i) {
            const std::size_t plane = i / places, c = plane % channels;
            if (operation.as<Multiply>()) {
                const Tensor& gate = valueOf(operation, 1);
                output[i] = valueOf(operation)[i] * (gate.size() == output.size() ? gate[i] : gate[plane]);
            }
            if (const auto* affine = operation.as<ChannelAffine>())
                output[i] = valueOf(operation)[i] * affine->scale[c] + affine->shift[c];
            if (operation.as<PRelu>()) {
                const Tensor slopes = parameter(operation, 0);
                const double x = valueOf(operation)[i];
                output[i] = x > 0 ? x : x * slopes[slopes.size() == 1 ? 0 : c];
            }
        }
    }

    void convolveTransposed(const Operation& operation, const ConvTranspose2d& conv, Tensor& output)
    {
        const Tensor input = layerInput(operation), weight = weights(operation);
        const Tensor bias = operation.parameters.size() > 1 ? parameter(operation, 1) : Tensor(at(conv.outChannels), 0.0);
        const Shape& in = shapeOf(operation.inputs[0]);
        const Shape& out = shapeOf(operation.output);
        const std::int64_t inGroup = in[0] / conv.groups, outGroup = conv.outChannels / conv.groups;
        for (std::size_t i = 0; i < output.size(); ++i) output[i] = bias[i / at(out[1] * out[2]) % at(out[0])];
        for (std::int64_t n = 0; n < m_batch; ++n)
            for (std::int64_t c = 0; c < in[0]; ++c)
                for (std::int64_t y = 0; y < in[1] * in[2]; ++y)
                    for (std::int64_t k = 0; k < outGroup; ++k)
                        for (std::int64_t i = 0; i < conv.kernel[0] * conv.kernel[1]; ++i) {
                            const std::int64_t row
                                = y / in[2] * conv.stride[0] - conv.padding[0] + i / conv.kernel[1] * conv.dilation[0];
                            const std::int64_t column
                                = y % in[2] * conv.stride[1] - conv.padding[1] + i % conv.kernel[1] * conv.dilation[1];
                            if (row < 0 || row >= out[1] || column < 0 || column >= out[2]) continue;
                            const std::int64_t channel = c / inGroup * outGroup + k;
                            output[at(((n * out[0] + channel) * out[1] + row) * out[2] + column)]
                                += input[at((n * in[0] + c) * in[1] * in[2] + y)]
                                * weight[at((c * outGroup + k) * conv.kernel[0] * conv.kernel[1] + i)];
                        }
    }

    void normaliseTrailing(const Operation& operation, const LayerNorm& norm, Tensor& output) const
    {
        const Shape& shape = shapeOf(operation.output);
        std::size_t run = 1;
        for (std::size_t i = at(norm.dimension); i < shape.size(); ++i) run *= at(shape[i]);
        const Tensor weight = parameter(operation, 0), bias = parameter(operation, 1);
        const Tensor& input = valueOf(operation);
        for (std::size_t first = 0; first < output.size(); first += run) {
            double mean = 0, variance = 0;
            for (std::size_t i = 0; i < run; ++i) mean += input[first + i] / static_cast<double>(run);
            for (std::size_t i = 0; i < run; ++i) variance += std::pow(input[first + i] - mean, 2) / static_cast<double>(run);
            for (std::size_t i = 0; i < run; ++i)
                output[first + i] = (input[first + i] - mean) / std::sqrt(variance + norm.epsilon) * weight[i] + bias[i];
        }
    }

    void multiplyMatrices(const Operation& operation, Tensor& output) const
    {
        const Shape &left = shapeOf(operation.inputs[0]), &out = shapeOf(operation.output);
        const Tensor &a = valueOf(operation, 0), &b = valueOf(operation, 1);
        for (std::size_t i = 0; i < output.size(); ++i) {
            const std::size_t column = i % at(out[2]), row = i / at(out[2]) % at(out[1]), plane = i / at(out[1] * out[2]);
            output[i] = 0;
            for (std::size_t k = 0; k < at(left[2]); ++k)
                output[i] += a[(plane * at(left[1]) + row) * at(left[2]) + k] * b[(plane * at(left[2]) + k) * at(out[2]) + column];
        }
    }

    void shuffleChannels(const Operation& operation, const ChannelShuffle& shuffle, Tensor& output) const
    {
        const Shape& shape = shapeOf(operation.output);
        const std::int64_t places = shape[1] * shape[2], perGroup = shape[0] / shuffle.groups;
        for (std::int64_t n = 0; n < m_batch; ++n)
            for (std::int64_t g = 0; g < shuffle.groups; ++g)
                for (std::int64_t i = 0; i < perGroup; ++i)
                    for (std::int64_t p = 0; p < places; ++p)
                        output[at((n * shape[0] + i * shuffle.groups + g) * places + p)]
                            = valueOf(operation)[at((n * shape[0] + g * perGroup + i) * places + p)];
    }

    // Where an output row or column comes from; between two pixels in bilinear mode.
    static double source(std::int64_t place, std::int64_t in, std::int64_t out, const Upsample& size)
    {
        const auto x = static_cast<double>(place), from = static_cast<double>(in), to = static_cast<double>(out);
        if (!size.bilinear) return std::floor(x * from / to);
        if (size.alignCorners) return out == 1 ? 0 : x * (from - 1) / (to - 1);
        return std::clamp((x + 0.5) * from / to - 0.5, 0.0, from - 1);
    }

    void resize(const Operation& operation, const Upsample& size, Tensor& output) const
    {
        const Shape& in = shapeOf(operation.inputs[0]);
        std::size_t o = 0;
        for (std::int64_t plane = 0; plane < m_batch * in[0]; ++plane)
            for (std::int64_t y = 0; y < size.output[0]; ++y)
                for (std::int64_t x = 0; x < size.output[1]; ++x) {
                    const double row = source(y, in[1], size.output[0], size), column = source(x, in[2], size.output[1], size);
                    const double down = row - std::floor(row), right = column - std::floor(column);
                    const auto pixel = [&](double r, double c) {
                        const auto inside = [](double v, std::int64_t most) { return std::min(static_cast<std::int64_t>(v), most - 1); };
                        return valueOf(operation)[at((plane * in[1] + inside(r, in[1])) * in[2] + inside(c, in[2]))];
                    };
                    const double above = pixel(row, column) * (1 - right) + pixel(row, column + 1) * right;
                    const double below = pixel(row + 1, column) * (1 - right) + pixel(row + 1, column + 1) * right;
                    output[o++] = above * (1 - down) + below * down;
                }
    }

    void convolve(const Operation& operation, const Conv2d& conv, Tensor& output)
    {
        const Tensor input = layerInput(operation), weight = weights(operation);
        const Tensor bias = operation.parameters.size() > 1 ? parameter(operation, 1) : Tensor(at(conv.outChannels), 0.0);
        const Shape& in = shapeOf(operation.inputs[0]);
        const Shape& out = shapeOf(operation.output);
        const std::int64_t inGroup = in[0] / conv.groups, outGroup = conv.outChannels / conv.groups;
        std::size_t o = 0;
        for (std::int64_t n = 0; n < m_batch; ++n)
            for (std::int64_t k = 0; k < out[0]; ++k)
                for (std::int64_t y = 0; y < out[1]; ++y)
                    for (std::int64_t x = 0; x < out[2]; ++x) {
                        double sum = bias[at(k)];
                        for (std::int64_t c = 0; c < inGroup; ++c)
                            for (std::int64_t i = 0; i < conv.kernel[0]; ++i)
                                for (std::int64_t j = 0; j < conv.kernel[1]; ++j) {
                                    const std::int64_t row = y * conv.stride[0] - conv.padding[0] + i * conv.dilation[0];
                                    const std::int64_t column = x * conv.stride[1] - conv.padding[1] + j * conv.dilation[1];
                                    if (row < 0 || row >= in[1] || column < 0 || column >= in[2]) continue;
                                    const std::int64_t channel = k / outGroup * inGroup + c;
                                    sum += input[at(((n * in[0] + channel) * in[1] + row) * in[2] + column)]
                                        * weight[at(((k * inGroup + c) * conv.kernel[0] + i) * conv.kernel[1] + j)];
                                }
                        output[o++] = sum;
                    }
    }

    void multiply(const Operation& operation, Tensor& output)
    {
        const Tensor input = layerInput(operation), weight = weights(operation);
        const std::int64_t in = shapeOf(operation.inputs[0])[0], out = shapeOf(operation.output)[0];
        const Tensor bias = operation.parameters.size() > 1 ? parameter(operation, 1) : Tensor(at(out), 0.0);
        for (std::int64_t n = 0; n < m_batch; ++n)
            for (std::int64_t k = 0; k < out; ++k) {
                double sum = bias[at(k)];
                for (std::int64_t i = 0; i < in; ++i) sum += input[at(n * in + i)] * weight[at(k * in + i)];
                output[at(n * out + k)] = sum;
            }
    }

    void normalise(const Operation& operation, const BatchNorm& norm, Tensor& output) const
    {
        const Tensor gamma = parameter(operation, 0), beta = parameter(operation, 1);
        const Tensor mean = parameter(operation, 2), variance = parameter(operation, 3);
        const std::size_t channels = gamma.size(), perChannel = output.size() / at(m_batch) / channels;
        for (std::size_t i = 0; i < output.size(); ++i) {
            const std::size_t c = i / perChannel % channels;
            output[i] = (valueOf(operation)[i] - mean[c]) / std::sqrt(variance[c] + norm.epsilon) * gamma[c] + beta[c];
        }
    }

    // Calls visit(output index, window) for each output; the window holds [top, bottom) x [left, right), clipped to the image.
    struct Window {
        const double* channel;
        std::int64_t top, bottom, left, right; // inside the image
        std::int64_t paddedArea; // with the padding, as PyTorch's count_include_pad counts
    };
    template <typename Pool, typename Visit> void forWindows(const Operation& operation, const Pool& pool, Visit visit) const
    {
        const Shape& in = shapeOf(operation.inputs[0]);
        const Shape& out = shapeOf(operation.output);
        std::size_t o = 0;
        for (std::int64_t plane = 0; plane < m_batch * in[0]; ++plane)
            for (std::int64_t y = 0; y < out[1]; ++y)
                for (std::int64_t x = 0; x < out[2]; ++x) {
                    const std::int64_t top = y * pool.stride[0] - pool.padding[0], left = x * pool.stride[1] - pool.padding[1];
                    const std::int64_t bottom = std::min(top + pool.kernel[0], in[1] + pool.padding[0]);
                    const std::int64_t right = std::min(left + pool.kernel[1], in[2] + pool.padding[1]);
                    visit(o++,
                        Window{valueOf(operation).data() + plane * in[1] * in[2], std::max<std::int64_t>(top, 0),
                            std::min(bottom, in[1]), std::max<std::int64_t>(left, 0), std::min(right, in[2]),
                            (bottom - top) * (right - left)});
                }
    }

    void maxPool(const Operation& operation, const MaxPool& pool, Tensor& output) const
    {
        const std::int64_t width = shapeOf(operation.inputs[0])[2];
        forWindows(operation, pool, [&](std::size_t o, const Window& window) {
            double most = -std::numeric_limits<double>::infinity();
            for (std::int64_t y = window.top; y < window.bottom; ++y)
                for (std::int64_t x = window.left; x < window.right; ++x) most = std::max(most, window.channel[y * width + x]);
            output[o] = most;
        });
    }

    void averagePool(const Operation& operation, const AveragePool& pool, Tensor& output) const
    {
        const std::int64_t width = shapeOf(operation.inputs[0])[2];
        forWindows(operation, pool, [&](std::size_t o, const Window& window) {
            double sum = 0;
            for (std::int64_t y = window.top; y < window.bottom; ++y)
                for (std::int64_t x = window.left; x < window.right; ++x) sum += window.channel[y * width + x];
            const std::int64_t inside = (window.bottom - window.top) * (window.right - window.left);
            output[o] = sum / static_cast<double>(pool.countIncludesPadding ? window.paddedArea : inside);
        });
    }

    // PyTorch: output i covers floor(i * in / out) up to ceil((i + 1) * in / out).
    void adaptivePool(const Operation& operation, const AdaptiveAveragePool& pool, Tensor& output) const
    {
        const Shape& in = shapeOf(operation.inputs[0]);
        std::size_t o = 0;
        for (std::int64_t plane = 0; plane < m_batch * in[0]; ++plane)
            for (std::int64_t y = 0; y < pool.output[0]; ++y)
                for (std::int64_t x = 0; x < pool.output[1]; ++x) {
                    const std::int64_t top = y * in[1] / pool.output[0], left = x * in[2] / pool.output[1];
                    const std::int64_t bottom = ((y + 1) * in[1] + pool.output[0] - 1) / pool.output[0];
                    const std::int64_t right = ((x + 1) * in[2] + pool.output[1] - 1) / pool.output[1];
                    double sum = 0;
                    for (std::int64_t i = top; i < bottom; ++i)
                        for (std::int64_t j = left; j < right; ++j)
                            sum += valueOf(operation)[at((plane * in[1] + i) * in[2] + j)];
                    output[o++] = sum / static_cast<double>((bottom - top) * (right - left));
                }
    }

    void pad(const Operation& operation, const Pad& pad, Tensor& output) const
    {
        const Shape& in = shapeOf(operation.inputs[0]);
        const Shape& out = shapeOf(operation.output);
        std::fill(output.begin(), output.end(), 0.0);
        for (std::int64_t n = 0; n < m_batch; ++n)
            for (std::int64_t c = 0; c < in[0]; ++c)
                for (std::int64_t y = 0; y < in[1]; ++y)
                    for (std::int64_t x = 0; x < in[2]; ++x) {
                        const std::int64_t channel = n * out[0] + c + pad.amounts[0][0];
                        output[at((channel * out[1] + y + pad.amounts[1][0]) * out[2] + x + pad.amounts[2][0])]
                            = valueOf(operation)[at(((n * in[0] + c) * in[1] + y) * in[2] + x)];
                    }
    }

    // Seen as {outer, size, inner} around the sliced dimension.
    void slice(const Operation& operation, const Slice& slice, Tensor& output) const
    {
        const Shape& in = shapeOf(operation.inputs[0]);
        std::int64_t outer = m_batch, inner = 1;
        for (std::int64_t d = 0; d < slice.dimension; ++d) outer *= in[at(d)];
        for (std::size_t d = at(slice.dimension) + 1; d < in.size(); ++d) inner *= in[d];
        const std::int64_t size = in[at(slice.dimension)];
        std::size_t o = 0;
        for (std::int64_t i = 0; i < outer; ++i)
            for (std::int64_t j = slice.start; j < std::min(slice.end, size); j += slice.step)
                for (std::int64_t k = 0; k < inner; ++k) output[o++] = valueOf(operation)[at((i * size + j) * inner + k)];
    }

    void concatenate(const Operation& operation, Tensor& output) const
    {
        std::size_t o = 0;
        for (std::int64_t n = 0; n < m_batch; ++n)
            for (std::size_t i = 0; i < operation.inputs.size(); ++i) {
                const std::size_t perSample = at(elementCount(shapeOf(operation.inputs[i])));
                for (std::size_t k = 0; k < perSample; ++k) output[o++] = valueOf(operation, i)[at(n) * perSample + k];
            }
    }

    void softmax(const Operation& operation, Tensor& output) const
    {
        const Shape& shape = shapeOf(operation.output);
        const std::size_t channels = at(shape[0]), places = at(elementCount(shape)) / channels;
        for (std::size_t sample = 0; sample < output.size(); sample += channels * places)
            for (std::size_t p = 0; p < places; ++p) {
                double most = -std::numeric_limits<double>::infinity(), sum = 0;
                for (std::size_t c = 0; c < channels; ++c) most = std::max(most, valueOf(operation)[sample + c * places + p]);
                for (std::size_t c = 0; c < channels; ++c)
                    sum += output[sample + c * places + p] = std::exp(valueOf(operation)[sample + c * places + p] - most);
                for (std::size_t c = 0; c < channels; ++c) output[sample + c * places + p] /= sum;
            }
    }

    const Network& m_network;
    std::int64_t m_batch;
    const ReferenceQuantization& m_quantization;
    LayerTable m_table;
    ReferenceRun m_run;
};

} // namespace

ReferenceRun runReference(
    const Network& network, std::span<const float> input, std::int64_t batch, const ReferenceQuantization& quantization)
{
    assert(static_cast<std::int64_t>(input.size()) == batch * elementCount(network.inputShape()));
    return Executor(network, batch, quantization).run(input);
}

} // namespace halftone
