// Shapes against windows counted one by one, and what PyTorch refuses or nobody can mean.
#include "core/graph/shape_inference.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/base/random.h"
#include "core/graph/network.h"

namespace halftone {
namespace {

Result<Shape> shapeOf(Attributes attributes, std::vector<Shape> inputs) { return inferShape("op", attributes, inputs); }

std::string refusal(Attributes attributes, std::vector<Shape> inputs)
{
    const auto shape = shapeOf(std::move(attributes), std::move(inputs));
    if (shape.ok()) return "accepted as " + text(*shape);
    EXPECT_EQ(shape.error().code, ErrorCode::BadInput);
    return shape.error().message;
}

// Places windows one after another: those that lie inside the padded input; in ceil mode also one that runs over its end by
// less than a stride, if it begins inside the input or the padding before it.
std::int64_t windows(std::int64_t in, std::int64_t reach, std::int64_t stride, std::int64_t padding, bool ceilMode)
{
    std::int64_t count = 0;
    bool reachedEnd = false;
    for (std::int64_t start = -padding; !reachedEnd; start += stride) {
        const std::int64_t end = start + reach;
        const bool inside = end <= in + padding;
        if (!inside && (!ceilMode || start >= in || end - stride >= in + padding)) break;
        ++count;
        reachedEnd = end >= in + padding;
    }
    return count;
}

TEST(ConvolutionShape, CountsWindows)
{
    Random random(1);
    int compared = 0;
    for (int i = 0; i < 3000; ++i) {
        const std::int64_t in = 1 + random.below(20), kernel = 1 + random.below(5), stride = 1 + random.below(4);
        const std::int64_t padding = random.below(4), dilation = 1 + random.below(3);
        const Conv2d conv{
            .outChannels = 3, .kernel = {kernel, 1}, .stride = {stride, 1}, .padding = {padding, 0}, .dilation = {dilation, 1}};
        const std::int64_t expected = windows(in, dilation * (kernel - 1) + 1, stride, padding, false);
        const auto shape = shapeOf(conv, {{2, in, 5}});
        ASSERT_EQ(shape.ok(), expected > 0) << in << ' ' << kernel << ' ' << stride << ' ' << padding << ' ' << dilation;
        if (!shape.ok()) continue;
        ASSERT_EQ(*shape, (Shape{3, expected, 5}));
        ++compared;
    }
    EXPECT_GT(compared, 1000);
}

TEST(PoolShape, CountsWindowsInFloorAndCeilMode)
{
    Random random(2);
    for (int i = 0; i < 5000; ++i) {
        const std::int64_t in = 1 + random.below(20), kernel = 1 + random.below(5), stride = 1 + random.below(6);
        const std::int64_t padding = random.below(kernel / 2 + 1);
        const bool ceilMode = random.below(2) == 1;
        const std::int64_t expected = windows(in, kernel, stride, padding, ceilMode);
        const auto shape = shapeOf(
            MaxPool{.kernel = {1, kernel}, .stride = {1, stride}, .padding = {0, padding}, .ceilMode = ceilMode}, {{2, 3, in}});
        ASSERT_EQ(shape.ok(), expected > 0) << in << ' ' << kernel << ' ' << stride << ' ' << padding << ' ' << ceilMode;
        if (!shape.ok()) continue;
        ASSERT_EQ(*shape, (Shape{2, 3, expected})) << in << ' ' << kernel << ' ' << stride << ' ' << padding;
    }
}

TEST(PoolShape, AgreesWithValuesThatPyTorchGave) // torch.nn.functional.max_pool2d, version 2
{
    const auto height = [](std::int64_t in, std::int64_t k, std::int64_t s, std::int64_t p, bool ceilMode) {
        const auto shape
            = shapeOf(AveragePool{.kernel = {k, k}, .stride = {s, s}, .padding = {p, p}, .ceilMode = ceilMode}, {{1, in, in}});
        return shape.ok() ? (*shape)[1] : -1;
    };
    EXPECT_EQ(height(112, 3, 2, 1, false), 56);
    EXPECT_EQ(height(7, 2, 2, 0, false), 3);
    EXPECT_EQ(height(7, 2, 2, 0, true), 4);
    EXPECT_EQ(height(5, 3, 2, 1, true), 3);
    EXPECT_EQ(height(6, 2, 4, 0, true), 2);
    EXPECT_EQ(height(1, 2, 2, 1, true), 1); // the second window would begin in the right padding
    EXPECT_EQ(height(1, 2, 2, 0, true), 1);
    EXPECT_EQ(height(1, 2, 2, 0, false), -1);
}

TEST(Shapes, OfTheOtherOperations)
{
    const Shape image{4, 5, 6};
    EXPECT_EQ(shapeOf(Linear{.outFeatures = 7}, {{9}}).value(), Shape{7});
    EXPECT_EQ(shapeOf(BatchNorm{}, {image}).value(), image);
    EXPECT_EQ(shapeOf(Add{}, {image, image}).value(), image);
    EXPECT_EQ(shapeOf(Concat{}, {image, {3, 5, 6}, image}).value(), (Shape{11, 5, 6}));
    EXPECT_EQ(shapeOf(Concat{}, {{3}, {4}}).value(), Shape{7});
    EXPECT_EQ(shapeOf(AdaptiveAveragePool{.output = {2, 3}}, {image}).value(), (Shape{4, 2, 3}));
    EXPECT_EQ(shapeOf(Flatten{}, {image}).value(), Shape{120});
    EXPECT_EQ(shapeOf(Pad{.amounts = {{{1, 2}, {0, 3}, {4, 0}}}}, {image}).value(), (Shape{7, 8, 10}));
    EXPECT_EQ(shapeOf(Slice{.dimension = 1, .start = 0, .end = 5, .step = 2}, {image}).value(), (Shape{4, 3, 6}));
    EXPECT_EQ(
        shapeOf(Slice{.dimension = 2, .start = 1, .end = std::numeric_limits<std::int64_t>::max(), .step = 3}, {image}).value(),
        (Shape{4, 5, 2}));
    EXPECT_EQ(shapeOf(Softmax{}, {{10}}).value(), Shape{10});
    EXPECT_EQ(shapeOf(Multiply{}, {image, image}).value(), image);
    EXPECT_EQ(shapeOf(Multiply{}, {image, {4, 1, 1}}).value(), image);
    EXPECT_EQ(shapeOf(ChannelShuffle{2}, {image}).value(), image);
    EXPECT_EQ(shapeOf(Upsample{.output = {3, 20}}, {image}).value(), (Shape{4, 3, 20}));
    EXPECT_EQ(shapeOf(PRelu{4}, {image}).value(), image);
    EXPECT_EQ(shapeOf(LayerNorm{.dimension = 2}, {image}).value(), image);
    EXPECT_EQ(shapeOf(MatrixMultiply{}, {image, {4, 6, 7}}).value(), (Shape{4, 5, 7}));
}

// torch.nn.ConvTranspose2d on 5x6: (5 - 1) * 2 - 2 * 1 + 2 * (3 - 1) + 1 + 1 = 12, (6 - 1) * 3 - 0 + 1 * (2 - 1) + 0 + 1 = 17
TEST(Shapes, OfTransposedConvolutions)
{
    const ConvTranspose2d conv{.outChannels = 6,
        .kernel = {3, 2},
        .stride = {2, 3},
        .padding = {1, 0},
        .outputPadding = {1, 0},
        .dilation = {2, 1},
        .groups = 2};
    EXPECT_EQ(shapeOf(conv, {{4, 5, 6}}).value(), (Shape{6, 12, 17}));
    EXPECT_NE(refusal(ConvTranspose2d{.outChannels = 6, .groups = 4}, {{6, 2, 3}}).find("4 groups"), std::string::npos);
    EXPECT_NE(refusal(ConvTranspose2d{.outChannels = 6, .outputPadding = {1, 1}}, {{6, 2, 3}}).find("output padding"),
        std::string::npos);
    EXPECT_NE(refusal(ConvTranspose2d{.outChannels = 6, .padding = {2, 2}}, {{6, 2, 3}}).find("nothing"), std::string::npos);
}

TEST(Shapes, RefuseConstantsGatesAndGroupsThatDoNotFitTheChannels)
{
    const Shape image{4, 5, 6};
    EXPECT_NE(refusal(Multiply{}, {image, {3, 1, 1}}).find("3x1x1"), std::string::npos);
    EXPECT_NE(refusal(Multiply{}, {image, {4, 5, 1}}).find("4x5x1"), std::string::npos);
    EXPECT_NE(refusal(ChannelAffine{{1, 2}, {0, 0}}, {image}).find("2 scales"), std::string::npos);
    EXPECT_NE(refusal(ChannelShuffle{3}, {image}).find("3 groups"), std::string::npos);
    EXPECT_NE(refusal(LayerNorm{.dimension = 3}, {image}).find("no dimension 3"), std::string::npos);
    EXPECT_NE(refusal(LayerNorm{.dimension = -1}, {image}).find("no dimension -1"), std::string::npos);
    EXPECT_NE(refusal(MatrixMultiply{}, {image, image}).find("cannot be multiplied"), std::string::npos);
    EXPECT_NE(refusal(MatrixMultiply{}, {image, {3, 6, 7}}).find("cannot be multiplied"), std::string::npos);
    EXPECT_NE(refusal(MatrixMultiply{}, {{6}, {6}}).find("cannot be multiplied"), std::string::npos);
    EXPECT_NE(refusal(PRelu{3}, {image}).find("3 slopes"), std::string::npos);
    EXPECT_NE(refusal(Upsample{.output = {0, 3}}, {image}).find("0x3"), std::string::npos);
    EXPECT_NE(refusal(LeakyRelu{std::numeric_limits<double>::quiet_NaN()}, {image}).find("slope"), std::string::npos);
}

TEST(Shapes, RefusalsNameTheOperationAndSayTheShapes)
{
    EXPECT_EQ(refusal(Add{}, {{1, 2, 3}, {1, 2, 4}}), "add 'op': shapes 1x2x3 and 1x2x4 differ");
    EXPECT_EQ(refusal(Linear{.outFeatures = 3}, {{1, 2, 3}}),
        "linear 'op': its input has shape 1x2x3; flatten it to one dimension first");
    EXPECT_EQ(refusal(Conv2d{.outChannels = 6, .groups = 4}, {{6, 2, 3}}),
        "conv2d 'op': 4 groups do not divide 6 channels in and 6 out");
    EXPECT_NE(refusal(Conv2d{.outChannels = 4, .groups = 4}, {{6, 2, 3}}).find("4 groups"), std::string::npos);
    EXPECT_NE(refusal(Conv2d{.outChannels = 1, .kernel = {3, 3}}, {{6, 2, 3}}).find("6x2x3"), std::string::npos);
    EXPECT_NE(refusal(Concat{}, {{1, 2, 3}, {1, 2, 4}}).find("1x2x3 and 1x2x4"), std::string::npos);
    EXPECT_NE(refusal(Concat{}, {{1, 2, 3}, {1}}).find("1x2x3 and 1"), std::string::npos);
    EXPECT_NE(refusal(MaxPool{.kernel = {2, 2}, .padding = {2, 0}}, {{1, 8, 8}}).find("more than half the kernel"),
        std::string::npos);
    EXPECT_NE(refusal(MaxPool{.kernel = {2, 2}}, {{5}}).find("channels x height x width"), std::string::npos);
    EXPECT_NE(refusal(Input{}, {}).find("addInput"), std::string::npos);
}

TEST(Shapes, RefuseAWrongNumberOfInputs)
{
    const Shape image{2, 3, 3};
    EXPECT_EQ(refusal(Add{}, {image}), "add 'op': needs 2 inputs, not 1");
    EXPECT_EQ(refusal(Relu{}, {}), "relu 'op': needs 1 input, not 0");
    EXPECT_EQ(refusal(Flatten{}, {image, image}), "flatten 'op': needs 1 input, not 2");
    EXPECT_EQ(refusal(Concat{}, {}), "concat 'op': has no inputs");
    EXPECT_NE(refusal(Conv2d{.outChannels = 1}, {image, image}).find("needs 1 input"), std::string::npos);
}

TEST(Shapes, RefuseEmptySlices)
{
    const Shape image{2, 3, 4};
    for (const Slice& slice : {Slice{0, 2, 9, 1}, Slice{1, 0, 0, 1}, Slice{1, -1, 2, 1}, Slice{1, 0, 3, 0}, Slice{1, 0, 3, -1},
             Slice{3, 0, 1, 1}, Slice{-1, 0, 1, 1}, Slice{1, 2, -1, 1}})
        EXPECT_FALSE(shapeOf(slice, {image}).ok())
            << slice.dimension << ' ' << slice.start << ' ' << slice.end << ' ' << slice.step;
}

// Every attribute in turn takes the numbers that break arithmetic; nothing may be accepted that has an impossible shape.
TEST(Shapes, SurviveAbsurdAttributes)
{
    const std::vector<std::int64_t> absurd{std::numeric_limits<std::int64_t>::min(), -1, 0, kMaxDimension, kMaxDimension + 1,
        std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max()};
    const Shape image{4, kMaxDimension, 8};
    for (const std::int64_t a : absurd) {
        for (const std::int64_t b : absurd) {
            for (const Attributes& attributes : std::vector<Attributes>{Conv2d{.outChannels = a, .kernel = {b, 1}},
                     Conv2d{.outChannels = 4, .stride = {a, b}}, Conv2d{.outChannels = 4, .padding = {a, b}},
                     Conv2d{.outChannels = 4, .kernel = {a, 1}, .dilation = {b, 1}}, Conv2d{.outChannels = a, .groups = b},
                     Linear{a}, MaxPool{.kernel = {a, 1}, .stride = {b, 1}, .ceilMode = true},
                     AveragePool{.kernel = {a, 1}, .padding = {b, 0}}, AdaptiveAveragePool{{a, b}},
                     Pad{{{{a, b}, {a, b}, {0, 0}}}}, Slice{a, 0, b, 1}, Slice{1, a, b, 1}, Slice{1, 0, a, b}}) {
                const auto shape = shapeOf(attributes, {image});
                if (shape.ok())
                    ASSERT_TRUE(checkValueShape(*shape, "output").ok()) << kindName(attributes) << ' ' << text(*shape);
                else
                    ASSERT_EQ(shape.error().code, ErrorCode::BadInput);
            }
        }
    }
}

TEST(Shapes, RefuseBatchNormNumbersThatAreNone)
{
    for (const double bad : {-1.0, 2.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        EXPECT_FALSE(shapeOf(BatchNorm{.epsilon = bad}, {{3}}).ok());
        EXPECT_FALSE(shapeOf(BatchNorm{.momentum = bad}, {{3}}).ok());
    }
}

TEST(ValueShapes, AreBounded)
{
    EXPECT_TRUE(checkValueShape({3, 224, 224}, "x").ok());
    EXPECT_TRUE(checkValueShape({1 << 20, 1 << 10, 1 << 10}, "x").ok());
    for (const Shape& shape : {Shape{}, Shape{1, 2}, Shape{1, 2, 3, 4}, Shape{0}, Shape{-1, 2, 3}, Shape{kMaxDimension + 1},
             Shape{1 << 20, 1 << 10, (1 << 10) + 1}, Shape{kMaxDimension, kMaxDimension, kMaxDimension}})
        EXPECT_FALSE(checkValueShape(shape, "x").ok()) << text(shape);
}

} // namespace
} // namespace halftone
