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
