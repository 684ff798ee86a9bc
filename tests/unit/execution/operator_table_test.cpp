// Keeps the table of docs/formats/operators.md true: every operation is written in every format and read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "core/execution/torchscript_reader.h"
#include "core/execution/torchscript_writer.h"
#include "core/export/export_formats.h"
#include "core/formats/onnx_reader.h"
#include "core/formats/packed_file.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

// One of each kind; Network::add says when one does not fit the 4x8x8 value in front of it.
std::vector<Attributes> examples()
{
    const Pair one{1, 1}, three{3, 3};
    return {Input{}, Conv2d{.outChannels = 4, .kernel = three, .padding = one}, ConvTranspose2d{.outChannels = 4}, Linear{5},
        BatchNorm{}, LayerNorm{}, Relu{}, Relu6{}, LeakyRelu{}, PRelu{}, Sigmoid{}, HardSigmoid{}, Silu{}, HardSwish{}, Gelu{}, Add{},
        Multiply{}, MatrixMultiply{}, ChannelAffine{{1, 2, 3, 4}, {0, 1, 0, 1}}, FakeQuantize{0.05, -100, 155}, ChannelShuffle{2}, Upsample{.output = {16, 16}},
        Concat{}, MaxPool{}, AveragePool{}, AdaptiveAveragePool{}, Flatten{}, Pad{{Pair{0, 0}, one, one}},
        Slice{.dimension = 1, .start = 0, .end = 8, .step = 2}, Softmax{}};
}

// A convolution, the operation, and a layer at the end.
Network networkWith(const Attributes& attributes)
{
    Network network("example");
    const auto add = [&](const char* name, Attributes of, std::vector<ValueIndex> inputs) {
        const auto added = network.add(name, std::move(of), std::move(inputs));
        EXPECT_TRUE(added.ok()) << kindName(attributes) << ": " << added.error().message;
        return added.ok() ? *added : ValueIndex();
    };
    const bool two = std::holds_alternative<Add>(attributes) || std::holds_alternative<Multiply>(attributes)
        || std::holds_alternative<Concat>(attributes) || std::holds_alternative<MatrixMultiply>(attributes);
    ValueIndex x = add("first", Conv2d{.outChannels = 4}, {network.addInput({3, 8, 8})});
    const ValueIndex other = two ? add("other", Sigmoid{}, {x}) : ValueIndex();
    if (std::holds_alternative<Linear>(attributes)) x = add("flat", Flatten{}, {x});
    if (!std::holds_alternative<Input>(attributes))
        x = add("example", attributes, two ? std::vector{x, other} : std::vector{x});
    if (network.value(x).shape.size() == 3) x = add("flattened", Flatten{}, {x});
    network.setOutput(add("last", Linear{3}, {x}));
    initialiseParameters(network, 7);
    return network;
}

Result<Network> readBack(const ExportFormat& format, const Bytes& file)
{
    if (format.ending == ".onnx") {
        HALFTONE_TRY(QuantizedModel model, readOnnx(file));
        return std::move(model.network);
    }
    if (format.ending == ".packed") {
        HALFTONE_TRY(QuantizedModel model, readPacked(file));
        return std::move(model.network);
    }
    HALFTONE_TRY(QuantizedModel model, readTorchScript(file));
    return std::move(model.network);
}

// "yes": written, and read back as the same operations; the document says what the other words mean.
std::string cell(const ExportFormat& format, const Attributes& attributes)
{
    const Network network = networkWith(attributes);
    const QuantizedModel model = quantizeForTest(network, 4);
    const auto file = format.write({.model = model, .state = {}, .assignment = "4", .writeTorchScript = writeTorchScript});
    if (!file.ok()) return "no";
    const auto read = readBack(format, *file);
    if (!read.ok()) return "written";
    std::multiset<std::string_view> before, after;
    for (const Operation& operation : network.operations()) before.insert(kindName(operation.attributes));
    for (const Operation& operation : read->operations()) after.insert(kindName(operation.attributes));
    if (before == after) return "yes";
    std::string others;
    for (const std::string_view kind : after)
        if (!before.contains(kind)) others += (others.empty() ? "" : ", ") + std::string(kind);
    if (others.empty()) return after.size() < before.size() ? "folded" : "in parts";
    return "as " + others;
}

std::string table()
{
    std::string text = "| operation |", rule = "|---|";
    std::vector<const ExportFormat*> formats;
    for (const ExportFormat& format : allExportFormats())
        if (format.name != "safetensors") formats.push_back(&format); // tensors alone, whatever the operations
    for (const ExportFormat* format : formats) {
        text += " `" + std::string(format->name) + "` |";
        rule += "---|";
    }
    text += "\n" + rule + "\n";
    for (const Attributes& attributes : examples()) {
        text += "| " + std::string(kindName(attributes)) + " |";
        for (const ExportFormat* format : formats) text += " " + cell(*format, attributes) + " |";
        text += "\n";
    }
    return text;
}

TEST(OperatorTable, HasEveryOperation)
{
    std::set<std::size_t> kinds;
    for (const Attributes& attributes : examples()) kinds.insert(attributes.index());
    EXPECT_EQ(kinds.size(), std::variant_size_v<Attributes>);
}

TEST(OperatorTable, IsWhatTheDocumentSays)
{
    std::ifstream file(HALFTONE_SOURCE_DIR "/docs/formats/operators.md");
    std::stringstream document;
    document << file.rdbuf();
    EXPECT_THAT(document.str(), testing::HasSubstr(table()));
}

} // namespace
} // namespace halftone
