// Shared parts of the fuzz targets.
#include "fuzz_inputs.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/formats/utf8.h"
#include "core/graph/network_text.h"
#include "tests/support/test_networks.h"

namespace halftone::fuzz {

namespace {

const std::filesystem::path kGolden = std::filesystem::path(HALFTONE_SOURCE_DIR) / "tests/golden/formats";

} // namespace

std::string_view asText(std::span<const std::byte> input)
{
    return {reinterpret_cast<const char*>(input.data()), input.size()};
}

Bytes asBytes(std::string_view text)
{
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

Bytes goldenFile(std::string_view name)
{
    auto bytes = readFile(kGolden / name);
    require(bytes.ok(), "a golden file is missing");
    return *std::move(bytes);
}

std::vector<Bytes> goldenFiles(std::string_view ending)
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(kGolden))
        if (std::string name = entry.path().filename().string(); name.ends_with(ending)) names.push_back(std::move(name));
    std::ranges::sort(names);
    std::vector<Bytes> files;
    for (const std::string& name : names) files.push_back(goldenFile(name));
    return files;
}

InputFolder::InputFolder()
    : m_path(std::filesystem::temp_directory_path() / ("halftone_fuzz_" + std::to_string(getpid())))
{
    std::filesystem::remove_all(m_path);
    std::filesystem::create_directories(m_path);
}

InputFolder::~InputFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

void InputFolder::write(std::string_view name, std::string_view content) const
{
    std::ofstream(m_path / name, std::ios::binary) << content;
}

QuantizedModel smallModel(int bits)
{
    Network network("small");
    network.addInput({1, 4, 4});
    const auto conv = network.add("conv", Conv2d{.outChannels = 2, .kernel = {3, 3}}, {network.input()}, true);
    const auto relu = network.add("relu", Relu{}, {*conv});
    const auto flat = network.add("flat", Flatten{}, {*relu});
    network.setOutput(*network.add("fc", Linear{.outFeatures = 3}, {*flat}, true));
    for (std::size_t i = 0; i < network.parameters().size(); ++i) {
        const ParameterIndex index(static_cast<std::int64_t>(i));
        const Shape shape = network.parameter(index).shape;
        const auto values = randomFloats(elementCount(shape), i + 1, "weights");
        require(network.setParameter(index, TensorData::fromFloats(shape, values)).ok(), "the seed's weights fit");
    }
    return quantizeForTest(std::move(network), bits);
}

void require(bool condition, const char* statement)
{
    if (condition) return;
    std::fprintf(stderr, "This should hold for every input: %s\n", statement);
    std::abort();
}

void requireSentence(const Error& error) { require(!error.message.empty(), "an error has a message"); }

void useTensors(const StateDict& tensors)
{
    unsigned sum = 0;
    for (const NamedTensor& entry : tensors.entries) {
        for (const std::byte byte : entry.tensor.bytes()) sum += std::to_integer<unsigned>(byte);
        sum += static_cast<unsigned>(entry.tensor.toFloat32().floats().size());
        require(isUtf8(entry.name), "a tensor's name is text");
    }
    volatile unsigned kept = sum; // so that the reading is not optimised away
    static_cast<void>(kept);
}

void useModel(const QuantizedModel& model)
{
    const LayerTable table = layerTable(model.network);
    require(validate(model.bits, table).ok(), "a model that was read has bit widths that fit its layers");
    const std::string text = toText(model.network);
    const auto again = networkFromText(text);
    require(again.ok(), "the text of a network that was read can be read");
    require(toText(*again) == text, "a network is the same behind its text");
    StateDict tensors;
    for (const Parameter& parameter : model.network.parameters()) tensors.entries.push_back({"", parameter.data});
    useTensors(tensors);
}

} // namespace halftone::fuzz
