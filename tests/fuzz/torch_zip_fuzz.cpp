// Fuzzes PyTorch's zip checkpoints.
#include "core/formats/torch_checkpoint.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"

namespace halftone::fuzz {

namespace {

void run(std::span<const std::byte> input)
{
    const auto file = std::make_shared<const Bytes>(input.begin(), input.end());
    isTorchScript(file);
    const auto read = readTorchZip(file);
    if (!read.ok()) return requireSentence(read.error());
    useTensors(read->tensors);
}

// A changed byte would fail the checksum before it reaches the pickle; 0 says that there is none.
Bytes withoutChecksums(Bytes file)
{
    constexpr std::string_view kDirectoryEntry = "PK\x01\x02";
    constexpr std::size_t kChecksum = 16;
    const std::string_view text = asText(file);
    for (std::size_t at = text.find(kDirectoryEntry); at != std::string_view::npos; at = text.find(kDirectoryEntry, at + 1))
        for (std::size_t i = 0; i < 4 && at + kChecksum + i < file.size(); ++i) file[at + kChecksum + i] = std::byte{0};
    return file;
}

std::vector<Bytes> seeds()
{
    std::vector<Bytes> files;
    for (Bytes& file : goldenFiles(".zip.pt")) files.push_back(withoutChecksums(std::move(file)));
    return files;
}

} // namespace

FuzzTarget torchZipTarget() { return {"torch_zip", run, seeds}; }

} // namespace halftone::fuzz
