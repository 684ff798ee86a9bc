// The function that libFuzzer calls, for the one target that this program is built for.
#include <cstdint>

#include "fuzz_targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const halftone::fuzz::FuzzTarget* const target = halftone::fuzz::findFuzzTarget(HALFTONE_FUZZ_TARGET);
    target->run(std::as_bytes(std::span(data, size)));
    return 0;
}
