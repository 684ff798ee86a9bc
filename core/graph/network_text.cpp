// Writing a Network as text, and reading such text as if it came from anybody.
#include "core/graph/network_text.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

// Names may hold any byte; blanks, control characters and '%' travel as %XX so that a line stays a line of words.
std::string escaped(std::string_view name)
{
    std::string out;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7f || c == '%')
            out += fmt::format("%{:02x}", byte);
        else
            out += c;
    }
    return out;
}

std::optional<std::string> unescaped(std::string_view word)
{
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != '%') {
            out += word[i];
            continue;
        }
        unsigned byte = 0;
        if (word.size() - i < 3) return std::nullopt;
        const char* digits = word.data() + i + 1;
        if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return std::nullopt;
        out += static_cast<char>(byte);
        i += 2;
    }
    return escaped(out) == word ? std::optional(out) : std::nullopt; // one spelling a name
}

// --- attributes, described once for both directions --------------------------------------------------------------

// Calls archive("word", field) for every attribute, in the order of the text.
template <typename Archive> struct Fields {
    Archive& archive;

    template <typename T> void operator()(T&) const { } // no attributes
    void operator()(Conv2d& conv) const
    {
        archive("out", conv.outChannels);
        archive("kernel", conv.kernel);
        archive("stride", conv.stride);
        archive("padding", conv.padding);
        archive("dilation", conv.dilation);
        archive("groups", conv.groups);
    }
    void operator()(ConvTranspose2d& conv) const
    {
        archive("out", conv.outChannels);
        archive("kernel", conv.kernel);
        archive("stride", conv.stride);
        archive("padding", conv.padding);
        archive("output_padding", conv.outputPadding);
        archive("dilation", conv.dilation);
        archive("groups", conv.groups);
    }
    void operator()(Linear& linear) const { archive("out", linear.outFeatures); }
    void operator()(BatchNorm& norm) const
    {
        archive("epsilon", norm.epsilon);
        archive("momentum", norm.momentum);
    }
    void operator()(LayerNorm& norm) const
    {
        archive("dimension", norm.dimension);
        archive("epsilon", norm.epsilon);
    }
    void operator()(LeakyRelu& relu) const { archive("slope", relu.slope); }
    void operator()(PRelu& relu) const { archive("slopes", relu.slopes); }
    void operator()(Gelu& gelu) const { archive("tanh", gelu.tanhForm); }
    void operator()(ChannelAffine& affine) const
    {
        archive("scale", affine.scale);
        archive("shift", affine.shift);
    }
    void operator()(FakeQuantize& quantize) const
    {
        archive("scale", quantize.scale);
        archive("lowest", quantize.lowest);
        archive("highest", quantize.highest);
    }
    void operator()(ChannelShuffle& shuffle) const { archive("groups", shuffle.groups); }
    void operator()(Upsample& upsample) const
    {
        archive("output", upsample.output);
        archive("bilinear", upsample.bilinear);
        archive("align_corners", upsample.alignCorners);
    }
    void operator()(MaxPool& pool) const { window(pool); }
    void operator()(AveragePool& pool) const
    {
        window(pool);
        archive("count_padding", pool.countIncludesPadding);
    }
    void operator()(AdaptiveAveragePool& pool) const { archive("output", pool.output); }
    void operator()(Pad& pad) const
    {
        archive("channels", pad.amounts[0]);
        archive("height", pad.amounts[1]);
        archive("width", pad.amounts[2]);
    }
    void operator()(Slice& slice) const
    {
        archive("dimension", slice.dimension);
        archive("start", slice.start);
        archive("end", slice.end);
        archive("step", slice.step);
    }

    template <typename Pool> void window(Pool& pool) const
    {
        archive("kernel", pool.kernel);
        archive("stride", pool.stride);
        archive("padding", pool.padding);
        archive("ceil", pool.ceilMode);
    }
};

struct AttributeWriter {
    std::string text;

    void operator()(std::string_view word, std::int64_t value) { text += fmt::format(" {}={}", word, value); }
    void operator()(std::string_view word, double value) { text += fmt::format(" {}={}", word, value); } // shortest exact
    void operator()(std::string_view word, bool value) { text += fmt::format(" {}={}", word, value ? "yes" : "no"); }
    void operator()(std::string_view word, const Pair& pair) { text += fmt::format(" {}={}x{}", word, pair[0], pair[1]); }
    void operator()(std::string_view word, const std::vector<double>& values)
    {
        text += fmt::format(" {}={}", word, fmt::join(values, ","));
    }
};

// Takes words off the front of a line; after the first failure it only remembers what was wrong.
class LineReader {
public:
    explicit LineReader(std::string_view line)
        : m_rest(line)
    {
    }

    std::string_view word()
    {
        const std::size_t end = m_rest.find(' ');
        const std::string_view word = m_rest.substr(0, end);
        m_rest.remove_prefix(end == std::string_view::npos ? m_rest.size() : end + 1);
        return word;
    }

    // The value of "key=value", which must be the next word.
    std::string_view valueOf(std::string_view key)
    {
        const std::string_view next = word();
        if (next.starts_with(key) && next.substr(key.size()).starts_with('=')) return next.substr(key.size() + 1);
        fail(fmt::format("'{}=' is needed where '{}' stands", key, next));
        return {};
    }

    void operator()(std::string_view key, std::int64_t& value) { number(key, valueOf(key), value); }
    void operator()(std::string_view key, double& value) { number(key, valueOf(key), value); }
    void operator()(std::string_view key, bool& value)
    {
        const std::string_view word = valueOf(key);
        value = word == "yes";
        if (!value && word != "no") fail(fmt::format("{} must be yes or no, not '{}'", key, word));
    }
    void operator()(std::string_view key, Pair& pair)
    {
        const std::string_view word = valueOf(key);
        const std::size_t cross = std::min(word.find('x'), word.size());
        number(key, word.substr(0, cross), pair[0]);
        number(key, word.substr(std::min(cross + 1, word.size())), pair[1]);
    }
    void operator()(std::string_view key, std::vector<double>& values)
    {
        std::string_view word = valueOf(key);
        do {
            const std::size_t comma = std::min(word.find(','), word.size());
            number(key, word.substr(0, comma), values.emplace_back());
            word.remove_prefix(std::min(comma + 1, word.size()));
        } while (!word.empty() && failure().empty());
    }
    void operator()(std::string_view key, Shape& shape)
    {
        std::string_view word = valueOf(key);
        do {
            const std::size_t cross = std::min(word.find('x'), word.size());
            number(key, word.substr(0, cross), shape.emplace_back());
            word.remove_prefix(std::min(cross + 1, word.size()));
        } while (!word.empty() && failure().empty());
    }

    template <typename Number> void number(std::string_view key, std::string_view word, Number& value)
    {
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (word.empty() || error != std::errc() || end != word.data() + word.size())
            fail(fmt::format("{} has '{}' where a number is needed", key, word));
    }

    void fail(std::string reason)
    {
        if (m_failure.empty())
            m_failure = reason.size() <= kLongestReason ? std::move(reason) : reason.substr(0, kLongestReason) + " ...";
    }
    void expectEnd()
    {
        if (!m_rest.empty()) fail(fmt::format("'{}' is more than belongs here", m_rest));
    }
    const std::string& failure() const { return m_failure; }

private:
    static constexpr std::size_t kLongestReason = 300; // a broken line can be as long as its file

    std::string_view m_rest;
    std::string m_failure;
};

std::optional<Attributes> attributesOfKind(std::string_view kind)
{
    for (const Attributes& attributes : std::initializer_list<Attributes>{Conv2d{}, ConvTranspose2d{}, Linear{}, BatchNorm{},
             LayerNorm{}, Relu{}, Relu6{}, LeakyRelu{}, PRelu{}, Sigmoid{}, HardSigmoid{}, Silu{}, HardSwish{}, Gelu{}, Add{}, Multiply{},
             MatrixMultiply{}, ChannelAffine{}, FakeQuantize{}, ChannelShuffle{}, Upsample{}, Concat{}, MaxPool{}, AveragePool{}, AdaptiveAveragePool{}, Flatten{},
             Pad{}, Slice{}, Softmax{}})
        if (kindName(attributes) == kind) return attributes;
    return std::nullopt;
}

// --- the lines ---------------------------------------------------------------------------------------------------

std::string valueList(std::span<const ValueIndex> values)
{
    std::string list;
    for (const ValueIndex value : values) list += fmt::format("{}%{}", list.empty() ? "" : ",", value.value);
    return list;
}

// "%12" -> 12. Whether the value exists is the Network's to say.
ValueIndex readValue(LineReader& line, std::string_view word)
{
    std::int32_t value = -1;
    if (!word.starts_with('%'))
        line.fail(fmt::format("'{}' is not a value such as %3", word));
    else
        line.number("a value", word.substr(1), value);
    return ValueIndex(value);
}

std::string readName(LineReader& line)
{
    const std::string_view word = line.valueOf("name");
    const std::optional<std::string> name = unescaped(word);
    if (!name || name->empty()) line.fail(fmt::format("'{}' is not a name", word));
    return name.value_or("");
}

// "input shape=3x32x32 name=input", after "%0 = ".
void readInputLine(LineReader& line, Network& network)
{
    Shape shape;
    if (line.word() != "input") line.fail("the first value must be the input");
    line("shape", shape);
    std::string name = readName(line);
    line.expectEnd();
    if (const Status usable = checkValueShape(shape, "the input"); !usable.ok()) line.fail(usable.error().message);
    if (line.failure().empty()) network.addInput(std::move(shape), std::move(name));
}

// "conv2d(%0) name=conv1 out=16 ... bias=no", after "%1 = ".
void readOperationLine(LineReader& line, Network& network)
{
    std::string_view call = line.word();
    const std::size_t open = std::min(call.find('('), call.size());
    std::optional<Attributes> attributes = attributesOfKind(call.substr(0, open));
    if (!attributes || !call.ends_with(')')) return line.fail(fmt::format("'{}' is no operation", call));
    call = call.substr(open + 1, call.size() - open - 2);
    std::vector<ValueIndex> inputs;
    while (!call.empty() && line.failure().empty()) {
        const std::size_t comma = std::min(call.find(','), call.size());
        inputs.push_back(readValue(line, call.substr(0, comma)));
        call.remove_prefix(std::min(comma + 1, call.size()));
    }
    std::string name = readName(line);
    std::visit(Fields<LineReader>{line}, *attributes);
    bool bias = false;
    if (std::holds_alternative<Conv2d>(*attributes) || std::holds_alternative<ConvTranspose2d>(*attributes)
        || std::holds_alternative<Linear>(*attributes))
        line("bias", bias);
    line.expectEnd();
    if (!line.failure().empty()) return;
    const Result<ValueIndex> added = network.add(std::move(name), std::move(*attributes), std::move(inputs), bias);
    if (!added.ok()) line.fail(added.error().message);
}

// One line between the first and the end; sets the output when it is the "output" line.
void readLine(LineReader& line, Network& network)
{
    const std::string_view first = line.word();
    const std::size_t next = network.values().size();
    if (first == "output") {
        const ValueIndex output = readValue(line, line.word());
        line.expectEnd();
        if (!line.failure().empty()) return;
        if (!output.valid() || static_cast<std::size_t>(output.value) >= next)
            return line.fail("the output is no value of the network");
        return network.setOutput(output);
    }
    if (first != fmt::format("%{}", next) || line.word() != "=") return line.fail(fmt::format("'%{} = ' is needed", next));
    if (next == 0)
        readInputLine(line, network);
    else
        readOperationLine(line, network);
}

Error corrupt(std::size_t lineNumber, std::string_view reason)
{
    return {ErrorCode::Corrupt, fmt::format("text of a network, line {}: {}", lineNumber, reason)};
}

} // namespace

std::string toText(const Network& network)
{
    std::string text = fmt::format("network {}\n", escaped(network.architecture()));
    for (const Operation& operation : network.operations()) {
        if (operation.as<Input>()) {
            text += fmt::format("%{} = input shape={} name={}\n", operation.output.value,
                halftone::text(network.value(operation.output).shape), escaped(operation.name));
            continue;
        }
        AttributeWriter writer;
        Attributes attributes = operation.attributes;
        std::visit(Fields<AttributeWriter>{writer}, attributes);
        if (operation.isLayer()) writer("bias", operation.parameters.size() > 1);
        text += fmt::format("%{} = {}({}) name={}{}\n", operation.output.value, kindName(operation.attributes),
            valueList(operation.inputs), escaped(operation.name), writer.text);
    }
    if (network.output().valid()) text += fmt::format("output %{}\n", network.output().value);
    return text;
}

Result<Network> networkFromText(std::string_view text)
{
    Network network;
    std::size_t lineNumber = 0;
    while (!text.empty()) {
        ++lineNumber;
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return corrupt(lineNumber, "the line does not end; the text is cut short");
        LineReader line(text.substr(0, end));
        text.remove_prefix(end + 1);
        if (network.output().valid()) return corrupt(lineNumber, "nothing may follow the output");
        if (lineNumber == 1) {
            if (line.word() != "network") return corrupt(1, "'network' and the architecture's name are needed");
            const std::optional<std::string> architecture = unescaped(line.word());
            line.expectEnd();
            if (!architecture || !line.failure().empty()) return corrupt(1, "the architecture's name is not readable");
            network = Network(*architecture);
        } else {
            readLine(line, network);
            if (!line.failure().empty()) return corrupt(lineNumber, line.failure());
        }
    }
    if (!network.output().valid()) return corrupt(lineNumber + 1, "the output is missing; the text is cut short");
    return network;
}

} // namespace halftone
