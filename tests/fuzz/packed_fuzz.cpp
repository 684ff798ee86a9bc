// Fuzzes Halftone's packed file.
#include "core/formats/packed_file.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"
#include "tests/support/test_networks.h"

namespace halftone::fuzz {

namespace {

void run(std::span<const std::byte> input)
{
    looksPacked(input);
    const auto read = readPacked(input);
    if (!read.ok()) return requireSentence(read.error());
    useModel(*read);
    const auto written = writePacked(*read);
    require(written.ok() && readPacked(*written).ok(), "a packed model that was read can be written and read");
}

// Small: a mutation of the manifest is worth more than one of the weights.
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

std::vector<Bytes> seeds()
{
    std::vector<Bytes> files;
    for (const int bits : {2, 3, 5, 8}) files.push_back(*writePacked(smallModel(bits)));
    files.push_back(*writePacked(quantizeForTest(everyOperationNetwork(), 4)));
    files.push_back(*writePacked(quantizeForTest(mobileOperationNetwork(), 3)));
    return files;
}

} // namespace

FuzzTarget packedTarget() { return {"packed", run, seeds}; }

} // namespace halftone::fuzz
