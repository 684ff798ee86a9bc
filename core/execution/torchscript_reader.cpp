// From the bytes of a TorchScript file to a network; what the parts of the reader share.
#include "core/execution/torchscript_reader.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/runtime/custom_operator.h>
#include <torch/csrc/jit/runtime/operator.h>
#include <torch/csrc/jit/serialization/import.h>

#include "core/execution/tensor_bridge.h"
#include "core/execution/torchscript_graph_reader.h"
#include "core/execution/torchscript_writer.h"
#include "core/formats/torch_checkpoint.h"
#include "core/formats/zip_reader.h"
#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

constexpr std::size_t kMostListed = 24; // of what is not read

// For networkFromText and shell patterns alike: names without spaces and control characters.
std::string scriptName(std::string name)
{
    for (char& c : name)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) c = '_';
    return name;
}

// PyTorch's own functions name operators that an older LibTorch has not, in branches that are never taken; without the names
// they do not even compile. Made known here, to be refused when one is met.
void nameNewerOperators()
{
    static const bool done = [] {
        constexpr const char* kLanczos
            = "aten::_upsample_lanczos2d_aa(Tensor self, int[]? output_size, bool align_corners, float[]? "
              "scale_factors=None) -> Tensor";
        if (torch::jit::getAllOperatorsFor(c10::Symbol::fromQualString("aten::_upsample_lanczos2d_aa")).empty())
            torch::jit::registerOperator(torch::jit::Operator(
                kLanczos, [](torch::jit::Stack&) { TORCH_CHECK(false, "absent"); }, c10::AliasAnalysisKind::FROM_SCHEMA));
        return true;
    }();
    static_cast<void>(done);
}

// LibTorch's own reader trusts its input; a file whose checksums fit was at least written by somebody.
Status checkArchive(const std::shared_ptr<const Bytes>& file)
{
    HALFTONE_TRY(const ZipReader zip, ZipReader::open(file));
    ByteBudget budget = ByteBudget::forFile(file->size());
    for (const ZipEntry& entry : zip.entries()) HALFTONE_CHECK(zip.read(entry, budget));
    return {};
}

Shape shapeFromText(const std::string& text)
{
    Shape shape;
    std::istringstream sizes(text);
    for (std::string size; std::getline(sizes, size, 'x');) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), number);
        if (error != std::errc() || end != size.data() + size.size()) return {};
        shape.push_back(number);
    }
    return shape;
}

std::string firstSentence(const std::string& what)
{
    std::istringstream lines(what);
    std::string line;
    while (std::getline(lines, line) && line.find_first_not_of(" \t\r") == std::string::npos) { }
    return line.substr(0, 200);
}

Result<QuantizedModel> followed(std::span<const std::byte> bytes, const ScriptInputShape& input)
{
    nameNewerOperators();
    torch::jit::ExtraFilesMap notes{{std::string(kLayersMetadata), ""}, {std::string(kScriptInput), ""}};
    std::istringstream stream(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    torch::jit::Module module = torch::jit::load(stream, at::kCPU, notes);
    module.eval();
    Shape size = input.input;
    if (size.empty()) size = shapeFromText(notes[std::string(kScriptInput)]);
    if (size.empty()) size = input.otherwise;
    if (size.empty())
        return Error{ErrorCode::BadInput, "A TorchScript file does not say how large its images are; give --input CxHxW."};
    HALFTONE_CHECK(checkValueShape(size, "the input of the TorchScript file"));
    TorchScriptGraphReader::Extras extras{.layers = metadataFromJson(notes[std::string(kLayersMetadata)]), .steps = {}};
    if (!extras.layers.layers.empty())
        for (const auto& attribute : module.named_attributes(true))
            if (attribute.name.ends_with(kScriptStep) && attribute.value.isTensor())
                extras.steps.emplace(attribute.name, attribute.value.toTensor());
    return TorchScriptGraphReader(module, size, std::move(extras)).read();
}

} // namespace

TorchScriptGraphReader::TorchScriptGraphReader(const torch::jit::Module& module, Shape input, Extras extras)
    : m_module(module)
    , m_inputShape(std::move(input))
    , m_extras(std::move(extras))
{
}

// ---- names and values -------------------------------------------------------------------------------------------------

std::string TorchScriptGraphReader::unique(std::string name)
{
    name = scriptName(std::move(name));
    std::string candidate = name;
    while (m_names.contains(candidate)) candidate = fmt::format("{}_{}", name, ++m_names[name]);
    m_names[candidate] = 1;
    return candidate;
}

// A module without modules in it is one operation, and gives it its name.
std::string TorchScriptGraphReader::nameFor(const std::string& kind)
{
    const Frame& frame = m_frames.back();
    if (frame.path.empty()) return unique(kind);
    return unique(frame.isLeaf ? frame.path : frame.path + "." + kind);
}

ScriptValue TorchScriptGraphReader::newActivation(ValueIndex value, const ScriptActivation* sharesWith) const
{
    auto made = std::make_shared<ScriptActivation>();
    made->value = value;
    if (sharesWith) {
        made->storage = sharesWith->storage;
        made->seenWrites = sharesWith->seenWrites;
    }
    return made;
}

Result<ScriptActivation*> TorchScriptGraphReader::activationArgument(const ScriptCall& call, std::size_t position)
{
    ScriptActivation* x = position < call.inputs().size() ? activationOf(call.inputs()[position]) : nullptr;
    if (!x) return unreadScript("reads a constant where a value is expected");
    if (x->seenWrites != x->storage->writes) return unreadScript("reads a value after another view of it was changed in place");
    return x;
}

Result<ValueIndex> TorchScriptGraphReader::plain(const ScriptValue& value, std::string_view kind)
{
    using State = ScriptActivation::State;
    ScriptActivation* x = activationOf(value);
    if (!x) return unreadScript("reads a constant where a value is expected");
    if (x->seenWrites != x->storage->writes) return unreadScript("reads a value after another view of it was changed in place");
    switch (x->state) {
    case State::Plain:
        return x->value;
    case State::Viewed:
        return unreadScript("reads a value whose dimensions are not batch, channels, height, width");
    case State::Expanded:
        return unreadScript("reads a value that was repeated, and only products may");
    case State::Quantized:
        if (!x->fakeQuantized.valid()) {
            const FakeQuantize quantize{x->grid.scales.front(), x->grid.lowest, x->grid.highest};
            HALFTONE_TRY(x->fakeQuantized, emit(nameFor("fake_quantize"), quantize, {x->value}));
        }
        return x->fakeQuantized;
    case State::LogProbabilities:
        return unreadScript("reads the logarithm of a softmax, which only a network's end may be");
    case State::Rounded:
        return unreadScript("reads a rounded value");
    case State::Scaled:
    case State::Clipped:
        break;
    }
    // It was no quantizer after all: the division, and the clip, are operations of their own.
    const auto channels = static_cast<std::size_t>(m_network.value(x->value).shape[0]);
    const ChannelAffine affine{
        std::vector<double>(channels, 1 / static_cast<double>(x->grid.scales.front())), std::vector<double>(channels, 0)};
    HALFTONE_TRY(ValueIndex made, emit(nameFor("channel_affine"), affine, {x->value}));
    if (x->state == State::Clipped && (x->grid.lowest != 0 || x->grid.highest != 6))
        return unreadScript(fmt::format(
            "{} reads a value clipped to {} .. {}, and only 0 to 6 is read", kind, x->grid.lowest, x->grid.highest));
    if (x->state == State::Clipped) {
        HALFTONE_TRY(made, emit(nameFor("relu6"), Relu6{}, {made}));
    }
    x->value = made;
    x->state = State::Plain;
    return made;
}

Result<ValueIndex> TorchScriptGraphReader::input(const ScriptCall& call)
{
    if (call.inputs().empty()) return unreadScript("has no arguments");
    return plain(call.inputs()[0], call.operatorName());
}

Result<ValueIndex> TorchScriptGraphReader::emit(
    const std::string& name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias)
{
    auto added = m_network.add(name, std::move(attributes), std::move(inputs), bias);
    if (!added.ok()) return unreadScript(fmt::format("cannot be read ({})", added.error().message));
    return added;
}

TorchScriptGraphReader::Outcome TorchScriptGraphReader::made(const ScriptCall& call, const std::vector<Attributes>& chain)
{
    HALFTONE_TRY(ValueIndex value, input(call));
    for (const Attributes& attributes : chain) {
        HALFTONE_TRY(value, emit(nameFor(std::string(kindName(attributes))), attributes, {value}));
    }
    return newActivation(value);
}

// ---- the whole program ------------------------------------------------------------------------------------------------

Error TorchScriptGraphReader::everythingUnread() const
{
    std::string list;
    for (std::size_t i = 0; i < m_unread.size() && i < kMostListed; ++i) list += (i == 0 ? "" : "; ") + m_unread[i];
    if (m_unread.size() > kMostListed) list += fmt::format("; and {} more", m_unread.size() - kMostListed);
    return {ErrorCode::Unsupported,
        fmt::format("The TorchScript file uses what is not read: {}. Script the network without it.", list)};
}

// Networks that answer several things, most of them None (auxiliary heads), or a dictionary with "out" (segmentation).
Result<ValueIndex> TorchScriptGraphReader::outputOf(const ScriptValue& answer)
{
    const Error several{ErrorCode::Unsupported,
        "The TorchScript file does not answer with one tensor that depends on the image; script a network that returns the "
        "scores alone."};
    if (const ScriptList* list = listOf(answer)) {
        const auto out = std::find(list->keys.begin(), list->keys.end(), "out");
        if (out != list->keys.end()) return outputOf(list->items[static_cast<std::size_t>(out - list->keys.begin())]);
        const auto isValue = [](const ScriptValue& item) { return activationOf(item) != nullptr; };
        const auto found = std::find_if(list->items.begin(), list->items.end(), isValue);
        if (found == list->items.end() || std::count_if(list->items.begin(), list->items.end(), isValue) != 1) return several;
        return outputOf(*found);
    }
    const ScriptActivation* x = activationOf(answer);
    if (!x) return several;
    if (x->state == ScriptActivation::State::LogProbabilities) return x->value;
    const auto value = plain(answer, "the output");
    if (!value.ok() || *value == m_network.input()) return several;
    return value;
}

Result<QuantizedModel> TorchScriptGraphReader::finish(const ScriptValue& answer)
{
    HALFTONE_TRY(const ValueIndex output, outputOf(answer));
    m_network.setOutput(output);
    return quantizedModel(std::move(m_network), m_found, "The TorchScript file");
}

Result<QuantizedModel> TorchScriptGraphReader::read()
{
    static_cast<void>(unique("input"));
    const ScriptValue image = newActivation(m_network.addInput(m_inputShape, "input"));
    const ScriptValue self = scriptConstant(m_module._ivalue());
    Frame frame{.call = nullptr, .path = {}, .isLeaf = false, .values = {}};
    ScriptValue answer;
    HALFTONE_CHECK(runGraph(m_module.type()->getMethod("forward"), {self, image}, std::move(frame), answer));
    if (!m_unread.empty()) return everythingUnread();
    return finish(answer);
}

bool readsScriptOperator(std::string_view name) { return TorchScriptGraphReader::reads(name); }

Result<QuantizedModel> readTorchScript(std::span<const std::byte> bytes, const ScriptInputShape& input)
{
    const auto file = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
    if (!isTorchScript(file))
        return Error{
            ErrorCode::Corrupt, "The file is no TorchScript archive, or was cut off; save it again with torch.jit.save."};
    HALFTONE_CHECK(checkArchive(file));
    try {
        return followed(bytes, input);
    } catch (const std::exception& failure) {
        return Error{ErrorCode::Corrupt,
            fmt::format("LibTorch cannot open the TorchScript file ({}); save it again, from PyTorch 1.8 or newer.",
                firstSentence(failure.what()))};
    }
}

} // namespace halftone
