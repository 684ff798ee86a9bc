// Fuzzes CIFAR's binary records.
#include "core/data/cifar_records.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"

namespace halftone::fuzz {

namespace {

void run(std::span<const std::byte> input)
{
    for (const CifarLayout& layout : {CifarLayout{"CIFAR-10", {10}}, CifarLayout{"CIFAR-100", {20, 100}}}) {
        CifarRecords records;
        const Status read = appendCifarRecords(input, layout, "file", records);
        if (!read.ok()) {
            requireSentence(read.error());
            continue;
        }
        require(records.pixels.size() == records.labels.size() * 3072, "every image has its label");
        for (const std::uint8_t label : records.labels) require(label < layout.classes.back(), "a label is a class");
    }
}

std::vector<Bytes> seeds()
{
    const std::string image(3072, '\x40'), one = "\3" + image, two = "\x05\x20" + image;
    return {asBytes(one), asBytes(one + one), asBytes(two), asBytes(two + two), asBytes("short")};
}

} // namespace

FuzzTarget cifarTarget() { return {"cifar", run, seeds}; }

} // namespace halftone::fuzz
