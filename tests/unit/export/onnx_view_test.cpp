// Views against tensors whose elements are really moved.
#include "core/formats/onnx_view.h"

#include <gtest/gtest.h>

#include <numeric>

#include "core/base/random.h"
#include "core/graph/network.h"
#include "tests/support/reference_executor.h"

namespace halftone {
namespace {

// Every element carries its place in the original.
struct Moved {
    Shape shape;
    std::vector<double> elements;

    void transpose(const std::vector<std::int64_t>& order)
    {
        Shape to;
        for (const std::int64_t d : order) to.push_back(shape[static_cast<std::size_t>(d)]);
        std::vector<double> made;
        std::vector<std::int64_t> at(to.size(), 0);
        for (std::size_t i = 0; i < elements.size(); ++i) {
            std::int64_t from = 0;
            for (std::size_t d = 0; d < shape.size(); ++d) {
                const auto k = static_cast<std::size_t>(
                    std::find(order.begin(), order.end(), static_cast<std::int64_t>(d)) - order.begin());
                from = from * shape[d] + at[k];
            }
            made.push_back(elements[static_cast<std::size_t>(from)]);
            for (std::size_t d = to.size(); d-- > 0 && ++at[d] == to[d];) at[d] = 0;
        }
        shape = to;
        elements = made;
    }

    void pick(std::size_t dimension, std::int64_t index)
    {
        const std::int64_t inner = elementCount(Shape(shape.begin() + static_cast<std::ptrdiff_t>(dimension) + 1, shape.end()));
        std::vector<double> made;
        for (std::size_t i = 0; i < elements.size(); ++i)
            if (static_cast<std::int64_t>(i) / inner % shape[dimension] == index) made.push_back(elements[i]);
        shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(dimension));
        elements = made;
    }
};

Moved whole(const Shape& shape)
{
    Moved moved{shape, std::vector<double>(static_cast<std::size_t>(elementCount(shape)))};
    moved.shape.insert(moved.shape.begin(), 1);
    std::iota(moved.elements.begin(), moved.elements.end(), 0.0);
    return moved;
}

// What the operations of a view make of the original.
std::vector<double> computed(const std::vector<Attributes>& operations, const Shape& original)
{
    Network network("view");
    ValueIndex value = network.addInput(original);
    for (const Attributes& attributes : operations) value = *network.add(std::string(kindName(attributes)), attributes, {value});
    std::vector<float> input(static_cast<std::size_t>(elementCount(original)));
    std::iota(input.begin(), input.end(), 0.0F);
    return runReference(network, input, 1).values[static_cast<std::size_t>(value.value)];
}

TEST(OnnxView, SeesAChannelShuffle)
{
    const Shape shape{12, 2, 3};
    OnnxView view(shape);
    ASSERT_TRUE(view.reshape({0, 3, 4, 2, 3}, false));
    EXPECT_FALSE(view.asOperations(shape));
    ASSERT_TRUE(view.transpose(std::vector<std::int64_t>{0, 2, 1, 3, 4}));
    ASSERT_TRUE(view.reshape({0, -1, 2, 3}, false));
    const auto operations = view.asOperations(shape);
    ASSERT_TRUE(operations);
    EXPECT_EQ(*operations, std::vector<Attributes>{ChannelShuffle{3}});
    Moved moved = whole(shape);
    moved.shape = {1, 3, 4, 2, 3};
    moved.transpose({0, 2, 1, 3, 4});
    EXPECT_EQ(computed(*operations, shape), moved.elements);
}

TEST(OnnxView, SeesTheTwoHalvesOfASplitShuffle)
{
    const Shape shape{8, 2, 3};
    for (const std::int64_t half : {0, 1}) {
        OnnxView view(shape);
        ASSERT_TRUE(view.reshape({4, 2, 6}, false));
        ASSERT_TRUE(view.transpose(std::vector<std::int64_t>{1, 0, 2}));
        ASSERT_TRUE(view.reshape({2, -1, 4, 2, 3}, false));
        ASSERT_TRUE(view.pick(0, half, false));
        const auto operations = view.asOperations(shape);
        ASSERT_TRUE(operations);
        EXPECT_EQ(*operations, (std::vector<Attributes>{Slice{0, half, half + 7, 2}}));
    }
}

TEST(OnnxView, FindsNothingToDoAndFlattening)
{
    const Shape shape{4, 2, 3};
    OnnxView view(shape);
    ASSERT_TRUE(view.reshape({0, 24}, false));
    EXPECT_EQ(*view.asOperations(shape), std::vector<Attributes>{Flatten{}});
    ASSERT_TRUE(view.reshape({1, 4, 2, 3}, true));
    EXPECT_TRUE(view.asOperations(shape)->empty());
}

TEST(OnnxView, RefusesWhatIsNoShapeOrOrder)
{
    OnnxView view({4, 2, 3});
    EXPECT_FALSE(view.reshape({}, false));
    EXPECT_FALSE(view.reshape({-1, -1}, false));
    EXPECT_FALSE(view.reshape({5, -1}, false));
    EXPECT_FALSE(view.reshape({-2, 12}, false));
    EXPECT_FALSE(view.reshape({1, 3, 8}, false)); // splits 4 unevenly
    EXPECT_FALSE(view.reshape({std::int64_t{1} << 62, 4}, false));
    EXPECT_FALSE(view.transpose(std::vector<std::int64_t>{0, 1, 1, 2}));
    EXPECT_FALSE(view.transpose(std::vector<std::int64_t>{0, 1, 2}));
    EXPECT_FALSE(view.transpose(std::vector<std::int64_t>{0, 1, 2, 4}));
    EXPECT_FALSE(view.pick(1, 4, false));
    EXPECT_FALSE(view.pick(4, 0, false));
    EXPECT_EQ(view.shape(), (Shape{1, 4, 2, 3}));
}

// Whatever is done to it, a view that is called some operations is what these compute.
TEST(OnnxView, IsWhatItsOperationsCompute)
{
    int said = 0;
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        Random random(seed);
        const Shape shape{4 * (1 + random.below(3)), 1 + random.below(3), 1 + random.below(3)};
        OnnxView view(shape);
        Moved moved = whole(shape);
        for (std::int64_t step = 1 + random.below(4); step > 0; --step) {
            if (random.below(3) == 0) {
                std::vector<std::int64_t> order(moved.shape.size());
                std::iota(order.begin(), order.end(), 0);
                for (std::size_t i = order.size(); i > 1; --i)
                    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
                ASSERT_TRUE(view.transpose(order));
                moved.transpose(order);
            } else if (random.below(4) == 0) {
                const auto d = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(moved.shape.size())));
                const std::int64_t index = random.below(moved.shape[d]);
                if (moved.shape.size() < 2) continue;
                ASSERT_TRUE(view.pick(static_cast<std::int64_t>(d), index, false));
                moved.pick(d, index);
            } else {
                const std::int64_t parts = random.below(2) == 0 ? 2 : 4;
                const Shape targets[] = {{1, parts, -1, shape[1], shape[2]}, {1, -1, shape[1], shape[2]}, {1, -1},
                    {-1, 2, shape[1] * shape[2]}, {1, -1, parts}};
                const Shape target = targets[random.below(5)];
                if (!view.reshape(target, false)) continue;
                moved.shape = view.shape();
            }
            ASSERT_EQ(view.shape(), moved.shape);
        }
        const auto operations = view.asOperations(shape);
        if (!operations) continue;
        ++said;
        EXPECT_EQ(computed(*operations, shape), moved.elements) << seed;
    }
    EXPECT_GT(said, 500);
}

} // namespace
} // namespace halftone
