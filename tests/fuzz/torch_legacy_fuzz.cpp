// Fuzzes the unpickler through PyTorch's old checkpoints, a row of pickles.
#include "core/formats/torch_checkpoint.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"

namespace halftone::fuzz {

namespace {

void run(std::span<const std::byte> input)
{
    const auto read = readTorchLegacy(std::make_shared<const Bytes>(input.begin(), input.end()));
    if (!read.ok()) return requireSentence(read.error());
    useTensors(read->tensors);
}

std::vector<Bytes> seeds() { return goldenFiles(".legacy.pt"); }

} // namespace

FuzzTarget torchLegacyTarget() { return {"torch_legacy", run, seeds}; }

} // namespace halftone::fuzz
