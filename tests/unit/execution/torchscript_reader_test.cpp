// TorchScript files read into Networks: those that PyTorch wrote, with what PyTorch answers, and programs written here.
#include "core/execution/torchscript_reader.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include "core/execution/tensor_bridge.h"
#include "core/execution/torch_network.h"
#include "core/formats/safetensors.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kFolder = HALFTONE_SOURCE_DIR "/tests/golden/torchscript/";
const Shape kInput{3, 16, 16};

Bytes golden(const std::string& name)
{
    auto bytes = readFile(kFolder + name + ".pt");
    EXPECT_TRUE(bytes.ok());
    return bytes.ok() ? *std::move(bytes) : Bytes();
}

at::Tensor expected(const std::string& name)
{
    const auto bytes = readFile(kFolder + "expected.safetensors");
    const auto tensors = parseSafeTensors(*bytes);
    return toTorch(*tensors->tensors.find(name));
}

// A network whose forward is `source`, with a 4 x 3 x 1 x 1 convolution "conv", a vector "numbers" of 3 and "scalar".
Bytes program(const std::string& source)
{
    torch::jit::Module module("__torch__.Written");
    torch::jit::Module conv("__torch__.Conv");
    for (torch::jit::Module* one : {&module, &conv}) one->register_attribute("training", c10::BoolType::get(), false);
    conv.register_parameter("weight", torch::arange(12, torch::kFloat32).reshape({4, 3, 1, 1}), false);
    module.register_module("conv", conv);
    module.register_buffer("numbers", torch::tensor({1.0F, 2.0F, 4.0F}));
    module.define(source);
    std::ostringstream stream;
    module.save(stream);
    const std::string content = stream.str();
    const auto bytes = std::as_bytes(std::span(content));
    return Bytes(bytes.begin(), bytes.end());
}

Result<QuantizedModel> readProgram(const std::string& body)
{
    return readTorchScript(program("def forward(self, x: Tensor) -> Tensor:\n" + body), {.input = {3, 4, 4}});
}

at::Tensor answer(const Network& network, const at::Tensor& images)
{
    const at::NoGradGuard noGrad;
    auto running = TorchNetwork::create(network);
    EXPECT_TRUE(running.ok());
    return running->forward(images);
}

std::vector<std::string> layerNames(const Network& network)
{
    std::vector<std::string> names;
    for (const Layer& layer : layerTable(network).layers) names.push_back(layer.name);
    return names;
}

double relativeDifference(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).abs().max() / b.abs().max()).item<double>();
}

void expectSameAnswers(const std::string& name, bool logarithms, const std::string& version = "")
{
    const auto model = readTorchScript(golden(name + version), {.input = kInput});
    ASSERT_TRUE(model.ok()) << model.error().message;
    const at::Tensor images = expected("input");
    for (const at::Tensor& batch : {images, images.slice(0, 1, 2)}) {
        at::Tensor answered = answer(model->network, batch);
        if (logarithms) answered = torch::log_softmax(answered, 1);
        const at::Tensor wanted = batch.size(0) == 2 ? expected(name) : expected(name).slice(0, 1, 2);
        EXPECT_LT(relativeDifference(answered, wanted), 1e-5) << name << " at batch " << batch.size(0);
    }
}

TEST(TorchScriptReader, AnswersAsPyTorchDoesForAScriptedResidualNetwork) { expectSameAnswers("residual_scripted", false); }
TEST(TorchScriptReader, AnswersAsPyTorchDoesForATracedResidualNetwork) { expectSameAnswers("residual_traced", false); }
TEST(TorchScriptReader, AnswersAsPyTorchDoesForAScriptedNetworkOfManyOperators)
{
    expectSameAnswers("branches_scripted", true);
}
TEST(TorchScriptReader, AnswersAsPyTorchDoesForATracedNetworkOfManyOperators) { expectSameAnswers("branches_traced", true); }

// The script made the same networks and answers with PyTorch 1.8.1 as with 2.13.0, to the last bit.
TEST(TorchScriptReader, AnswersAsPyTorchDoesForFilesOfPyTorch18)
{
    for (const char* name : {"residual_scripted", "residual_traced"}) expectSameAnswers(name, false, ".pytorch-1.8");
    for (const char* name : {"branches_scripted", "branches_traced"}) expectSameAnswers(name, true, ".pytorch-1.8");
}

TEST(TorchScriptReader, KeepsTheNamesOfTheStateDict)
{
    for (const char* name : {"residual_scripted", "residual_traced"}) {
        const auto model = readTorchScript(golden(name), {.input = kInput});
        ASSERT_TRUE(model.ok()) << model.error().message;
        EXPECT_THAT(layerNames(model->network),
            ElementsAre("stem.0", "layer1.0.conv1", "layer1.0.conv2", "layer1.1.conv1", "layer1.1.conv2",
                "layer1.1.downsample.0", "gate.fc1", "gate.fc2", "fc"));
        for (const char* parameter : {"stem.0.weight", "layer1.1.bn2.running_var", "gate.fc2.bias", "fc.bias"})
            EXPECT_TRUE(model->network.findParameter(parameter).valid()) << parameter;
    }
}

TEST(TorchScriptReader, LeavesOutWhatOnlyTrainingUses)
{
    const auto model = readTorchScript(golden("residual_scripted"), {.input = kInput});
    ASSERT_TRUE(model.ok());
    EXPECT_FALSE(model->network.findParameter("aux.weight").valid());
}

TEST(TorchScriptReader, ListsEverythingThatIsNotReadWithItsLine)
{
    const auto model = readTorchScript(golden("unsupported"), {.input = kInput});
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().code, ErrorCode::Unsupported);
    for (const char* part : {"aten::instance_norm at make_torchscript.py:", "aten::cumsum at make_torchscript.py:",
             "aten::sum at make_torchscript.py:", "aten::sin at make_torchscript.py:",
             "aten::logsumexp at make_torchscript.py:"})
        EXPECT_THAT(model.error().message, HasSubstr(part));
    EXPECT_THAT(model.error().message, Not(HasSubstr("aten::relu")));
}

TEST(TorchScriptReader, AsksForTheSizeThatNoScriptHas)
{
    const auto model = readTorchScript(golden("residual_scripted"));
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().code, ErrorCode::BadInput);
    EXPECT_THAT(model.error().message, HasSubstr("--input CxHxW"));
}

TEST(TorchScriptReader, SaysWhenTheSizeDoesNotFit)
{
    const auto channels = readTorchScript(golden("residual_scripted"), {.input = {4, 16, 16}});
    ASSERT_FALSE(channels.ok());
    EXPECT_EQ(channels.error().code, ErrorCode::Unsupported);
    EXPECT_FALSE(readTorchScript(golden("residual_scripted"), {.input = {16}}).ok());
    EXPECT_FALSE(readTorchScript(golden("residual_scripted"), {.input = {3, 0, 16}}).ok());
}

TEST(TorchScriptReader, SeesAWriteThroughEveryNameOfAVariable)
{
    const auto model = readProgram("    y = torch.conv2d(x, self.conv.weight)\n"
                                   "    z = y\n"
                                   "    torch.relu_(y)\n"
                                   "    return torch.add(z, torch.sigmoid(y))\n");
    ASSERT_TRUE(model.ok()) << model.error().message;
    const at::Tensor image = torch::randn({2, 3, 4, 4});
    const at::Tensor y = torch::relu(torch::conv2d(image, torch::arange(12, torch::kFloat32).reshape({4, 3, 1, 1})));
    EXPECT_LT(relativeDifference(answer(model->network, image), y + torch::sigmoid(y)), 1e-6);
}

TEST(TorchScriptReader, RefusesAViewThatWasChangedThroughAnother)
{
    const auto model = readProgram("    y = torch.conv2d(x, self.conv.weight)\n"
                                   "    part = torch.slice(y, 1, 0, 2)\n"
                                   "    torch.relu_(y)\n"
                                   "    return torch.sigmoid(part)\n");
    ASSERT_FALSE(model.ok());
    EXPECT_THAT(model.error().message, HasSubstr("changed in place"));
}

TEST(TorchScriptReader, RunsLoopsOfKnownLength)
{
    const auto model = readProgram("    y = torch.conv2d(x, self.conv.weight)\n"
                                   "    for i in range(3):\n"
                                   "        y = torch.relu(y) * (i + 1)\n"
                                   "    return y\n");
    ASSERT_TRUE(model.ok()) << model.error().message;
    const at::Tensor image = torch::randn({1, 3, 4, 4});
    const at::Tensor wanted = 6 * torch::relu(torch::conv2d(image, torch::arange(12, torch::kFloat32).reshape({4, 3, 1, 1})));
    EXPECT_LT(relativeDifference(answer(model->network, image), wanted), 1e-6);
}

TEST(TorchScriptReader, StopsFollowingALoopWithoutAnEnd)
{
    const auto model = readProgram("    y = torch.conv2d(x, self.conv.weight)\n"
                                   "    i = 0\n"
                                   "    while i >= 0:\n"
                                   "        i = i + 1\n"
                                   "    return y\n");
    ASSERT_FALSE(model.ok());
    EXPECT_THAT(model.error().message, HasSubstr("too many steps"));
}

TEST(TorchScriptReader, SaysWhyAProgramRefusesItsInput)
{
    const auto model = readProgram("    assert x.size(2) == 8, \"eight rows are wanted\"\n"
                                   "    return torch.conv2d(x, self.conv.weight)\n");
    ASSERT_FALSE(model.ok());
    EXPECT_THAT(model.error().message, HasSubstr("eight rows are wanted"));
}

TEST(TorchScriptReader, TakesConstantsOfChannelsInEveryArithmetic)
{
    const auto model
        = readProgram("    n = torch.reshape(self.numbers, [1, 3, 1, 1])\n"
                      "    y = torch.rsub(torch.sub(torch.div(torch.mul(torch.add(x, n, alpha=2), n), 3.), n), 1, 2)\n"
                      "    return torch.conv2d(n - y, self.conv.weight)\n");
    ASSERT_TRUE(model.ok()) << model.error().message;
    const at::Tensor image = torch::randn({2, 3, 4, 4}), n = torch::tensor({1.0F, 2.0F, 4.0F}).reshape({1, 3, 1, 1});
    const at::Tensor y = 1 - 2 * ((image + 2 * n) * n / 3 - n);
    const at::Tensor wanted = torch::conv2d(n - y, torch::arange(12, torch::kFloat32).reshape({4, 3, 1, 1}));
    EXPECT_LT(relativeDifference(answer(model->network, image), wanted), 1e-5);
}

TEST(TorchScriptReader, NamesTheConstantsThatItCannotUse)
{
    for (const char* body : {"    return torch.conv2d(x * torch.reshape(self.numbers, [3, 1]), self.conv.weight)\n",
             "    return torch.conv2d(1. / x, self.conv.weight)\n",
             "    return torch.conv2d(torch.round(x), self.conv.weight)\n",
             "    return torch.conv2d(torch.clamp(x, -1, 1), self.conv.weight)\n",
             "    return torch.conv2d(x[:, :, ::2].sum(1), self.conv.weight)\n"}) {
        const auto model = readProgram(body);
        ASSERT_FALSE(model.ok()) << body;
        EXPECT_EQ(model.error().code, ErrorCode::Unsupported) << body;
        EXPECT_THAT(model.error().message, HasSubstr("aten::")) << body;
    }
}

TEST(TorchScriptReader, ReadsADivisionThatIsNoQuantizer)
{
    const auto model = readProgram("    return torch.conv2d(torch.clamp(torch.div(x, 2.), 0, 6), self.conv.weight)\n");
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_TRUE(model->grids.activations.empty());
    const at::Tensor image = torch::randn({1, 3, 4, 4});
    const at::Tensor wanted
        = torch::conv2d(torch::clamp(image / 2, 0, 6), torch::arange(12, torch::kFloat32).reshape({4, 3, 1, 1}));
    EXPECT_LT(relativeDifference(answer(model->network, image), wanted), 1e-6);
}

TEST(TorchScriptReader, RefusesFilesThatAreCutOffOrAltered)
{
    const Bytes whole = golden("residual_traced");
    for (const std::size_t size :
        {std::size_t{0}, std::size_t{1}, std::size_t{4}, whole.size() / 3, whole.size() - 100, whole.size() - 1}) {
        const auto model = readTorchScript(std::span(whole).first(size), {.input = kInput});
        ASSERT_FALSE(model.ok()) << size;
        EXPECT_EQ(model.error().code, ErrorCode::Corrupt) << size;
    }
    int refused = 0, tries = 0;
    for (std::size_t at = 7; at < whole.size(); at += whole.size() / 61, ++tries) {
        Bytes altered = whole;
        altered[at] ^= std::byte{0x10};
        refused += readTorchScript(altered, {.input = kInput}).ok() ? 0 : 1; // padding between entries may change
    }
    EXPECT_GT(refused, tries / 2);
}

TEST(TorchScriptReader, RefusesWhatIsNoScript)
{
    const auto checkpoint = readFile(HALFTONE_SOURCE_DIR "/tests/golden/formats/plain.zip.pt");
    ASSERT_TRUE(checkpoint.ok());
    EXPECT_EQ(readTorchScript(*checkpoint, {.input = kInput}).error().code, ErrorCode::Corrupt);
}

// The first column of the table in docs/formats/torchscript.md.
TEST(TorchScriptReader, ReadsTheOperatorsThatTheDocumentNames)
{
    std::ifstream document(HALFTONE_SOURCE_DIR "/docs/formats/torchscript.md");
    const std::set<std::string> words{"two", "values", "with", "constant", "over", "height", "width", "and", "of", "a", "to",
        "the", "in", "operator", "place", "too", "where", "PyTorch", "has", "it", "interpolate", "arithmetic", "comparisons",
        "constants", "lists", "dictionaries", "None"};
    std::set<std::string> named;
    for (std::string line; std::getline(document, line);) {
        if (!line.starts_with("| ")) continue;
        std::string cell = line.substr(2, line.find('|', 2) - 2);
        std::erase(cell, '\\');
        const std::regex word("[A-Za-z_][A-Za-z0-9_]*");
        for (std::sregex_iterator at(cell.begin(), cell.end(), word), end; at != end; ++at)
            if (!words.contains(at->str())) named.insert(at->str());
    }
    EXPECT_GT(named.size(), 50u);
    for (const std::string& name : named) EXPECT_TRUE(readsScriptOperator(name)) << name << " is in the table and not read";
    for (const char* name : {"instance_norm", "lstm", "group_norm"}) EXPECT_FALSE(readsScriptOperator(name)) << name;
}

} // namespace
} // namespace halftone
