// The text form: exact lines, round trips of random networks, and text that somebody broke.
#include "core/graph/network_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/base/random.h"
#include "tests/unit/graph/small_networks.h"

namespace halftone {
namespace {

// A random network: attempts whatever operation the dice say, keeps what fits.
Network randomNetwork(std::uint64_t seed)
{
    Random random(seed);
    const auto upTo = [&](std::int64_t most) { return 1 + random.below(most); };
    const auto pair = [&](std::int64_t least, std::int64_t most) {
        return Pair{least + random.below(most - least + 1), least + random.below(most - least + 1)};
    };
    Network network(random.below(4) == 0 ? "" : "a net %" + std::to_string(seed % 100));
    std::vector<ValueIndex> values{network.addInput({upTo(4) * 2, upTo(9), upTo(9)}, "the input")};
    for (int i = 0; i < 30; ++i) {
        std::vector<Attributes> choices{Conv2d{2 * upTo(4), pair(1, 3), pair(1, 3), pair(0, 2), pair(1, 2), upTo(2)},
            Linear{upTo(9)}, BatchNorm{random.uniform(), random.uniform()}, Relu{}, Relu6{}, Add{}, Concat{},
            MaxPool{pair(1, 3), pair(1, 3), pair(0, 1), random.below(2) == 0},
            AveragePool{pair(1, 3), pair(1, 3), pair(0, 1), random.below(2) == 0, random.below(2) == 0},
            AdaptiveAveragePool{pair(1, 5)}, Flatten{}, Pad{{pair(0, 2), pair(0, 2), pair(0, 2)}},
            Slice{random.below(3), random.below(3), upTo(9), upTo(3)}, Softmax{},
            ConvTranspose2d{2 * upTo(4), pair(1, 3), pair(1, 3), pair(0, 2), pair(0, 2), pair(1, 2), upTo(2)},
            LeakyRelu{random.normal()}, PRelu{2 * upTo(4)}, PRelu{1}, Sigmoid{}, HardSigmoid{}, Silu{}, HardSwish{},
            Gelu{random.below(2) == 0}, Multiply{}, ChannelShuffle{upTo(4)},
            ChannelAffine{{random.normal(), random.normal()}, {random.normal(), 0}}, FakeQuantize{0.01 + random.uniform(), -upTo(99), upTo(199)},
            LayerNorm{random.below(3), random.uniform()}, MatrixMultiply{}, Upsample{pair(1, 9), true, random.below(2) == 0}, Upsample{pair(1, 9)}};
        Attributes& attributes = choices[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(choices.size())))];
        std::vector<ValueIndex> inputs;
        const bool two = std::holds_alternative<Add>(attributes) || std::holds_alternative<Concat>(attributes)
            || std::holds_alternative<Multiply>(attributes) || std::holds_alternative<MatrixMultiply>(attributes);
        for (int k = 0; k < (two ? 2 : 1); ++k)
            inputs.push_back(values[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(values.size())))]);
        const auto added
            = network.add("op " + std::to_string(i) + "\n=%" + std::string(1, static_cast<char>(random.below(256))), attributes,
                inputs, random.below(2) == 0);
        if (added.ok()) values.push_back(*added);
    }
    network.setOutput(values.back());
    return network;
}

bool sameStructure(const Network& a, const Network& b)
{
    if (a.architecture() != b.architecture() || a.output() != b.output() || a.operations().size() != b.operations().size()
        || a.parameters().size() != b.parameters().size() || a.inputShape() != b.inputShape() || a.macs() != b.macs())
        return false;
    for (std::size_t i = 0; i < a.operations().size(); ++i) {
        const Operation &x = a.operations()[i], &y = b.operations()[i];
        if (x.name != y.name || x.attributes != y.attributes || x.inputs != y.inputs || x.output != y.output
            || x.parameters != y.parameters)
            return false;
        if (a.value(x.output).shape != b.value(y.output).shape) return false;
    }
    for (std::size_t i = 0; i < a.parameters().size(); ++i)
        if (a.parameters()[i].name != b.parameters()[i].name || a.parameters()[i].shape != b.parameters()[i].shape)
            return false;
    return true;
}

std::string refusal(std::string_view text)
{
    const auto network = networkFromText(text);
    if (network.ok()) return "accepted";
    EXPECT_EQ(network.error().code, ErrorCode::Corrupt) << network.error().message;
    return network.error().message;
}

constexpr std::string_view kStart = "network n\n%0 = input shape=3x4x4 name=input\n";

TEST(NetworkText, IsWhatTheHeaderShows)
{
    Network network("a_net");
    ValueIndex x = network.addInput({3, 32, 32});
    x = network.add("conv1", Conv2d{.outChannels = 16, .kernel = {3, 3}, .padding = {1, 1}}, {x}).value();
    x = network.add("bn1", BatchNorm{}, {x}).value();
    x = network.add("sum", Add{}, {x, x}).value();
    x = network.add("pool", AveragePool{.ceilMode = true}, {x}).value();
    network.setOutput(x);
    EXPECT_EQ(toText(network),
        "network a_net\n"
        "%0 = input shape=3x32x32 name=input\n"
        "%1 = conv2d(%0) name=conv1 out=16 kernel=3x3 stride=1x1 padding=1x1 dilation=1x1 groups=1 bias=no\n"
        "%2 = batch_norm(%1) name=bn1 epsilon=1e-05 momentum=0.1\n"
        "%3 = add(%2,%2) name=sum\n"
        "%4 = average_pool(%3) name=pool kernel=2x2 stride=2x2 padding=0x0 ceil=yes count_padding=yes\n"
        "output %4\n");
}

TEST(NetworkText, ReadsASmallNetworkBack)
{
    const Network network = smallResidualNetwork();
    const auto read = networkFromText(toText(network));
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_TRUE(sameStructure(network, *read));
}

TEST(NetworkText, ReadsRandomNetworksBack)
{
    EXPECT_TRUE(rc::check("text and back", [](std::uint64_t seed) {
        const Network network = randomNetwork(seed);
        const std::string text = toText(network);
        const auto read = networkFromText(text);
        if (!read.ok()) RC_FAIL(read.error().message + "\n" + text);
        RC_ASSERT(sameStructure(network, *read));
        RC_ASSERT(toText(*read) == text);
    }));
}

TEST(NetworkText, RefusesEveryTruncation)
{
    const std::string text = toText(smallResidualNetwork());
    for (std::size_t length = 0; length < text.size(); ++length)
        ASSERT_NE(refusal(std::string_view(text).substr(0, length)), "accepted") << length;
}

TEST(NetworkText, SurvivesAnyChangedByte)
{
    EXPECT_TRUE(rc::check("changed bytes", [](std::uint64_t seed) {
        Random random(seed);
        std::string text = toText(randomNetwork(seed));
        for (std::int64_t changes = 1 + random.below(3); changes > 0; --changes)
            text[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(text.size())))]
                = static_cast<char>(random.below(256));
        const auto read = networkFromText(text);
        if (read.ok())
            RC_ASSERT(networkFromText(toText(*read)).ok());
        else
            RC_ASSERT(read.error().code == ErrorCode::Corrupt);
    }));
}

TEST(NetworkText, NamesTheLineThatIsWrong)
{
    EXPECT_EQ(refusal(std::string(kStart) + "%1 = relu(%0) name=a\n%2 = blur(%1) name=b\noutput %2\n"),
        "text of a network, line 4: 'blur(%1)' is no operation");
    EXPECT_EQ(refusal(std::string(kStart) + "%1 = linear(%0) name=fc out=10 bias=yes\noutput %1\n"),
        "text of a network, line 3: linear 'fc': its input has shape 3x4x4; flatten it to one dimension first");
    EXPECT_EQ(refusal(std::string(kStart) + "%1 = relu(%0) name=a\n"),
        "text of a network, line 4: the output is missing; the text is cut short");
}

TEST(NetworkText, RefusesBrokenLines)
{
    for (const char* line : {"", "%1 = relu(%1) name=a\n", "%1 = relu(%7) name=a\n", "%1 = relu(%-1) name=a\n",
             "%2 = relu(%0) name=a\n", "%1 = relu(0) name=a\n", "%1 = relu(%0)\n", "%1 = relu(%0) name=\n",
             "%1 = relu(%0) name=a extra\n", "%1 = relu(%0 name=a\n", "%1 = relu name=a\n", "%1 = relu(%0,%0) name=a\n",
             "%1 = relu() name=a\n", "%1 relu(%0) name=a\n", "\n", "%1 = relu(%0) name=%\n", "%1 = relu(%0) name=%zz\n",
             "%1 = relu(%0) name=%41\n", "%1 = input shape=3x4x4 name=b\n", "%1 = relu(%99999999999) name=a\n",
             "%1 = max_pool(%0) name=a kernel=2 stride=2x2 padding=0x0 ceil=no\n",
             "%1 = max_pool(%0) name=a kernel=2x2 stride=2x2 padding=0x0\n",
             "%1 = max_pool(%0) name=a kernel=2x2x2 stride=2x2 padding=0x0 ceil=no\n",
             "%1 = max_pool(%0) name=a kernel=2x2 stride=2x2 padding=0x0 ceil=maybe\n",
             "%1 = max_pool(%0) name=a stride=2x2 kernel=2x2 padding=0x0 ceil=no\n",
             "%1 = batch_norm(%0) name=a epsilon=nan momentum=0.1\n",
             "%1 = conv2d(%0) name=a out=9223372036854775807 kernel=1x1 stride=1x1 padding=0x0 dilation=1x1 groups=1 bias=no\n",
             "%1 = conv2d(%0) name=a out=99999999999999999999 kernel=1x1 stride=1x1 padding=0x0 dilation=1x1 groups=1 "
             "bias=no\n"})
        EXPECT_TRUE(refusal(std::string(kStart) + line + "output %1\n").starts_with("text of a network, line 3: ")) << line;
}

TEST(NetworkText, RefusesBrokenBeginningsAndEnds)
{
    for (const char* text : {"", "\n", "net n\n", "network a b\n", "network n\n%0 = relu(%0) name=a\noutput %0\n",
             "network n\n%0 = input shape= name=i\noutput %0\n", "network n\n%0 = input shape=0x1x1 name=i\noutput %0\n",
             "network n\n%0 = input shape=99999999999 name=i\noutput %0\n",
             "network n\n%0 = input shape=3x4 name=i\noutput %0\n", "network n\noutput %0\n",
             "network n\n%0 = input shape=3 name=i\noutput %1\n", "network n\n%0 = input shape=3 name=i\noutput %-1\n",
             "network n\n%0 = input shape=3 name=i\noutput 0\n", "network n\n%0 = input shape=3 name=i\noutput %0\noutput %0\n",
             "network n\n%0 = input shape=3 name=i\noutput %0 x\n"})
        EXPECT_NE(refusal(text), "accepted") << text;
}

TEST(NetworkText, KeepsErrorsShortForLongLines)
{
    EXPECT_LT(refusal(std::string(kStart) + "%1 = " + std::string(1 << 20, 'x') + "\n").size(), 400u);
}

} // namespace
} // namespace halftone
