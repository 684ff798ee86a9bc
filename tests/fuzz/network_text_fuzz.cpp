// Fuzzes the text form of networks and of bit assignments.
#include "core/graph/bit_assignment.h"
#include "core/graph/layers.h"
#include "core/graph/network_text.h"
#include "core/models/architectures.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"
#include "tests/support/test_networks.h"

namespace halftone::fuzz {

namespace {

void run(std::span<const std::byte> input)
{
    const std::string_view text = asText(input);
    if (const auto bits = assignmentFromText(text); bits.ok()) {
        const auto again = assignmentFromText(toText(*bits));
        require(again.ok() && *again == *bits, "an assignment is the same behind its text");
    }
    const auto network = networkFromText(text);
    if (!network.ok()) return requireSentence(network.error());
    layerTable(*network);
    network->macs();
    const std::string written = toText(*network);
    const auto again = networkFromText(written);
    require(again.ok() && toText(*again) == written, "a network is the same behind its text");
}

std::vector<Bytes> seeds()
{
    std::vector<Bytes> texts;
    for (const Network& network : {everyOperationNetwork(), mobileOperationNetwork(), *buildArchitecture("fashion_resnet8")}) {
        texts.push_back(asBytes(toText(network)));
        texts.push_back(asBytes(toText(fullPrecisionAssignment(layerTable(network)))));
    }
    return texts;
}

} // namespace

FuzzTarget networkTextTarget() { return {"network_text", run, seeds}; }

} // namespace halftone::fuzz
