// Every seed and every finding once more through the fuzzed functions, without a fuzzer.
#include <gtest/gtest.h>

#include <filesystem>

#include "fuzz_inputs.h"
#include "fuzz_targets.h"

using namespace halftone;
using namespace halftone::fuzz;

namespace {

class FuzzedReader : public testing::TestWithParam<FuzzTarget> { };

std::string nameOf(const testing::TestParamInfo<FuzzTarget>& target) { return std::string(target.param.name); }

} // namespace

TEST_P(FuzzedReader, ComesBackFromItsSeeds)
{
    const std::vector<Bytes> seeds = GetParam().seeds();
    EXPECT_FALSE(seeds.empty());
    for (const Bytes& seed : seeds) GetParam().run(seed);
}

TEST_P(FuzzedReader, ComesBackFromSeedsCutShort)
{
    for (const Bytes& seed : GetParam().seeds())
        for (const std::size_t divisor : {2, 3, 7, 50}) GetParam().run(std::span(seed).first(seed.size() / divisor));
    GetParam().run({});
}

TEST_P(FuzzedReader, ComesBackFromWhatWasFound)
{
    const std::filesystem::path folder = std::filesystem::path(HALFTONE_SOURCE_DIR) / "tests/fuzz/findings" / GetParam().name;
    if (!std::filesystem::is_directory(folder)) return; // nothing was found in this reader
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        SCOPED_TRACE(entry.path().string());
        const auto finding = readFile(entry.path());
        ASSERT_TRUE(finding.ok()) << finding.error().message;
        GetParam().run(*finding);
    }
}

INSTANTIATE_TEST_SUITE_P(Fuzz, FuzzedReader, testing::ValuesIn(allFuzzTargets().begin(), allFuzzTargets().end()), nameOf);
