// Fuzzes safetensors, and the telling apart of file formats.
#include <algorithm>

#include "core/formats/checkpoint_reader.h"
#include "core/formats/safetensors.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"

namespace halftone::fuzz {

namespace {

bool same(const StateDict& a, const StateDict& b)
{
    return std::ranges::equal(a.entries, b.entries, [](const NamedTensor& x, const NamedTensor& y) {
        return x.name == y.name && x.tensor.dtype() == y.tensor.dtype() && x.tensor.shape() == y.tensor.shape()
            && std::ranges::equal(x.tensor.bytes(), y.tensor.bytes());
    });
}

void run(std::span<const std::byte> input)
{
    const auto any = parseCheckpoint(std::make_shared<const Bytes>(input.begin(), input.end()));
    if (!any.ok()) requireSentence(any.error());
    const auto read = parseSafeTensors(input);
    if (!read.ok()) return requireSentence(read.error());
    useTensors(read->tensors);
    const auto again = parseSafeTensors(writeSafeTensors(read->tensors, read->metadata));
    require(again.ok() && same(again->tensors, read->tensors) && again->metadata == read->metadata,
        "safetensors that were read are the same after writing and reading");
}

std::vector<Bytes> seeds()
{
    std::vector<Bytes> files;
    for (const char* name : {"plain.zip.pt", "half.zip.pt", "integers.zip.pt", "views.zip.pt", "training.zip.pt"})
        if (const auto read = parseCheckpoint(std::make_shared<const Bytes>(goldenFile(name))); read.ok())
            files.push_back(writeSafeTensors(read->tensors, {{"format", "pt"}}));
    files.push_back(writeSafeTensors({}));
    for (const char* text : {"<!DOCTYPE html><html></html>", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
             "\x93NUMPY", "PK", "hello"})
        files.push_back(asBytes(text));
    return files;
}

} // namespace

FuzzTarget safeTensorsTarget() { return {"safetensors", run, seeds}; }

} // namespace halftone::fuzz
